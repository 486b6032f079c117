"""Everyday words of a question in the words that rules and records use: "who started it" is "who founded it"."""

from __future__ import annotations

import functools
import re

# In order; a line is what people type and what documents say, `\1` being what stood between.
_WORDINGS: tuple[tuple[str, str], ...] = (
    (r"\bwho (?:has |had )?(?:started|set up|created|launched|established|formed|began|started up|came up with)\b", "who founded"),
    (r"\b(when|where) (?:was|were) (.{2,60}?) (?:started|set up|created|launched|established|formed|born)\b", r"\1 was \2 founded"),
    (r"\b(when|where) did (.{2,60}?) (?:start|begin|come into being)\b(?= *\?*$)", r"\1 was \2 founded"),
    (r"\bwho(?: is|'s| are)? behind (the (?:alliance|association|organisation|organization))\b", r"who founded \1"),
    (r"\b(?:throw|kick|chuck|boot)(?:s|ed|ing)? (\w+ ?\w* )?out\b", r"expel \1"),
    (r"\b(?:thrown|kicked|chucked|booted) out\b", "expelled"),
    (r"\b(to|we|i|they|can|may|members?|company|companies) (?:quit|get out of|pull out of|drop out of)\b", r"\1 withdraw from"),
    (r"\b(?:over|on|by) the (?:phone|telephone)\b|\bby (?:phone|telephone)\b|\bon a call\b", "orally"),
    (r"\b(?:film|tape|videotape|record)(?= (?:the|a|our|your|this|that) (?:\w+ )?(?:meeting|group|session|talk|call|discussion))", "make a recording of"),
    (r"\blog-?ins?\b(?! (?:to|with|page))", "account"),
    (r"\bhead honcho\b|\bbig boss\b|\bthe boss\b", "the chair"),
    (r"\b(?:gripes?|pain points?|moans?)\b", "clinical problem"),
    (r"\b(?:tip off|blow the whistle to|rat out)\b", "report to"),
    (r"\bwatchdog\b", "supervisory authority"),
    (r"\b(?:my|our|the|his|her|their) (?:hospital|employer|university|institution|department|boss|clinic)(?:'s|s'|’s)? (?:permission|consent|approval|ok|okay|agreement|go-ahead|sign-?off|blessing)(?: first)?\b", "employer clearance"),
    (r"\bwho (?:decides|judges|determines) (?:whether|if|which|on|about|over)? ?(?:(?:an?|my|our|the|which) )?(ideas?|submissions?|proposals?) (?:is|are|gets?|will be) (?:accepted|approved|adopted|taken up|chosen|selected)\b", r"who recommends the result of the review of \1"),
    (r"\b(?:turn(?:s|ed)? (?:it|me|us|my idea|our idea)? ?down|knock(?:s|ed)? (?:it|me|us) back|reject(?:s|ed)? (?:it|me|us|my idea|our idea))\b", "decline the idea"),
    (r"\b(?:gets?|got) to (?=(?:read|see|vote|decide|choose|know|use|keep|attend|speak)\b)", "may "),
    (r"\b(?:turned down|knocked back)\b", "declined"),
    (r"\bif (?:you|they|the committee|the alliance|the answer) (?:say|says|said|is) no\b", "if the idea is declined"),
    (r"(?:没有?|未|不)(?:能)?(?:通过|被采纳|被?选上|被?看上)(?!金属|气道|导管)|被(?:拒绝?|否决?|刷)(?:掉|了|下来)", "不予采纳"),
    (r"多久(?:能|会|才|可以)?(?:有|出|给|等到|收到)(?:个)?(?:结果|答复|回音|回复|消息|说法)", "评审要多久发出决定"),
    (r"(?:晚|迟|拖着?不|没按时|忘了?)[交缴]", "逾期未缴"),
    (r"(?:医院|单位|科室|领导|老板|院里)(?:的|要|先|事先|得){0,2}(?:同意|批准|点头|许可|准许)", "单位核查"),
    (r"(?:由)?谁(?:来|去)?决定(创意|想法|提交)(?:是否|能不能|能否|可不可以)(?:被|得到)?(?:采纳|采用|通过|接受|推进)", r"谁对\1提出评审结论的建议"),
    (r"(?:是)?(?:谁|哪家|哪个单位|哪些单位)牵的?头(?!工作组|组)(?:的|搞的|办的|成立的)?|牵头(?:单位|方)是谁", "由谁共同发起"),
    (r"谁(?:创办|创建|创立|创设|组建|建立|搞起|搞)了?(?!的)([^，,？?。]{2,20}?)[，,、和以及还有 ]*(?:是|在)?(?:什么时候|何时|哪一?年)(?:的|成立的?)?", r"\1由谁发起，何时成立"),
    (r"谁(?:创办|创建|创立|创设|组建|建立|搞起|搞)了?(?!的)([^，,？?。]{2,20})(?=[，,？?。]|$)", r"\1由谁发起成立"),
    (r"(.{2,20}?)是?(?:谁|哪些单位|哪些人|哪几家)(?:创办|创建|创立|创设|组建|建立|搞起来|牵头搞)的", r"\1由谁发起成立"),
    (r"(?:什么时候|何时|哪一?年)(?:创办|创建|创立|创设|组建|建立)", "何时成立"),
    (r"踢出(?:去|局)?|赶出(?:去)?|轰出去", "除名"),
    (r"打电话|电话里|电话中|通电话", "口头"),
    (r"(?:走|进行|办|弄)到(?:了)?(?:哪|什么)(?:一?步|儿|里|程度|阶段)", "评审进度如何"),
    (r"偷偷录|私下录|用手机录", "私自录音录像"),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.IGNORECASE), formal) for pattern, formal in _WORDINGS]


@functools.lru_cache(maxsize=4096)
def reword(text: str) -> str:
    """Give a question with its everyday words replaced; the same text where it has none."""
    for pattern, formal in _COMPILED:
        text = pattern.sub(formal, text)
    return text
