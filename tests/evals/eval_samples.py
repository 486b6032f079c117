"""The smallest valid corpus, case, answer and outcome, to change one thing at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assistant.types import Answer, Citation, Notice, Provenance, Sentence, Verdict
from evals.cases import EvalCase
from evals.corpus import Corpus, SourceText
from evals.score import FoundPlace, Outcome

TODAY = dt.date(2025, 6, 1)
RULES = (
    "# Rules\n\n### Article 7 Clocks\n7.1 The review takes 30 working days.\n7.2 The decision follows in 60 days.\n"
    "\n## Fees\nMembers pay 50,000 yuan.\n"
)
RULES_ZH = "# 规则\n\n### 第七条 期限\n7.1 评审期为三十个工作日。\n7.2 六十日内作出决定。\n\n## 费用\n会员缴纳5万元。\n"
OLD = "# Rules\n7.1 The review takes 45 working days.\n"
MINUTES = "# Minutes of the closed meeting\nThe committee rejected the proposal of the northern hospital.\n"
SUPPORTED = Verdict(label="supported", score=1.0)


def source(name: str, text: str, **fields: Any) -> SourceText:
    values = {"id": name, "title": f"Title of {name}", "status": "sample", "audience": "public"} | fields
    return SourceText(Provenance.model_validate(values), f"rev-{name}", text)


def make_corpus() -> Corpus:
    return Corpus(
        [
            source("rules.en", RULES, translation_of="rules.zh", supersedes="old.en"),
            source("rules.zh", RULES_ZH, language="zh"),
            source("old.en", OLD, status="superseded", effective_to="2024-08-31"),
            source("minutes.en", MINUTES, audience="committee", title="Closed Meeting Minutes"),
        ],
        today=TODAY,
    )


def make_case(**fields: Any) -> EvalCase:
    """Give an answerable case about the review clock; `expected` keys may be given directly."""
    expected: dict[str, Any] = {
        "status": "answered",
        "gold": [{"document": "rules.en", "quote": "The review takes 30 working days."}],
    }
    for key in ("status", "guard", "gold", "facts", "must_not_say"):
        if key in fields:
            expected[key] = fields.pop(key)
    if expected["status"] in ("no_evidence", "declined"):
        expected.pop("gold")
    values = {
        "id": "case-1",
        "language": "en",
        "persona": "clinician",
        "role": "public",
        "question": "How long does the review take?",
        "expected": expected,
        "split": "dev",
    }
    return EvalCase.model_validate(values | fields)


def cite(corpus: Corpus, document: str, quote: str, number: int = 1, /, **fields: Any) -> Citation:
    text = corpus.texts[document]
    start = text.text.index(quote)
    one = text.provenance
    values = {
        "number": number, "document": document, "revision": text.revision, "title": one.title, "kind": one.kind,
        "status": one.status, "audience": one.audience, "language": one.language, "locator": "", "quote": quote,
        "start": start, "end": start + len(quote),
    }  # fmt: skip
    return Citation.model_validate(values | fields)


def say(text: str, *numbers: int, **fields: Any) -> Sentence:
    return Sentence.model_validate({"text": text, "citations": numbers, "verdict": SUPPORTED} | fields)


def make_answer(status: str = "answered", **fields: Any) -> Answer:
    values = {"question": "How long does the review take?", "status": status, "language": "en"}
    return Answer.model_validate(values | fields)


def quoted_answer(corpus: Corpus, *pairs: tuple[str, str], **fields: Any) -> Answer:
    """Give an answer of one sentence for each (document, quote)."""
    citations = [cite(corpus, document, quote, number) for number, (document, quote) in enumerate(pairs, 1)]
    sentences = [say(quote, number) for number, (_, quote) in enumerate(pairs, 1)]
    return make_answer(sentences=sentences, citations=citations, **fields)


def declined(category: str) -> Answer:
    return make_answer("declined", notices=[Notice(code=f"guard:{category}", text="Please stop.")])


def make_outcome(case: EvalCase | None = None, answer: Answer | None = None, **fields: Any) -> Outcome:
    return Outcome(case=case or make_case(), answer=answer, seconds=fields.pop("seconds", 0.1), **fields)


def found(document: str, start: int, end: int, rank: int) -> FoundPlace:
    return FoundPlace(document=document, revision="r", start=start, end=end, rank=rank, score=1 / rank)
