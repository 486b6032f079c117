"""Plain ways to rank a third-party set with the same index, as a measure of what the assistant's way adds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.retrieval.fusion import fuse_scores
from assistant.types import AUDIENCES, Hit
from assistant.words import detect_language, lexical_terms
from evals.set_index import SetIndex
from evals.set_runs import RANKED
from evals.sets import SetQuery

DEPTH = 100
RRF_K = 60
"""Rank offset of reciprocal rank fusion. Source: Cormack, Clarke & Büttcher, SIGIR 2009."""

Ranking = list[tuple[str, float]]  # ids of rows or passages with scores, best first


class Baselines(NamedTuple):
    """Rankings of one question, and the best raw score of each search."""

    rankings: dict[str, Ranking]  # "bm25", "dense", "rrf", ids of rows
    best: dict[str, float]  # "bm25", "bm25 a term", "dense"


def rank_baselines(index: SetIndex, query: SetQuery) -> Baselines:
    """Rank the rows by BM25, by cosine and by reciprocal rank fusion of both, on the last turn alone."""
    assistant, text = index.assistant, query.text.strip()
    if not text:
        return Baselines(
            {"bm25": [], "dense": [], "rrf": []}, {"bm25": 0.0, "bm25 a term": 0.0, "dense": 0.0}
        )
    terms = lexical_terms(text)
    words = assistant.library.search_lexical(
        terms, language=detect_language(text), audiences=AUDIENCES, archived=None, k=DEPTH
    )
    vector = assistant.embedder.encode_queries([text])[0]
    near = [
        scored
        for name in assistant.vectors.collections()
        for scored in assistant.vectors.query(name, vector, DEPTH)
    ]
    by_words = _ordered({scored.id: scored.score for scored in words})
    by_meaning = _ordered({scored.id: scored.score for scored in near})
    rankings = {"bm25": by_words, "dense": by_meaning, "rrf": fuse_ranks([by_words, by_meaning])}
    best_word = by_words[0][1] if by_words else 0.0
    best = {
        "bm25": best_word,
        "bm25 a term": best_word / max(1, len(set(terms))),
        "dense": by_meaning[0][1] if by_meaning else 0.0,
    }
    return Baselines({name: _rows(ranking, index) for name, ranking in rankings.items()}, best)


def _ordered(scores: Mapping[str, float]) -> Ranking:
    return fuse_scores(scores, {})[:DEPTH]


def fuse_ranks(rankings: Sequence[Ranking]) -> Ranking:
    """Join rankings by the sum of 1 / (60 + rank), ties in order of id."""
    summed: dict[str, float] = {}
    for ranking in rankings:
        for rank, (name, _) in enumerate(ranking, start=1):
            summed[name] = summed.get(name, 0.0) + 1 / (RRF_K + rank)
    return _ordered(summed)


def _rows(ranking: Ranking, index: SetIndex) -> Ranking:
    passages = index.assistant.library.passages(name for name, _ in ranking[:RANKED])
    kept = [(passages[name], score) for name, score in ranking[:RANKED] if name in passages]
    return index.rows_of(Hit(passage, score, rank) for rank, (passage, score) in enumerate(kept, start=1))


_ROW = re.compile(r"^\|(?P<cells>.+)\|\s*$", re.MULTILINE)


def given_baselines(readme: Path) -> list[dict[str, str | float]]:
    """Read the BM25 figures that a set's README gives; empty without a README or a table under "BM25 on".

    Returns:
        A dict a row: "query" in the README's words, and each measure by its name.
    """
    if not readme.is_file():
        return []
    _, _, rest = readme.read_text(encoding="utf-8").partition("\n## BM25 on")
    table = [
        [cell.strip() for cell in match["cells"].split("|")]
        for match in _ROW.finditer(rest.split("\n## ")[0])
    ]
    if len(table) < 3:
        return []
    head, _, *rows = table
    found = []
    for row in rows:
        values = {name: _number(cell) for name, cell in zip(head, row, strict=False)}
        found.append({name: value for name, value in values.items() if value is not None})
    return found


def _number(cell: str) -> str | float | None:
    try:
        return float(cell)
    except ValueError:
        return cell or None
