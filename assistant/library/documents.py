"""Documents, their revisions and live passages: rows in, values out; transactions are the caller's."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.access import may_read, strictest_audience
from assistant.library.archive import collection_name
from assistant.library.cache import BATCH_IDS, text_digest
from assistant.library.lexical import delete_terms, insert_terms
from assistant.library.questions import replace_questions
from assistant.types import AUDIENCES, Audience, Document, Language, Passage, Provenance, SourceFile


@dataclass(frozen=True)
class StoredDocument:
    """One revision as a list shows it, without its text."""

    provenance: Provenance
    revision: str
    passages: int  # 0 for a retired revision
    root: str  # folder that was synced
    path: str  # relative to root
    source_sha256: str
    ingested_at: dt.datetime
    page_starts: tuple[int, ...]
    live: bool = True
    archived: bool = False


@dataclass(frozen=True)
class StoredText:
    """One revision with its text; `audience` is the stricter of its own and the live revision's."""

    text: str
    provenance: Provenance
    revision: str
    live: bool
    audience: Audience
    page_starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class StoredSource:
    """The file a live document was read from."""

    document: str
    revision: str
    root: str
    path: str
    sha256: str


def insert_document(
    connection: sqlite3.Connection,
    document: Document,
    passages: Sequence[Passage],
    source: SourceFile,
    *,
    archived: bool,
) -> None:
    """Make a revision live and take the passages of the one before out of every search."""
    provenance = document.provenance
    connection.execute(
        "INSERT INTO revision VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET page_starts = excluded.page_starts",
        (
            provenance.id,
            document.revision,
            provenance.model_dump_json(),
            document.text,
            json.dumps(document.page_starts),
        ),
    )
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " revision = excluded.revision, root = excluded.root, path = excluded.path,"
        " source_sha256 = excluded.source_sha256, ingested_at = excluded.ingested_at,"
        " archived = excluded.archived",
        (provenance.id, document.revision, source.root, source.path, source.sha256, now, archived),
    )
    replace_passages(connection, provenance, passages, archived=archived)
    replace_questions(connection, provenance.id, document.questions)


def replace_passages(
    connection: sqlite3.Connection, provenance: Provenance, passages: Sequence[Passage], *, archived: bool
) -> None:
    """Put passages in place of a document's present ones, in the lexical index, too."""
    delete_terms(connection, provenance.id)
    connection.execute("DELETE FROM passage WHERE document = ?", (provenance.id,))
    for passage in passages:
        cursor = connection.execute(
            "INSERT INTO passage (id, document, start, language, audience, archived, collection, text_sha256,"
            " record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                passage.id,
                provenance.id,
                passage.start,
                passage.language,
                provenance.audience,
                archived,
                collection_name(passage.language, provenance.audience, archived),
                text_digest(passage.embedded_text),
                passage.model_dump_json(),
            ),
        )
        insert_terms(connection, passage.language, int(cursor.lastrowid or 0), passage.embedded_text)


def update_source(connection: sqlite3.Connection, document: str, source: SourceFile) -> None:
    """Note where a document's file is now and its hash; the text stays as it is."""
    connection.execute(
        "UPDATE document SET root = ?, path = ?, source_sha256 = ? WHERE id = ?",
        (source.root, source.path, source.sha256, document),
    )


def update_archived(connection: sqlite3.Connection, archived_by_document: Mapping[str, bool]) -> None:
    """Assign documents' passages to the collections of today's documents or of the archive."""
    for document, archived in archived_by_document.items():
        connection.execute("UPDATE document SET archived = ? WHERE id = ?", (archived, document))
        rows = connection.execute(
            "SELECT DISTINCT language, audience FROM passage WHERE document = ?", (document,)
        ).fetchall()
        for language, audience in rows:
            connection.execute(
                "UPDATE passage SET archived = ?, collection = ? WHERE document = ? AND language = ?",
                (archived, collection_name(language, audience, archived), document, language),
            )


def delete_document(connection: sqlite3.Connection, document: str) -> bool:
    """Delete a document; its revisions, passages and span vectors go with it. `False` when there is none."""
    delete_terms(connection, document)
    return connection.execute("DELETE FROM document WHERE id = ?", (document,)).rowcount > 0


def list_documents(
    connection: sqlite3.Connection, audience: Audience, *, include_retired: bool
) -> list[StoredDocument]:
    """List what a reader may see, by id; live first among the revisions of one document."""
    rows = connection.execute(
        "SELECT r.provenance, r.revision, d.root, d.path, d.source_sha256, d.ingested_at, r.page_starts,"
        " r.revision = d.revision AS live, d.archived, live.provenance,"
        " (SELECT count(*) FROM passage p WHERE p.document = d.id)"
        " FROM document d JOIN revision r ON r.document = d.id"
        " JOIN revision live ON live.document = d.id AND live.revision = d.revision"
        " WHERE ? OR r.revision = d.revision ORDER BY d.id, live DESC, r.rowid DESC",
        (include_retired,),
    )
    found = []
    for provenance, revision, root, path, sha256, at, pages, live, archived, live_provenance, count in rows:
        own = Provenance.model_validate_json(provenance)
        current = own if live else Provenance.model_validate_json(live_provenance)
        if may_read(audience, strictest_audience(own.audience, current.audience)):
            found.append(
                StoredDocument(
                    provenance=own,
                    revision=revision,
                    passages=count if live else 0,
                    root=root,
                    path=path,
                    source_sha256=sha256,
                    ingested_at=dt.datetime.fromisoformat(at),
                    page_starts=tuple(json.loads(pages)),
                    live=bool(live),
                    archived=bool(archived),
                )
            )
    return found


