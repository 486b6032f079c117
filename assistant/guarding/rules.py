"""What words alone decide, with or without a model: identifiers, overrides, requests to misstate."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.guarding.categories import CATEGORIES, Category
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

_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]|「[^」]*」|『[^』]*』")
_ASKS_RULE = either(
    r"^\W*(?:may|can|could|should|must|is|are|does|do|did|how|what|which|who|why|when|where|has|have)\b",
    r"吗[？?]?\s*$|可不可以|能不能|能否|可否|是否|什么|怎么|哪|谁",
)
_OF_STUDIES = either(
    r"\b(?:trials?|stud(?:y|ies)|reported?|in general|literature|guidelines?|protocols?|how many|how often)\b|试验|研究|文献|报道|指南|方案里|条款|规定|比例|多少例"
)

_IDENTITY = either(
    r"\bmrn\b\s*[:#]?\s*\d|\bnhs (?:number |no\.? )?\d|\b(?:dob|date of birth)\b\W{0,3}\d|\b(?:hospital|accession|admission|insurance|social security|passport|pathology) (?:number|no\.?|id)?\s*(?:is )?[:#]?\s*(?-i:[A-Z]{0,3})-?\d[\d-]{3,}",
    r"\bpatient(?:'s)? (?:name|id)\b\s*(?:is)?\s*[:=]?\s*(?:(?-i:[A-Z][a-z]+ [A-Z])|\d{4,})|\bpatient (?-i:[A-Z][a-z]+ [A-Z][a-z]+)\s*[,;:(]",
    r"\b(?:mr|mrs|ms|miss)\.? (?-i:[A-Z][a-z]+(?: [A-Z][a-z]+)?)\b.{0,60}\b(?:ct|scan|biopsy|diagnos\w+|aged|ward|bed|admitted|copd|fev1|\d{2}(?=,))",
    r"(?<!\d)\d{6}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dx](?!\d)",
    r"(?:住院|病历|门诊|病案|就诊卡|检查|病理|医保卡|入院|身份证)号?\s*(?:是|为|[:：])?\s*[a-z]{0,4}[\d-]{5,}",
    rf"姓名\s*(?:是|为|[:：])?\s*[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff]{{2}})|(?:患者|病人)[:：]?[{SURNAMES}][\u4e00-\u9fff]{{1,2}}\s*(?:[，,、 （(：:]|$)",
    rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}[，,、 （(]\s*(?:(?:男|女)[，,、 ]|\d{{1,3}}\s*岁)",
    r"(?:患者|病人|家属).{0,20}(?<!\d)1[3-9]\d{9}(?!\d)",
)
_IGNORE = either(
    r"\b(?:ignore|disregard|forget|bypass|override) (?:(?:all|any|your|the|previous|prior|earlier|above|these|my|of) )*(?:rules?|instructions?|prompts?|guidelines?|restrictions?|guardrails?|access checks?|everything)\b",
    r"\b(?:print|show|reveal|repeat|output|display|give|tell)\b.{0,12}\b(?:your|the) (?:\w+ ){0,2}(?:system )?(?:prompt|system message|hidden (?:rules|instructions))\b|\b(?:your|the) (?:hidden|secret|system) (?:instructions|prompt|message)\b|\bdeveloper mode\b|\bjailbreak\b|\beverything above this line\b",
    r"(?:忽略|无视|忘掉|忘记|绕过|跳过|不要管|别管|关掉|解除).{0,10}(?:规则|指令|指示|提示词|限制|设定|检查)|(?:输出|打印|显示|给我看|公开|复述).{0,10}(?:提示词|系统指令|系统消息|隐藏指令|内部指令)|开发者模式",
)
_TAKE_OFF = either(
    r"\b(?:remove|delete|drop|hide|strip|omit|leave out|take (?:off|out)?)\b.{0,25}\b(?-i:SAMPLE|sample (?:mark|label|line|watermark)|DRAFT)\b|\b(?:without|no) (?:the )?(?:word )?(?-i:SAMPLE)\b",
    r"(?:去掉|删掉|删除|隐去|抹掉|拿掉|不要).{0,10}(?:示例|样例|SAMPLE)|(?:示例|样例|SAMPLE).{0,8}(?:去掉|删掉|删除|隐去|抹掉|拿掉)",
)
_FORGE = either(
    r"\b(?:fabricate|falsify|forge|backdate)\b|\bmake up (?:a|some) (?:result|figure|citation|source|quote)|^\W*(?:伪造|编造|捏造|杜撰|倒签)"
)
_DISTRESS = either(
    r"\b(?:can(?:no|'|’)?t|cannot|can hardly|hardly) breathe\b|\b(?:turning|turned|lips are|is) (?:blue|gr[ae]y)\b|\bcough\w* up (?:\w+ ){0,3}(?:cups?|glass|lots?|a lot|mouthfuls?)\b.{0,12}\bblood|\bvomiting blood\b|\bgasping\b|"
    r"\b(?:sats?|saturation|oxygen)\b.{0,12}\b(?:dropping|falling|is \d{2}\b|at \d{2} and)|\bnot responding\b|\bunconscious\b|\bcardiac arrest\b|\bcannot ventilate\b|\bchoking on\b",
    r"喘不(?:上|过)气|吸不进气|大口?咯血|吐鲜?血|鲜血|吐血|血止不住|嘴唇(?:都)?(?:发)?[紫青]|叫不醒|没反应|心跳停|血氧(?:掉|降|只有|\d)|窒息|快不行",
)
_DISTRESS_NOW = either(
    r"\b(?:he|she|him|my|i|i'm|patient|dad|mum|now|help|quick\w*)\b|!|我|他|她|病人|患者|老人|孩子|现在|怎么办|救|快|急"
)
_OWN_CASE = either(
    r"\b(?:should|can|could|shall|is|must) my (?:father|mother|dad|mum|mom|wife|husband|patient|uncle|aunt|son|daughter|grand\w+)\b.{0,50}\b(?:get|have|take|stop|start|undergo|candidate|fly|safe|need|receive|eat|be)\b",
    r"\b(?:my|this|our) (?:father|mother|dad|mum|mom|wife|husband|patient|uncle|aunt|son|daughter|grand\w+)\b.{0,80}\b(?:should (?:he|she|i|we)|which (?:dose|device|one)|candidate)|\bshould i (?:stop|take|have|get) (?:my|a|the|valves|surgery)\b.{0,40}\b(?:aspirin|thinner|warfarin|biopsy|bronchoscopy|valves?|surgery)",
    r"我(?:爸|妈|爹|父亲|母亲|爷爷|奶奶|外公|外婆|老公|老婆|爱人|丈夫|妻子|儿子|女儿|舅|叔|姨|姑|哥|姐).{0,30}(?:该不该|要不要|能不能|能做|能放|适合|停不停|怎么治|该怎么|该装|可以做)|(?:这个|这位|我的)(?:病人|患者|老人).{0,24}(?:多少克|几克|该用|该给|用什么|要不要|能不能|先.{1,6}还是)",
)
_HIS_CASE = either(
    r"\b(?:should|can|could|shall|is|must) (?:he|she)\b.{0,50}\b(?:get|have|take|stop|start|undergo|candidate|fly|safe|need|receive|eat|be)\b"
)
_OF_SUBMITTING = either(
    r"\b(?:ideas?|inventions?|invented|submi\w+|patent\w*|disclosures?|membership|contract)\b|创意|想法|点子|发明|提交|专利|披露|入会|合同"
)
"""He and she are then who submits, not who is treated; a relative or a patient who is named is treated all the same."""
_ORGAN = (  # its number is nobody's own; "the director of the office" is a person again
    r"(?:(?!(?:of|in|at|from) )[\w-]+ ){0,2}(?:secretariat|alliance|office|assembly|council|committee|group|company|hospital)"
    r"\s*(?:$|[?.!,;]|(?:and|for|in|to|at)\b)"
)
_PEOPLE = either(
    r"^\W*(?:please |(?:can|could|will) you |now )*(?:show|give|list|send|export|forward|read|open|let me see|download|summari[sz]e)\b.{0,30}\b(?:other people|others|someone else|competitor|rival|colleague|dr|prof\w*|stage b file|pending|confidential)\b.{0,30}\b(?:submi\w+|ideas?|disclosures?|inventions?|file|drawings|forms?)\b(?!.{0,20}\bprocedure)",
    r"\b(?:personal|private|home|mobile)\b.{0,12}\b(?:phone|number|e-?mail|address(?:es)?)\b|\b(?:phone|mobile) number\b.{0,20}\bof (?:the |prof|dr)"
    rf"(?!{_ORGAN})|\bhome address\b",
    r"(?:看看|给我|列出|发我|导出|告诉我|透露|打听|分享).{0,20}(?:别人|他人|竞争对手|对手|同行).{0,12}(?:提交|创意|想法|发明|方案|披露|材料)|(?:别人|他人|同行)(?:提交|申报|披露)的.{0,14}(?:给我|看一下|看看)|手机号|微信号|家庭?住址|住在哪里",
)
_ELSEWHERE = either(
    r"\b(?:write|compose|tell|make up)\b.{0,12}\b(?:poem|song|joke|story|limerick|haiku|love letter|essay)\b|\bshould i (?:buy|sell) \w+ (?:shares|stock)|\bweather\b|\brain (?:tomorrow|in)\b|\brecipe for\b|\bhoroscope\b|\bbitcoin\b|\b(?:write|compose)\b.{0,10}\b(?:python|java\w*|c\+\+) (?:script|program|code)|\bgood restaurant\b|^\W*solve\b.{0,20}=",
    r"(?:写|作|编|来)(?:一)?(?:首|段|篇)?.{0,8}(?:诗|情书|情歌|小说|对联)$|(?:讲|说)个?笑话|抄底|天气(?:如何|怎么样|预报)|菜谱|星座|彩票|比特币|订.{0,8}机票|推荐.{0,8}(?:餐厅|馆子|电影)|解方程|数学题",
)


def discloses(text: str) -> bool:
    """Weigh ownership, technical detail, mechanism, secrecy and the act of showing."""
    if not OWN.search(text) and not SHOWING.search(text):
        return False
    details = len({m.group().lower() for pattern in (MATERIAL, MEASURE) for m in pattern.finditer(text)})
    mechanism = len({m.group().lower() for m in MECHANISM.finditer(text)})
    weight = (
        1.0 * bool(OWN.search(text))
        + 0.9 * min(details, 3)
        + 0.6 * min(mechanism, 3)
        + 0.8 * bool(SECRECY.search(text))
        + 0.9 * bool(SHOWING.search(text))
    )
    return weight >= (3.6 if ASKS_ONLY.search(text.strip()) else 2.7) and details + mechanism > 0


def _orders(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Match outside quotation marks, and not in a question about the rule."""

    def matches(text: str) -> bool:
        said = _QUOTED.sub(" ", text)
        return bool(pattern.search(said)) and not _ASKS_RULE.search(said)

    return matches


def _is_distress(text: str) -> bool:
    return bool(_DISTRESS.search(text) and _DISTRESS_NOW.search(text)) and not _OF_STUDIES.search(text)


def _is_own_case(text: str) -> bool:
    if _OF_STUDIES.search(text):
        return False
    return bool(_OWN_CASE.search(text)) or bool(_HIS_CASE.search(text) and not _OF_SUBMITTING.search(text))


RULES: dict[Category, Callable[[str], bool]] = {
    "emergency": _is_distress,
    "patient_data": lambda text: bool(_IDENTITY.search(text)),
    "disclosure": discloses,
    "override": lambda text: bool(_IGNORE.search(_QUOTED.sub(" ", text))),
    "others_submissions": lambda text: bool(_PEOPLE.search(text)),
    "misstate": lambda text: _orders(_TAKE_OFF)(text) or _orders(_FORGE)(text),
    "treatment": _is_own_case,
    "out_of_scope": lambda text: bool(_ELSEWHERE.search(text)),
}
"""Each says yes only where words leave no doubt; the classifier decides the rest."""


def decide_by_words(text: str) -> Category | None:
    """Name the first category whose rule matches; `None` when words decide nothing."""
    return next((category for category in CATEGORIES if RULES[category](text)), None)
