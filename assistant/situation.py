"""What a reader says of themselves before they ask: "We make airway stents and want to join. What do we do?" asks nothing of stents."""

from __future__ import annotations

import functools
import re

from assistant.answering.parts import asks_or_orders

_FIRST_PERSON = re.compile(
    r"^(?:and |so |as (?:you know|we are) )*(?:as (?:an?|the) |(?:i|we)\b|(?:i|we)['’]|(?:my|our)\b|(?:one|some|two|three|most|all) of (?:my|our)\b|an? [\w-]+ of (?:mine|ours)\b|"
    r"(?:at|in) (?:my|our) )|^(?:我|咱|本人|本公司|本院|本单位|本科室|本司)(?!想|要|能|可以|该|应)",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:wants?|wish(?:es)?|hopes?|plans?|planning|intends?|would|'d|’d|like to|looking|interested|trying|tries|needs?|must|should|can|could|may|please)\b|"
    r"想(?!到|出|法)|要(?!求)|打算|希望|准备|计划|考虑|能|可以|需|请|该|应当",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<=[.!;?])\s+(?=\S)|(?<=[。！；？])\s*(?=\S)")
_CLAUSE = re.compile(
    r"(?:,? (?:and|but|so|who|which|that) )(?=(?:\w+ ){0,3}?(?:wants?|wish|wishes|hopes?|plans?|would|intends?|needs?)\b)|, (?:and |but |so )?|[，,]\s*",
    re.IGNORECASE,
)

_JOINT = re.compile(r"[,，]?\s*(?:\b(?:and|but|so|who|which|that)\s*)?$", re.IGNORECASE)


@functools.lru_cache(maxsize=4_096)
def split_situation(text: str) -> tuple[str, str]:
    """Give what a turn says of its writer before it asks, and what it asks or wants; nothing and the turn where it does not part."""
    start = 0
    for sentence in _SENTENCE.split(text):
        begin = text.index(sentence, start)
        if not says_of_writer(sentence):
            start = begin + _measure_opening(sentence)
            break
        start = begin + len(sentence)
    question = text[start:].strip()
    return (_JOINT.sub("", text[:start]), question) if start and asks_or_orders(question) else ("", text)


def _measure_opening(sentence: str) -> int:
    """Give where the first clause begins that does not only say something of the writer."""
    start = 0
    for joint in _CLAUSE.finditer(sentence):
        if not says_of_writer(sentence[start : joint.start()]):
            break
        start = joint.end()
    return start


def says_of_writer(clause: str) -> bool:
    """Tell whether a clause says what its writer is, has or did, and neither asks nor wants anything."""
    clause = clause.strip()
    return (
        bool(_FIRST_PERSON.match(clause))
        and not clause.endswith(("?", "？"))
        and not _WANTS.search(clause)
        and not asks_or_orders(clause)
    )