def read_document_text(
    connection: sqlite3.Connection, document: str, revision: str | None
) -> StoredText | None:
    """Give one revision, the live one when `revision` is None."""
    row = connection.execute(
        "SELECT r.text, r.provenance, r.revision, r.page_starts, d.revision, live.provenance"
        " FROM document d JOIN revision r ON r.document = d.id AND r.revision = coalesce(?, d.revision)"
        " JOIN revision live ON live.document = d.id AND live.revision = d.revision WHERE d.id = ?",
        (revision, document),
    ).fetchone()
    if row is None:
        return None
    own, current = Provenance.model_validate_json(row[1]), Provenance.model_validate_json(row[5])
    return StoredText(
        text=row[0],
        provenance=own,
        revision=row[2],
        live=row[2] == row[4],
        audience=strictest_audience(own.audience, current.audience),
        page_starts=tuple(json.loads(row[3])),
    )


def read_audience(connection: sqlite3.Connection, document: str, revision: str | None) -> Audience | None:
    """Give who may read a revision, the stricter of its own audience and the live revision's; its text is not touched."""
    row = connection.execute(
        "SELECT json_extract(r.provenance, '$.audience'), json_extract(live.provenance, '$.audience')"
        " FROM document d JOIN revision r ON r.document = d.id AND r.revision = coalesce(?, d.revision)"
        " JOIN revision live ON live.document = d.id AND live.revision = d.revision WHERE d.id = ?",
        (revision, document),
    ).fetchone()
    return None if row is None else strictest_audience(*row)


def read_provenances(connection: sqlite3.Connection) -> dict[str, Provenance]:
    """Give the live provenance of every document, by id in order."""
    rows = connection.execute(
        "SELECT d.id, r.provenance FROM document d"
        " JOIN revision r ON r.document = d.id AND r.revision = d.revision ORDER BY d.id"
    )
    return {document: Provenance.model_validate_json(provenance) for document, provenance in rows}


def read_live_revisions(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Give the live revision of the documents among `ids`."""
    found: dict[str, str] = {}
    for batch in _batches(list(ids)):
        marks = ",".join("?" * len(batch))
        found.update(connection.execute(f"SELECT id, revision FROM document WHERE id IN ({marks})", batch))
    return found


def read_passages(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Passage]:
    """Give the live passages among `ids`, by id."""
    found: dict[str, Passage] = {}
    for batch in _batches(list(ids)):
        rows = connection.execute(
            f"SELECT id, record FROM passage WHERE id IN ({','.join('?' * len(batch))})", batch
        )
        found.update({passage_id: Passage.model_validate_json(record) for passage_id, record in rows})
    return found


def read_document_passages(connection: sqlite3.Connection, document: str) -> list[Passage]:
    """Give a document's live passages in reading order."""
    rows = connection.execute(
        "SELECT record FROM passage WHERE document = ? ORDER BY start, number", (document,)
    )
    return [Passage.model_validate_json(record) for (record,) in rows]


def read_passage_ids(
    connection: sqlite3.Connection, collection: str | None, document: str | None
) -> dict[str, set[str]]:
    """Give the ids of live passages by collection."""
    rows = connection.execute(
        "SELECT collection, id FROM passage WHERE (?1 IS NULL OR collection = ?1)"
        " AND (?2 IS NULL OR document = ?2)",
        (collection, document),
    )
    found: dict[str, set[str]] = {}
    for name, passage_id in rows:
        found.setdefault(name, set()).add(passage_id)
    return found


def count_passages(
    connection: sqlite3.Connection, language: Language, audiences: Collection[Audience] = AUDIENCES
) -> int:
    """Count the live passages of a language."""
    marks = ",".join("?" * len(audiences))
    row = connection.execute(
        f"SELECT count(*) FROM passage WHERE language = ? AND audience IN ({marks})", (language, *audiences)
    ).fetchone()
    return int(row[0])


def read_sources(connection: sqlite3.Connection) -> list[StoredSource]:
    """List the files of all live documents, by document id."""
    rows = connection.execute("SELECT id, revision, root, path, source_sha256 FROM document ORDER BY id")
    return [StoredSource(*row) for row in rows]


def read_archived(connection: sqlite3.Connection) -> dict[str, bool]:
    """Tell for every document whether its passages are in the archive collections."""
    rows = connection.execute("SELECT id, archived FROM document")
    return {document: bool(archived) for document, archived in rows}


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH_IDS):
        yield ids[start : start + BATCH_IDS]
