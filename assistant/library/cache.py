"""Vectors kept by model and text, so that no text is embedded twice by the same model."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
TokenBits = NDArray[np.uint8]
BATCH_IDS = 500
"""Ids in one statement; SQLite takes 999 in its oldest builds."""


def text_digest(text: str) -> bytes:
    """Give the key of a text."""
    return hashlib.sha256(text.encode("utf-8")).digest()


def read_vectors(
    connection: sqlite3.Connection, fingerprint: str, texts: Sequence[str]
) -> dict[int, FloatArray]:
    """Give the rows known for `texts`, by position."""
    known: dict[int, FloatArray] = {}
    for position, text in enumerate(texts):
        row = connection.execute(
            "SELECT vector FROM embedding WHERE fingerprint = ? AND text_sha256 = ?",
            (fingerprint, text_digest(text)),
        ).fetchone()
        if row is not None:
            known[position] = unpack_rows(row[0])
    return known


def insert_vectors(
    connection: sqlite3.Connection, fingerprint: str, texts: Sequence[str], matrix: FloatArray
) -> None:
    """Keep the rows of `texts`, replacing earlier ones."""
    connection.executemany(
        "INSERT OR REPLACE INTO embedding VALUES (?, ?, ?)",
        ((fingerprint, text_digest(text), pack_rows(row)) for text, row in zip(texts, matrix, strict=True)),
    )


def read_token_bits(
    connection: sqlite3.Connection, ids: Sequence[str], fingerprint: str, code: str
) -> dict[str, TokenBits]:
    """Give the (tokens, bytes) rows of the passages that have them."""
    found: dict[str, TokenBits] = {}
    for start in range(0, len(ids), BATCH_IDS):
        batch = ids[start : start + BATCH_IDS]
        rows = connection.execute(
            "SELECT passage.id, width, bits FROM passage JOIN token_bits USING (text_sha256)"
            f" WHERE fingerprint = ? AND code = ? AND passage.id IN ({','.join('?' * len(batch))})",
            (fingerprint, code, *batch),
        )
        found.update(
            {passage: np.frombuffer(bits, np.uint8).reshape(-1, width) for passage, width, bits in rows}
        )
    return found


def insert_token_bits(
    connection: sqlite3.Connection,
    fingerprint: str,
    code: str,
    texts: Sequence[str],
    bits: Sequence[TokenBits],
) -> None:
    """Keep the rows of texts; one whose vector was purged meanwhile is passed over."""
    connection.executemany(
        "INSERT OR REPLACE INTO token_bits SELECT fingerprint, text_sha256, ?, ?, ? FROM embedding"
        " WHERE fingerprint = ? AND text_sha256 = ?",
        (
            (code, rows.shape[1], rows.tobytes(), fingerprint, text_digest(text))
            for text, rows in zip(texts, bits, strict=True)
        ),
    )


def list_without_tokens(connection: sqlite3.Connection, fingerprint: str, code: str) -> list[str]:
    """List the live passages, by id, whose tokens are not kept though their vector is."""
    rows = connection.execute(
        "SELECT passage.id FROM passage JOIN embedding USING (text_sha256) WHERE embedding.fingerprint = ?1"
        " AND NOT EXISTS (SELECT 1 FROM token_bits AS t WHERE t.fingerprint = ?1 AND t.code = ?2"
        " AND t.text_sha256 = passage.text_sha256) ORDER BY passage.id",
        (fingerprint, code),
    )
    return [passage for (passage,) in rows]


def purge_vectors(connection: sqlite3.Connection) -> int:
    """Delete the rows whose text is in no live passage, and with them their tokens; give their number."""
    return connection.execute(
        "DELETE FROM embedding WHERE text_sha256 NOT IN (SELECT text_sha256 FROM passage)"
    ).rowcount


def read_span_vectors(
    connection: sqlite3.Connection, ids: Sequence[str], fingerprint: str
) -> dict[str, FloatArray]:
    """Give the (spans, d) rows of the passages that have them."""
    found: dict[str, FloatArray] = {}
    for start in range(0, len(ids), BATCH_IDS):
        batch = ids[start : start + BATCH_IDS]
        rows = connection.execute(
            "SELECT passage, dimension, vectors FROM span_vectors"
            f" WHERE fingerprint = ? AND passage IN ({','.join('?' * len(batch))})",
            (fingerprint, *batch),
        )
        found.update(
            {passage: unpack_rows(vectors).reshape(-1, dimension) for passage, dimension, vectors in rows}
        )
    return found


def insert_span_vectors(
    connection: sqlite3.Connection, by_passage: Mapping[str, FloatArray], fingerprint: str
) -> None:
    """Keep the rows of passages; one that was retired meanwhile is passed over."""
    for passage_id, rows in by_passage.items():
        if rows.ndim == 2 and rows.shape[1]:
            connection.execute(
                "INSERT OR REPLACE INTO span_vectors SELECT id, ?, ?, ? FROM passage WHERE id = ?",
                (fingerprint, int(rows.shape[1]), pack_rows(rows), passage_id),
            )


def pack_rows(rows: FloatArray) -> bytes:
    """Give numbers as they are kept: float32, little-endian, row after row."""
    return np.ascontiguousarray(rows, dtype="<f4").tobytes()


def unpack_rows(blob: bytes) -> FloatArray:
    """Give the numbers of `pack_rows`, in one dimension."""
    return np.frombuffer(blob, dtype="<f4").astype(np.float32)
