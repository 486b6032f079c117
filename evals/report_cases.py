"""The browsable list of cases in a report: what was asked, what came back and what was expected."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from assistant.types import Answer
from evals.cases import Gold
from evals.metrics import METRIC_BY_NAME
from evals.score import Outcome

esc = html.escape


def failed_first(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Keep the cases that are not right in every part, the worst first: crashes, leaks, then most metrics lost."""

    def rank(outcome: Outcome) -> tuple[bool, bool, int, str]:
        leak = outcome.scores.get("no_leak")
        leaked = leak is not None and leak.value == 0
        return outcome.error is None, not leaked, -len(lost_metrics(outcome)), outcome.case.id

    kept = [o for o in outcomes if (score := o.scores.get("passed")) is None or score.value != 1]
    return sorted(kept, key=rank)


def lost_metrics(outcome: Outcome) -> list[str]:
    """List the metrics in which a case is below perfect."""
    return [
        name
        for name, score in outcome.scores.items()
        if (metric := METRIC_BY_NAME.get(name))
        and metric.unit == "share"
        and metric.better == "higher"
        and score.value is not None
        and score.value < 1
    ]


def draw_cases(outcomes: Sequence[Outcome]) -> str:
    """Give the filter and the list; the list works without scripts."""
    if not outcomes:
        return "<p>Every case is right in every part.</p>"
    return _filter(outcomes) + "".join(_case(outcome) for outcome in outcomes)


def _keys(outcome: Outcome) -> list[str]:
    case = outcome.case
    pairs: list[tuple[str, str]] = [
        ("persona", case.persona),
        ("language", case.language),
        ("role", case.role),
    ]
    pairs += [("tag", tag) for tag in case.tags] + [("lost", name) for name in lost_metrics(outcome)]
    return [f"{group}:{name}" for group, name in pairs]


def _filter(outcomes: Sequence[Outcome]) -> str:
    present = sorted({key for outcome in outcomes for key in _keys(outcome)})
    selects = []
    for group, title in (
        ("persona", "every persona"), ("language", "both languages"), ("tag", "every tag"), ("lost", "every metric"),
    ):  # fmt: skip
        names = [key.split(":", 1)[1] for key in present if key.startswith(f"{group}:")]
        options = "".join(
            f'<option value="{group}:{esc(name)}">{esc(_title(group, name))}</option>' for name in names
        )
        label = f"Filter by {group}"
        selects.append(f'<select aria-label="{label}"><option value="">{title}</option>{options}</select>')
    return (
        '<form class="filter" hidden><input name="words" type="search" placeholder="words in question, answer or quote" '
        f'aria-label="Words">{"".join(selects)}<output id="count" class="soft"></output></form>'
    )


def _title(group: str, name: str) -> str:
    return f"lost: {METRIC_BY_NAME[name].title.lower()}" if group == "lost" else name


def _case(outcome: Outcome) -> str:
    case = outcome.case
    reason = outcome.error or (outcome.scores["passed"].reason if "passed" in outcome.scores else "")
    chips = "".join(f'<span class="chip">{esc(t)}</span>' for t in (case.persona, case.role, *case.tags))
    return (
        f'<details class="case" data-keys="{esc(" ".join(_keys(outcome)))}"><summary>'
        f'<span lang="{case.language}">{esc(case.question)}</span><span class="chips">{chips}</span>'
        f'<span class="why">{esc(reason)}</span></summary><div class="sides">'
        f"<div>{_asked(outcome)}{_answered(outcome)}</div><div>{_expected(outcome)}{_scores(outcome)}</div></div></details>"
    )


def _asked(outcome: Outcome) -> str:
    case = outcome.case
    turns = "".join(f"<li><b>{turn.role}</b>: {esc(turn.content)}</li>" for turn in case.history)
    when = f", as of {case.as_of}" if case.as_of else ""
    head = f'<p class="soft"><code>{esc(case.id)}</code> {case.split}{when}</p>'
    return head + (f"<h3>Before</h3><ul>{turns}</ul>" if turns else "")


def _answered(outcome: Outcome) -> str:
    answer = outcome.answer
    if answer is None:
        return f'<h3>No answer</h3><p class="missing">{esc(outcome.error or "")}</p>'
    sure = "" if answer.confidence is None else f", confidence {answer.confidence:.2f}"
    sentences = "".join(
        f"<li>{esc(s.text)} {''.join(f'[{n}]' for n in s.citations)}</li>" for s in answer.sentences
    )
    notices = "".join(f'<p class="soft">{esc(n.code)}: {esc(n.text)}</p>' for n in answer.notices)
    removed = "".join(
        f"<li>{esc(r.text)} <span class='soft'>({esc('; '.join(r.reasons))})</span></li>"
        for r in answer.removed
    )
    return (
        f"<h3>Answer: {answer.status}{sure}</h3><ul>{sentences}</ul>{notices}{_citations(answer)}"
        + (f"<h3>Removed</h3><ul>{removed}</ul>" if removed else "")
        + _looked_at(answer)
    )


def _citations(answer: Answer) -> str:
    items = "".join(
        f'<li value="{c.number}">{esc(c.title)} <span class="soft">{esc(c.locator)} · {c.status} · '
        f"<code>{esc(c.document)}</code></span><blockquote>{esc(c.quote)}</blockquote></li>"
        for c in answer.citations
    )
    return f"<h3>Cited</h3><ol>{items}</ol>" if items else ""


def _looked_at(answer: Answer) -> str:
    lines = "".join(
        f"<li>{esc(c.document)} {esc(c.locator)} <span class='soft'>{c.outcome} {c.score:.2f} {esc(c.reason)}</span></li>"
        for c in answer.considered[:6]
    )
    lines += "".join(f"<li>nearest: {esc(n.document)} {esc(n.locator)}</li>" for n in answer.nearest[:3])
    return f"<details><summary class='soft'>Looked at</summary><ol>{lines}</ol></details>" if lines else ""


def _expected(outcome: Outcome) -> str:
    wanted = outcome.case.expected
    guard = f", guard {wanted.guard}" if wanted.guard else ""
    gold = "".join(
        f"<li><code>{esc(g.document)}</code><blockquote>{esc(g.quote)}</blockquote>{_also(g)}</li>"
        for g in wanted.gold
    )
    facts = "".join(f"<li>{esc(' / '.join(words))}</li>" for words in wanted.facts)
    banned = "".join(f"<li>{esc(words)}</li>" for words in wanted.must_not_say)
    return (
        f"<h3>Expected: {wanted.status}{guard}</h3>"
        + (f"<ul>{gold}</ul>" if gold else "")
        + (f"<h3>Must say</h3><ul>{facts}</ul>" if facts else "")
        + (f"<h3>Must not say</h3><ul>{banned}</ul>" if banned else "")
    )


def _also(gold: Gold) -> str:
    """List the documents that would do as well, each once."""
    names = dict.fromkeys(place.document for place in gold.also)
    return f'<span class="also">or {esc(", ".join(names))}</span>' if names else ""


def _scores(outcome: Outcome) -> str:
    lines = "".join(
        f"<li>{esc(METRIC_BY_NAME[name].title)}: {esc(outcome.scores[name].reason)}</li>"
        for name in lost_metrics(outcome)
        if name != "passed"
    )
    return f"<h3>Lost</h3><ul class='missing'>{lines}</ul>" if lines else ""
