"""Everyday wordings of one thing under one name, in both languages: submit, hand in, file, 提交, 递交.

Only words that rules and contracts use for the same act are listed; a word outside the table stands for itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from assistant.verification.wordings import TABLE
from assistant.words import CJK, STOP_ZH, lexical_terms


def _read_table() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    stems: dict[str, str] = {}
    phrases: dict[str, str] = {}
    chinese: dict[str, str] = {}
    for line in TABLE.strip().splitlines():
        name, _, rest = line.partition(":")
        english, _, foreign = rest.partition("|")
        concept = "=" + name.strip()
        for wording in [name, *english.split(",")]:
            terms = lexical_terms(wording)
            if " " in wording.strip() and len(wording.split()) > 1:
                phrases.setdefault(wording.strip(), concept)
            elif len(terms) == 1:
                stems.setdefault(terms[0], concept)
        for wording in foreign.split(","):
            if wording.strip():
                chinese.setdefault(wording.strip(), concept)
    return stems, phrases, chinese


_STEMS, _PHRASES, _CHINESE = _read_table()


_IS_CJK = re.compile(rf"[{CJK}]")
_LONGEST = max(map(len, _CHINESE))
_PRIVATE = 0xE000  # phrases become one private character each, so that one token pattern finds them
_PHRASE = re.compile(rf"\b(?:{'|'.join(re.escape(p) for p in sorted(_PHRASES, key=len, reverse=True))})\b")
_PHRASE_MARKS = {phrase: f" {chr(_PRIVATE + i)} " for i, phrase in enumerate(_PHRASES)}
_MARKED = {mark.strip(): _PHRASES[phrase] for phrase, mark in _PHRASE_MARKS.items()}
_TOKEN = re.compile(
    rf"[{CJK}]+|\d+[a-z](?![a-z])|\d+(?:[.,:/-]\d+)*%?|[^\W\d_{CJK}](?:[^\W{CJK}]|['’-](?=[^\W{CJK}]))*|[\ue000-\uefff]"
)
_VERSION = re.compile(r"v\d+")
_NEGATIVE_PREFIX = re.compile(r"^(?:un|non-?)(?=[a-z]{5})")
# Words of stance, number and frame; other checks read them.
_FRAME = frozenset(
    "must may might shall should will would can cannot could not no nor never none nothing nobody need needs needed ought without "
    "unless except required require requires obliged entitled allowed allow allows permitted permit permits prohibited forbidden "
    "day days week weeks month months year years hour hours working business calendar yuan rmb percent per cent "
    "stay stays stayed remain remains remained open "
    "forbid forbids possible impossible necessary mandatory optional let lets free able also yet even still however already per "
    "via upon within least most every everyone anyone someone two three four five six seven eight nine ten twenty thirty forty "
    "fifty sixty seventy eighty ninety hundred thousand million first second third half less fewer latest earliest maximum minimum january "
    "february march april june july august september october november december".split()
)
# Function characters and modal words; they cut a run and are no terms.
_CUT_WORDS = (
    "不得",
    "可以",
    "应当",
    "必须",
    "没有",
    "只有",
    "无需",
    "无须",
    "不必",
    "需要",
    "如果",
    "除非",
    "以及",
    "或者",
    "工作日",
    "自然日",
)
_CUT = (STOP_ZH - set("对多少如上")) | frozenset(
    "不未无没由被向将须应可也并且但自起内按从到时后前就要把所者其此该仅只均各方才再使得"
)


@functools.lru_cache(maxsize=65_536)
def _word_terms(word: str) -> tuple[str, ...]:
    if word in _FRAME:
        return ()
    terms = tuple(_STEMS.get(term, term) for term in lexical_terms(word))
    if terms and _NEGATIVE_PREFIX.match(word):
        bare = tuple(_STEMS.get(term, term) for term in lexical_terms(_NEGATIVE_PREFIX.sub("", word)))
        return bare if bare and bare[0].startswith("=") else terms
    return terms


@functools.lru_cache(maxsize=8_192)
def _run_terms(run: str) -> tuple[str, ...]:
    """Cut a Chinese run at listed wordings and function words; what is left becomes bigrams."""
    terms: list[str] = []
    rest, at = "", 0
    while at < len(run):
        for length in range(min(_LONGEST, len(run) - at), 0, -1):
            piece = run[at : at + length]
            concept = _CHINESE.get(piece)
            if concept or piece in _CUT_WORDS or (length == 1 and piece in _CUT):
                terms.extend(_bigrams(rest))
                rest = ""
                terms.extend([concept] if concept else [])
                at += length
                break
        else:
            rest += run[at]
            at += 1
    terms.extend(_bigrams(rest))
    return tuple(terms)


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def find_terms(text: str) -> list[str]:
    """List the content terms of a text in order: `=name` for a listed wording, else stems and CJK bigrams."""
    folded = unicodedata.normalize("NFKC", text).lower()
    marked = _PHRASE.sub(lambda match: _PHRASE_MARKS[match.group()], folded)
    terms: list[str] = []
    for token in _TOKEN.findall(marked):
        if token in _MARKED:
            terms.append(_MARKED[token])
        elif (
            _VERSION.fullmatch(token)
            or token.isdigit()
            or token[:-1].replace(".", "").replace(",", "").isdigit()
        ):
            continue  # figures are compared as facts
        elif not _IS_CJK.match(token):
            terms.extend(_word_terms(token))
        else:
            terms.extend(_run_terms(token))
    return terms
