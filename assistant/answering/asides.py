"""What speaks of the document it stands in, of its slides or of what it leaves out, and so answers next to no question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.blocks import Block

_ABOUT = re.compile(
    r"\s*(?:about (?:this|these)\b|how to use this\b|关于本|(?:如何|怎样)使用本)", re.IGNORECASE
)


def is_about_document(headings: Sequence[str]) -> bool:
    """Tell whether a section speaks of the document it stands in, by its heading."""
    return bool(headings and _ABOUT.match(headings[-1]))


_DESCRIBES = re.compile(r"what .{2,60} (?:is|are|does|do|means?)|.{2,30}(?:是什么|指什么)", re.IGNORECASE)


def describes(headings: Sequence[str]) -> bool:
    """Tell whether a section says what a thing is, by its heading: "What an endobronchial valve is", 支架是什么."""
    return bool(headings and _DESCRIBES.fullmatch(headings[-1].strip()))


_SLIDES = re.compile(
    r"\b(?:these|this) (?:slides?|deck|presentation)\b|本(?:幻灯片|课件|演示文稿)", re.IGNORECASE
)


def speaks_of_slides(text: str) -> bool:
    """Tell whether a text speaks of the slides it stands on: the notes of a speaker, who welcomes people."""
    return bool(_SLIDES.search(text))


_SCOPE = re.compile(
    r"\W*(?:\d[\d.]*\s+)?(?:(?:these|this) (?:\w+ ){0,3}?(?:rules?|procedure|policy|charter|notice|guide|page|document|terms|form|template|summary|record|table|section)"
    r" (?:govern|set|appl|describe|explain|regulate|cover|define|contain|summari|list|collect)\w*\b"
    r"|本(?:办法|程序|章程|政策|规则|通知|指南|制度|规定|须知|页|文件|协议|模板|摘要|记录|表|节)(?:适用于|规定|列出|说明|规范|汇总|介绍|收录))",
    re.IGNORECASE,
)


def tells_scope(text: str) -> bool:
    """Tell whether a sentence says what its document is for: "1.1 This procedure sets the steps by which ..."."""
    return bool(_SCOPE.match(text))


_CHANGE = re.compile(
    r"\bcompared (?:with|to)\b.{0,60}\b(?:no longer|superseded|lapsed|former|previous|earlier)\b|\bchange(?:d|s) as follows\b|"
    r"与.{0,6}(?:失效|旧|前一|此前|上一|原).{0,20}相比|变化如下",
    re.IGNORECASE,
)


def compares_with_before(block: Block) -> bool:
    """Tell whether a block holds what is against what was: "Compared with the notice before, the dues changed as follows:"."""
    return bool(_CHANGE.search(block.text_of(block.spans[0])))


_SILENT = re.compile(
    r"\b(?:does|do|did) not (?:say|state|name|mention|tell)\b|\bis silent on\b|(?:没有|未)(?:说明|提及|提到|列出)",
    re.IGNORECASE,
)


def lists_what_is_not_said(block: Block) -> bool:
    """Tell whether a block is a list of what its source does not say; it has the words of many questions."""
    return block.kind == "list" and bool(_SILENT.search(block.text_of(block.spans[0])))
