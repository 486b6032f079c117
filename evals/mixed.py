"""Does a library of both languages lose either? Recall with both texts of a pair, and with one of them removed.

Every question whose gold stands in documents with a translation is searched in three libraries: the whole
one, one without the Chinese texts of the pairs, and one without the English ones. Documents are really
removed, from copies of the index.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.build import Assistant, build_assistant
from assistant.settings import load_settings
from assistant.types import LANGUAGES, Language
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.estimate import Estimate, estimate
from evals.gold import gold_places
from evals.metrics.ranking import RANKING, measure_ranking, rank_golds
from evals.run import RANKED
from evals.score import Metric, Outcome, Score, keep_places
from evals.wording import format_interval, format_value

MEASURES = ("R@5", "R@10", "nDCG@10")


class Cell(NamedTuple):
    """The measures of the questions of one language in one library."""

    language: Language  # of the questions
    removed: Language | None  # of the texts that were taken out
    estimates: dict[str, Estimate]  # by measure


def paired_documents(corpus: Corpus, language: Language) -> list[str]:
    """List the documents of a language that have a counterpart in the other one.

    A translation names its original; two summaries of one source, neither of which translates the other,
    share the name before the language: `founding-record.en` and `founding-record.zh`.
    """
    pairs: set[str] = set()
    for name, source in corpus.texts.items():
        stem, _, suffix = name.rpartition(".")
        others = {f"{stem}.{one}" for one in LANGUAGES if one != suffix}
        if source.provenance.translation_of is not None:
            others.add(source.provenance.translation_of)
        if found := others & corpus.texts.keys():
            pairs |= {name, *found}
    return sorted(name for name in pairs if corpus.texts[name].provenance.language == language)


def paired_cases(cases: Iterable[EvalCase], corpus: Corpus) -> list[EvalCase]:
    """Keep the questions each of whose golds can be answered from either language of a pair."""
    by_language = {language: set(paired_documents(corpus, language)) for language in LANGUAGES}
    return [
        case
        for case in cases
        if case.expected.gold
        and all(
            {place.document for place in places} & by_language[language]
            for places in gold_places(case, corpus)
            for language in LANGUAGES
        )
    ]


def measure_mixed(index: Path, corpus: Corpus, cases: Sequence[EvalCase]) -> list[Cell]:
    """Measure all questions in the three libraries; `index` itself is only copied, and must be closed."""
    cells = []
    for removed in (None, *LANGUAGES):
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(index, Path(folder) / "index")
            with build_assistant(load_settings(index=copy)) as assistant:
                for document in paired_documents(corpus, removed) if removed else ():
                    assistant.remove(document)
                for language in LANGUAGES:
                    asked = [case for case in cases if case.language == language]
                    cells.append(Cell(language, removed, _measure(assistant, asked, corpus)))
    return cells


def _measure(assistant: Assistant, cases: Sequence[EvalCase], corpus: Corpus) -> dict[str, Estimate]:
    scores: dict[str, list[Score]] = {name: [] for name in MEASURES}
    for case in cases:
        on = case.as_of or (dt.date.today() if case.role == "staff" else None)
        hits = assistant.search(case.question, reader=case.role, k=RANKED, as_of=on, history=case.history)
        ranking = rank_golds(case, Outcome(case=case, found=keep_places(hits)), corpus)
        golds = [f"gold-{number}" for number in range(len(gold_places(case, corpus)))]
        for name in MEASURES:
            scores[name].append(Score(value=measure_ranking(golds, ranking, name)))
    return {name: estimate(_metric(name), found) for name, found in scores.items()}


def _metric(name: str) -> Metric:
    return next(metric for metric in RANKING if metric.name == name)


def write_mixed(cells: Sequence[Cell]) -> str:
    """Give the table: each language's questions in the library of both, of its own and of the other language."""
    lines = [
        "| questions | library | " + " | ".join(MEASURES) + " | n |",
        "| --- | --- |" + " ---: |" * (len(MEASURES) + 1),
    ]
    for cell in sorted(cells, key=lambda c: (c.language, c.removed is not None, c.removed == c.language)):
        library = (
            "both"
            if cell.removed is None
            else "other language only"
            if cell.removed == cell.language
            else "own language only"
        )
        values = [
            f"{format_value(_metric(name), one.value)} ({format_interval(_metric(name), one)})"
            for name, one in cell.estimates.items()
        ]
        lines.append(f"| {cell.language} | {library} | {' | '.join(values)} | {cell.estimates['R@5'].n} |")
    return "\n".join(lines)
