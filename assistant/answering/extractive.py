"""The default answer: whole blocks of the sources, chosen and ordered, never reworded."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering.asides import lists_what_is_not_said
from assistant.answering.blocks import Block, cut_blocks
from assistant.answering.citations import CitationList, quote_spans
from assistant.answering.clues import Clues, read_terms
from assistant.answering.conflicts import has_conflict
from assistant.answering.fitting import fits_question, measure_other_question
from assistant.answering.parts import asks_of_the_whole, refers_to_part, without_frame
from assistant.answering.question import Question, Shape, read_question
from assistant.answering.scoring import ScoredBlock, find_known, read_asked, score_block
from assistant.everyday import reword
from assistant.retrieval.answerable import Judgement
from assistant.types import Citation, Evidence, Language, Sentence, Span
from assistant.verification.alignment import coverage, evenly
from assistant.verification.facts import extract_facts

KEEP_WITHIN = 2.3
"""A block stays when it is this near to the best one, in log-odds."""
KEEP_OTHER_LANGUAGE = 1.4
"""The same for a block in the other language beside a best one in the question's: it mostly says the same again."""
READ_CHARS: Mapping[Language, int] = {"en": 1100, "zh": 420}
"""What a person reads in a minute: about 200 English words or 400 characters."""
OTHER_QUESTION = 0.6
"""Share of an FAQ entry's own question that the reader did not ask, from which on it stands beside no answer."""
KEEP_FOR_PART = 3.2
"""The same for the best block's own document when parts of a question meet in one block: what founds a thing and when are
often two clauses of one text."""
LEAST_WORDS = 0.15
DOUBTED_WORDS = 0.35
"""Share of a part's words below which no block answers it, and the same where it is judged unanswered."""
DOUBTED_TERMS: Mapping[Language, int] = {"en": 2, "zh": 4}
"""Content terms below which a part is not doubted; in Chinese they are pairs of characters, two or so a word."""
LEAST_TERMS = 2
"""The same for a part that asks for a figure where none is near."""
NEAR_WHOLE = 3.8
"""A block beside the best one of a part must be this near to the best one of the whole question."""
MAX_BLOCKS = 6
REPEATED = 0.15
"""Share of a block's content terms up to which what is new in it does not make it worth reading after the others."""
SHOWN_BLOCKS = 3
SHOWN_FOR_PART = 1
"""Blocks that are shown at once, and for each further part of a question; the others wait behind "more"."""
ROW_NAME_WEIGHT = 4.0
"""A row is chosen by the thing it is about before what its cells say of others."""
LONG_PARAGRAPH_CHARS: Mapping[Language, int] = {"en": 480, "zh": 180}

SHORT_CHARS: Mapping[Language, int] = {"en": 32, "zh": 14}
"""A first sentence this short is the answer that the others explain: "Only in part." """
LEADING: frozenset[Shape] = frozenset({"yes_no", "who", "where", "when", "how_long", "how_much"})
"""Questions whose answer is one clause or value."""
SAME_QUESTION = 0.5
"""Share of the content words of an FAQ's question and the reader's that both have, from which a "Yes." holds for both."""
_BARE = re.compile(
    r"(?:yes|no|both|neither|either|it depends|not (?:yet|always|necessarily))[.!]|"
    r"(?:都|均)?(?:不|没|无)?(?:可以|能|会|是|有|行|必|需要|需|须|一定)的?[。！]",
    re.IGNORECASE,
)
_DIRECT = re.compile(
    r"^\W*(?:(?:yes|no|not (?:yet|necessarily|always)|only|neither|never|it depends)\b|可以|不|能|是|有|无|没|都|需|须|应|要|会|可能|仅|只)",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?。！？][\"”’』」)）]*$")
_LEANS = re.compile(
    r"^\W*(?:(?:it|they|its|their|this|that|these|those|he|she|both|such|otherwise|however|but|and|so|then|there|of these|"
    r"the (?:other|latter|former|same|rest|second|first))\b|其|该|此|这|那|它|他|但|不过|否则|同时|因此|所以|前者|后者|上述|另)",
    re.IGNORECASE,
)

# Alliance rule before law before literature, where several speak.
_TIER = {"law": 1, "literature": 2}


