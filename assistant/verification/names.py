"""Names that a claim brings in: capitalised words, model numbers, Chinese persons and places."""

from __future__ import annotations

import re

from assistant.types import Language
from assistant.verification.lexicon import find_terms

_NAME = re.compile(
    r"(?<![.!?:]\s)(?<!^)(?<![\"“(])\b(?:[A-Z][\w'’-]*[a-zA-Z0-9]|[A-Z]{2,}\d*|[A-Z]\d+)\b", re.ASCII
)
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Mr|Mrs|Ms|Dr|RMB|USD|CNY|I)$"
)
_PERSON = re.compile(
    r"(?:[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹潘葛范彭鲁韦马方任袁柳唐罗薛贺倪汤郝毕史孟顾龚尹黄梁宋郭林高徐丁胡刘]"
    r"[\u4e00-\u9fff]{0,2}?)(?:女士|先生|教授|主任|博士|医生|医师|律师|处长|院长)"
)
_PLACE = re.compile(
    r"北京|上海|天津|重庆|广州|深圳|杭州|南京|武汉|成都|西安|苏州|香港|澳门|台湾|中国|美国|日本|德国|法国|英国|韩国|欧洲|欧盟|亚洲|"
    r"[\u4e00-\u9fff]{2,3}(?:省|市)(?!场|民|值)"
)
_PLACES_EN = {
    "北京": "beijing", "上海": "shanghai", "天津": "tianjin", "广州": "guangzhou", "深圳": "shenzhen", "香港": "hong", "中国": "china",
    "美国": "united states", "日本": "japan", "德国": "germany", "法国": "france", "英国": "united kingdom", "韩国": "korea",
    "欧洲": "europe", "欧盟": "european",
}  # fmt: skip


def find_names(text: str, language: Language) -> tuple[str, ...]:
    """List the names in a text in order; the word that opens a sentence is not known to be one."""
    names = [match.group() for match in _NAME.finditer(text) if not _MONTH.match(match.group())]
    if language == "zh":
        names += [match.group() for pattern in (_PERSON, _PLACE) for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(names))


def missing_names(claim: str, claim_language: Language, source: str, source_language: Language) -> list[str]:
    """List the names of a claim that a source does not have; a Chinese source does not spell English words."""
    folded = source.lower()
    known = frozenset(find_terms(source))
    missing = []
    for name in find_names(claim, claim_language):
        if claim_language != source_language and (claim_language == "en" or not name.isascii()):
            is_code = name.isascii() and any(char.isdigit() for char in name)
            english = _PLACES_EN.get(name)
            if not is_code and not (english and english not in folded):
                continue
        if name.lower() not in folded and not (name.isascii() and known.issuperset(find_terms(name))):
            missing.append(name)
    return missing
