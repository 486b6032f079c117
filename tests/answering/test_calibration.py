"""A library measures for itself what a question without an answer looks like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.calibration import (
    KEY,
    LEAST_PROBES,
    Calibration,
    calibrate,
    make_probe,
    read_scales,
    usual_scale,
)
from assistant.retrieval.fusion import Background
from assistant.retrieval.search import Searcher
from assistant.types import LANGUAGES, Language
from tests.fakes import WordEmbeddings
from tests.library.indexes import SUBJECTS, Index, open_index, write_rule


def write_many(corpus: Path, documents: int) -> None:
    for number in range(documents):
        subject, other = SUBJECTS[number % 10], SUBJECTS[number // 10]
        write_rule(
            corpus, f"rule-{number}.md",
            f"The secretariat keeps the {subject} of year {number} beside the {other} for member company {number}.",
        )  # fmt: skip


def searcher_of(index: Index) -> Searcher:
    return Searcher(index.library, index.vectors, index.embedder)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    write_many(tmp_path / "corpus", LEAST_PROBES + 10)
    with open_index(tmp_path / "index", WordEmbeddings(dimension=256)) as opened:
        assert opened.sync(tmp_path / "corpus").failed == []
        yield opened


def test_scales_are_measured_and_kept(index: Index) -> None:
    assert read_scales(index.library) == {}
    measured = calibrate(index.library, searcher_of(index), "f")
    assert set(measured.scales) == {"en"}  # no Chinese passage to ask about
    assert read_scales(index.library) == measured.scales
    assert all(deviation > 0 for deviation in measured.scales["en"].deviation)


def test_the_document_asked_about_is_held_out(index: Index) -> None:
    """Each rule holds its own number, so with it the words would always meet their own document first."""
    with_itself = calibrate(index.library, searcher_of(index), "f").scales["en"]
    assert (
        with_itself.mean[0] < 0.999
    )  # nearness: a probe repeats its sentence, its own passage would be near 1


def test_the_same_library_gives_the_same_scales(index: Index) -> None:
    first = calibrate(index.library, searcher_of(index), "f")
    index.library.write_value(KEY, None)
    assert calibrate(index.library, searcher_of(index), "f") == first


def test_a_scale_that_still_holds_is_not_measured_again(index: Index) -> None:
    measured = calibrate(index.library, searcher_of(index), "f")
    marked = measured.model_copy(update={"scales": {}})
    index.library.write_value(KEY, marked.model_dump())
    assert calibrate(index.library, searcher_of(index), "f") == marked


@pytest.mark.parametrize("change", ["embedder", "passages", "version"])
def test_a_scale_of_something_else_is_measured_again(index: Index, change: str) -> None:
    measured = calibrate(index.library, searcher_of(index), "f")
    kept = measured.model_dump() | {"scales": {}}
    if change == "passages":
        kept["passages"] = {"en": 10, "zh": 0}
    if change == "version":
        kept["version"] = 0
    index.library.write_value(KEY, kept)
    again = calibrate(index.library, searcher_of(index), "g" if change == "embedder" else "f")
    assert again.scales == measured.scales


def test_a_library_too_small_has_no_scale_of_its_own(tmp_path: Path) -> None:
    write_many(tmp_path / "corpus", 3)
    with open_index(tmp_path / "index", WordEmbeddings(dimension=256)) as index:
        index.sync(tmp_path / "corpus")
        assert calibrate(index.library, searcher_of(index), "f").scales == {}


def test_what_is_usual_lies_above_the_background() -> None:
    scale = usual_scale({"zh": Background(0.4, 0.1)}, "en")
    assert scale.mean[0] > 0.4
    assert scale.deviation[0] == pytest.approx(0.1)
    without = usual_scale({"zh": Background(0.4, 0.1)}, "en", has_wording=False)
    assert (without.mean[3], without.deviation[3]) == (without.mean[0], without.deviation[0])


@given(st.text(), st.sampled_from(LANGUAGES), st.integers())
def test_a_probe_holds_words_of_its_text_only(text: str, language: Language, seed: int) -> None:
    probe = make_probe(text, language, Random(seed))
    assert probe is None or len(probe) <= len(text) + 20
    assert probe == make_probe(text, language, Random(seed))


def test_a_calibration_is_read_back_as_it_was() -> None:
    calibration = Calibration(version=1, fingerprint="f", passages={"en": 1, "zh": 0}, scales={})
    assert Calibration.model_validate(calibration.model_dump()) == calibration
