"""Words that point to a category or away from it: yes/no features beside the meaning of a turn.

A cue alone decides nothing; the classifier weighs it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.guarding.patterns import (
    ASKS_ONLY,
    MATERIAL,
    MEASURE,
    MECHANISM,
    OWN,
    SECRECY,
    SHOWING,
    SURNAMES,
    either,
)
from assistant.guarding.rules import RULES

_CUES: dict[str, re.Pattern[str]] = {
    "own": OWN,
    "material": MATERIAL,
    "secrecy": SECRECY,
    "showing": SHOWING,
    "asks": ASKS_ONLY,
    "measure": MEASURE,
    "digit": re.compile(r"\d"),
    "person": either(
        r"\bmy (?:\w+ )?(?:father|mother|dad|mum|mom|wife|husband|patient|son|daughter|uncle|aunt|grand\w+|brother|sister|child|friend)(?:'s|s)?\b",
        r"\b(?:this|the|our|a) (?:\w+ )?(?:patient|man|woman|lady|case|child)\b|\b(?:he|she|him|her)\b|\b(?:for|in|on) me\b",
        r"\bmy (?:asthma|copd|nodule|scan|ct|lungs?|lung function|biopsy|stent|emphysema|cough|breath\w*|chest)\b(?! (?:idea|design|invention|concept|patent))",
        r"我(?:爸|妈|爹|父亲|母亲|爷爷|奶奶|外公|外婆|老公|老婆|爱人|丈夫|妻子|儿子|女儿|舅|叔|姨|姑|哥|姐|弟|妹|家人)|他|她|我(?:有|胸|肺|咳|喘|吃|片子|做完)",
        r"(?:这个|这位|我的|那个|下午要看的|今天的?)(?:[男女老])?(?:病人|患者|老人|老太太|老头|病例)|这一?例|下一台",
    ),
    "decide": either(
        r"\b(?:should|shall|can|could|may|do|must)\b.{0,12}\b(?:i|we|he|she|my|our|this)\b|\b(?:recommend|advise|suggest|prescribe|choose|set|safe)\b|\bcandidate\b|\bwhich (?:one|dose|device|size|antibiotic|drug)",
        r"该不该|要不要|能不能|该|用多少|多少克|几克|给多少|停不停|停几天|定一个|设一个|怎么治|合适|安全吗|能做|能放|推荐|你(?:建议|觉得|会)|还是",
    ),
    "study": either(
        r"\b(?:trials?|study|studies|reported?|randomi[sz]ed|endpoint|group|arm|placebo|series|literature|sources?|guidelines?|protocol|papers?|registry|authors?|according to|cleared under|in general|compared?)\b|\b(?-i:[A-Z]{3,}\d?)\b|\b\d+ (?:patients|subjects|cases|people|adults)\b",
        r"试验|研究|\d+\s*(?:例|人)|例里|个成人|文献|报道|报告的|资料|指南|方案里|对照|终点|一般|汇编|论文|综述|获许可|说明书",
    ),
    "rule": either(
        r"\b(?:policy|policies|rules?|forms?|procedure|article|clause|law|cda|agreement|contract|patent\w*|dues|fees?|member\w*|council|committee|secretariat|alliance|votes?|submit|submission|stage|statement|register)\b",
        r"政策|规定|办法|程序|第.{1,4}条|条款|法|协议|合同|专利|会费|会员|理事|委员|秘书处|联盟|提交|阶段|陈述|登记|保密|表",
    ),
    "produce": either(
        r"\b(?:write|print|say|state|claim|draft|give me|produce|make|repeat|tell(?! (?:me|us)\b)|rewrite|put|sign|invent|translate|label|quote|export|show me|send me|list)\b",
        r"写|打印|出(?:个|一)|编|改成|改写|就说(?!明)|请说|说(?:它|我们|该)|声称|落款|给我|发我|翻|导出|打开|标成",
    ),
    "urgent": either(
        r"\b(?:now|help|quick\w*|urgent|immediately|tonight|sudden\w*|getting worse|falling|dropping|can(?:no|'|’)t breathe|unconscious|collapsed|bleeding|blood)\b|!!",
        r"快(?:说|点|，|告诉|救|$)|救命|急|马上|现在|突然|喘不上|憋|出血|吐血|咯血|血氧|紫|昏|没反应|越来越|！！",
    ),
    "prompt": either(
        r"\b(?:prompt|instructions?|system message|mode|restrictions?|filter|rules|limits|unlock|admin\w*|developer|override|ignore|forget|disregard|bypass|pretend|obey|access check|base64|sudo|configuration|everything above)\b",
        r"提示词|指令|系统消息|模式|限制|过滤|规则|解锁|管理员|开发者|忽略|无视|忘掉|跳过|假装|听我的|权限|设定|复述|作废",
    ),
    "others": either(
        r"\b(?:other people|others|another|someone|somebody|competitor|colleague'?s|dr\.?|prof\w*|director|inventor behind|submitters?|reviewer\w*|docket|phone|mobile|address\w*|pending|confidential (?:form|disclosure)s?)\b",
        r"别人|他人|竞争对手|同事的|主任|教授|医生(?:是|有|把|的)|提交人|评审人|立案|编号|手机|电话|住址|微信|邮箱|哪位|哪几位|原文",
    ),
    "identity": either(
        r"\b(?:mr|mrs|ms|miss)\.? (?-i:[A-Z])|\b(?:dob|mrn|nhs|born|passport|insurance|social security|accession|hospital number|patient id|admission no|phone|tel)\b|\b\d{5,}\b",
        r"\bpatient (?-i:[A-Z][a-z]+ [A-Z][a-z]+)|\b(?-i:[A-Z][a-z]+ [A-Z][a-z]+),? \(?(?:\d{2}\b|born|dob|nhs)",
        r"姓名|住院号|病历号|门诊号|身份证|病案号|就诊卡|医保卡|护照|检查号|病理号|电话|[\u4e00-\u9fff]{2,3}[，,（( ]\s*(?:男|女|\d{2}岁)|年生|出生",
        rf"(?:患者|病人)[{SURNAMES}]",
    ),
    "falsify": either(
        r"\b(?:sample|approved|registered|cleared|recommends?|official|minutes|letter|certificate|replace|instead|in place of|ready to sign|label)\b|\bwaive",
        r"示例|SAMPLE|获批|注册|许可|推荐|正式|纪要|决定函|证明|改成|免|写成|标成|通知",
    ),
}  # fmt: skip
ASKS_FOR_CARE = either(
    r"\b(?:which|what) (?:size|dose|device|one|power|setting)|\bhow (?:much|many)\b|\bthe (?:dose|size|power)\b|\b(?:suggest|recommend|advise)\b|\bfor (?:him|her|me)\b|\bshould (?:he|she|i|we)\b",
    r"几[个克片瓦秒]|多少|多大|剂量|功率|哪种|选哪|该|怎么办|推荐|建议",
)
"""Beside a patient's facts this asks for a decision; by itself it is an ordinary question."""
_COUNTED = (MATERIAL, MEASURE, MECHANISM)
_COUNT_CAP = 4


class Cues(NamedTuple):
    """The cues that a text holds.

    Attributes:
        names: Words found, by the name of their cue.
        row: The features, values from 0 to 1; the same length for every text.
    """

    names: frozenset[str]
    row: npt.NDArray[np.float64]


def read_cues(text: str) -> Cues:
    """Find the cues of a text."""
    names = frozenset(name for name, pattern in _CUES.items() if pattern.search(text))
    counts = [len({m.group().lower() for m in pattern.finditer(text)}) for pattern in _COUNTED]
    row = [
        *(float(name in names) for name in _CUES),
        *(min(count, _COUNT_CAP) / _COUNT_CAP for count in counts),
        *(float(matches(text)) for matches in RULES.values()),
    ]
    return Cues(names, np.array(row))
