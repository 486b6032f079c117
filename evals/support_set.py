"""The check behind a citation on labelled pairs: does `verify` agree with people?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InputError
from assistant.sentences import split_sentences
from assistant.types import Verdict
from assistant.verification.verify import Source, verify
from assistant.words import content_terms
from evals.cases import read_lines
from evals.set_measures import area_under_curve


class Pair(BaseModel):
    """A sentence and the text it is said to rest on, with the judgement of people where there is one."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)
    id: str = Field(min_length=1)
    source: str
    sentence: str
    supported: bool | None = None
    set: str = "all"


def read_pairs(path: Path) -> list[Pair]:
    """Read a file of pairs.

    Raises:
        InputError: it is missing, or a line is no pair.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path.name!r}.", hint="Name a JSON-lines file of pairs.")
    pairs = []
    for number, line in read_lines(path):
        try:
            pairs.append(Pair.model_validate_json(line))
        except ValidationError as error:
            raise InputError(
                f"{path.name} line {number}: {error.errors()[0]['msg']}.",
                hint='Each line needs "id", "source" and "sentence".',
            ) from error
    return pairs


def measure_rarity(texts: Iterable[str]) -> Callable[[str], float]:
    """Give the inverse document frequency of terms over texts, as a library would (BM25 form)."""
    sets = [frozenset(content_terms(text)) for text in dict.fromkeys(texts)]
    frequency: dict[str, int] = {}
    for terms in sets:
        for term in terms:
            frequency[term] = frequency.get(term, 0) + 1
    n = len(sets)
    return lambda term: math.log1p((n - frequency.get(term, 0) + 0.5) / (frequency.get(term, 0) + 0.5))


def judge_pair(pair: Pair, rarity: Callable[[str], float]) -> Verdict:
    """Check a claim against its source alone, sentence by sentence as in an answer.

    All sentences must be supported; the score is that of the whole claim, as the weights were fitted. On
    mtrag-faithfulness, whose claims are whole answers, the mean of the sentences' scores gave AUROC .853.
    """
    text = pair.sentence
    sentences = [text[start:end] for start, end in split_sentences(text, 0, len(text))] or [text]
    verdicts = [verify(sentence, [Source(pair.source)], rarity=rarity) for sentence in sentences]
    labels = {verdict.label for verdict in verdicts}
    return Verdict(
        label="contradicted" if "contradicted" in labels else max(labels),  # unsupported > supported
        score=verify(text, [Source(pair.source)], rarity=rarity).score,
        reasons=tuple(reason for verdict in verdicts for reason in verdict.reasons),
    )


def support_values(verdicts: Mapping[str, Verdict]) -> dict[str, dict[str, float | bool]]:
    """Give what the output file holds, by pair id."""
    return {name: {"score": v.score, "supported": v.label == "supported"} for name, v in verdicts.items()}


def write_support_table(pairs: Sequence[Pair], verdicts: Mapping[str, Verdict]) -> str:
    """Give agreement with people as Markdown, a line a subset; empty when nothing is labelled."""
    names = list(dict.fromkeys(pair.set for pair in pairs if pair.supported is not None))
    if not names:
        return ""
    lines = ["| set | n | supported | AUROC | balanced accuracy |", "| --- | ---: | ---: | ---: | ---: |"]
    for name in names:
        labelled = [(p.supported, verdicts[p.id]) for p in pairs if p.set == name and p.supported is not None]
        labels = [bool(label) for label, _ in labelled]
        auroc = area_under_curve([verdict.score for _, verdict in labelled], labels)
        said = [verdict.label == "supported" for _, verdict in labelled]
        balanced = balanced_accuracy(said, labels)
        lines.append(f"| {name} | {len(labels)} | {sum(labels)} | {_figure(auroc)} | {_figure(balanced)} |")
    return "\n".join(lines)


def balanced_accuracy(said: Sequence[bool], labels: Sequence[bool]) -> float | None:
    """Give the mean of the shares of positives and of negatives that were called right."""
    right = {kind: [s == t for s, t in zip(said, labels, strict=True) if t == kind] for kind in (True, False)}
    if not right[True] or not right[False]:
        return None
    return sum(sum(hits) / len(hits) for hits in right.values()) / 2


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
