"""Making a follow-up searchable: what it leans on and how much, and when a model's rewrite is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering.courtesy import find_courtesy, introduces, without_courtesy
from assistant.answering.parts import split_parts, without_frame
from assistant.retrieval.query import Query, WeightedText
from assistant.retrieval.versions import (
    Named,
    name_versions,
    read_named,
    read_time,
    without_time,
    without_versions,
)
from assistant.situation import split_situation
from assistant.subjects import (
    find_asker,
    list_subjects,
    name_subject,
    names_device_alone,
    open_subject,
    word_by_subject,
)
from assistant.types import Language, Turn
from assistant.verification.parties import find_parties, replace_party
from assistant.words import content_terms, detect_language

FIRST_TURN_WEIGHT = 0.5
PREVIOUS_TURN_WEIGHT = 0.5
WORD_WEIGHT = 0.3
"""Sweep on mtrag-clapnq (nDCG@10, 208 questions): last turn alone .425, these .474, human rewrite .473;
the agent's answers, titles found before and pseudo-relevance feedback each lowered it (docs/log.md)."""
STANDS_ALONE = 0.5
"""Factor on all three beside a question that could stand alone; people seldom change the topic."""
PART_WHOLE_WEIGHT = 0.5
"""The whole question beside one part of it."""
SHORT_TERMS = 3
FEW_TERMS: Mapping[Language, int] = {"en": 5, "zh": 12}
"""Content terms up to which a turn is read by the subject of its conversation; in Chinese they are pairs of characters."""
OWN_TERMS: Mapping[Language, int] = {"en": 1, "zh": 3}
"""Content terms up to which a turn names next to nothing itself."""
MAX_OTHER_TERMS = 4
"""Content words of a turn that only names another thing; a longer one asks something itself."""
MAX_CONTEXT_CHARS = 500
MAX_TURNS_SHOWN = 4
MAX_REWRITE_CHARS = 300
MAX_NEW_TERMS = 1

_SENTENCE_END = re.compile(r"[.!。！;；](?=\s|[\u4e00-\u9fff])")
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|him|there|then|such|same|one|ones|"
    r"former|latter|another|others?|else|instead|too|also|above|previous|again)\b|"
    r"^(?:and|but|so|or|then|what about|how about|what if|why|which|really|ok|okay|yes|no)\b|"
    r"它|他们|她们|这|那|该|其(?![他中])|此|上述|前者|后者|刚才|前面|同样|另外|还有|呢[？?]?$|^(?:那|那么|所以|但是|然后|如果|为什么|哪)",
    re.IGNORECASE,
)


# What may stand beside a version or a time without adding a topic.
_NO_TOPIC = re.compile(
    r"\b(?:rules?|version|policy|like|look|different|say|said|happen(?:ed)?|case|time|year|back|still|current|old|new|asked?|mean|use[dt]?)\b|"
    r"的?时候|那时|当时|时期|那年|年度?|版本?|规定|情况|怎么样|如何|怎样|多少|是|又|按|根据|若|如果|适用|下|里|呢|吗|那|么|呀|啊|也|一样|变|对|来说|话|比",
    re.IGNORECASE,
)


def refers_back(text: str) -> bool:
    """Tell whether a turn points at an earlier one by a word: a pronoun, "and", 那.

    What a sentence of the same turn names is meant before an earlier turn: "I have an idea for a stent. How do I submit it?"
    """
    text = text.strip()
    first = _LEANS.search(text)
    if first is None:
        return False
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= first.start()]
    return not ends or len(set(content_terms(text[: ends[-1]]))) < SHORT_TERMS


def asks_again(text: str) -> Named | None:
    """Read a turn that only asks the one before of another version or time: "and under v1.0?", "and now?".

    Returns:
        What it names, nothing for now; `None` when the turn says anything else.
    """
    time = read_time(text)
    rest = _NO_TOPIC.sub(" ", without_time(text))
    return time if time is not None and not content_terms(rest) else None


def says_little(text: str) -> bool:
    """Tell whether a turn names next to nothing itself: "when to pay?", 什么时候交."""
    return len(set(content_terms(without_frame(text)))) <= OWN_TERMS[detect_language(text)]


def leans_on_history(text: str) -> bool:
    """Tell whether a turn needs earlier ones to be understood: a pronoun, an opening, or few words."""
    return refers_back(text) or len(set(content_terms(text))) <= SHORT_TERMS


def write_conversation(text: str, history: Sequence[Turn]) -> str | None:
    """Write the user's turns for a model that makes the last one stand alone; `None` when it already does.

    Answers stay out: nothing screens what a client sends back as one.
    """
    asked = _asked_before(history)
    if not asked or not leans_on_history(text):
        return None
    chosen = dict.fromkeys([asked[0], *asked[-MAX_TURNS_SHOWN:]])
    return "\n".join([*(f"- {content}" for content in chosen), f"\n=> {text}"])


