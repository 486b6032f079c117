"""The store of record: documents, revisions, passages, lexical index, embedding cache, journal, in one SQLite file."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexBusy, IndexFolderError
from assistant.library import cache, documents, journal, lexical, questions
from assistant.library.cache import TokenBits
from assistant.library.database import FILE_NAME, Database
from assistant.library.documents import StoredDocument, StoredSource, StoredText
from assistant.library.journal import Journal
from assistant.library.questions import StoredQuestion
from assistant.library.stamp import Stamp
from assistant.types import (
    AUDIENCES,
    Audience,
    Document,
    ExpectedQuestion,
    Language,
    Passage,
    Provenance,
    ScoredId,
    SourceFile,
)

__all__ = ["Library", "StoredDocument", "StoredSource", "StoredText", "open_library"]

FloatArray = NDArray[np.float32]


_log = logging.getLogger(__name__)

UNPURGED = "unpurged"
"""Kept in the library from a removal on until the file was written anew."""


def open_library(folder: Path, *, read_only: bool = False) -> Library:
    """Open the library of an index folder; a new one is made unless `read_only`.

    Raises:
        IndexDamaged: the file is not a library or is broken.
        IndexMismatch: another version of the program laid it out.
        IndexFolderError: the folder cannot be read or written, or is empty and `read_only`.
    """
    if not read_only:
        folder.mkdir(parents=True, exist_ok=True)
    return Library(Database(folder / FILE_NAME, read_only=read_only))


class Library:
    """Reads and changes the store of record; safe to share between threads.

    Every change is one transaction: a reader sees the library before it or after it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._provenances: tuple[int, dict[str, Provenance]] = (-1, {})
        self._provenances_lock = threading.Lock()
        self.journal = Journal(database)
        if not database.read_only and self.read_value(UNPURGED):
            self._purge()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # --- reading ----------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """A number that changes whenever documents do."""
        with self._database.reading() as connection:
            return _read_generation(connection)

    def documents(self, audience: Audience, *, include_retired: bool = False) -> list[StoredDocument]:
        """List the documents a reader of this tier may see, by id, with retired revisions if asked."""
        with self._database.reading() as connection:
            return documents.list_documents(connection, audience, include_retired=include_retired)

    def document(self, document: str, revision: str | None = None) -> StoredText | None:
        """Give a revision's text, the live one by default; the caller checks `audience` of the result."""
        with self._database.reading() as connection:
            return documents.read_document_text(connection, document, revision)

    def audience_of(self, document: str, revision: str | None = None) -> Audience | None:
        """Give who may read a revision, None when there is none; as fast for a long text as for a short one."""
        with self._database.reading() as connection:
            return documents.read_audience(connection, document, revision)

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Give the live passages among `ids`; retired and unknown ones are left out."""
        with self._database.reading() as connection:
            return documents.read_passages(connection, ids)

    def document_passages(self, document: str) -> list[Passage]:
        """Give a document's live passages in reading order."""
        with self._database.reading() as connection:
            return documents.read_document_passages(connection, document)

    def passage_ids(
        self, *, collection: str | None = None, document: str | None = None
    ) -> dict[str, set[str]]:
        """Give the ids of live passages by the collection that holds their vectors."""
        with self._database.reading() as connection:
            return documents.read_passage_ids(connection, collection, document)

    def provenances(self) -> list[Provenance]:
        """List the live provenance of every document, by id."""
        return list(self._provenance_by_id().values())

    def provenance_by_document(self, ids: Iterable[str]) -> dict[str, Provenance]:
        """Give the live provenance of the documents that are there."""
        known = self._provenance_by_id()
        return {document: known[document] for document in ids if document in known}

    def live_revisions(self, ids: Iterable[str]) -> dict[str, str]:
        """Give the live revision of the documents that are there."""
        with self._database.reading() as connection:
            return documents.read_live_revisions(connection, ids)

    def sources(self) -> list[StoredSource]:
        """List the file of every live document, by document id."""
        with self._database.reading() as connection:
            return documents.read_sources(connection)

    def archived_by_document(self) -> dict[str, bool]:
        """Tell for every document whether its vectors are in the archive collections."""
        with self._database.reading() as connection:
            return documents.read_archived(connection)

    # --- searching --------------------------------------------------------------------------------

    def search_lexical(
        self,
        terms: Sequence[str],
        *,
        language: Language,
        audiences: Collection[Audience],
        archived: bool | None,
        k: int,
    ) -> list[ScoredId]:
        """Rank the passages of a language by BM25.

        Args:
            terms: As `words.lexical_terms` gives them; repeated ones count once.
            archived: Only those in the archive, only the others, or None for both.

        Returns:
            At most `k`, best first, ties by id.
        """
        with self._database.reading() as connection:
            return lexical.search_terms(
                connection, terms, language=language, audiences=audiences, archived=archived, k=k
            )

    def document_frequency(self, terms: Iterable[str], language: Language) -> dict[str, int]:
        """Count the passages of a language that hold each term."""
        with self._database.reading() as connection:
            return lexical.count_documents(connection, terms, language)

    def passage_count(self, language: Language, audiences: Collection[Audience] = AUDIENCES) -> int:
        """Count the live passages of a language."""
        with self._database.reading() as connection:
            return documents.count_passages(connection, language, audiences)

    # --- changing ---------------------------------------------------------------------------------

    def publish(
        self, document: Document, passages: Sequence[Passage], source: SourceFile, *, archived: bool = False
    ) -> None:
        """Make a revision live and retire the one before, all at once.

        Args:
            archived: Whether its vectors are in the archive collections, see `archive.is_archived`.
        """
        with self._database.writing() as connection:
            documents.insert_document(connection, document, passages, source, archived=archived)
            _bump_generation(connection)

    def move_source(self, document: str, source: SourceFile) -> None:
        """Note that an unchanged document's file has another place or hash now."""
        with self._database.writing() as connection:
            documents.update_source(connection, document, source)

    def move_documents(self, archived_by_document: Mapping[str, bool]) -> None:
        """Assign documents to the archive collections or back."""
        with self._database.writing() as connection:
            documents.update_archived(connection, archived_by_document)
            _bump_generation(connection)

    def replace_all(self, passages_by_document: Mapping[str, Sequence[Passage]], stamp: Stamp) -> None:
        """Put newly cut passages in place of all present ones, under a new stamp, in one transaction."""
        provenances = self._provenance_by_id()
        with self._database.writing() as connection:
            archived = documents.read_archived(connection)
            for document, passages in passages_by_document.items():
                documents.replace_passages(
                    connection, provenances[document], passages, archived=archived[document]
                )
            lexical.purge_terms(connection)
            _write_value(connection, "stamp", stamp.model_dump())
            _bump_generation(connection)

    def remove(self, document: str) -> bool:
        """Purge one document as `remove_all` does; `False` when there is none."""
        return bool(self.remove_all([document]))

    def remove_all(self, ids: Iterable[str]) -> list[str]:
        """Purge documents: text of every revision, passages, terms and cached vectors leave the file, too.

        Returns:
            Those that were there.
        """
        with self._database.writing() as connection:
            removed = [document for document in ids if documents.delete_document(connection, document)]
            if removed:
                cache.purge_vectors(connection)
                lexical.purge_terms(connection)
                journal.forget_documents(connection, removed)
                _bump_generation(connection)
                _write_value(connection, UNPURGED, True)
        if removed:
            self._purge()
        return removed

    def _purge(self) -> None:
        """Take what was removed out of the file; killed or out of room before, the next opening does it."""
        try:
            self._database.rewrite()
        except (IndexBusy, IndexFolderError) as error:
            _log.warning("Removed text may still be in the library's file: %s", error)
            return
        with self._database.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (UNPURGED,))
        self._database.empty_log()

    # --- vectors ----------------------------------------------------------------------------------

    def cached_vectors(self, fingerprint: str, texts: Sequence[str]) -> dict[int, FloatArray]:
        """Give the vectors known for texts, by position in `texts`."""
        with self._database.reading() as connection:
            return cache.read_vectors(connection, fingerprint, texts)

    def store_vectors(
        self,
        fingerprint: str,
        texts: Sequence[str],
        matrix: FloatArray,
        tokens: Sequence[TokenBits] = (),
        *,
        code: str = "",
    ) -> None:
        """Keep the vectors of texts, `matrix` is (n, d), and the bits of their tokens where there are any.

        Args:
            code: `token_code` of the embedder; with "" no bits are kept.
        """
        with self._database.writing() as connection:
            cache.insert_vectors(connection, fingerprint, texts, matrix)
            if code:
                cache.insert_token_bits(connection, fingerprint, code, texts, tokens)

    def token_bits(self, ids: Sequence[str], fingerprint: str, code: str) -> dict[str, TokenBits]:
        """Give the bits of their tokens, (tokens, bytes), of the live passages that have them."""
        with self._database.reading() as connection:
            return cache.read_token_bits(connection, ids, fingerprint, code)

    def store_token_bits(
        self, fingerprint: str, code: str, texts: Sequence[str], tokens: Sequence[TokenBits]
    ) -> None:
        """Keep the bits of the tokens of texts whose vectors are kept."""
        with self._database.writing() as connection:
            cache.insert_token_bits(connection, fingerprint, code, texts, tokens)

    def passages_without_tokens(self, fingerprint: str, code: str) -> list[str]:
        """List the live passages, by id, that have a vector and no bits of their tokens."""
        with self._database.reading() as connection:
            return cache.list_without_tokens(connection, fingerprint, code)

    def purge_cache(self) -> int:
        """Delete the vectors of texts that are in no live passage; give their number."""
        with self._database.writing() as connection:
            return cache.purge_vectors(connection)

    def span_vectors(self, ids: Sequence[str], fingerprint: str) -> dict[str, FloatArray]:
        """Give the (spans, d) vectors of the passages that have them."""
        with self._database.reading() as connection:
            return cache.read_span_vectors(connection, ids, fingerprint)

    def store_span_vectors(self, by_passage: Mapping[str, FloatArray], fingerprint: str) -> None:
        """Keep vectors of passages' spans; they go when their passage goes."""
        with self._database.writing() as connection:
            cache.insert_span_vectors(connection, by_passage, fingerprint)

    # --- expected questions -----------------------------------------------------------------------

    def replace_questions(self, document: str, expected: Sequence[ExpectedQuestion]) -> None:
        """Put the expected questions of an unchanged document in place of those it has, if they differ."""
        with self._database.writing() as connection:
            if questions.replace_questions(connection, document, expected):
                _bump_generation(connection)

    def expected_questions(self, fingerprint: str) -> list[StoredQuestion]:
        """List the questions with a vector of this embedder whose text is live, by document and question."""
        with self._database.reading() as connection:
            return questions.read_questions(connection, fingerprint)

    def questions_without_vectors(self, fingerprint: str) -> list[str]:
        """List the texts of expected questions that this embedder has not read, in order."""
        with self._database.reading() as connection:
            return questions.list_without_vectors(connection, fingerprint)

    def store_question_vectors(self, fingerprint: str, texts: Sequence[str], matrix: FloatArray) -> None:
        """Keep the vectors of expected questions, `matrix` is (n, d)."""
        with self._database.writing() as connection:
            questions.store_vectors(connection, fingerprint, texts, matrix)
            _bump_generation(connection)

    # --- notes about the whole --------------------------------------------------------------------

    def stamp(self) -> Stamp | None:
        """Give what the index was built with; None while nothing was ingested."""
        found = self.read_value("stamp")
        return None if found is None else Stamp.model_validate(found)

    def write_stamp(self, stamp: Stamp) -> None:
        """Note what the index is built with."""
        self.write_value("stamp", stamp.model_dump())

    def read_value(self, key: str) -> Any:
        """Give a JSON value kept under a name, None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def write_value(self, key: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        with self._database.writing() as connection:
            _write_value(connection, key, value)

    def find_corruption(self) -> list[str]:
        """Give what SQLite's own check finds wrong; empty when the file is whole."""
        return self._database.find_corruption()

    def _provenance_by_id(self) -> dict[str, Provenance]:
        """Read all provenances once for each generation: every question needs them."""
        with self._database.reading() as connection:
            generation = _read_generation(connection)
            with self._provenances_lock:
                known_generation, known = self._provenances
            if known_generation == generation:
                return known
            fresh = documents.read_provenances(connection)
        with self._provenances_lock:
            self._provenances = (generation, fresh)
        return fresh


def _read_generation(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row[0]) if row else 0


def _bump_generation(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO meta VALUES ('generation', '1') ON CONFLICT DO UPDATE SET value = value + 1"
    )


def _write_value(connection: sqlite3.Connection, key: str, value: Any) -> None:
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (key, json.dumps(value, ensure_ascii=False)),
    )