class Composition(NamedTuple):
    """The chosen sentences; `missing` are parts of the question that nothing answers."""

    sentences: list[Sentence]
    more: list[Sentence]
    citations: tuple[Citation, ...]
    missing: tuple[str, ...]
    conflicting: bool


@dataclass(frozen=True)
class Part:
    """One thing that a question asks, with what speaks for one block or another as its answer."""

    text: str  # in the reader's words
    words: str  # what blocks are chosen by: those of the whole question for "and when?"
    question: Question
    clues: Clues
    is_doubted: bool = False  # judged by itself, the library does not answer it
    lacks_identifier: bool = False  # asks for an account number or the like that no evidence holds


def read_parts(question: Question, clues: Clues, judgements: Sequence[Judgement] = ()) -> tuple[Part, ...]:
    """Give the parts of a question; it is its own where it asks one thing.

    Args:
        judgements: Of each part by itself, where there are several. One that the
            library does not answer is doubted, if it answers another.
    """
    if len(question.parts) == 1:
        return (Part(question.text, reword(question.text), question, clues),)
    some = any(judgement.grade == "answered" for judgement in judgements)
    grades = [judgement.grade for judgement in judgements] or ["answered"] * len(question.parts)
    return tuple(
        Part(
            text,
            reword(question.text if asks_of_the_whole(text) else text),
            read_question(text),
            clues,
            some and grade == "no_evidence",
        )
        for text, grade in zip(question.parts, grades, strict=True)
    )


def rank_blocks(part: Part, evidence: Sequence[Evidence]) -> list[ScoredBlock]:
    """Score all blocks of the evidence for one part, best first; "and when?" has the words of the whole."""
    blocks = [block for item in evidence for block in cut_blocks(item)]
    known = find_known(read_asked(part.words, part.question), blocks)
    scored = [score_block(block, part.question, part.words, part.clues, known) for block in blocks]
    return sorted(scored, key=lambda s: (-s.score, s.block.evidence.number, s.block.spans[0].start))


def rank_evidence(parts: Sequence[Part], candidates: Sequence[Evidence]) -> list[Evidence]:
    """Order candidates by their best block; of a question with parts, the best for each part come first."""
    distance: dict[str, float] = {}
    for part in parts:
        ranked = rank_blocks(part, candidates)
        for scored in ranked:
            behind = ranked[0].score - scored.score
            passage_id = scored.block.evidence.passage.id
            distance[passage_id] = min(behind, distance.get(passage_id, math.inf))
    return sorted(candidates, key=lambda item: (distance.get(item.passage.id, math.inf), item.number))


def compose(question: Question, parts: Sequence[Part], evidence: Sequence[Evidence]) -> Composition:
    """Choose the blocks that answer each part and quote them, the deciding one first; name parts without an answer."""
    chosen: list[ScoredBlock] = []
    rankings = [rank_blocks(part, evidence) for part in parts]
    missing = _find_missing(parts, rankings)
    near_whole = _near_whole(question, parts[0].clues, evidence) if len(parts) > 1 else None
    for number, (part, ranked) in enumerate(zip(parts, rankings, strict=True)):
        if not ranked or part.text in missing:
            continue
        best = ranked[0]
        if part.question.wants_figure and not best.fits:
            best = next((s for s in ranked if s.fits and s.score >= ranked[0].score - KEEP_WITHIN), best)
        firsts = [other[0] for place, other in enumerate(rankings) if other and place != number]
        shared = _holds([*chosen, *firsts], best)
        kept = [
            best,
            *(
                s
                for s in ranked
                if s is not best
                and (s.fits or not (best.fits and part.question.shape == "when"))
                and (lists_what_is_not_said(best.block) or not lists_what_is_not_said(s.block))
                and not _answers_another(s, part, question)
                and s.score >= best.score - _room_beside(best, s, shared, question.language)
                and (shared or near_whole is None or _place(s) in near_whole)
            ),
        ]
        chosen.extend(s for s in kept[:MAX_BLOCKS] if not _holds(chosen, s))
    firsts = [ranked[0] for ranked in rankings if ranked]
    return _write(question, firsts, chosen, missing)


def _answers_another(scored: ScoredBlock, part: Part, question: Question) -> bool:
    """Tell whether a block is an FAQ entry on another question; a follow-up has too few words to say so."""
    other = measure_other_question(scored.block.evidence.passage.headings, question.text)
    return other >= OTHER_QUESTION and not part.clues.context


