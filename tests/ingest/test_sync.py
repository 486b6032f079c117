from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexMismatch, InputError
from assistant.ingest.publishing import fill_tokens, refresh_archive
from assistant.ingest.sync import ingest_paths, rebuild, remove_document, sweep
from assistant.library.database import FILE_NAME
from assistant.types import AUDIENCES, IngestReport
from assistant.words import lexical_terms
from tests.fakes import TokenEmbeddings, WordEmbeddings
from tests.library.indexes import Index, dump_index, folder_holds, folder_holds_vector, open_index, write_rule

pytestmark = pytest.mark.integration


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    write_rule(
        corpus, "charter.md", "# Charter\n\nThe alliance was founded in Shanghai.\n\n## Organs\n\nA council."
    )
    write_rule(
        corpus, "dues.md", "# Dues\n\nDues are paid once a year.\n\n## Late\n\nLate dues bear interest."
    )
    write_rule(corpus, "zh/dues-zh.md", "# 会费\n\n会员每年缴纳会费。", language="zh", audience="member")
    return corpus


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "index") as index:
        yield index


def found(index: Index, question: str, language: str = "en") -> set[str]:
    """Give the documents that words or vectors find."""
    hits = index.library.search_lexical(
        lexical_terms(question), language=language, audiences=AUDIENCES, archived=None, k=20
    )
    vector = index.embedder.encode_queries([question])[0]
    dense = [hit for name in index.vectors.collections() for hit in index.vectors.query(name, vector, 20)]
    return set(index.library.passages([hit.id for hit in (*hits, *dense)]))


def test_the_first_sync_takes_everything_and_the_second_changes_nothing(index: Index, corpus: Path) -> None:
    report = index.sync(corpus)
    assert report == IngestReport(added=["charter", "dues", "dues-zh"])
    assert index.diagnose().problems == ()
    before, embedded = dump_index(index), len(index.embedder.embedded)
    assert index.sync(corpus) == IngestReport(unchanged=3)
    assert dump_index(index) == before
    assert len(index.embedder.embedded) == embedded
    assert set(index.vectors.collections()) == {"en-public-live", "zh-member-live"}


