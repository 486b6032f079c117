from __future__ import annotations

import random
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged, IndexFolderError, IndexMismatch
from assistant.library import Library, open_library
from assistant.library.database import FILE_NAME
from assistant.types import AUDIENCES, Document, Passage, SourceFile
from tests.library.indexes import folder_holds
from tests.strategies import make_document


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path) as library:
        yield library


def passages_of(document: Document, size: int = 80) -> list[Passage]:
    """Cut every `size` characters: cutting is not what is tested here."""
    found = []
    for start in range(0, len(document.text), size):
        text = document.text[start : start + size]
        found.append(
            Passage(
                id=f"{document.provenance.id}@{document.revision}#{start}-{start + len(text)}",
                document=document.provenance.id,
                revision=document.revision,
                title=document.provenance.title,
                text=text,
                start=start,
                end=start + len(text),
                language=document.provenance.language,
            )
        )
    return found


def source_of(document: Document) -> SourceFile:
    path = f"{document.provenance.id}.md"
    return SourceFile("corpus", path, "text/markdown", document.revision * 5, len(document.text))


def publish(library: Library, text: str, **provenance: object) -> Document:
    document = make_document(text, **provenance)
    library.publish(document, passages_of(document), source_of(document))
    return document


def find(library: Library, *terms: str) -> set[str]:
    hits = library.search_lexical(terms, language="en", audiences=AUDIENCES, archived=None, k=50)
    return {hit.id for hit in hits}


def test_what_is_published_is_read_back(library: Library) -> None:
    document = publish(
        library,
        "Dues are paid once a year by every member of the alliance, whatever its tier and its seat.",
        version="2",
    )
    stored = library.document("rules.en")
    assert stored is not None
    assert (stored.text, stored.provenance, stored.live) == (document.text, document.provenance, True)
    cut = passages_of(document)
    assert library.document_passages("rules.en") == cut
    assert library.passages([cut[1].id, "no@such#0-1"]) == {cut[1].id: cut[1]}
    (listed,) = library.documents("staff")
    assert (listed.passages, listed.revision, listed.path) == (len(cut), document.revision, "rules.en.md")


def test_a_new_revision_takes_the_place_of_the_old_one_in_every_search(library: Library) -> None:
    old = publish(library, "Quarterly dues.")
    generation = library.generation
    new = publish(library, "Yearly dues.")
    assert library.generation > generation
    assert find(library, "quarter") == set()
    assert find(library, "year") == {passages_of(new)[0].id}
    assert library.passages([passages_of(old)[0].id]) == {}
    retired = library.document("rules.en", old.revision)
    assert retired is not None
    assert (retired.text, retired.live) == ("Quarterly dues.", False)
    assert [d.live for d in library.documents("staff", include_retired=True)] == [True, False]


def test_publishing_an_old_text_again_makes_it_live(library: Library) -> None:
    first = publish(library, "First.")
    publish(library, "Second.")
    publish(library, "First.")
    stored = library.document("rules.en")
    assert stored is not None
    assert stored.revision == first.revision


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("public", "committee", "committee", id="raised-closes-old-revisions"),
        pytest.param("committee", "public", "committee", id="lowered-does-not-open-old-ones"),
    ],
)
def test_an_old_revision_needs_the_stricter_audience(
    library: Library, old: str, new: str, expected: str
) -> None:
    revision = publish(library, "Old.", audience=old).revision
    publish(library, "New.", audience=new)
    stored = library.document("rules.en", revision)
    assert stored is not None
    assert stored.audience == expected
    assert revision not in [d.revision for d in library.documents("public", include_retired=True)]


def test_readers_list_only_what_they_may_read(library: Library) -> None:
    for audience in AUDIENCES:
        publish(library, "Text.", id=f"for-{audience}", audience=audience)
    counts = [len(library.documents(audience)) for audience in AUDIENCES]
    assert counts == [1, 2, 3, 4]


