import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.build import Assistant
from assistant.errors import InputError
from assistant.web.library import take_uploads
from tests.web.webapp import small_library

pytestmark = pytest.mark.integration


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with small_library(tmp_path) as assistant:
        yield assistant


def upload(assistant: Assistant, folder: Path, **contents: bytes) -> dict[str, object]:
    """Hand in files; `__` in a name stands for a dot."""
    files = [(name.replace("__", "."), io.BytesIO(content)) for name, content in contents.items()]
    return take_uploads(assistant, folder / "corpus", files)


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "corpus" / "uploads").iterdir()}


def test_an_upload_that_cannot_be_read_is_not_kept(assistant: Assistant, tmp_path: Path) -> None:
    good = b"# Bar\n\nThe bar opens at six."
    report = upload(
        assistant, tmp_path, bar__md=good, cut__pdf=b"%PDF-1.4 broken", cut__pdf__yaml=b"title: Cut", typo__md=b"A",
        typo__yaml=b"statsu: official",
    )  # fmt: skip
    assert report["added"] == ["uploads-bar"]
    assert [failed["path"] for failed in report["failed"]] == ["uploads/cut.pdf", "uploads/typo.md"]
    assert kept(tmp_path) == {"bar.md": good}
    assert assistant.sync(tmp_path / "corpus").failed == []


def test_expected_questions_come_with_their_document_or_after_it(
    assistant: Assistant, tmp_path: Path
) -> None:
    good = b"# Bar\n\nThe bar opens at six."
    questions = b"> The bar opens at six\nWhen can I get a drink?\n! What is on the menu?\n"
    with pytest.raises(InputError, match=r"no uploaded document 'bar\.md'"):
        upload(assistant, tmp_path, bar__md__questions=questions)
    assert not (tmp_path / "corpus" / "uploads").exists()
    with pytest.raises(InputError, match="no uploaded document"):
        upload(assistant, tmp_path, bar__md=good, bar__md__QUESTIONS=questions)
    assert upload(assistant, tmp_path, bar__md=good, bar__md__questions=questions)["added"] == ["uploads-bar"]
    again = upload(assistant, tmp_path, bar__md__questions=questions + b"> It closes at ten\nuntil when?\n")
    assert "line 4 (not once in the text)" in str(again["warnings"])
    assert set(kept(tmp_path)) == {"bar.md", "bar.md.questions"}
    stored = assistant.library.expected_questions(assistant.embedder.fingerprint)
    assert {(one.text, one.near_miss) for one in stored} == {
        ("When can I get a drink?", False),
        ("What is on the menu?", True),
    }


def test_questions_go_when_their_document_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    report = upload(
        assistant, tmp_path, typo__md=b"---\nstatsu: official\n---\nA", typo__md__questions=b"> A\nWhat?"
    )
    assert [failed["path"] for failed in report["failed"]] == ["uploads/typo.md"]
    assert kept(tmp_path) == {}


def test_a_file_comes_back_when_the_one_in_its_place_cannot_be_read(
    assistant: Assistant, tmp_path: Path
) -> None:
    good = b"# Bar\n\nThe bar opens at six."
    upload(assistant, tmp_path, bar__md=good)
    (tmp_path / "corpus" / "uploads" / ".bar.md.replaced").write_bytes(b"left by a process that was killed")
    report = upload(assistant, tmp_path, bar__md=b"---\nstatsu: draft\n---\nText.")
    assert len(report["failed"]) == 1
    assert kept(tmp_path) == {"bar.md": good}
    assert assistant.sync(tmp_path / "corpus").unchanged == 5


def test_an_upload_that_breaks_off_leaves_the_file_before(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = b"# Bar\n\nThe bar opens at six."
    upload(assistant, tmp_path, bar__md=good)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        upload(assistant, tmp_path, bar__md=b"# Bar\n\nThe bar is closed.")
    assert kept(tmp_path)["bar.md"] == good
    assert ".bar.md.new" not in kept(tmp_path)
