"""Cutting a question into its parts: what is asked of one thing and another, in pieces of the reader's words."""

from __future__ import annotations

import re

from assistant.words import content_terms, detect_language

MAX_PARTS = 4
"""Questions in one turn that are answered apart; what comes after belongs to the last."""

_WH = r"(?:who(?:m|se)?|what|when|where|which|why|how)"
_ASKS_EN = rf"(?:(?:by|to|for|from|with|in|at|until|since|under|on|of|within) )?{_WH}\b"
_AUX = r"(?:do|does|did|is|are|was|were|can|could|may|must|should|will|would|has|have)\b"
_ASKS_ZH = (
    r"何时|何地|谁|多少|多久|多长|多大|多高|几(?![乎率])|怎么|怎样|如何|什么|啥|哪|是否|能否|可否|吗|"
    r"能不能|可不可以|要不要|需不需要|有没有|算不算|是不是|行不行|会不会|该不该|为何|咋"
)
_CONDITION = r"when (?:it|they|he|she|we|i|you|this|that)\b"  # "when it lapses" asks nothing
_QUESTION_EN = re.compile(
    rf"\b(?!{_CONDITION}){_WH}\b|(?:^|[.,;:!-] )\W*(?:and |but |so )?{_AUX}", re.IGNORECASE
)
_QUESTION_ZH = re.compile(_ASKS_ZH)

THING_TERMS = 2
"""Content words from which on a text without a verb asks for a thing."""
_SENTENCE = re.compile(
    r"\b(?:i|we|you|it|they|he|she|there|this|that|these|is|are|was|were|be|have|has|had|do|does|did|can|could|may|must|should|"
    r"shall|will|would|need|needs|say|says|said|get|gets|tell|please)\b",
    re.IGNORECASE,
)
_AND = re.compile(r",? and (?:the |an? )?", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[？?；;])\s*(?=\S)")
_JOINT_EN = re.compile(
    rf"(?:,? (?:and|or|but|&|plus|as well as)(?: also| then)? |, )(?={_ASKS_EN}|{_AUX} )", re.IGNORECASE
)
_JOINT_ZH = re.compile(r"[，,、]?\s*(?:以及|还有|并且|而且|另外|同时|此外)|[，,、]")
_OPENS = re.compile(
    r"^(?:[\s，,、&]+|and\b|or\b|also\b|plus\b|以及|还有|并且|而且|另外|同时|此外|和)+", re.IGNORECASE
)
_FRAME = re.compile(rf"\b{_WH}\b|什么时候|{_ASKS_ZH}|时候|时间|[天年月日个]|之内|以内|分别", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those)\b(?! (?:who|which|is|are|was)\b)|它|他们|她们|这些?(?!个?月|周|年|类)|那些?|其(?![他中实])",
    re.IGNORECASE,
)
_TWO_WORDS = re.compile(rf"^\W*({_WH}) and ({_WH})\b(?= \w)", re.IGNORECASE)
_APART = re.compile(
    r"^(?P<items>[^，,。？?]{2,40}?)(?P<rest>的[^，,。？?]{1,12})?(?:分别|各自?)(?=[^，,]*(?:多少|几|什么|哪|谁|怎么|如何|何时|多久|多长))"
)
_ITEMS = re.compile(r"、|和|与|及|跟")


def split_parts(text: str) -> tuple[str, ...]:
    """Cut a question into what it asks, in its own words and order; itself when it asks one thing.

    "Who and when founded it?" and "A和B的会费分别是多少" ask two things with one set of words; their parts share the
    rest.
    """
    parts = _join_remarks([part for sentence in _ENDS.split(text) for part in _cut_sentence(sentence)])
    if len(parts) > MAX_PARTS:
        parts = [*parts[: MAX_PARTS - 1], " ".join(parts[MAX_PARTS - 1 :])]
    return tuple(parts) or (text,)


