"""Asking a third-party set: rankings by search, and whether the library answers at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assistant.build import MAX_QUESTION_CHARS
from assistant.respond import Asked, Trace
from assistant.retrieval.search import Scope
from evals.estimate import Estimate
from evals.set_index import SetIndex
from evals.set_measures import MEASURES, Run, area_under_curve
from evals.sets import SetQuery
from evals.support_set import balanced_accuracy

RANKED = 10


class Answerability(NamedTuple):
    """The probability that the evidence answers, and whether the assistant would answer."""

    p: float
    answerable: bool


def rank_query(index: SetIndex, query: SetQuery, *, with_history: bool) -> list[tuple[str, float]]:
    """Give the ids of the ten best rows with scores; an empty question finds nothing."""
    text = query.text.strip()[:MAX_QUESTION_CHARS]
    if not text:
        return []
    history = query.history if with_history else ()
    index.embed_spans(text, history)
    return index.rows_of(index.assistant.search(text, reader="staff", k=RANKED, history=history))


def judge_query(index: SetIndex, query: SetQuery, *, with_history: bool) -> Answerability:
    """Search for real and keep the judgement of the evidence.

    The guard is left out: it knows what this assistant is for, and a third-party set asks about all the world.
    """
    text = query.text.strip()[:MAX_QUESTION_CHARS]
    if not text:
        return Answerability(0.0, False)
    history = query.history if with_history else ()
    index.embed_spans(text, history)
    prepared = index.assistant.responder.prepare(Asked(text, Scope("public"), history), Trace())
    return Answerability(prepared.judgement.probability, prepared.judgement.grade == "answered")


def run_values(run: Run) -> dict[str, list[list[str | float]]]:
    """Give what a run file holds: `{query_id: [[passage_id, score], …]}`."""
    return {query: [[row, round(score, 6)] for row, score in ranked] for query, ranked in run.items()}


def answerable_values(found: Mapping[str, Answerability]) -> dict[str, dict[str, float | bool]]:
    """Give what an answerability file holds: `{query_id: {"p", "answerable"}}`."""
    return {query: {"p": round(one.p, 6), "answerable": one.answerable} for query, one in found.items()}


def write_measures(estimates: Mapping[str, Estimate]) -> str:
    """Give the measures as Markdown."""
    lines = [
        "| measure | value | 95 % interval | judged queries | missing |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in MEASURES:
        one = estimates[name]
        values = ["–", ""] if one.value is None else [f"{one.value:.3f}", f"{one.low:.3f} – {one.high:.3f}"]
        lines.append(f"| {name} | {' | '.join(values)} | {one.n} | {one.n_failed} |")
    return "\n".join(lines)


def write_answerability(queries: Iterable[SetQuery], found: Mapping[str, Answerability]) -> str:
    """Give the agreement with the set's own labels as Markdown; empty when it has none."""
    labelled = [(found[q.id], q.answerable) for q in queries if q.answerable is not None]
    if not labelled:
        return ""
    labels = [bool(label) for _, label in labelled]
    said = [one.answerable for one, _ in labelled]
    figures = (
        area_under_curve([one.p for one, _ in labelled], labels),
        sum(s == t for s, t in zip(said, labels, strict=True)) / len(labels),
        balanced_accuracy(said, labels),
    )
    cells = " | ".join("–" if value is None else f"{value:.3f}" for value in figures)
    head = "| n | answerable | answered | AUROC | accuracy | balanced accuracy |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
    return f"{head}\n| {len(labels)} | {sum(labels)} | {sum(said)} | {cells} |"
