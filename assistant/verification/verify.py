"""Checking one sentence against the spans it cites; pure, and it explains itself.

Each clause of the sentence is laid beside the sentence of the source it comes from. It passes when the
words are there, every figure and name stands with the same things, the parties keep their roles, and
what it demands, allows or denies is what the source does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.types import Language, Reason, Verdict, VerdictLabel
from assistant.verification.alignment import Rarity, SourceUnits, evenly, read_source
from assistant.verification.bounds import exceeds_only_one
from assistant.verification.comparison import compare_comparisons
from assistant.verification.edits import compare_edits
from assistant.verification.facts import Fact, family, same_value
from assistant.verification.figures import compare_figures
from assistant.verification.items import added_items
from assistant.verification.lexicon import find_terms
from assistant.verification.names import missing_names
from assistant.verification.parallel import compare_clauses, compare_items
from assistant.verification.reasons import because, name_fact
from assistant.verification.roles import compare_roles
from assistant.verification.scope import compare_scope
from assistant.verification.segments import Unit, read_units
from assistant.verification.support import (
    MIN_CLAUSE,
    MIN_COVERAGE,
    Covered,
    cover_claim,
    credit_term,
    score_crossing,
    score_support,
)
from assistant.verification.timing import compare_timing
from assistant.verification.turns import weigh_turns
from assistant.words import content_terms, detect_language

MIN_SIMILARITY = 0.82
"""Least cosine of e5 between a sentence and a source in the other language (dev half of verification.jsonl)."""

MIN_SCORE = 0.03
"""Least score of a supported sentence (same half)."""

SAID_ELSEHOW = 0.75
"""Coverage by listed wordings from which on the score, which knows only the words themselves, is not asked (same half)."""

LEAST_KNOWN = 0.2
LEAST_TERMS = 3
"""A part of so many words must have this share of them in the source (same half)."""
LEAST_TERMS_ZH = 5
"""The same in Chinese, where bigrams across two words are terms too."""
ABOUT = 4.0
"""Percentage points within which "about a third" stands for a share."""
MAX_CLAIM_CHARS = 4_000
MAX_SOURCE_CHARS = 20_000
"""Bounds on what is read: no sentence and no passage comes near them, and hostile text stays cheap."""
COUNTED = ("2", "3")
"""Numbers that a sentence may spell out when it counts things ("two applicants") where its source gives none."""
_PARTS = re.compile(r"[,;，；、]|\band\b|\bor\b|并且|并|且|而", re.IGNORECASE)

_FRAME = re.compile(
    r"^\s*(?:(?:according to|under|as stated in|as set out in|as per|per|based on|in) (?:the|this|these) (?:alliance's )?"
    r"(?:rules?|documents?|sources?|texts?|policy|library|passages?|guidelines?|provisions?)(?: of the alliance)?,?\s+(?=\w)"
    r"|(?:the|this) (?:document|source|text|library|passage|summary) (?:says?|states?|notes?|reports?|explains?) that\s+"
    r"|(?:根据|按照|依据|依照|按)(?:上述|该|相关|有关|现行|联盟)?(?:的)?(?:规定|规则|文件|资料|材料|政策|原文)(?:的?(?:规定|内容|要求))?[，,]\s*"
    r"|(?:上述|该|相关)?(?:文件|资料|原文|规则)(?:指出|说明|写明|规定|显示)[，,：:]?\s*)",
    re.IGNORECASE,
)
"""A lead-in that says only that there is a source."""

Similarity = Callable[[str, Sequence[str]], Sequence[float]]


class Source(NamedTuple):
    """A cited span, and the title and headings it stands under, which also carry words and versions."""

    text: str
    context: str = ""


class _Claim(NamedTuple):
    """The sentence to check, read once."""

    text: str
    units: Sequence[Unit]
    language: Language


@dataclass(frozen=True)
class _Finding:
    """What one reading of the sources says: how much they carry, and what speaks against it."""

    score: float
    contradictions: tuple[Reason, ...]
    gaps: tuple[Reason, ...]

    @property
    def label(self) -> VerdictLabel:
        if self.contradictions:
            return "contradicted"
        return "unsupported" if self.gaps else "supported"


def verify(
    sentence: str,
    sources: Sequence[Source],
    *,
    rarity: Rarity = evenly,
    similarity: Similarity | None = None,
) -> Verdict:
    """Judge whether cited spans support a sentence.

    Args:
        sources: Everything the sentence cites; text beside them does not count.
        rarity: Weight of a term in the library.
        similarity: Cosines of a sentence to texts in the other language; without it such a sentence
            is supported only by listed wordings, figures, names and parties.

    Returns:
        `contradicted` when the sentences it comes from say otherwise, `unsupported` when no source
        carries it, with the reasons of the nearest source; the score is 0 to 1.
    """
    if len(sentence) > MAX_CLAIM_CHARS:
        return Verdict(label="unsupported", score=0.0, reasons=(because("too_long"),))
    sources = [source._replace(text=source.text[:MAX_SOURCE_CHARS]) for source in sources]
    sentence = strip_frame(sentence)
    claim = read_units(sentence)
    if not any(unit.terms or unit.facts for unit in claim):
        return Verdict(label="unsupported", score=0.0, reasons=(because("claims_nothing"),))
    texts = sorted(source for source in sources if read_units(source.text))
    if not texts:
        reason = because("empty_source" if sources else "no_source")
        return Verdict(label="unsupported", score=0.0, reasons=(reason,))
    if any(_quotes(claim, read_units(source.text)) for source in texts):
        return Verdict(label="supported", score=1.0, reasons=(because("quoted"),))
    read = _Claim(sentence, claim, detect_language(sentence))
    findings = [_judge(read, [source], rarity, similarity) for source in texts]
    if len(texts) > 1 and not any(finding.label == "supported" for finding in findings):
        findings.append(_judge(read, texts, rarity, similarity))
    return _conclude(findings)


def strip_frame(sentence: str) -> str:
    """Give a sentence without a lead-in such as "According to the rules," or 根据规定，; unchanged if nothing is left."""
    return _FRAME.sub("", sentence, count=1).strip() or sentence


def _quotes(claim: Sequence[Unit], source: Sequence[Unit]) -> bool:
    """Tell whether a claim is made of whole sentences of one source, stops at their ends aside."""
    known = {_bare(unit) for unit in source}
    return all(_bare(unit) in known for unit in claim)


def _bare(unit: Unit) -> str:
    return " ".join(unit.text.split()).rstrip(".。;；")


def _conclude(findings: Sequence[_Finding]) -> Verdict:
    passed = [finding for finding in findings if finding.label == "supported"]
    best = max(passed or findings, key=lambda finding: finding.score)
    return Verdict(label=best.label, score=round(best.score, 4), reasons=best.contradictions + best.gaps)


def _judge(
    claim: _Claim, sources: Sequence[Source], rarity: Rarity, similarity: Similarity | None
) -> _Finding:
    """Read the claim against sources taken together."""
    units = read_source(tuple(source.text for source in sources))
    context = [unit for source in sources for unit in read_units(source.context)]
    aligned = [units.align(segment, unit) for unit in claim.units for segment in unit.segments]
    crossing = claim.language != units.language
    headings = frozenset(term for unit in context for term in unit.term_set)
    covered = cover_claim(aligned, units, headings, rarity, crossing=crossing)
    gaps = _find_gaps(claim, covered, sources, units)
    if not crossing:
        gaps += added_items(claim.units, units.units, headings)
    if crossing:
        cosine = max(similarity(claim.text, [source.text for source in sources])) if similarity else None
        if cosine is not None and cosine < MIN_SIMILARITY:
            gaps.append(because("far", f"{cosine:.2f}"))
        score = score_crossing(covered, cosine, MIN_SIMILARITY)
    else:
        score = score_support(claim.text, [f"{source.context}\n{source.text}" for source in sources], rarity)
        if score < MIN_SCORE and covered.whole < SAID_ELSEHOW:
            gaps.append(because("low_score", f"{score:.2f}"))
    known = [fact for unit in (*units.units, *context) for fact in unit.facts]
    contradictions, unknown = _compare_facts(claim.units, known, units)
    contradictions += compare_figures(claim.units, units.units)
    contradictions += compare_roles(aligned, claim.units, units)
    contradictions += compare_scope(aligned, claim.units, units.units)
    contradictions += compare_items(aligned) + compare_clauses(claim.units, units.units)
    contradictions += compare_timing(aligned)
    contradictions += compare_comparisons(claim.units, units.units)
    contradictions += compare_edits(claim.units, units.units)
    contradictions += weigh_turns(aligned, claim.units, units)
    return _Finding(score, tuple(contradictions), (*gaps, *unknown))


def _find_gaps(
    claim: _Claim, covered: Covered, sources: Sequence[Source], units: SourceUnits
) -> list[Reason]:
    """List what the source does not carry: too many words, or a name."""
    gaps: list[Reason] = []
    if covered.whole < MIN_COVERAGE:
        gaps.append(because("few_words", f"{covered.whole:.0%}"))
    elif covered.weakest < MIN_CLAUSE:
        gaps.append(because("few_words_of_clause", f"{covered.weakest:.0%}"))
    text = " ".join(f"{source.context} {source.text}" for source in sources)
    if units.language == claim.language and (strange := _strange_part(claim.text, text)):
        gaps.append(because("strange", strange))
    if missing := missing_names(claim.text, claim.language, text, units.language):
        gaps.append(because("name_missing", *missing))
    return gaps


def _strange_part(claim: str, source: str) -> str | None:
    """Find a part of the claim, between commas and conjunctions, whose words the source hardly has."""
    known, listed = frozenset(content_terms(source)), frozenset(find_terms(source))
    for part in _PARTS.split(claim):
        own, named = frozenset(content_terms(part)), frozenset(find_terms(part))
        least = LEAST_TERMS if part.isascii() else LEAST_TERMS_ZH
        if len(own) < least or len(own & known) >= LEAST_KNOWN * len(own):
            continue
        if sum(credit_term(term, listed) for term in named) < LEAST_KNOWN * len(named) or not named:
            return " ".join(part.split())
    return None


def _compare_facts(
    claim: Sequence[Unit], known: Sequence[Fact], units: SourceUnits
) -> tuple[list[Reason], list[Reason]]:
    """Sort the figures that no source gives: contradicted where the source gives another of the kind."""
    contradictions: list[Reason] = []
    gaps: list[Reason] = []
    for fact in missing_facts(claim, known):
        if exceeds_only_one(fact, units.units):
            continue
        written = any(fact.value in unit.text for unit in claim)
        rival = next((own for own in units.facts if family(own) == family(fact)), None)
        if rival:
            contradictions.append(because("figure_other", name_fact(fact), name_fact(rival)))
        elif written or fact.kind != "number" or fact.value not in COUNTED:
            gaps.append(because("figure_missing", name_fact(fact)))
    return contradictions, gaps


def missing_facts(claim: Sequence[Unit], known: Sequence[Fact]) -> list[Fact]:
    """List the figures of a claim whose value no figure of the source gives; a bare one is no figure."""
    return [
        fact
        for unit in claim
        for fact in unit.facts
        if (fact.kind, fact.value) != ("number", "1")
        and not any(same_value(own, fact) for own in known)
        and not _is_about(unit.text, fact, known)
    ]


def _is_about(text: str, fact: Fact, known: Sequence[Fact]) -> bool:
    """Tell whether "about a quarter" stands for a share of the source that is near it."""
    return (
        fact.kind == "percent"
        and bool(_ABOUT.search(text))
        and any(own.kind == "percent" and abs(float(own.value) - float(fact.value)) <= ABOUT for own in known)
    )


_ABOUT = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|just (?:over|under)|approximately|close to|some)\b (?:a|one|two|three|half|\d)"
    r"|(?:约|近|大约|将近|接近|差不多)(?=[\d一二两三四五半])|左右",
    re.IGNORECASE,
)