def _join_remarks(pieces: list[str]) -> list[str]:
    """Put a piece that asks nothing to the part before it: "How much? I heard there is a fee."."""
    parts: list[str] = []
    for piece in pieces:
        if parts and not _asks(piece):
            parts[-1] += f" {piece}" if piece.isascii() else piece
        else:
            parts.append(piece)
    return parts


def asks_of_the_whole(part: str) -> bool:
    """Tell whether a part names nothing itself: "when?", "and by whom?"."""
    return not content_terms(without_frame(part))


def without_frame(part: str) -> str:
    """Give a part without the words that only ask: who, when, 多久, 怎么."""
    return _FRAME.sub(" ", part)


def refers_to_part(part: str) -> bool:
    """Tell whether a part speaks of what another one named: "what happens to it?", 它怎么办."""
    return bool(_REFERS.search(part))


def _cut_sentence(sentence: str) -> list[str]:
    sentence = _OPENS.sub("", sentence.strip()) if _asks(sentence) else sentence.strip()
    if not any(char.isalnum() for char in sentence):
        return []
    if two := _TWO_WORDS.match(sentence):
        rest = sentence[two.end() :]
        return [f"{two[1]}{rest}", f"{two[2]}{rest}"]
    if apart := _share_out(sentence):
        return apart
    if _is_bare(sentence) and (things := _cut_things(sentence)):
        return things
    pieces = _cut_at(sentence, _JOINT_EN)
    return [part for piece in pieces for part in _cut_at(piece, _JOINT_ZH)]


def _share_out(sentence: str) -> list[str]:
    """Ask "A和B的会费分别是多少" of each."""
    apart = _APART.match(sentence)
    items = [item.strip() for item in _ITEMS.split(apart["items"])] if apart else []
    if not apart or len(items) < 2 or not all(len(item) > 1 for item in items):
        return []
    rest = (apart["rest"] or "") + sentence[apart.end() :]
    return [item + rest for item in items]


def _cut_things(sentence: str) -> list[str]:
    """Cut "review time and the registration fee" where both sides are things of two words or more."""
    for match in _AND.finditer(sentence):
        before, behind = sentence[: match.start()].strip(" ,"), sentence[match.end() :].strip()
        if min(len(set(content_terms(before))), len(set(content_terms(behind)))) >= THING_TERMS:
            return [before, behind]
    return []


def _is_bare(text: str) -> bool:
    """Tell whether an English text names things without a sentence around them, as people type into a search box."""
    return detect_language(text) == "en" and not _SENTENCE.search(text)


def _cut_at(sentence: str, joint: re.Pattern[str]) -> list[str]:
    """Cut at joints with a question on both sides; what asks nothing goes to the question behind it."""
    pieces: list[str] = []
    start = 0
    for match in joint.finditer(sentence):
        before, behind = sentence[start : match.start()], sentence[match.end() :]
        loose = "," not in match.group()[:1] or len(match.group()) > len(", ")
        if (_asks(before) if loose else asks_outright(before)) and _asks(behind):
            pieces.append(before)
            start = match.end()
    return [piece.strip() for piece in (*pieces, sentence[start:])]


_ORDERS = re.compile(
    r"\b(?:explain|describe|list|show|tell|give|compare|outline|summari[sz]e|define|let me know|walk me through)\b|"
    r"列出|列一下|说明|介绍|解释|讲讲|讲一下|说说|说一下|告诉|给我|比较|概述|总结",
    re.IGNORECASE,
)


def asks_or_orders(text: str) -> bool:
    """Tell whether a text wants to know something, as a question or as a request: "Explain the dues."."""
    return asks_outright(text) or bool(_ORDERS.search(text))


def asks_outright(text: str) -> bool:
    """Tell whether a text asks in a question's words, not only by what it names."""
    return bool(_QUESTION_EN.search(text) or _QUESTION_ZH.search(text))


def _asks(text: str) -> bool:
    if asks_outright(text):
        return True
    return _is_bare(text) and len(set(content_terms(text))) >= THING_TERMS