def accept_rewrite(reply: str, text: str, history: Sequence[Turn]) -> str | None:
    """Give a model's rewrite of the last turn if it is one; `None` for an answer, a list or new facts.

    Of 136 human rewrites of turns that lean on earlier ones (mtrag-clapnq), 110 have at most one content
    word that the user did not say.
    """
    _, _, said = reply.rpartition("</think>")
    rewrite = said.strip().strip('"“”「」*- ').removeprefix("=>").strip()
    if not rewrite or "\n" in rewrite or len(rewrite) > MAX_REWRITE_CHARS:
        return None
    if detect_language(rewrite) != detect_language(text):
        return None
    before = " ".join([text, *_asked_before(history)])
    new = set(content_terms(rewrite)) - set(content_terms(before))
    if len(new) > MAX_NEW_TERMS or any(any(char.isdigit() for char in term) for term in new):
        return None
    return rewrite


def with_rewrite(query: Query, rewrite: str | None) -> Query:
    """Put a rewrite in the place of the turn's own words; earlier turns then weigh less."""
    if rewrite is None:
        return query
    lighter = [WeightedText(part.text, STANDS_ALONE * part.weight) for part in query.meaning_context]
    words = [WeightedText(part.text, STANDS_ALONE * part.weight) for part in query.word_context]
    return Query(rewrite, query.language, tuple(lighter), tuple(words), query.named, query.topic)


def _asked_before(history: Sequence[Turn]) -> list[str]:
    """List what the user asked before; greetings and thanks asked nothing."""
    asked = [turn.content.strip()[:MAX_CONTEXT_CHARS] for turn in history if turn.role == "user"]
    return [
        without_courtesy(content)
        for content in asked
        if content and find_courtesy(content) is None and not _TAKEN_NOTE.search(content)
    ]


_TAKEN_NOTE = re.compile(
    r"(?:知道|明白|清楚|了解|懂)了[。！!～~]*$|^(?:i see|got it|understood|noted)\b[^?]*$", re.IGNORECASE
)


_NEW_TOPIC = re.compile(
    r"^(?:(?:(?:now |and |ok,? )?(?:a |on a |on an)?(?:different|another|new|other) (?:topic|subject|question|matter|thing|note)|(?:changing|change of) (?:the )?(?:topic|subject)|"
    r"something (?:else|different)|by the way)|(?:换|改|另)(?:一?个)?(?:话题|问题)|(?:另外|顺便|再)?(?:问|说)(?:个|一个)?(?:别的|其他的?)|顺便(?:问一下|问下|问)?)"
    r"(?: (?:altogether|entirely|now))?\s*[,，:：;；.。!！—–-]+\s*(?=\S)",
    re.IGNORECASE,
)
"""Says that what follows is about something else."""


def _word_by_subject(text: str, asked: Sequence[str]) -> str | None:
    """Give a follow-up of few words in the words of what the conversation is about; `None` where it asks two things or many."""
    if (
        not asked
        or len(set(content_terms(text))) > FEW_TERMS[detect_language(text)]
        or len(split_parts(text)) > 1
    ):
        return None
    if name_subject(text):
        return None
    own = list_subjects(asked)
    asker = find_asker([*asked, text])
    worded = next((words for subject in own if (words := word_by_subject(text, subject, asker))), None)
    return None if worded and set(content_terms(worded)) <= set(content_terms(text)) else worded


def read_conversation(text: str, history: Sequence[Turn]) -> Query:
    """Give the query of the last turn, with earlier user turns as weighted context.

    The question is searched beside itself preceded by the first and by the previous user turn, each
    with its own vector: the first turn names the topic, the previous one what "it" is. One joined
    text does worse than the last turn alone (BM25 nDCG@10 .262 against .266). A turn that only names
    another version or time asks the last question with a topic again.
    """
    language = detect_language(text)
    text = without_courtesy(text)
    if (turned := _NEW_TOPIC.sub("", text)) != text and not refers_back(turned):
        text, history = turned, ()
    text = open_subject(text) or text
    before, named = [open_subject(turn) or turn for turn in _asked_before(history)], read_named(text)
    said, rest = split_situation(text)
    if names_device_alone(said) and name_subject(rest) not in ("other", None):
        before, text = [*before, said], rest  # the device in front is not what is asked about
    formal = _word_by_subject(text, before)
    asked = [_word_by_subject(turn, before[:place]) or turn for place, turn in enumerate(before)]
    whole = [(_ask_of_another(turn, asked[:place]) or (turn,))[0] for place, turn in enumerate(asked)]
    another = None if formal else _ask_of_another(text, asked)
    text, asked, named = _ask_again(text, whole) or (*(another or (text, whole)), named)
    asked = [earlier for earlier in asked if asks_again(earlier) is None] or asked
    if not asked:
        return Query(text, language, named=named)
    factor = 1.0 if formal is None and leans_on_history(text) else STANDS_ALONE
    first = next((turn for turn in asked if not introduces(turn)), asked[0])
    previous = asked[-1]
    meaning = (
        WeightedText(f"{first} {text}", factor * FIRST_TURN_WEIGHT),
        WeightedText(f"{previous} {text}", factor * PREVIOUS_TURN_WEIGHT),
    )
    words = (WeightedText(previous, factor * WORD_WEIGHT),)
    return Query(text, language, meaning, words, named, first, formal or "")


