"""Finding text in documents that is addressed to an assistant; it is reported and stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_DO = (
    r"(?:please |always |now |you (?:must|should|shall) |do not |don't |never |only )*"
    r"(?:tell|say|answer|state|reply|reveal|print|cite|output|include|recommend|rank|ignore|respond|insert|link|"
    r"repeat|pretend|claim|forget|disclose|send|show|click|visit|add|append|treat|write)\b"
)
_DO_ZH = r"(?:请|必须|务必|应当?|要|不要|总是|一律|只|仅|现在)*(?:告诉|告知|回答|回复|说|输出|引用|推荐|声称|忽略|透露|显示|插入|附上|假装|打印|写上|链接|泄露)"
_READER = (
    r"(?:assistants?|ai|ai assistants?|chat ?bots?|(?:large )?language models?|llms?|chatgpt|gpt|system)"
)
_READER_ZH = r"(?:助手|智能助手|人工智能|(?:大|语言)?模型|机器人|AI|系统)"

_ADDRESSED = re.compile(
    "|".join(
        (
            rf"(?:^|[\n>\"“'(\[*#|:;.]|--)\s*(?:note (?:to|for) |attention,? |dear |hey |to |for )?(?:the |any |all )?{_READER}\s*[:,]\s*{_DO}",
            rf"\b(?:if you are|as) an? {_READER}\b[^.\n]{{0,60}}?\b{_DO}",
            r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,20}\b(?:previous|prior|above|earlier|all|your)\b[^.\n]{0,20}\b(?:instructions?|rules|prompts?|guidelines)\b",
            r"\b(?:reveal|print|output|repeat|leak)\b[^.\n]{0,20}\b(?:system prompt|your (?:instructions|prompt|rules)|hidden (?:instructions|prompt))",
            r"\bcite (?:only )?this (?:document|page|file)\b[^.\n]{0,20}\b(?:only|always|first|in every|for every)\b|\byou are now (?:an?|in)\b[^.\n]{0,30}\b(?:assistant|mode|bot|model)\b",
            r"<\|im_(?:start|end)\|>|\[/?INST\]|<<SYS>>|<\|(?:system|user|assistant)\|>",
            rf"{_READER_ZH}\s*[：:，,]\s*{_DO_ZH}",
            r"(?:忽略|无视|忘记|忘掉|不要理会)[^。\n]{0,10}(?:之前|以上|上述|前面|所有|全部|你)[^。\n]{0,8}(?:指令|规则|提示|要求|设定)",
            r"(?:输出|显示|透露|打印|复述)[^。\n]{0,8}(?:系统提示|提示词|系统指令|隐藏指令)|(?:回答|引用)时?(?:必须|一律|只|仅)(?:引用|附上|链接)(?:本|这)",
            rf"(?:如果)?你是(?:一个)?{_READER_ZH}[^。\n]{{0,20}}{_DO_ZH}",
        )
    ),
    re.IGNORECASE,
)
_BEFORE = " \t\n>\"“'([*#|:;.-"
_STOP = re.compile(r"[。\n]|[.!?](?=\s|$)")


class Planted(NamedTuple):
    """Where an instruction stands, as offsets into the text."""

    start: int
    end: int


def find_instructions(text: str) -> list[Planted]:
    """List the sentences that tell an assistant or a model what to do, in order, none overlapping.

    What a document says *about* assistants is not meant: rules that describe one are left alone.
    """
    found: list[Planted] = []
    for match in _ADDRESSED.finditer(text):
        start = match.end() - len(match.group().lstrip(_BEFORE))
        if not found or start >= found[-1].end:
            stop = _STOP.search(text, match.end())
            found.append(Planted(start, stop.start() if stop else len(text)))
    return found


def describe_instructions(text: str, spans: Sequence[Planted], *, max_chars: int = 80) -> list[str]:
    """Say where each stands and how it begins, for the report of an ingest."""
    lines = []
    for span in spans:
        words = " ".join(text[span.start : span.end].split())
        shown = words if len(words) <= max_chars else f"{words[: max_chars - 1]}…"
        line = text.count("\n", 0, span.start) + 1
        lines.append(
            f"line {line} reads like an instruction to an assistant and is treated as text: {shown!r}"
        )
    return lines
