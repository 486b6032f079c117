"""Greetings, thanks, goodbyes and "what can you do?": turns that ask the documents nothing, so nothing is searched."""

from __future__ import annotations

import re
from typing import Literal

from assistant.answering.parts import asks_or_orders
from assistant.phrases import say
from assistant.types import Answer, Sentence, Verdict
from assistant.words import detect_language

Courtesy = Literal["greeting", "thanks", "goodbye", "about"]
_INTRODUCES = re.compile(
    r"^(?:(?:i'?m|i am|we'?re|we are|my name is|this is) (?:an? |the |at |in |for |with |from |responsible |dr\.? )|"
    r"(?:i|we|our (?:company|firm|start-?up)) (?:work|run|lead|head|manage|represent|look after|handle|deal with|take care of|make|produce|sell|distribute|develop|build)s? )(?!.*\b(?:"
    r"who|what|when|where|which|why|how|can|could|may|must|should|do|does|want|need|like|wish|plan|looking|trying|interested|idea|invent(?:ed|ing)?|"
    r"unhappy|worried|help|tell|please)\b)[^?]*$|"
    r"^(?:我|我们|本人|我们?(?:公司|单位|医院|科室))(?:是|在|来自|叫|负责|主管|分管|从事|专门做|主要做)(?!.*(?:[?？吗呢怎谁几哪]|什么|多少|如何|想|要|能|可以|需|打算|希望|请|创意|点子|发明|不满|帮))[^?？]*$",
    re.IGNORECASE,
)
"""Says who somebody is and asks nothing yet; it stays context for what follows."""

# In order of what the reply is to: thanks with a goodbye is a goodbye, a greeting with thanks is thanks.
_SAID: tuple[tuple[Courtesy, str], ...] = (
    ("goodbye", r"\b(?:good ?bye|bye(?:[ -]bye)?|see you(?: later| soon)?|have a (?:nice|good) (?:day|one|weekend|evening)|that(?:'| i)?s all(?: for (?:now|today))?)\b|"
                r"再见|拜拜|回头见|先这样|没有?别的(?:了|问题)|没有?其他问题"),
    ("thanks", r"\b(?:(?:many |much )?thanks?(?: you)?(?: (?:so|very) much| a lot| again)?|thank u|thx|cheers|much appreciated|"
               r"(?:that|this|it)(?:'s| is| was)? (?:very |really )?(?:helps?|helpful|useful|clear|great|good|perfect|enough)(?: a lot)?|(?:that|it) helped(?: a lot)?|well done)\b|"
               r"谢谢|多谢|感谢|谢了|辛苦|麻烦你?了|(?:很|非常|挺)?有(?:帮助|用)|(?:很|挺)?清楚"),
    ("about", r"\b(?:who|what) are you\b|\bwhat (?:can|do) you (?:do|know|answer)(?: for me)?\b|\bhow can you help(?: me)?\b|\bwhat can i ask(?: you)?\b|^\W*help(?: me)?\W*$|"
              r"你是(?:谁|什么|干什么的|做什么的)|[你您]能(?:做|干|帮我?做?|回答)(?:些|点)?(?:什么|啥|哪些问题)|[你您]会(?:做|干)?(?:什么|啥)|(?:可以|能)问(?:[你您])?(?:些)?(?:什么|哪些)|[你您]有(?:什么|哪些)(?:功能|用)"),
    ("greeting", r"\b(?:hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening|day)|how are you(?: doing)?(?: today)?|nice to meet you|are you there)\b|"
                 r"你们?好|您们?好|早上好|上午好|中午好|下午好|晚上好|早安|哈喽|嗨|在吗|在不在|初次见面"),
)  # fmt: skip
_COMPILED = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _SAID]
_BESIDE = re.compile(
    r"\b(?:there|all|everyone|everybody|assistant|again|for (?:your|the|all (?:your|the)) (?:help|answers?|time|explanation)|"
    r"ok(?:ay)?|great|perfect|good|very|so|now|and|then|well|dear|yes|i see|understood|got it|to you|you|sir|madam)\b|"
    r"大家|各位|助手|小助手|请问|哦|噢|嗯|啊|呀|啦|了|的|吧|呢|哈|好|好的|行|可以|明白|知道|懂|那|就|非常|很|十分|太|您|你|们|的?(?:帮助|解答|回答|解释)|又|再次|都|已经?|对我|我",
    re.IGNORECASE,
)
MAX_CHARS = 120
"""A longer turn says more than thanks."""


def find_courtesy(text: str) -> Courtesy | None:
    """Name what a turn is when it is a courtesy and nothing else; `None` when it says anything more."""
    if len(text) > MAX_CHARS:
        return None
    rest, found = text.replace("’", "'"), []
    for kind, pattern in _COMPILED:
        rest, count = pattern.subn(" ", rest)
        if count:
            found.append(kind)
    if not found or any(char.isalnum() for char in _BESIDE.sub(" ", rest)):
        return None
    return found[0]


_OPENS = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|dear (?:all|sir|madam|team|assistant)|good (?:morning|afternoon|evening)|(?:many )?thanks?(?: you)?(?: (?:so|very) much| a lot)?|thx|"
    r"great|perfect|okay|ok|i see|got it|understood)(?: there| again| all| everyone)?\s*[,.!:;–—]+\s*|"
    r"(?:你们?好|您们?好|早上好|上午好|下午好|晚上好|谢谢你?|多谢|感谢|好的|好吧|明白了?|知道了|嗯+|哦+|噢)(?:啊|呀|了|哈)?\s*[，,。.！!、：:～~]+\s*|"
    r"(?:想|我想)?(?:请问|麻烦问|请教|问)一?下[，,：:\s]*|请问[，,：:\s]*)+(?=\S)",
    re.IGNORECASE,
)


def without_courtesy(text: str) -> str:
    """Give a turn without the greeting or thanks before what it asks."""
    return _OPENS.sub("", text.strip()) or text


def introduces(text: str) -> bool:
    """Tell whether a turn only says who is speaking: "Hi, I am a nurse at a hospital." asks nothing."""
    said = without_courtesy(text).replace("’", "'")
    return len(text) <= MAX_CHARS and bool(_INTRODUCES.match(said)) and not asks_or_orders(said)


def return_courtesy(text: str, contact: str) -> Answer | None:
    """Reply to a courtesy with a fixed phrase, which claims nothing; `None` for any other turn."""
    courtesy = find_courtesy(text) or ("greeting" if introduces(text) else None)
    if courtesy is None:
        return None
    language = detect_language(text)
    verdict = Verdict(label="supported", score=1.0)
    phrase = Sentence(text=say(courtesy, language, contact=contact), verdict=verdict, role="phrase")
    return Answer(question=text, status="answered", language=language, sentences=(phrase,), contact=contact)
