"""Expected questions and their vectors: rows in, values out; transactions are the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.library.cache import FloatArray, pack_rows, unpack_rows
from assistant.types import Audience, ExpectedQuestion

_IS_NEAR_MISS = "EXISTS (SELECT 1 FROM near_miss m WHERE m.text = q.text AND m.document = q.document)"


@dataclass(frozen=True)
class StoredQuestion:
    """An expected question, the live passage that answers it or comes nearest to it, and where in its document."""

    text: str
    passage: str
    start: int
    end: int
    audience: Audience  # of the passage
    near_miss: bool
    vector: FloatArray  # (d,)


def replace_questions(
    connection: sqlite3.Connection, document: str, expected: Sequence[ExpectedQuestion]
) -> bool:
    """Put questions in place of a document's; vectors of those that stay are kept. Tell whether anything changed."""
    rows = connection.execute(
        f"SELECT q.text, q.start, q.end, {_IS_NEAR_MISS} FROM expected_question q WHERE q.document = ?",
        (document,),
    ).fetchall()
    known = {text: (start, end, bool(near_miss)) for text, start, end, near_miss in rows}
    wanted = {one.text: (one.start, one.end, one.near_miss) for one in expected}
    if known == wanted:
        return False
    connection.executemany(
        "DELETE FROM expected_question WHERE document = ? AND text = ?",
        ((document, text) for text in known.keys() - wanted.keys()),
    )
    connection.executemany(
        "INSERT INTO expected_question (document, text, start, end) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET start = excluded.start, end = excluded.end",
        ((document, text, start, end) for text, (start, end, _) in wanted.items()),
    )
    connection.execute("DELETE FROM near_miss WHERE document = ?", (document,))
    connection.executemany(
        "INSERT INTO near_miss (document, text) VALUES (?, ?)",
        ((document, text) for text, (_, _, near_miss) in wanted.items() if near_miss),
    )
    return True


def read_questions(connection: sqlite3.Connection, fingerprint: str) -> list[StoredQuestion]:
    """List the questions with a vector of this embedder that belong to a live passage, by document and question.

    A piece that goes on into the next passage belongs to the one it begins in.
    """
    rows = connection.execute(
        f"SELECT q.text, p.id, q.start, q.end, p.audience, {_IS_NEAR_MISS}, q.vector"
        " FROM expected_question q JOIN passage p"
        " ON p.document = q.document AND p.start = (SELECT max(start) FROM passage"
        " WHERE document = q.document AND start <= q.start)"
        " WHERE q.fingerprint = ? ORDER BY q.document, q.text",
        (fingerprint,),
    )
    return [
        StoredQuestion(text, passage, start, end, audience, bool(near_miss), unpack_rows(vector))
        for text, passage, start, end, audience, near_miss, vector in rows
    ]


def list_without_vectors(connection: sqlite3.Connection, fingerprint: str) -> list[str]:
    """List the texts of questions, each once, that have no vector of this embedder."""
    rows = connection.execute(
        "SELECT DISTINCT text FROM expected_question WHERE fingerprint != ? ORDER BY length(text), text",
        (fingerprint,),
    )
    return [text for (text,) in rows]


def store_vectors(
    connection: sqlite3.Connection, fingerprint: str, texts: Sequence[str], matrix: FloatArray
) -> None:
    """Keep the row of each text for every document that expects it; texts removed meanwhile are passed over."""
    connection.executemany(
        "UPDATE expected_question SET fingerprint = ?, vector = ? WHERE text = ?",
        (
            (fingerprint, pack_rows(np.asarray(row, np.float32)), text)
            for text, row in zip(texts, matrix, strict=True)
        ),
    )