def test_a_failed_publish_changes_nothing(library: Library) -> None:
    publish(library, "Quarterly dues.")
    document = make_document("Yearly dues.")
    twice = passages_of(document) * 2
    with pytest.raises(Exception, match="UNIQUE"):
        library.publish(document, twice, source_of(document))
    stored = library.document("rules.en")
    assert stored is not None
    assert stored.text == "Quarterly dues."
    assert find(library, "quarter")
    assert not find(library, "year")


def test_removal_leaves_no_byte_of_the_text(tmp_path: Path, library: Library) -> None:
    secret = "Zephyrine kryptonite catheter prototype, patented nowhere yet. "
    publish(library, "Dues are paid once a year.", id="kept")
    first = publish(library, secret + "one", id="idea")
    second = publish(library, secret + "two", id="idea")
    publish(library, "Fees.", id="other")  # without it, FTS5 happens to merge its pieces at the removal
    for document in (first, second):
        texts = [passage.embedded_text for passage in passages_of(document)]
        library.store_vectors("model", texts, np.ones((len(texts), 4), np.float32))
    live = passages_of(second)[0].id
    library.store_span_vectors({live: np.ones((2, 4), np.float32)}, "model")
    needles = ("Zephyrine", "zephyrin", "kryptonit")
    assert folder_holds(tmp_path, *needles)

    assert library.remove("idea")
    assert not library.remove("idea")
    assert not folder_holds(tmp_path, *needles)
    assert library.document("idea", first.revision) is None
    assert library.cached_vectors("model", texts) == {}
    assert library.span_vectors([live], "model") == {}
    assert library.document_frequency(["kryptonit"], "en") == {"kryptonit": 0}
    assert [d.provenance.id for d in library.documents("staff")] == ["kept", "other"]
    assert library.find_corruption() == []


def test_removal_forgets_the_names_of_documents(tmp_path: Path, library: Library) -> None:
    publish(library, "Dues.", id="kept")
    document = publish(library, "Idea.", id="zephyrine-idea")
    library.journal.add_gap("Who?", "en", audience="staff", nearest=["zephyrine-idea", "kept"])
    cited = [f"zephyrine-idea@{document.revision}", "kept@1"]
    library.journal.add_feedback("Who?", "up", audience="staff", documents=cited)
    library.remove("zephyrine-idea")
    assert library.journal.gaps()[0].nearest == ("kept",)
    assert library.journal.feedback()[0].documents == ("kept@1",)
    assert not folder_holds(tmp_path, "zephyrine")


def test_rows_that_sqlite_moved_leave_no_copy_behind(tmp_path: Path, library: Library) -> None:
    rng = random.Random(0)
    there: dict[str, set[str]] = {}
    for step in range(80):
        name = f"doc{rng.randrange(12)}"
        if name in there and rng.random() < 0.4:
            library.remove(name)
            del there[name]
        else:
            mark = f"zqx{step:04}"
            publish(library, " ".join([mark] * rng.randrange(1, 200)), id=name)
            there.setdefault(name, set()).add(mark)
    left = set(re.findall(r"zqx\d{4}", "".join(p.read_bytes().decode("latin-1") for p in tmp_path.iterdir())))
    assert left <= set().union(*there.values())


