"""Whether every sentence stands on a quote that is really in the cited document."""

from __future__ import annotations

import re
import unicodedata

from assistant.types import Answer, Citation, Sentence
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.score import Metric, Outcome, Score

_MARKS = re.compile(r"[\s*`_|#>]+|^(?:[-•]|\d+[.)])\s+", re.MULTILINE)


def plain(text: str) -> str:
    """Give a text without white space and Markdown marks, for comparing words with their quote."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))


def quote_is_real(citation: Citation, corpus: Corpus) -> bool:
    """Tell whether the quote stands verbatim at its offsets in the revision that is cited."""
    source = corpus.texts.get(citation.document)
    if source is None or citation.revision != source.revision:
        return False
    return source.text[citation.start : citation.end] == citation.quote != ""


def unsupported_reason(sentence: Sentence, answer: Answer, corpus: Corpus) -> str:
    """Say what is wrong with a sentence's support; empty when nothing is."""
    cited = [c for c in answer.citations if c.number in sentence.citations]
    if len(cited) < len(set(sentence.citations)) or not cited:
        return "cites nothing that is listed"
    if bad := [c.number for c in cited if not quote_is_real(c, corpus)]:
        return f"quote {bad[0]} is not in the document"
    if sentence.verdict.label != "supported":
        return f"verdict {sentence.verdict.label}"
    if sentence.role == "quote":
        # Words of two quotes joined in one sentence, such as a list's head and its item.
        joined = plain("".join(c.quote for c in cited))
        if plain(sentence.text) not in joined and not all(
            plain(part) in joined for part in sentence.text.split("\n")
        ):
            return "its words are not in its quotes"
    return ""


def score_support(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give the share of sentences, "more" included, that their quotes carry; phrases claim nothing."""
    answer = outcome.answer
    sentences = [s for s in (*answer.sentences, *answer.more) if s.role != "phrase"] if answer else []
    if answer is None or not sentences:
        return Score(value=None, reason="the answer claims nothing")
    reasons = [unsupported_reason(sentence, answer, corpus) for sentence in sentences]
    wrong = [f"{s.text[:60]!r}: {reason}" for s, reason in zip(sentences, reasons, strict=True) if reason]
    value = (len(sentences) - len(wrong)) / len(sentences)
    return Score(value=value, reason="; ".join(wrong[:3]) or f"{len(sentences)} sentences carried")


SUPPORT = Metric(
    name="sentence_support",
    title="Sentences carried by their quote",
    meaning="Share of sentences whose quotes stand verbatim in the cited revision and hold its words.",
    score=score_support,
)
