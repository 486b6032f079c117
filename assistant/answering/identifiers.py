"""Questions for one exact identifier, and whether a text holds any of that kind.

A passage that speaks of an account is near to "what is the account number?" and cannot answer it
without a number in it; the nearest wrong answer here is a payment to a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# What is asked for, and what a value of that kind looks like.
_KINDS: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:bank )?account (?:number|no\.?|details)\b|\biban\b|\bswift\b|(?:银行|对公|收款)?(?:账|帐)(?:号|户号码)|卡号|开户行",
        r"\d[\d -]{8,}\d",
    ),
    (
        r"(?<!the )(?<!by )(?<!my )\b(?:phone|telephone|mobile|fax)\b(?: number)?|\b(?:phone|telephone|mobile|fax) (?:number|no\.?)|\bcell (?:phone|number)\b|\bhotline\b|电话|手机号|传真|热线",
        r"\+?\d[\d ()-]{5,}\d",
    ),
    (r"\be-?mail address\b|\be-?mail\b(?=.*\?)|邮箱|电子邮件地址", r"[\w.+-]+@[\w-]+\.\w+"),
    (
        r"\b(?:postal|street|office|mailing) address\b|\bpostcode\b|\bzip code\b|(?:办公|通信|通讯|邮寄|详细)地址|邮编|门牌",
        r"\d+ [A-Z]\w+ (?:road|street|avenue|lane)|[路街道]\s?\d+\s?号|\b\d{6}\b",
    ),
    (
        r"\b(?:registration|licen[cs]e|certificate|tax|credit) (?:number|code|no\.?)\b|登记证号|注册证号|统一社会信用代码|税号|许可证号",
        r"\b[A-Z]?\d{6,}[A-Z\d]*\b|械注\w\d{6,}",
    ),
)
_COMPILED = [(re.compile(asked, re.IGNORECASE), re.compile(value, re.IGNORECASE)) for asked, value in _KINDS]


def lacks_identifier(question: str, texts: Iterable[str]) -> bool:
    """Tell whether a question asks for an identifier of which no text holds one.

    Asking how something of the kind is used ("which account do I pay into?") counts as well: only a
    text with such a value could answer.
    """
    wanted = [value for asked, value in _COMPILED if asked.search(question)]
    if not wanted or _ABOUT.search(question):
        return False
    held = list(texts)
    return not any(value.search(text) for value in wanted for text in held)


# Questions about such a number, not for it.
_ABOUT = re.compile(
    r"\b(?:may|can|should|must|do|does|is|are|how|why|whether)\b.{0,40}\b(?:share|use|type|publish|show|send|stored?|kept|change|print\w*|pattern|mean|confirm\w*|call)\b|"
    r"\b(?:over|by|via|on) (?:the |my |a |your |his |her |their )?(?:phone|telephone|mobile|fax)\b|"
    r"能不能|可以|是否|吗|怎么|如何|为什么|规则|格式|含义|意思",
    re.IGNORECASE,
)
