"""Sentences cut into clauses, each with its role, its stance, its words, figures and parties."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from functools import cached_property

from assistant.types import Language
from assistant.verification.facts import Fact, extract_facts
from assistant.verification.lexicon import find_terms
from assistant.verification.parties import find_parties, strike_parties
from assistant.verification.polarity import NEGATIVE, Marker, Stance, find_stance
from assistant.words import CJK, detect_language

_PIECE = re.compile(r"(?<=[。！？；;])|(?<=[.!?])\s+(?=[\"'“(\[]?[A-Z0-9\u4e00-\u9fff])|\n+")
_FINITE = (
    r"(?:may|must|shall|can|cannot|could|should|will|would|has|have|had|is|are|was|were|does|do|did|needs?|receives?|sees?|"
    r"requires?|applies|apply|takes?|gives?|gets?|means?|promises?|tells?|pays?)"
)
_CONDITION_EN = (
    r"(?:only (?:if|with|after|when|within|on|where|for|once)|if|unless|when(?! \w+ing\b)|where|provided(?=,| (?:that|the|a|they|it|no|each|all)\b)|even (?:if|though)|without|except|until|outside(?= (?:a|an|any)\b)|"
    r"as long as|in case|subject to|so long as|free of(?! charge)|otherwise than|(?:for )?anything but|(?:for )?anything other than|other than)"
)
_CUT_EN = re.compile(
    rf",\s+|;\s*|:\s+|\s+[–—]\s+|(?<!only)(?<!even)(?<!as)(?<!not)(?<!except)(?<!with)(?<!from)(?<!by)(?<!of)\s+(?=(?:but|while|whereas|although|though|so that|because|which|that (?:is|are|was|were|has|have|may|must|can|do|does) |{_CONDITION_EN})\b)"
    rf"|\s+(?:and|or)\s+(?=(?:also |then |the \w+ (?:\w+ )?|no |\w+ )?{_FINITE}\b)|\s+(?=no (?:[\w-]+ ){{1,4}}(?:may|can|shall)\b)",
    re.IGNORECASE,
)
_OPENS_CONDITION_EN = re.compile(rf"(?:(?:but|and|or)\s+)?{_CONDITION_EN}\b", re.IGNORECASE)
_EXCLUDES_EN = re.compile(
    r"(?:but |and )?(?:unless|without|except|until|outside|free of(?! charge)|otherwise|(?:for )?anything|other than)\b",
    re.IGNORECASE,
)
_PREPOSITION_EN = re.compile(
    r"(?:but |and )?(?:without|except(?! (?:where|when|if|that|as|to)\b)|outside|free of)\b", re.IGNORECASE
)
_AFTER_CONDITION = re.compile(rf"\s+(?={_FINITE}\b)", re.IGNORECASE)
_HAS_FINITE = re.compile(rf"\b{_FINITE}\b|\b\w+(?:ed|ing|s)\b.* ", re.IGNORECASE)
_FINITE_WORD = re.compile(rf"\b{_FINITE}\b", re.IGNORECASE)
_CUT_ZH = re.compile(
    r"[，；：]|[,;:](?!\d)\s*|(?=(?<!对)方可|才可|才能|方能|即可(?!能)|方按|(?<!人)才(?![能可华])|并非|但(?!是否)|而不)"
    r"|(?<=[后意准])(?=可以|可|不得)|(?<=[^目提以之]前)(?=没有|不得|不能|不可|无权)|(?<=[之以]前)(?=没有|不得|不能|不可|无权)|(?<=可以)(?=不经|未经)|(?<=的)(?=双方|各方|任何一方)"
    r"|(?<![不可应须被亦也的])(?=视为|视同)|(?<=情况下)(?=[^，的])|(?<=的)(?=不得|不能|不按|不予|视为|视同|处以|应当|可以)"
)
_WITHOUT_ZH = re.compile(
    r"((?:未经|非经|不经)[^，,]{1,14}?)(?=不得|不能|不可|不允许|擅自|即|就|向|在|直接|径|进行|单独|自行)"
)
_ONLY_WHEN_ZH = re.compile(r"((?:仅|只)在[^，,在。]{1,14}时)(?=[\u4e00-\u9fff])")
_PREMISE_ZH = re.compile(r"(在[^，,在。]{1,14}的?(?:前提|情况|条件|情形)下)，?")
_OPENS_CONDITION_ZH = re.compile(
    r"(?:但|并|且)?(?:未经|非经|如果|如|若|经(?!营|办|济)|除|只要|只有|一旦|凡|仅在|取得|在\w{1,20}(?:后|前|时)$)"
)
_ENDS_CONDITION_ZH = re.compile(
    r"(?:(?<![目标])的|时|后|前|[况提件形]下|的话|以后|除外|的(?:年度|年份|情形|场合|时候))$"
)
_EXCLUDES_ZH = re.compile(r"除外|未经|非经|除非|除了|^除")
_DENIED_ZH = re.compile(r"(?:未|没有|尚无|不)\w{1,12}的(?:[^的]{1,3}下|年度|年份|情形|场合|时候)?$")
_DENIED_TOPIC_ZH = re.compile(r"[^，的]{0,6}(?:未|没有|尚无|不)[^，的]{1,10}的[^，的不未没应须可得]{1,6}$")
_UNTIL_ZH = re.compile(r"(?:没有?|未|尚未)[^，]{1,10}(?:之前|以前|前)$")
_TOPIC_EN = re.compile(
    r"(?:under|in|on|for|with|within|at|by|since|as|against|from|to|of|during|after|before|counted|according|the [\w-]+(?: [\w-]+)?$)\b",
    re.IGNORECASE,
)
_PLURAL_SUBJECT = re.compile(r"(?:the )?[\w-]+ (?:are|were|have)\b", re.IGNORECASE)
"""The last item of a list that is the subject: "prices, bids and recruiting are"."""
_EXCEPTS = re.compile(r"^(?:but |and )?(?:unless|except)\b|除外|除非|^除", re.IGNORECASE)
_NOT = re.compile(r"(?<=[a-z])n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True)
class Segment:
    """One clause: a statement, or a condition of one."""

    text: str
    is_condition: bool = False
    excludes: bool = False  # "unless", "without", 除外: holds where the condition does not

    @cached_property
    def marker(self) -> Marker:
        """What it demands, allows or denies; a condition only stands or is denied."""
        marker = find_stance(self.text)
        if not self.is_condition:
            return marker
        if _UNTIL_ZH.search(self.text):
            return Marker("needs")  # 没缴清之前 is 缴清之前
        denied = (
            self.excludes
            or marker.stance in NEGATIVE
            or bool(_DENIED_ZH.search(self.text) or _DENIED_TOPIC_ZH.match(self.text))
        )
        return Marker("denies" if denied else "needs")

    @property
    def stance(self) -> Stance:
        """Its stance."""
        return self.marker.stance

    @cached_property
    def excepts(self) -> bool:
        """True for "unless", "except" and 除外: what holds there is possible, not denied."""
        return self.is_condition and bool(_EXCEPTS.search(self.text))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its content terms in order, without parties."""
        return tuple(find_terms(strike_parties(self.text)))

    @cached_property
    def subject(self) -> frozenset[str]:
        """Terms before its marker, where something stands behind it too."""
        marker = self.marker
        if marker.start <= 0 or not find_terms(self.text[marker.end :]):
            return frozenset()
        return frozenset(find_terms(self.text[: marker.start]))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Its figures."""
        return tuple(extract_facts(self.text))

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """Its acting parties in order."""
        return tuple(find_parties(self.text))


@dataclass(frozen=True)
class Unit:
    """One sentence, or one clause between semicolons, cut into segments."""

    text: str

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Its clauses in order."""
        return tuple(cut_segments(self.text))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its content terms in order, parties included."""
        return tuple(find_terms(self.text))

    @cached_property
    def term_set(self) -> frozenset[str]:
        """The different content terms."""
        return frozenset(self.terms)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Its figures."""
        return tuple(extract_facts(self.text))

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """Its acting parties in order."""
        return tuple(find_parties(self.text))