def test_an_update_takes_the_place_of_the_old_text(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    write_rule(corpus, "dues.md", "# Dues\n\nDues are paid every quarter.")
    assert index.sync(corpus) == IngestReport(updated=["dues"], unchanged=2)
    texts = [passage.text for passage in index.library.document_passages("dues")]
    assert "quarter" in " ".join(texts)
    assert "once a year" not in " ".join(texts)
    assert len(dump_index(index)["cache"]) == len(dump_index(index)["passages"])
    assert index.diagnose().problems == ()
    retired = index.library.documents("staff", include_retired=True)
    assert [d.live for d in retired if d.provenance.id == "dues"] == [True, False]


@pytest.mark.parametrize("audience", [pytest.param("staff", id="alone"), pytest.param("public", id="among")])
def test_a_removed_file_leaves_nothing(index: Index, corpus: Path, tmp_path: Path, audience: str) -> None:
    rows = []
    for words in ("a kryptonite tip", "a longer kryptonite tip"):
        write_rule(corpus, "idea.md", f"# Idea\n\nA zephyrine catheter with {words}.", audience=audience)
        index.sync(corpus)
        for name, ids in index.library.passage_ids(document="idea").items():
            rows.extend(index.vectors.fetch(name, sorted(ids)).values())
    assert all(folder_holds_vector(tmp_path / "index", row) for row in rows[1:])
    (corpus / "idea.md").unlink()
    assert index.sync(corpus) == IngestReport(removed=["idea"], unchanged=3)
    assert index.diagnose().problems == ()
    assert "en-staff-live" not in index.vectors.collections()
    assert not folder_holds(tmp_path / "index", "zephyrin", "kryptonit", "idea@")
    assert not any(folder_holds_vector(tmp_path / "index", row) for row in rows)
    with open_index(tmp_path / "fresh") as fresh:
        fresh.sync(corpus)
        assert dump_index(fresh) == dump_index(index)


def test_removing_a_document_by_id(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    assert remove_document("dues", library=index.library, vectors=index.vectors)
    assert not remove_document("dues", library=index.library, vectors=index.vectors)
    assert index.diagnose().problems == ()
    assert index.sync(corpus).added == ["dues"]  # its file is still there


def test_a_folder_loses_only_its_own_documents(index: Index, corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_rule(other, "guide.md", "How to join.")
    index.sync(corpus)
    index.sync(other)
    (corpus / "dues.md").unlink()
    assert index.sync(other) == IngestReport(unchanged=1)
    assert index.sync(corpus).removed == ["dues"]
    assert len(index.library.documents("staff")) == 3


def test_one_file_named_by_itself_stays_with_its_folder(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    path = write_rule(corpus, "zh/dues-zh.md", "# 会费\n\n会员每季缴纳会费。", language="zh")
    report = ingest_paths([path], library=index.library, vectors=index.vectors, embedder=index.embedder)
    assert report == IngestReport(updated=["dues-zh"])
    path.unlink()
    assert index.sync(corpus).removed == ["dues-zh"]


def test_ingest_removes_nothing_and_reports_what_is_not_there(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    (corpus / "dues.md").unlink()
    report = ingest_paths(
        [corpus, corpus / "none.md"], library=index.library, vectors=index.vectors, embedder=index.embedder
    )
    assert (report.unchanged, report.removed, len(report.failed)) == (2, [], 1)
    assert len(index.library.documents("staff")) == 3


def test_a_renamed_file_keeps_its_document(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    (corpus / "dues.md").rename(corpus / "fees.md")
    assert index.sync(corpus) == IngestReport(unchanged=3)
    assert {d.path for d in index.library.documents("staff")} == {"charter.md", "fees.md", "zh/dues-zh.md"}


def test_a_file_that_gets_another_id_loses_the_old_document(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    write_rule(corpus, "dues.md", "Dues are paid once a year.", id="fees")
    report = index.sync(corpus)
    assert (report.added, report.removed) == (["fees"], ["dues"])


def test_the_first_of_two_files_with_one_id_wins_each_time(
    index: Index, corpus: Path, tmp_path: Path
) -> None:
    index.sync(corpus)
    write_rule(corpus, "a-dues.md", "Dues are never paid.", id="dues")
    for _ in range(2):
        report = index.sync(corpus)
        (failed,) = report.failed
        assert failed.path == "dues.md"
        assert "'a-dues.md'" in failed.error
        assert "another id" in failed.hint
    with open_index(tmp_path / "fresh") as fresh:
        fresh.sync(corpus)
        assert fresh.library.documents("staff")[1].path == "a-dues.md"
        assert index.library.documents("staff")[1].path == "a-dues.md"


def test_an_id_of_another_folder_is_not_taken_over(index: Index, corpus: Path, tmp_path: Path) -> None:
    index.sync(corpus)
    write_rule(tmp_path / "other", "mine.md", "Dues are never paid.", id="dues")
    report = index.sync(tmp_path / "other")
    assert len(report.failed) == 1
    assert str(corpus / "dues.md") in report.failed[0].error


def test_a_bad_file_is_reported_and_the_rest_is_taken(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    (corpus / "dues.md").write_bytes(b"")
    (corpus / "new.docx").write_bytes(b"PK\x03\x04 cut")
    write_rule(corpus, "typo.md", "Text.", statsu="official")
    write_rule(corpus, "good.md", "A good document.")
    report = index.sync(corpus)
    assert report.added == ["good"]
    assert report.removed == []  # the revision of dues that was read last stays
    assert sorted(failed.path for failed in report.failed) == ["dues.md", "new.docx", "typo.md"]
    assert all(failed.error and failed.hint for failed in report.failed)
    assert index.library.document("dues") is not None


def test_a_changed_audience_moves_passages_to_its_collections(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    write_rule(corpus, "zh/dues-zh.md", "# 会费\n\n会员每年缴纳会费。", language="zh", audience="staff")
    index.sync(corpus)
    assert "zh-member-live" not in index.vectors.collections()
    assert (
        index.vectors.ids("zh-staff-live") == index.library.passage_ids(document="dues-zh")["zh-staff-live"]
    )
    assert index.diagnose().problems == ()


def test_a_superseded_document_moves_to_the_archive_and_back(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    embedded = len(index.embedder.embedded)
    write_rule(corpus, "dues-2.md", "Dues are paid every quarter.", supersedes="dues")
    index.sync(corpus)
    assert (
        index.vectors.ids("en-public-archive")
        == index.library.passage_ids(document="dues")["en-public-archive"]
    )
    assert len(index.embedder.embedded) == embedded + 1  # the old vectors were moved, not made again
    assert index.diagnose().problems == ()
    (corpus / "dues-2.md").unlink()
    index.sync(corpus)
    assert "en-public-archive" not in index.vectors.collections()
    assert index.diagnose().problems == ()


def test_a_document_that_runs_out_moves_on_a_later_day(index: Index, corpus: Path) -> None:
    today = dt.date.today()
    write_rule(corpus, "offer.md", "An offer.", effective_to=today.isoformat())
    index.sync(corpus)
    assert index.library.archived_by_document()["offer"] is False
    tomorrow = today + dt.timedelta(days=1)
    assert refresh_archive(index.library, index.vectors, index.embedder, today=tomorrow) == ["offer"]
    assert index.library.archived_by_document()["offer"] is True
    assert len(index.vectors.ids("en-public-archive")) == 1


def test_lost_vectors_come_back_from_the_cache(corpus: Path, tmp_path: Path) -> None:
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
        before = dump_index(index)
    shutil.rmtree(tmp_path / "index" / "vectors")
    embedder = WordEmbeddings()
    with open_index(tmp_path / "index", embedder) as index:
        assert dump_index(index) == before
        assert embedder.embedded == []


def test_sweep_deletes_what_no_passage_has(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    ids = sorted(index.vectors.ids("en-public-live"))
    index.vectors.upsert("en-staff-live", ["gone@1#0-1"], index.embedder.encode_queries(["x"]))
    index.vectors.delete("en-public-live", ids[:1])
    diagnosis = index.diagnose()
    assert (diagnosis.orphans, diagnosis.missing, diagnosis.ok) == (1, 1, False)
    assert "Problem: 1 vectors have no passage, 1 passages have no vector." in diagnosis.render()
    swept = sweep(index.library, index.vectors, index.embedder)
    assert (swept.deleted, swept.restored) == (1, 1)
    assert index.diagnose().render().endswith("Nothing is wrong.")


def test_the_doctor_sees_a_wrong_vector(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    victim = sorted(index.vectors.ids("zh-member-live"))[:1]
    index.vectors.upsert("zh-member-live", victim, index.embedder.encode_queries(["wrong"]))
    (problem,) = index.diagnose().problems
    assert "assistant rebuild" in problem.next_step
    rebuild(index.library, index.vectors, index.embedder)
    assert index.diagnose().problems == ()


def test_another_embedder_is_refused_until_the_index_is_rebuilt(corpus: Path, tmp_path: Path) -> None:
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
        other = WordEmbeddings(name="other", dimension=48, max_tokens=24)
        index.embedder = other
        with pytest.raises(IndexMismatch, match="'words', the one set is 'other'"):
            index.sync(corpus)
        assert rebuild(index.library, index.vectors, other) == sum(index.diagnose().passages.values())
        assert index.diagnose().problems == ()
        rebuilt = dump_index(index)
    with open_index(tmp_path / "fresh", WordEmbeddings(name="other", dimension=48, max_tokens=24)) as fresh:
        fresh.sync(corpus)
        expected = dump_index(fresh)
    # The cache keeps what the first embedder made of texts that are still there.
    assert {k: v for k, v in rebuilt.items() if k != "cache"} == {
        k: v for k, v in expected.items() if k != "cache"
    }


def test_tokens_are_kept_at_ingest_and_leave_with_their_text(corpus: Path, tmp_path: Path) -> None:
    embedder = TokenEmbeddings()
    with open_index(tmp_path / "index", embedder) as index:
        index.sync(corpus)
        passages = [
            p
            for d in index.library.documents("staff")
            for p in index.library.document_passages(d.provenance.id)
        ]
        kept = index.library.token_bits([p.id for p in passages], embedder.fingerprint, embedder.token_code)
        for passage in passages:
            assert np.array_equal(
                kept[passage.id], embedder.encode_with_tokens([passage.embedded_text])[1][0]
            )
        assert index.diagnose().unread == 0
        write_rule(corpus, "idea.md", "# Idea\n\nA zephyrine catheter with a kryptonite tip.")
        index.sync(corpus)
        (secret,) = index.library.document_passages("idea")
        needle = index.library.token_bits([secret.id], embedder.fingerprint, embedder.token_code)[
            secret.id
        ].tobytes()
        assert any(needle in path.read_bytes() for path in (tmp_path / "index").glob("library.db*"))
        (corpus / "idea.md").unlink()
        index.sync(corpus)
        assert not any(
            needle[:16] in path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()
        )
        with open_index(tmp_path / "fresh", TokenEmbeddings()) as fresh:
            fresh.sync(corpus)
            assert dump_index(fresh) == dump_index(index)


def test_an_index_of_an_earlier_program_is_filled_bit_by_bit(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
    with closing(sqlite3.connect(tmp_path / "index" / FILE_NAME)) as database:
        database.execute("DROP TABLE token_bits")
    monkeypatch.setattr("assistant.ingest.publishing.FILLED_AT_ONCE", 2)
    embedder = TokenEmbeddings()
    with open_index(tmp_path / "index", embedder) as index:
        total = sum(index.diagnose().passages.values())
        assert index.diagnose().unread == total > 2
        assert "are not compared yet" in index.diagnose().render()
        steps = []
        while filled := fill_tokens(index.library, embedder):
            steps.append(filled)
        assert (sum(steps), max(steps)) == (total, 2)
        assert index.diagnose().unread == 0
        filled_index = dump_index(index)
    with open_index(tmp_path / "fresh", TokenEmbeddings()) as fresh:
        fresh.sync(corpus)
        assert dump_index(fresh) == filled_index


def test_other_tokens_are_read_anew_and_a_model_without_any_reads_none(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    assert fill_tokens(index.library, index.embedder) == 0
    assert dump_index(index)["tokens"] == []
    first, second = TokenEmbeddings(), TokenEmbeddings()
    second.token_code = "others"
    ids = sorted(set().union(*index.library.passage_ids().values()))
    for embedder in (first, second):
        assert (
            fill_tokens(index.library, embedder, passages=[*ids[:1], "gone@1#0-1"]) == 2
        )  # one is not there
        assert len(embedder.read) == 1
        assert fill_tokens(index.library, embedder) == len(ids) - 1
    assert index.library.token_bits(ids, first.fingerprint, first.token_code) == {}


def test_progress_counts_files_to_the_end(index: Index, corpus: Path) -> None:
    seen: list[tuple[int, int]] = []
    ingest_paths(
        [corpus],
        library=index.library,
        vectors=index.vectors,
        embedder=index.embedder,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_order_of_files_does_not_matter(corpus: Path, tmp_path: Path) -> None:
    dumps = []
    for name, order in (("a", 1), ("b", -1)):
        with open_index(tmp_path / name) as index:
            paths = sorted(corpus.rglob("*.md"))[::order]
            ingest_paths(paths, library=index.library, vectors=index.vectors, embedder=index.embedder)
            index.sync(corpus)
            dumps.append(dump_index(index))
    assert dumps[0] == dumps[1]


def test_a_folder_that_is_not_there_removes_nothing(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    with pytest.raises(InputError):
        index.sync(corpus / "none")
    assert len(index.library.documents("staff")) == 3


def empty_folder(folder: Path, *, keep: int = 0) -> None:
    for path in sorted(folder.rglob("*.md"))[keep:]:
        path.unlink()


@pytest.mark.parametrize(("documents", "keep"), [(1, 0), (3, 0), (9, 0), (9, 4)])
def test_a_folder_that_lost_most_takes_nothing_along_unless_forced(
    index: Index, tmp_path: Path, documents: int, keep: int
) -> None:
    folder = tmp_path / "share"
    for number in range(documents):
        write_rule(folder, f"rule-{number}.md", f"Rule {number} is about dues.")
    index.sync(folder)
    empty_folder(folder, keep=keep)
    gone = [f"rule-{number}" for number in range(keep, documents)]
    report = index.sync(folder)
    assert (report.held, report.removed, report.unchanged) == (gone, [], keep)
    assert "none was removed" in report.failed[0].error
    assert "--force" in report.failed[0].hint
    assert len(index.library.documents("staff")) == documents
    forced = index.sync(folder, force=True)
    assert (forced.held, forced.removed, forced.failed) == ([], gone, [])
    assert len(index.library.documents("staff")) == keep


@pytest.mark.parametrize(("documents", "keep"), [(2, 1), (3, 1), (5, 1), (10, 5)])
def test_a_usual_loss_is_removed_at_once(index: Index, tmp_path: Path, documents: int, keep: int) -> None:
    folder = tmp_path / "share"
    for number in range(documents):
        write_rule(folder, f"rule-{number}.md", f"Rule {number} is about dues.")
    index.sync(folder)
    empty_folder(folder, keep=keep)
    assert len(index.sync(folder).removed) == documents - keep


def test_a_library_of_other_folders_does_not_make_an_emptied_one_usual(
    index: Index, corpus: Path, tmp_path: Path
) -> None:
    index.sync(corpus)
    write_rule(tmp_path / "other", "guide.md", "How to join.")
    index.sync(tmp_path / "other")
    empty_folder(tmp_path / "other")
    assert index.sync(tmp_path / "other").held == ["guide"]
    assert index.sync(corpus) == IngestReport(unchanged=3)


def test_a_folder_that_cannot_be_listed_loses_nothing(
    index: Index, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.sync(corpus)
    scandir = os.scandir

    def fail(path: str) -> object:
        if Path(path).name == "zh":
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)  # a share that lost its server
        return scandir(path)

    monkeypatch.setattr(os, "scandir", fail)
    report = index.sync(corpus)
    assert report.removed == []
    assert [failed.path for failed in report.failed] == ["zh"]
    assert index.library.document("dues-zh") is not None


def test_what_is_found_is_live(index: Index, corpus: Path) -> None:
    index.sync(corpus)
    before = found(index, "dues once a year")
    write_rule(corpus, "dues.md", "# Dues\n\nDues are paid every quarter.")
    index.sync(corpus)
    after = found(index, "dues once a year")
    assert {passage.split("@")[0] for passage in before} >= {"dues"}
    live = {
        passage.id
        for document in ("charter", "dues", "dues-zh")
        for passage in index.library.document_passages(document)
    }
    assert after <= live
