"""Measures the check on edits made by rule: `python -m evals.bench_edits [--corpus corpus] [--sample N]`.

Every sentence of the corpus is its own source. What changes its meaning (another figure, party, modal word,
limit, a "not" more or less) must be rejected; copies with a lead-in or without the full stop must pass.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.verification.segments import cut_pieces
from assistant.verification.verify import Source, verify
from assistant.words import detect_language
from evals.bench_support import Rate
from evals.intervals import wilson_interval

SHORTEST, LONGEST = 30, 300
"""Characters of an English sentence that is edited; a Chinese one may be half as long."""

_SWAPS: tuple[tuple[str, str, str], ...] = (
    ("modal", r"\bmust\b", "may"), ("modal", r"\bmay(?! not)\b", "must"), ("modal", r"应当", "可以"),
    ("modal", r"(?<!不)可以", "应当"), ("negation", r"\bmay not\b", "may"), ("negation", r"\bmust not\b", "must"),
    ("negation", r"\b(is|are) not\b", r"\1"), ("negation", r"\bmust(?! not)\b", "must not"),
    ("negation", r"不得", "可以"), ("negation", r"(?<!不)可以", "不得"), ("negation", r"无需|不必", "必须"),
    ("limit", r"\bat most\b", "at least"), ("limit", r"\bat least\b", "at most"), ("limit", r"\bbefore\b", "after"),
    ("limit", r"\bafter\b", "before"), ("limit", r"不超过", "不少于"), ("limit", r"至少", "至多"), ("limit", r"最多", "最少"),
    ("party", r"\bthe Secretariat\b", "the Council"), ("party", r"\bthe Council\b", "the Secretariat"),
    ("party", r"秘书处", "理事会"), ("party", r"理事会(?!员)", "秘书处"), ("party", r"接收方", "披露方"), ("party", r"披露方", "接收方"),
)  # fmt: skip
_FIGURE = re.compile(
    r"(?<![\d.,v/-])\d{1,3}(?![\d.,/-]*\d)(?=\s?(?:%|working|days?|months?|years?|个|日|天|年(?!\d)|月(?!\d)|元|yuan))"
)
_LEADS = {"en": "According to the rules, ", "zh": "根据规定，"}


class Edited(NamedTuple):
    """A sentence, what was made of it, and whether it still says the same."""

    kind: str
    source: str
    sentence: str
    same: bool


def read_sentences(corpus: Path) -> list[str]:
    """List the different sentences of the Markdown files below a folder, headings and tables left out."""
    found: dict[str, None] = {}
    for path in sorted(corpus.rglob("*.md")):
        if path.name.startswith(("_", "README")):
            continue
        body = path.read_text(encoding="utf-8").split("---", 2)[-1]
        for line in body.splitlines():
            if not line.startswith(("#", "|")):
                found.update(dict.fromkeys(cut_pieces(re.sub(r"^\s*(?:[-*]|\d+[.)]?)\s+", "", line))))
    return [text for text in found if _fits(text)]


def _fits(text: str) -> bool:
    scale = 1 if detect_language(text) == "en" else 2
    return SHORTEST <= scale * len(text) <= LONGEST


def edit_sentence(text: str) -> Iterator[Edited]:
    """Give the edits of one sentence: at most one of each rule, and its true copies."""
    for kind, pattern, put in _SWAPS:
        if len(re.findall(pattern, text)) == 1:
            yield Edited(kind, text, re.sub(pattern, put, text), same=False)
    if figures := list(_FIGURE.finditer(text)):
        figure = figures[zlib.crc32(text.encode()) % len(figures)]
        other = str(int(figure.group()) + 17)
        yield Edited("figure", text, text[: figure.start()] + other + text[figure.end() :], same=False)
    yield Edited("lead-in", text, _LEADS[detect_language(text)] + text, same=True)
    yield Edited("no full stop", text, text.rstrip(".。；;"), same=True)


def measure_edits(sentences: Sequence[str]) -> list[Rate]:
    """Give the share of right verdicts by kind of edit, `all` for each of both labels first."""
    right: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for edit in (edit for text in sentences for edit in edit_sentence(text)):
        passed = verify(edit.sentence, [Source(edit.source)]).label == "supported"
        label = "faithful" if edit.same else "contradiction"
        for kind in ("all", edit.kind):
            right["corpus", label, kind].append(passed == edit.same)
    ordered = sorted(right.items(), key=lambda item: (item[0][1], item[0][2] != "all", item[0][2]))
    return [
        Rate(*key, sum(found), len(found), wilson_interval(sum(found), len(found))) for key, found in ordered
    ]


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--sample", type=int, help="every n-th sentence only")
    arguments = parser.parse_args()
    sentences = read_sentences(arguments.corpus)[:: arguments.sample or 1]
    print(f"{len(sentences)} sentences")
    for rate in measure_edits(sentences):
        print(f"{rate.label:14} {rate.type:14} {rate.right} of {rate.n}  {rate.right / rate.n:.3f}")


if __name__ == "__main__":
    main()
