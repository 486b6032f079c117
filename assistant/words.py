"""Words as the lexical index, the check and the guard see them; English stems, CJK uni- and bigrams."""

from __future__ import annotations

import functools
import re
import unicodedata

import snowballstemmer

from assistant.types import Language

TEXT_VERSION = "2"
"""Part of the index stamp: raise it when `lexical_terms` or `normalise_text` change."""

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[{CJK}]+"  # a run of Chinese
    r"|\d+(?:[.,:/-]\d+)*%?"  # 47.7%, 2024-09-01, 1,050, 7.2
    rf"|(?![{CJK}])[^\W\d_](?:(?:(?![{CJK}])[\w'’-])*(?![{CJK}])\w)?",  # K182188, FEV1, non-profit
    re.UNICODE,
)
_CJK_RUN = re.compile(rf"[{CJK}]+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# The words that make a question English even when it quotes Chinese terms.
_ENGLISH_FRAME = re.compile(
    r"\b(?:what|who|how|when|where|which|why|does|do|is|are|can|the|mean|of)\b", re.IGNORECASE
)

STOP_EN = frozenset(
    "a about above after again all also am an and any are as at be because been before being between both but "
    "by can could did do does doing down during each few for from further had has have having he her here "
    "hers him his how i if in into is it its itself just me more most my of off on once only or other our ours "
    "out over own same she should so some such than that the their theirs them then there these they this "
    "those through to too under until up very was we were what when where which while who whom why will with "
    "would you your yours".split()
)
STOP_ZH = frozenset("的了是在和与或及有什么吗呢哪些怎么如何多少谁我你他它们这那个之为以于对被把就都也还又很")
"""Function characters; a term made only of these carries nothing."""

_stem = snowballstemmer.stemmer("english")


@functools.lru_cache(maxsize=65_536)
def _stem_word(word: str) -> str:
    return str(_stem.stemWord(word))


def normalise_text(text: str) -> str:
    """Give NFC text with line feeds only, without NUL and lone surrogates; lengths may change."""
    # Before NFC: letter and accent on both sides of a mark that goes would stay apart.
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").replace("\ufeff", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", text)


HIDDEN_KINDS = {
    "zero-width": "\u200b-\u200d\u2060-\u2064\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0",  # hide words from search and guard
    "direction": "\u202a-\u202e\u2066-\u206f\u200e\u200f\u061c",  # show other text than is stored
    "tag": "\U000e0000-\U000e007f\ufff9-\ufffb",  # text for machines only
    "variation selector": "\ufe00-\ufe0f\U000e0100-\U000e01ef",  # likewise: a byte each behind any letter
}
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff" + "".join(HIDDEN_KINDS.values()) + "]"
)
"""Beside the hidden kinds: control characters, soft hyphens and marks of byte order, which honest programs leave behind."""


def drop_invisible(text: str) -> str:
    """Give the text without what nobody sees, so that it is read as it is shown."""
    return INVISIBLE.sub("", text)


def lexical_terms(text: str) -> list[str]:
    """List the index terms of a text in order: stemmed words, numbers whole, CJK uni- and bigrams.

    Full-width letters and digits are folded (NFKC), English stop words stay out.
    """
    terms: list[str] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).lower()):
        token = match.group()
        if _CJK_RUN.match(token):
            terms.extend(token)
            terms.extend(token[i : i + 2] for i in range(len(token) - 1))
        elif token[0].isdigit():
            terms.append(token.replace(",", ""))
        elif token not in STOP_EN:
            terms.append(_stem_word(token.replace("’", "'").removesuffix("'s")))
    return terms


def content_terms(text: str) -> list[str]:
    """List the terms that carry meaning: `lexical_terms` with CJK bigrams instead of single characters.

    A run of one Chinese character keeps it. Bigrams of function characters only are left out.
    """
    kept: list[str] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).lower()):
        token = match.group()
        if _CJK_RUN.match(token):
            grams = [token[i : i + 2] for i in range(len(token) - 1)] or [token]
            kept.extend(gram for gram in grams if not STOP_ZH.issuperset(gram))
        else:
            kept.extend(lexical_terms(token))
    return kept


def is_chinese(term: str) -> bool:
    """Tell whether a term begins with a Chinese character; terms never mix scripts."""
    return bool(_CJK_RUN.match(term))


def share_of_chinese(text: str) -> float:
    """Give the share of a text that is Chinese, two characters counting as one word; 0 to 1."""
    chinese = sum(len(run) for run in _CJK_RUN.findall(text))
    words = len(_LATIN_WORD.findall(text))
    return chinese / (chinese + 2 * words) if chinese else 0.0


def detect_language(text: str) -> Language:
    """Tell which of the two languages a text is written in; text without letters counts as English."""
    chinese = sum(len(run) for run in _CJK_RUN.findall(text))
    words = len(_LATIN_WORD.findall(text))
    if chinese == 0:
        return "en"
    needed = 3 * words if _ENGLISH_FRAME.search(text) else words
    return "zh" if chinese >= needed else "en"