def cut_pieces(text: str) -> list[str]:
    """Cut a source into sentences, clauses and rows, in order, none empty."""
    return [piece.strip() for piece in _PIECE.split(text) if piece and piece.strip()]


@functools.lru_cache(maxsize=512)
def read_units(text: str) -> tuple[Unit, ...]:
    """Cut a text into units; the same text gives the same units, already worked out."""
    text = _NOT.sub(" not", text.replace("can't", "can not"))
    return tuple(Unit(piece) for piece in cut_pieces(text))


def cut_segments(text: str) -> list[Segment]:
    """Cut one sentence into statements and conditions, in order."""
    language: Language = detect_language(text)
    if language == "zh" or re.search(rf"[{CJK}].*[{CJK}]", text):
        return _cut_chinese(text)
    return _cut_english(text)


def _cut_english(text: str) -> list[Segment]:
    pieces: list[str] = []
    for piece in (p for p in _CUT_EN.split(text) if p and p.strip()):
        if _PREPOSITION_EN.match(piece):
            pieces.extend(p for p in _AFTER_CONDITION.split(piece, maxsplit=1) if p.strip())
        else:
            pieces.append(piece)
    merged: list[str] = []
    led = False
    for piece in pieces:
        bare = _is_bare(piece) and not piece.lower().startswith("but")
        leads = (
            not led
            and len(merged) == 1
            and bool(_TOPIC_EN.match(merged[0]))
            and not _OPENS_CONDITION_EN.match(piece)
        )
        listed = bool(merged and _PLURAL_SUBJECT.match(piece) and _is_bare(merged[-1]))
        if merged and (bare or leads or listed) and not _OPENS_CONDITION_EN.match(merged[-1]):
            merged[-1] = f"{merged[-1]}, {piece}"
            led = led or leads
        else:
            merged.append(piece)
    return [Segment(p, bool(_OPENS_CONDITION_EN.match(p)), bool(_EXCLUDES_EN.match(p))) for p in merged]


def _is_bare(piece: str) -> bool:
    """Tell whether a piece states nothing by itself: a list item, a topic."""
    return not (
        _OPENS_CONDITION_EN.match(piece)
        or _FINITE_WORD.search(piece)
        or find_stance(piece).stance != "affirms"
    )


def _cut_chinese(text: str) -> list[Segment]:
    marked = _PREMISE_ZH.sub(r"，\1，", _WITHOUT_ZH.sub(r"\1，", _ONLY_WHEN_ZH.sub(r"，\1，", text)))
    pieces = [p for p in _CUT_ZH.split(marked.strip("。 ")) if p and p.strip()]
    segments: list[Segment] = []
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        condition = bool(
            _OPENS_CONDITION_ZH.match(piece)
            or _ENDS_CONDITION_ZH.search(piece)
            or (following and _DENIED_TOPIC_ZH.match(piece))
            or re.match(r"方可|才|方能|方按|即可|视为|视同", following)
        )
        segments.append(Segment(piece, condition, bool(_EXCLUDES_ZH.search(piece))))
    return segments
