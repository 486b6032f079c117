"""What a conversation is about, and what a follow-up of few words means there: "who decides?" of joining or of an idea."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Literal

from assistant.answering.parts import asks_or_orders
from assistant.verification.parties import find_parties
from assistant.words import detect_language

Subject = Literal["membership", "idea", "secrecy", "other"]
"""What few words are read by; `other` is any other matter."""

_DEVICES = (
    r"\b(?:ebus\S*|valves?|stents?|catheters?|(?:broncho|endo)scop\w+|scopes?|needles?|lasers?|probes?|balloons?|fiducials?|navigation|robot\w*)\b|"
    r"活瓣|支架|导管|支气管镜|内镜|球囊|探头|激光|针(?!对)|导航|机器人"
)
_MATTERS = (
    r"\b(?:trials?|stud(?:y|ies)|biops\w+|cryobiops\w+|patents?|registration|class (?:i+|[123])|joint projects?|licen[cs]\w+|personal data|window|event|workshop)\b|"
    r"试验|研究|活检|专利|注册|[一二三]类|联合项目|许可|个人信息|优先谈判|活动|研讨会"
)
# The one named last in a turn counts: "Can members read my idea?" is about an idea.
_NAMED: tuple[tuple[Subject, str], ...] = (
    ("membership", r"\b(?:join(?:ing)?(?! (?:project|initiator|invent|result))|memberships?|tiers?|dues|admission|admitted|(?:become|as|being|are) (?:a )?members?)\b|"
                   r"入会|加入|会员(?!大会)|会费|退会|层级"),
    ("idea", r"\b(?:ideas?|submi\w+|submission|hand(?:ed|ing)? (?:it |this |them )?in|prototype|docket\w*|reviewers?|(?:scientific |the )review|confidential disclosure|disclosure form|co-?inventors?)\b|"
             r"创意|想法|点子|提交|样机|立案|评审|需求陈述|保密披露"),
    ("secrecy", r"\b(?:confidentiality|secrecy|ndas?|cdas?)\b|保密协议|保密期|保密义务|签保密|泄密"),
    ("other", rf"{_DEVICES}|{_MATTERS}"),
)  # fmt: skip
_COMPILED = [(subject, re.compile(pattern, re.IGNORECASE)) for subject, pattern in _NAMED]

# By subject: what people type in few words, and what the rules say of it there. The first that fits is taken.
_WORDINGS: dict[Subject, tuple[tuple[str, str], ...]] = {
    "membership": (
        (r"\brefund\w*\b|\bmoney back\b|\bget\b.{0,12}\bback\b|退钱|退费|退不退|退回|能退吗|返还", "dues already paid are not refunded on withdrawal|会员退出的，已缴会费不予退还"),
        (r"\bwhen\b.{0,20}\b(?:pay|due|payable)\b|(?:什么时候|何时|几号|多久内?|哪天)(?:之前|前)?(?:要|得|需要)?(?:交|缴|付)|截止", "by when are the annual dues paid: payment deadline|会费什么时候缴纳：缴费期限"),
        (r"\bcosts?\b|\bfees?\b|\bprices?\b|\bcharges?\b|\bhow much\b|\bpay\b|费用|多少钱|交钱|收费|要钱|花钱|交多少|价格", "how much are the annual dues of a @member|@会员年度会费多少"),
        (r"\b(?:what|anything) (?:do|would|will|can|does)? ?(?:we|i|you|they|it|members?) (?:get|gain|receive|offer|bring)\b|\b(?:benefits?|advantages?|perks)\b|\bin it for\b|好处|权益|福利|得到什么|有什么用",
         "services for each tier of membership: event seats, member documents, working groups|各层级会员享有的服务和权利"),
        (r"\bvot(?:es?|ing)\b|投票|表决|几票", "votes in the General Assembly by tier: vote of a @member|各层级在全体会员大会的表决权：@会员几票"),
        (r"\bwho (?:decides|approves|votes|says|admits|grants|agrees)\b|谁(?:来|去)?(?:批准?|决定|审批|审核|同意|说了算|拍板)", "who decides on an application: the Council votes on admission|入会申请由谁决定，理事会表决接纳"),
        (r"\b(?:consent|permission|approval|agreement)\b|(?:院里|医院|单位|领导|学校)?.{0,3}(?:同意|批准)", "written consent of the hospital for a department that joins|医院科室入会须有医院的书面同意函"),
        (r"\b(?:leave|quit|get out|step out|cancel|withdraw|resign)\b|退出|退会|不干|离开", "withdraw from the Alliance, withdrawal of a member|会员退出：提前书面通知"),
        (r"\b(?:what|which) (?:documents?|papers?|paperwork|forms?)\b|\b(?:documents|papers|paperwork) (?:do|must|should|are)\b|\bwhat do (?:we|i) need\b|(?:要|需要|准备|交|带|有)(?:些)?(?:什么|哪些)?(?:材料|文件|资料|手续)", "application documents that the applicant sends to join|入会申请应当提交的材料"),
        (r"\b(?:say|says|said) no\b|\b(?:refus|reject)\w+|\bturn\w* (?:us |me )?down\b|没(?:有)?(?:被)?(?:通过|批准)|被拒|不(?:同意|批)", "application refused, reasons, apply again|拒绝入会申请的理由，再次申请"),
        (r"\bhow (?:long|soon|quickly)\b|\bwhen (?:will|do|would) (?:we|i) (?:know|hear|start)\b|多久|多长时间|几天|什么时候能", "how long joining takes: form check, Council vote, admission decision|入会需要多长时间：形式核查、理事会表决、接纳决定"),
    ),
    "idea": (
        (r"\b(?:hospital|employer|boss|chief|department|university|company)\b.{0,30}\b(?:agree|consent|approv\w+|permission|allow\w*|sign off|clear\w*)\b|\b(?:consent|approval|permission|clearance)\b.{0,20}\b(?:hospital|employer|boss|department|university)\b|(?:医院|院里|单位|领导|科里|主任|学校).{0,6}(?:同意|批准|签字|许可)",
         "before filing a disclosure the submitter obtains the written opinion of the employer, who agrees to the submission|单位核查：第二阶段保密披露前医院出具的书面意见"),
        (r"\b(?:pay|fees?|costs?|charges?|free)\b|\bhow much\b|交钱|收费|要钱|花钱|费用|付费|评审费", "submission and review are free of charge|提交创意、创意评审是否免费，收不收费"),
        (r"\b(?:put|write|fill|include|enter|need|say|describe)\b.{0,20}\b(?:form|it|there|down)\b|\bwhat (?:documents?|papers?|materials?|paperwork)\b|(?:准备|需要|要|交|带)(?:些)?(?:什么|哪些)(?:材料|文件|资料|东西)|(?:填|写)(?:些)?(?:什么|哪些)",
         "the Confidential Disclosure Form states: title, unmet need, description, inventors; preconditions of stage B|《创意保密披露表》载明的内容；第二阶段的三项前置条件"),
        (r"\b(?:say|says|said) no\b|\b(?:refus|reject|declin)\w+|\bturn\w* (?:it |me |us )?down\b|没(?:有)?(?:被)?(?:通过|采纳)|被拒|不(?:通过|采纳)",
         "the idea is declined: petition, develop it alone or submit it elsewhere|创意不予采纳：申诉、自行开发或者另行投递"),
        (r"\bwho\b.{0,20}\b(?:reads?|sees?|looks? at)\b|谁(?:来|能|会|可以|有权)?(?:看|读|查阅)|哪些人.{0,4}(?:看|读)", "who may read a confidential disclosure|哪些人可以查阅保密披露"),
        (r"\b(?:fund|funds|funded|pays for|sponsors?|finances?)\b|出钱|出资|资助|投钱|赞助", "results of development paid by a company: joint project, commissioned development, who owns the results|企业出资的委托开发、联合项目：成果归谁所有"),
        (r"\bknows? (?:the |him|her|them|one)|\b(?:friends?|colleagues?|relatives?) (?:of|with)\b|认识|熟人|朋友|同事|同学|导师", "what a reviewer declares as a conflict of interest: same department, teacher-student relation|评审人应当声明的利益冲突：同科室、师生关系"),
        (r"\b(?:see|read|get|receive)\b.{0,12}\b(?:reviews?|comments?|opinions?|scores?|reasons?)\b|意见.{0,8}(?:看|知道|得到|公开|反馈)|看.{0,4}意见", "the decision letter states result, reasons, a summary of the reviews|决定函载明结果、理由和评审意见摘要"),
        (r"\b(?:appeal|object|complain|disagree|contest)\w*\b|不服|不满意|申诉|不同意", "petition against a decline within days of the decision letter|对不予采纳的决定提出申诉"),
        (r"\bwho (?:decides|approves|says)\b|谁(?:来|去)?(?:批准?|决定|拍板|说了算)", "who recommends the result of the review; decision letter|评审结论由谁提出，决定函"),
        (r"\bsign\w*\b|签(?:什么|哪些|署|字)", "the Confidentiality Agreement is signed by the submitter, and for a service invention by the employer together with the inventor|保密协议由提交人签署；职务发明由单位与发明人共同签署"),
        (r"\bhow (?:long|soon|quickly)\b(?!.*\b(?:secret|secrecy|confidential|kept|keep|stored?|hold|held|valid|last)\b)|\bwhen (?:will|do|would|can) (?:we|i) (?:know|hear|get)\b", "how long does the review take|评审要多久发出决定"),
    ),
    "secrecy": (
        (r"\b(?:breach\w*|leaks?|leak\w*|breaks?|violat\w+)\b|泄密|泄露|违反|违约", "breach of the confidentiality agreement: who is in breach pays loss; remedies, injunction|违反保密协议：违约方赔偿损失，救济"),
        (r"\b(?:which|what|whose) laws?\b|\bcourts?\b|\bdisputes?\b|哪国法|什么法律|适用.{0,4}法|哪里(?:起诉|仲裁)|争议", "disputes under the confidentiality agreement: arbitration, the law that applies|保密协议的争议：仲裁，适用法律"),
        (r"\bhow long\b|\blasts?\b|\bexpir\w+|多久|多长时间|几年|期限", "how long secrecy lasts under the confidentiality agreement|保密协议的保密期多长"),
        (r"\bsign\w*\b|谁.{0,3}签|签(?:什么|哪些|署|字)", "who signs the confidentiality agreement: submitter, employer for a service invention, reviewers, companies|保密协议由谁签署：提交人、职务发明的单位"),
    ),
    "other": (),  # literature and law say too many things in few words
}  # fmt: skip
_BY_SUBJECT = {
    subject: tuple((re.compile(pattern, re.IGNORECASE), formal.split("|")) for pattern, formal in wordings)
    for subject, wordings in _WORDINGS.items()
}


_OWN_IDEA = re.compile(
    r"\b(?:have|got|with|had) (?:an?|the|this) (?:\w+ ){0,2}(?:idea|concept|prototype) (?:for|about|on|of)\b",
    re.IGNORECASE,
)
"""An idea for a needle is an idea, though the needle is named last."""


_IDEA_AT_HAND = re.compile(
    r"^(?:(?:hi|hello),? )?(?:(?:(?:i|we)(?:['’](?:m|re)| am| are)|as an?) [^?.]{3,60}?(?:,|\.| and)(?: and)? )?(?:well,? |so |and )?"
    r"(?:i|we|my (?:\w+ )?colleagues?|(?:one|some) of (?:our|my) \w+)(?:['’]ve)? (?:just |also |recently )?(?:have|has|got|had|found|developed|invented|designed|built)"
    r"(?: (?:got|had|found|developed|invented|designed|built))? (?:an?|some|this) (?:(?!(?:about|on|of|for|with|to|and|or|in)\b)[\w-]+ ){0,3}(?:ideas?|concepts?|inventions?|prototypes?)"
    r"(?: (?:for|about|of|on|to) (?:(?!(?:and|but|that|which|who|because|so|or)\b)[\w'’-]+ ?){1,8})?[.! ]*$|"
    r"^(?:我是[^，。？?]{2,20}[，,。])?(?:我们?|本人|我院|本院|我们?(?:科室|医院|公司)|我同事|有个?(?:医生|同事))?(?:自己|最近|也|这里|这边)?(?:有|想到|想出|琢磨|发明|设计|研发|做)[了出到]?(?:一?[个种项款些])?"
    r"(?!.*(?:撤|被|已经|没|提交|交了|发表|意见|评审))[^，,。！!？?；;]{0,14}(?:创意|想法|点子|主意|发明|样机)[。！! ]*$",
    re.IGNORECASE,
)
"""Says that there is an idea, what for at most, and no more."""
_ASKS_FIRST = {"en": "How do I submit an idea?", "zh": "怎样提交创意？"}
"""What is meant by saying no more than that one has an idea."""


def open_subject(text: str) -> str | None:
    """Give what somebody asks who only says that they have an idea: how it is submitted; `None` for any other turn."""
    return (
        _ASKS_FIRST[detect_language(text)] if _IDEA_AT_HAND.match(text) and not asks_or_orders(text) else None
    )


_DEVICE, _MATTER = re.compile(_DEVICES, re.IGNORECASE), re.compile(_MATTERS, re.IGNORECASE)


def names_device_alone(text: str) -> bool:
    """Tell whether a text names a device and no other matter, such as its patent or its trial."""
    return bool(_DEVICE.search(text)) and not _MATTER.search(text)


@functools.lru_cache(maxsize=4096)
def name_subject(text: str) -> Subject | None:
    """Give the subject that a turn names last; `None` when it names none."""
    if _OWN_IDEA.search(text):
        return "idea"
    last = -1
    found: Subject | None = None
    for subject, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if match.end() > last:
                last, found = match.end(), subject
    return found


def list_subjects(turns: Sequence[str]) -> list[Subject]:
    """List what a conversation is about, the latest first; what stands before another matter is over."""
    subjects: list[Subject] = []
    for turn in reversed(turns):
        subject = name_subject(turn)
        if subject == "other":
            break
        if subject and subject not in subjects:
            subjects.append(subject)
    return subjects


_SAYS_WHO = re.compile(
    r"\b(?:we|i)(?:'re|’re| are|'m|’m| am| run| lead| head| manage| represent| work| make| develop| sell)\b|\b(?:our|my) (?=hospital|company|start-?up|firm)|"
    r"(?:我们?|本人)(?:公司|医院|科室)?(?:是|在|来自|做|这家)|我们(?=公司|医院|科室)",
    re.IGNORECASE,
)
_ASKERS: dict[str, tuple[str, str]] = {
    "start-up": ("start-up", "初创企业"),
    "hospital": ("hospital", "医院"),
}


def find_asker(turns: Sequence[str]) -> tuple[str, str] | None:
    """Give for whom the reader asks, in both languages, by the latest turn that tells; `None` for a company or where none does.

    The last turn tells by any party it names ("and for companies?"), an earlier one where it says who the reader is.
    """
    for place, turn in enumerate(reversed(turns)):
        named = find_parties(turn) if place == 0 or _SAYS_WHO.search(turn) else []
        if asker := next((words for party, words in _ASKERS.items() if party in named), None):
            return asker
        if place == 0 and "company" in named:
            return None
    return None


def word_by_subject(text: str, subject: Subject, asker: tuple[str, str] | None = None) -> str | None:
    """Give what a turn of few words asks in the words of the rules on a subject; `None` where it says nothing such.

    Args:
        asker: For whom it is asked, where that matters: dues and votes of a hospital are others than those of a company.
    """
    place = 0 if detect_language(text) == "en" else 1
    worded = next((formal[place] for pattern, formal in _BY_SUBJECT[subject] if pattern.search(text)), None)
    names = ("member", "会员")
    return worded and worded.replace(f"@{names[place]}", (asker or names)[place])