def ask_part(query: Query, part: str) -> Query:
    """Give the query of one part of a question, with the whole as its context."""
    whole = query.text
    return replace(
        query,
        text=part,
        formal="",
        meaning_context=(WeightedText(whole, PART_WHOLE_WEIGHT), *query.meaning_context),
        word_context=(WeightedText(whole, WORD_WEIGHT), *query.word_context),
    )


_OF_ANOTHER = re.compile(
    r"^(?:and|what about|how about|and what about)(?: for| with| of)? (?P<en>(?!(?:(?:by|to|at|in|on|from|with) )?(?:whom?|whose|what|when|where|which|why|how|if|is|are|do|does|can)\b)"
    r"[^?.,]{2,40})\?*$|^(?:那么|那|那个)?(?:对于|对)?(?P<zh>[^，,？?。]{1,10}?)(?:来说|而言|的话)?(?:呢|又如何|又怎样)[？?]?$",
    re.IGNORECASE,
)


_AS_PARTY = re.compile(
    r"^(?:(?:us|me|we|i|those of us|people)(?: who (?:are|work for|come from)| as| at| in| from| of)|as) (?=\w)|^(?:我们?|咱们?|我方)(?:这种|这样的|是|作为)?(?=[\u4e00-\u9fff])|^作为|"
    r"(?<=[\u4e00-\u9fff])(?:来|而言|方面|那边|这边)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:an?|the|our|your) ", re.IGNORECASE)
_ASKERS = frozenset(
    {
        "clinician", "company", "hospital", "start-up", "observer", "member", "council member", "governing", "individual",
        "applicant", "inventor", "manufacturer",
    }
)  # fmt: skip
"""Parties that a reader may be or speak for: "and for companies?" asks the same of another one of them."""


def _ask_of_another(text: str, asked: Sequence[str]) -> tuple[str, list[str]] | None:
    """Give the earlier question with what "and for companies?" names, and what was asked before; `None` for other turns.

    A party takes the place of the one that the question was about; any other thing stands behind it.
    """
    match = _OF_ANOTHER.match(text.strip())
    whole = [place for place, earlier in enumerate(asked) if not _OF_ANOTHER.match(earlier)]
    whole = [place for place in whole if not refers_back(asked[place])] or whole
    other = _AS_PARTY.sub("", (match["en"] or match["zh"]).strip()).strip() if match else ""
    if not whole or not 0 < len(set(content_terms(other))) <= MAX_OTHER_TERMS:
        return None
    question, before = asked[whole[-1]].rstrip("?？。. "), list(asked[: whole[-1]])
    parties = frozenset(find_parties(other))
    if parties & _ASKERS:
        replaced = replace_party(question, _ASKERS - parties, _ARTICLE.sub("", other))
        if replaced != question:
            return f"{replaced}?", before
        other = f"as {other}" if other.isascii() else other
    elif topic := _ask_another_property(other, question) or _ask_another_class(other, question):
        return topic, before
    return f"{question} {other}?", list(asked)


_TIME = re.compile(r"\b(?:years?|months?|weeks?|days?|today|now|time|later|before|\d{4})\b", re.IGNORECASE)
_PROPERTY_OF = re.compile(
    r"^what(?: is|'s| are| was| were) the [\w -]{3,40}? (?:of|for|with|in) (?P<thing>[^?]{3,60})$",
    re.IGNORECASE,
)


def _ask_another_property(other: str, question: str) -> str | None:
    """Ask "and the risk of bleeding?" of the thing whose yield was asked, and the yield of "what about EBUS?"."""
    of = _PROPERTY_OF.match(question)
    if of is None or detect_language(other) != "en" or _TIME.search(other):
        return None
    if re.match(r"(?:the|its|their) ", other, re.IGNORECASE):
        return f"What is {other} of {of['thing']}?"
    return question[: of.start("thing")] + other + "?"


_CLASS = re.compile(r"\b(?:class (?:i{1,3}|[123])|stage [ab])\b|第?[一二三]类|第[一二]阶段", re.IGNORECASE)


def _ask_another_class(other: str, question: str) -> str | None:
    """Ask of class III what was asked of class II (三类的呢？)."""
    named, asked = _CLASS.search(other), _CLASS.search(question)
    return (
        question[: asked.start()] + named.group() + question[asked.end() :] + "?" if named and asked else None
    )


def _ask_again(text: str, asked: Sequence[str]) -> tuple[str, list[str], Named] | None:
    """Give the earlier question that a turn asks again, what was asked before it, and the version or time named."""
    named = asks_again(text)
    topics = [place for place, earlier in enumerate(asked) if asks_again(earlier) is None]
    if named is None or not topics:
        return None
    question = without_versions(asked[topics[-1]]).rstrip("?？。. ")
    return f"{question} {name_versions(named)}".rstrip() + "?", list(asked[: topics[-1]]), named
