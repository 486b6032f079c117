"""The lexical index: BM25 over ready-made terms, one index for each language.

FTS5's bm25 is Okapi BM25 with k1 = 1.2 and b = 0.75 and is negative; here higher is better.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from assistant.types import LANGUAGES, Audience, Language, ScoredId
from assistant.words import lexical_terms

_INDEXED = re.compile(r"[0-9a-z.,:/%'_\-\u0080-\ud7ff\ue000-\U0010ffff]+")
"""A term the index can hold: the tokenizer keeps it whole, and quoting it cannot end the query."""
MAX_TERMS = 512
"""A query's terms beyond this are not looked up; a question of 4,000 characters has fewer."""


def insert_terms(connection: sqlite3.Connection, language: Language, number: int, text: str) -> None:
    """Index a passage's text under its row number."""
    terms = " ".join(filter(_INDEXED.fullmatch, lexical_terms(text)))
    connection.execute(f"INSERT INTO lexical_{language} (rowid, terms) VALUES (?, ?)", (number, terms))


def delete_terms(connection: sqlite3.Connection, document: str) -> None:
    """Take a document's passages out of the index; call before their rows go."""
    for language in LANGUAGES:
        connection.execute(
            f"DELETE FROM lexical_{language} WHERE rowid IN"
            " (SELECT number FROM passage WHERE document = ? AND language = ?)",
            (document, language),
        )


def purge_terms(connection: sqlite3.Connection) -> None:
    """Merge the index into one piece: until then it still holds the words of deleted rows."""
    for language in LANGUAGES:
        connection.execute(f"INSERT INTO lexical_{language} (lexical_{language}) VALUES ('optimize')")


def search_terms(
    connection: sqlite3.Connection,
    terms: Iterable[str],
    *,
    language: Language,
    audiences: Collection[Audience],
    archived: bool | None,
    k: int,
) -> list[ScoredId]:
    """Rank passages by BM25; any text is a valid term, one the index cannot hold finds nothing."""
    wanted = _known_terms(terms)
    if not wanted or not audiences or k < 1:
        return []
    table = f"lexical_{language}"
    marks = ",".join("?" * len(audiences))
    only = "" if archived is None else f" AND passage.archived = {int(archived)}"
    rows = connection.execute(
        f"SELECT passage.id, -bm25({table}) AS score FROM {table}"
        f" JOIN passage ON passage.number = {table}.rowid"
        f" WHERE {table} MATCH ? AND passage.audience IN ({marks}){only}"
        " ORDER BY score DESC, passage.id LIMIT ?",
        (" OR ".join(f'"{term}"' for term in wanted), *audiences, k),
    )
    return [ScoredId(passage_id, float(score)) for passage_id, score in rows]


def count_documents(
    connection: sqlite3.Connection, terms: Iterable[str], language: Language
) -> dict[str, int]:
    """Count the passages of a language that hold each term; terms that none holds are 0."""
    counts: dict[str, int] = {}
    for term in terms:
        row = None
        if _INDEXED.fullmatch(term):
            row = connection.execute(
                f"SELECT doc FROM lexical_{language}_terms WHERE term = ?", (term,)
            ).fetchone()
        counts[term] = int(row[0]) if row else 0
    return counts


def _known_terms(terms: Iterable[str]) -> Sequence[str]:
    return [term for term in dict.fromkeys(terms) if _INDEXED.fullmatch(term)][:MAX_TERMS]