def _near_whole(
    question: Question, clues: Clues, evidence: Sequence[Evidence]
) -> frozenset[tuple[str, Span]]:
    """Give the blocks that may stand beside the best one of a part, where a question has several.

    A part has few words, so that many blocks are as near to it as its answer.
    """
    ranked = rank_blocks(Part(question.text, question.text, question, clues), evidence)
    return frozenset(_place(s) for s in ranked if s.score >= ranked[0].score - NEAR_WHOLE)


def _place(scored: ScoredBlock) -> tuple[str, Span]:
    return scored.block.evidence.passage.id, scored.block.spans[0]


def _find_missing(parts: Sequence[Part], rankings: Sequence[Sequence[ScoredBlock]]) -> list[str]:
    """List the parts that nothing answers, unless that is all of them: then the whole has been judged."""
    pairs = list(zip(parts, rankings, strict=True))
    empty = [part.text for part, ranked in pairs if not ranked]
    missing = [
        part.text
        for part, ranked in pairs
        if not ranked or (len(parts) > 1 and (part.lacks_identifier or _is_missing(part, ranked)))
    ]
    return missing if len(missing) < len(parts) else empty


def _is_missing(part: Part, ranked: Sequence[ScoredBlock]) -> bool:
    """Tell whether nothing answers a part that stands beside others."""
    best = ranked[0]
    near = [scored for scored in ranked if scored.score >= best.score - KEEP_WITHIN]
    if best.words < LEAST_WORDS and best.meaning <= 0:
        return True
    # Words of another language, a word or two, or words that point back say little of what is there.
    foreign = best.block.evidence.passage.language != part.question.language
    if best.words >= DOUBTED_WORDS or foreign or refers_to_part(part.text):
        return False
    if part.question.wants_figure and not any(scored.fits for scored in near):
        return len(read_terms(part.text)) >= LEAST_TERMS
    if len(read_terms(without_frame(part.text))) < DOUBTED_TERMS[part.question.language]:
        return False
    if part.is_doubted:
        return True
    return bool(_years(part.text)) and not any(
        _years(scored.block.text) & _years(part.text) for scored in near
    )


def _years(text: str) -> frozenset[str]:
    return frozenset(fact.value for fact in extract_facts(text) if fact.kind == "year")


def _room_beside(best: ScoredBlock, other: ScoredBlock, shared: bool, language: Language) -> float:
    """Give how far behind the best block another may be."""
    if best.block.evidence.passage.language == language != other.block.evidence.passage.language:
        return KEEP_OTHER_LANGUAGE
    if (
        shared
        and other.fits
        and other.block.evidence.passage.document == best.block.evidence.passage.document
    ):
        return KEEP_FOR_PART
    return KEEP_WITHIN


def _holds(chosen: Sequence[ScoredBlock], candidate: ScoredBlock) -> bool:
    return any(
        other.block.spans == candidate.block.spans
        and other.block.evidence.passage.id == candidate.block.evidence.passage.id
        for other in chosen
    )


def _write(
    question: Question, firsts: Sequence[ScoredBlock], chosen: Sequence[ScoredBlock], missing: Sequence[str]
) -> Composition:
    citations = CitationList()
    sentences: list[Sentence] = []
    more: list[Sentence] = []
    used = 0
    said: frozenset[str] = frozenset()
    ordered = _in_reading_order(chosen)
    for group, scored in enumerate(ordered):
        spans = _choose_spans(scored, question)
        length = sum(span.end - span.start for span in spans)
        limit = READ_CHARS[scored.block.evidence.passage.language]
        has_room = group < SHOWN_BLOCKS + SHOWN_FOR_PART * (len(firsts) - 1) and used + length <= limit
        own = read_terms(" ".join(scored.block.text_of(span) for span in spans))
        is_new = len(own - said) > REPEATED * len(own)
        shown = not sentences or (is_new and (has_room or _holds(firsts, scored)))
        said |= own if shown else frozenset()
        target = sentences if shown else more
        first = _choose_first(scored, spans, question) if group == 0 else None
        target.extend(quote_spans(scored.block, spans, group, citations, first=first))
        used += length
    return Composition(sentences, more, citations.citations, tuple(missing), has_conflict(question, ordered))


