from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import IndexMismatch
from assistant.library import open_library
from assistant.library.stamp import check_stamp, make_stamp
from tests.fakes import WordEmbeddings


def test_a_new_index_takes_any_embedder(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        check_stamp(library, WordEmbeddings())
        library.write_stamp(make_stamp(WordEmbeddings()))
        check_stamp(library, WordEmbeddings())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"embedder": "other"}, "'other'", id="embedder"),
        pytest.param({"fingerprint": "other-build"}, "other-build", id="build"),
        pytest.param({"text_version": "0"}, "text processing '0'", id="text-processing"),
    ],
)
def test_a_difference_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, change: dict[str, str], named: str
) -> None:
    with open_library(tmp_path) as library:
        library.write_stamp(make_stamp(WordEmbeddings()).model_copy(update=change))
        with pytest.raises(IndexMismatch, match=named) as caught:
            check_stamp(library, WordEmbeddings())
        assert "assistant rebuild" in caught.value.hint