def test_a_removal_killed_before_the_file_was_written_anew_is_finished_at_the_next_opening(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(library, "Dues.", id="kept")
    publish(library, "Zephyrine.", id="idea")
    with monkeypatch.context() as patched:
        patched.setattr("assistant.library.Library._purge", lambda _: None)
        library.remove("idea")
    assert library.read_value("unpurged")
    shutil.copytree(tmp_path, killed := tmp_path.with_name(f"{tmp_path.name}-killed"))
    with open_library(killed) as reopened:
        assert reopened.read_value("unpurged") is None
    assert not folder_holds(killed, "Zephyrine", "zephyrin")


def test_a_reader_only_delays_that_removed_text_leaves_the_log(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library.database.BUSY_TIMEOUT_SECONDS", 0.1)
    publish(library, "Dues.", id="kept")
    publish(library, "Zephyrine.", id="idea")
    with library._database.reading() as other:
        other.execute("SELECT count(*) FROM document").fetchone()
        library.remove("idea")
        assert folder_holds(tmp_path, "Zephyrine"), "the reader's state is still needed"
        killed = tmp_path.with_name(f"{tmp_path.name}-killed")
        shutil.copytree(tmp_path, killed)
    library.write_value("any", "change")
    assert not folder_holds(tmp_path, "Zephyrine")
    with open_library(killed) as reopened:
        assert not folder_holds(killed, "Zephyrine")
        assert [d.provenance.id for d in reopened.documents("staff")] == ["kept"]


def test_readers_see_whole_revisions_while_one_is_published(library: Library) -> None:
    texts = [f"Version {number} says {word}. " * 20 for number, word in enumerate(("alpha", "beta"))]
    publish(library, texts[0])
    done = threading.Event()
    mixed: list[set[str]] = []
    failures: list[Exception] = []

    def read() -> None:
        try:
            while not done.is_set():
                revisions = {passage.revision for passage in library.document_passages("rules.en")}
                if len(revisions) != 1:
                    mixed.append(revisions)
                library.search_lexical(
                    ["alpha", "beta"], language="en", audiences=AUDIENCES, archived=None, k=5
                )
                library.provenances()
        except Exception as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(30):
        publish(library, texts[number % 2])
    done.set()
    for reader in readers:
        reader.join()
    assert (mixed, failures) == ([], [])


def test_vectors_are_kept_by_model_and_text(library: Library) -> None:
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    library.store_vectors("a", ["one", "two"], rows)
    found = library.cached_vectors("a", ["two", "three", "one"])
    assert {position: row.tolist() for position, row in found.items()} == {0: [3, 4, 5], 2: [0, 1, 2]}
    assert library.cached_vectors("b", ["one"]) == {}
    assert library.purge_cache() == 2  # no passage has these texts


def test_span_vectors_of_a_retired_passage_are_passed_over(library: Library) -> None:
    document = publish(library, "Dues.")
    library.store_span_vectors(
        {passages_of(document)[0].id: np.ones((3, 4), np.float32), "gone@0#0-1": np.ones((1, 4), np.float32)},
        "model",
    )
    found = library.span_vectors([passages_of(document)[0].id, "gone@0#0-1"], "model")
    assert {key: rows.shape for key, rows in found.items()} == {passages_of(document)[0].id: (3, 4)}


def test_a_file_that_is_no_library_is_reported(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"x" * 10_000)
    with pytest.raises(IndexDamaged):
        open_library(tmp_path)


def test_broken_pages_are_reported(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        publish(library, "Dues are paid once a year. " * 2000)
    data = bytearray((tmp_path / FILE_NAME).read_bytes())
    half = len(data) // 2
    data[half:] = b"\xff" * (len(data) - half)
    (tmp_path / FILE_NAME).write_bytes(bytes(data))
    with pytest.raises(IndexDamaged), open_library(tmp_path) as library:
        library.document_passages("rules.en")
    with open_library(tmp_path) as library:
        assert library.find_corruption() != []


def test_read_only_changes_nothing_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="no library"):
        open_library(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()
    with open_library(tmp_path) as library:
        publish(library, "Dues.")
    with open_library(tmp_path, read_only=True) as library:
        assert len(library.documents("staff")) == 1
        with pytest.raises(IndexFolderError, match="cannot be read or written"):
            library.remove("rules.en")


def test_another_layout_is_refused(tmp_path: Path) -> None:
    import sqlite3

    open_library(tmp_path).close()
    db = sqlite3.connect(tmp_path / FILE_NAME)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(IndexMismatch, match="layout 99"):
        open_library(tmp_path)