def _in_reading_order(chosen: Sequence[ScoredBlock]) -> list[ScoredBlock]:
    """Put sources together: the best block's source first, then alliance rules, law, literature."""
    if not chosen:
        return []
    first = chosen[0].block.evidence.passage.document
    order = {s.block.evidence.passage.document: i for i, s in reversed(list(enumerate(chosen)))}

    def key(scored: ScoredBlock) -> tuple[bool, int, int, int]:
        passage, provenance = scored.block.evidence.passage, scored.block.evidence.provenance
        return (
            passage.document != first,
            _TIER.get(provenance.kind, 0),
            order[passage.document],
            chosen.index(scored),
        )

    return sorted(chosen, key=key)


def _choose_first(scored: ScoredBlock, spans: Sequence[Span], question: Question) -> Span | None:
    """Choose the sentence of a paragraph that is said first: the deciding one, if it can be read before the others."""
    block, best = scored.block, scored.best_span
    if block.kind != "paragraph" or best not in spans or question.shape not in LEADING:
        return None
    opening, words = block.text_of(spans[0]), block.text_of(best)
    before = block.text_of(spans[max(0, list(spans).index(best) - 1)])
    if not (_ENDED.search(before) and _ENDED.search(words)):
        return None  # a clause of a longer sentence
    if (
        len(opening) <= SHORT_CHARS[block.evidence.passage.language]
        or _DIRECT.match(opening)
        or _LEANS.match(words)
        or not fits_question(words, question)
    ):
        return None
    if question.shape != "yes_no" and fits_question(opening, question):
        return None
    return best


def _choose_spans(scored: ScoredBlock, question: Question) -> list[Span]:
    """Choose what to quote of a block: lists whole, tables by row, long paragraphs by sentence."""
    block = scored.block
    if block.kind == "table":
        return _choose_rows(scored, question)
    if block.kind == "list":
        return list(block.spans)
    spans = _without_opener(block, question)
    whole = (
        READ_CHARS if question.shape == "procedure" else LONG_PARAGRAPH_CHARS
    )  # steps in prose stay together
    limit = whole[block.evidence.passage.language]
    if spans[-1].end - spans[0].start <= limit:
        return spans
    best = scored.best_span if scored.best_span in spans else spans[0]
    return _around(spans, spans.index(best), limit)


def _without_opener(block: Block, question: Question) -> list[Span]:
    """Leave out a bare "Yes." or "Both." that answers the FAQ's own question, unless that is the reader's, too."""
    spans = list(block.spans)
    headings = block.evidence.passage.headings
    if len(spans) == 1 or not headings or not headings[-1].rstrip().endswith(("?", "？")):
        return spans
    opening = block.text_of(spans[0])
    asked, reader = read_terms(headings[-1]), read_terms(question.text)
    if not _BARE.fullmatch(opening.strip()) or len(asked & reader) >= SAME_QUESTION * len(asked | reader):
        return spans
    return spans[1:]


def _choose_rows(scored: ScoredBlock, question: Question) -> list[Span]:
    block = scored.block
    asked = read_terms(question.text)
    rows = [
        (span, score + ROW_NAME_WEIGHT * coverage(asked, read_terms(_row_name(block.text_of(span))), evenly))
        for span, score in list(zip(block.spans, scored.span_scores, strict=True))[block.lead :]
    ]
    best = max(score for _, score in rows)
    keep = [span for span, score in rows if score >= 0.9 * best]
    if question.shape in ("list", "procedure", "definition") or len(keep) > len(rows) // 2:
        keep = [span for span, _ in rows][:20]
    return [*block.spans[: block.lead], *keep]


def _row_name(row: str) -> str:
    return next((cell for cell in row.strip("| ").split("|") if cell.strip()), "")


def _around(spans: Sequence[Span], index: int, limit: int) -> list[Span]:
    """Give the best sentence and its neighbours up to `limit` characters: what leads to it before what follows."""
    first = last = index
    used = spans[index].end - spans[index].start
    for step in (-1, -1, 1, 1):
        candidate = first - 1 if step < 0 else last + 1
        if not 0 <= candidate < len(spans):
            continue
        length = spans[candidate].end - spans[candidate].start
        if used + length <= limit:
            used += length
            first, last = min(first, candidate), max(last, candidate)
    return list(spans[first : last + 1])
