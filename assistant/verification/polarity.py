"""What a stretch of text demands, allows or denies; both languages, no model."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.verification.parties import find_parties, is_passive

__all__ = ["Modality", "Stance", "find_modalities", "find_parties", "find_stance", "is_passive", "opposes"]

Modality = Literal["must", "may", "must_not", "need_not"]
Stance = Literal["affirms", "denies", "must", "may", "must_not", "need_not", "needs"]
"""`needs` is "X needs Y": X is possible, and Y is its condition."""

NEGATIVE: frozenset[Stance] = frozenset({"denies", "must_not", "need_not"})

# Wordings that hold a negation and deny nothing, blanked before anything is read.
_HARMLESS = re.compile(
    r"\bnot only\b|\bno (?:later|less|fewer|more|lower|higher|earlier|longer|older) than\b|"
    r"\bnot (?:less|more|fewer|later|lower|higher|earlier|longer|older|worse) than\b|\bnot exceed\w*|"
    r"\bwithout prejudice\b|\bnon-(?=exclusive|profit|inferior|binding)|\bno doubt\b|(?-i:\bMay)(?= \d)|(?-i:(?<=\d )May\b|(?<=than )May\b|(?<= in )May\b|(?<= by )May\b)|\bnot later\b|"
    r"不仅|不但|不过|不(?:得|应|应当|能|可|宜|会)?(?:超过|少于|低于|高于|多于|大于|小于|晚于|迟于|早于|短于|长于)|无论|不论|不同|不断|不良|不足|不满(?!足|意)|未满(?!足)|未来|"
    r"不[到及](?=[\d一二两三四五六七八九十百])|被[\u4e00-\u9fff]{1,6}拒绝|(?<=可以)应(?=[\u4e00-\u9fff])|无(?:创|菌|记名|纸化|线|痛|关|形|人机|害)|非(?=独占|公开|营利|劣效|常|洲|侵入)|可(?:能性|靠|行性|行的|见|视|观|控|穿)|有可能|应(?:用|急|对|答|请求|邀)|需求|必要条件",
    re.IGNORECASE,
)
# Two negations that make an affirmation: the first alternatives are tried before plain negations.
_DOUBLED = (
    r"not (?:\w+ ){0,2}(?:prohibited|forbidden|banned|excluded|ruled out|barred)|does not (?:\w+ )?(?:exclude|prohibit|forbid)|"
    r"not (?:mean|lead to|cause) (?:the |a |any )?(?:loss|lack|end) of|not denied"
)
_DOUBLED_ZH = r"不(?:\w{0,4})排除|不禁止|不禁|不等于不|并非不|不意味着\w{0,4}(?:丧失|失去)|不拒绝"
_MODALS: tuple[tuple[Stance, str, str], ...] = (
    (
        "must",
        r"(?:not|n't|nor) (?:\w+ )?(?:spare|relieve|exempt|excuse)s?|(?:not|n't) (?:\w+ )?release(?= \w+(?: \w+)? from)",
        r"(?:不|不能|不得|并不)免除|不因此免除|不能免于",
    ),
    ("may", _DOUBLED, _DOUBLED_ZH),
    (
        "need_not",
        r"need not|needn't|needs? no\b|no \w+(?: \w+)? (?:is|are) (?:needed|required|necessary)|"
        r"(?:do|does|did)(?: not|n't) (?:have|need)(?: to)?|(?:not|n't|nor) (?:\w+ )?(?:required|obliged|necessary|needed|bound|mandatory|"
        r"compulsory)|no need|no (?:obligation|duty|requirement)|without (?:having|needing)(?: to)?|optional|"
        r"not a (?:\w+ )?(?:condition|requirement|prerequisite)|requires? no\b|there is no minimum",
        r"无需|不必|无须|不需要|不需|毋需|毋须|不要求|不强制|免于|不用(?!于)|不以\w{1,8}为\w{0,4}(?:条件|前提)|不是\w{0,8}(?:条件|前提)|"
        r"不受限制?|不一定要|没有义务|无义务|可以不(?!经|受)",
    ),
    (
        "must_not",
        r"(?:must|shall|may|can|could|should|ought)(?: not| never|n't)|cannot|(?:is|are|was|were|be) (?:(?!not\b)\w+ )?(?:prohibited|forbidden|banned|"
        r"barred)|rules? out|prohibits?|forbids?|bans?|(?:strictly|expressly) (?:prohibited|forbidden)|not (?:\w+ )?(?:allowed|permitted|entitled|free to|possible)|"
        r"no (?:[\w-]+ ){1,4}?(?:may|can|shall|must)|(?:nobody|no one|none) (?:\w+ ){0,3}?(?:may|can|shall)|never|(?:is|are) closed to|"
        r"(?:is|are) (?:excluded|ruled out)|violates?|(?:is|are) (?:a breach|unlawful|illegal|contrary)|impossible|ha(?:s|ve) no right|out of the question",
        r"不得|禁用|禁止(?!类|性)|不可以|不可|不能(?!够?力)|严禁|不允许|不准|切勿|请勿|无权|不应|不许|不予许可|违反(?=《|本|法|规定)|违法|排除在",
    ),
    (
        "denies",
        r"not|n't|no|nor|never|neither|none|nothing|nobody|without|silent|absent|absence|fail(?:s|ed)? to|lacks?|free of|free from|costs? nothing|at no cost|refuses?|loses?|waive[sd]?|(?:takes?|has|have|had|pays?|gives?|charges?|accepts?|receives?|makes?) no|"
        r"rejects? any",
        r"不|未|没有|没|无|并非|非(?=会员|成员)|尚未|缺席|免除|豁免|免收|免缴|免费|(?<!被)拒绝|排除|丧失|失去",
    ),
    (
        "must",
        r"must|shall|(?:is|are|be|was|were) (?:required|obliged|bound|obligated) to|ha(?:s|ve) to|needs? to|should|mandatory|obliges?|"
        r"(?:the|a|its) (?:obligation|duty)|ought to|required to|requires?(?= (?:\w+ ){1,4}to\b)",
        r"应当|必须|应(?!该)|应该|(?<=[，。；\s])要(?=\w)|须(?!经)|有义务|务必|一定要|要求(?=\w{0,8}(?:先|应|须|必|提交|签|到))",
    ),
    (
        "may",
        r"may|can|could|might|(?:is|are|was|were|be) (?:(?!not\b)\w+ )?(?:allowed|permitted|entitled|free(?! of)|able)(?: to)?|ha(?:s|ve) the right|"
        r"possible|extendable|extensible|renewable|revocable|negotiable|let|lets|allows?|(?<!\ba )(?<!\bthe )(?<!\bno )permits?|recommends?|advis(?:es|ed)|suggests?|it is enough",
        r"可以|可能|(?<![许认])可|有权|允许|能够|(?<![功性职智技机效才])能(?![力量源])|自由|建议|还可",
    ),
    ("needs", r"(?:is|are|be|was|were) (?:(?!not\b)\w+ )?(?:required|needed|necessary)(?! to)|needs|(?<!a )(?<!the )(?<!any )need|requires?|depends? on|is subject to", r"须经|需经|经(?=\w{0,12}(?:同意|批准))|需要|需|要求|要(?=\w{0,6}同意)"),
)  # fmt: skip
_NAMES = tuple(dict.fromkeys(stance for stance, *_ in _MODALS))
_STANCE = re.compile(
    "|".join(f"(?P<s{i}>\\b(?:{en})(?!\\w)|{zh})" for i, (_, en, zh) in enumerate(_MODALS)), re.IGNORECASE
)
_MODALITIES: dict[Stance, Modality] = {
    "must": "must", "needs": "must", "may": "may", "must_not": "must_not", "need_not": "need_not"
}  # fmt: skip

# What a claim of the first kind cannot rest on, beside the opposite sign.
_CLASHES: dict[Stance, frozenset[Stance]] = {
    "must": frozenset({"may"}),
    "needs": frozenset({"may"}),
    "may": frozenset({"must", "affirms"}),
    "must_not": frozenset({"need_not"}),
    "need_not": frozenset({"must_not"}),
}


class Marker(NamedTuple):
    """What a stretch of text says, and where the word that says it stands; -1 for a plain statement."""

    stance: Stance
    start: int = -1
    end: int = -1


def _blank(text: str) -> str:
    return _HARMLESS.sub(lambda match: "·" * len(match.group()), text)


def find_markers(text: str) -> list[Marker]:
    """List every marker of a text in order, attributive denials included."""
    return [
        Marker(_MODALS[int((match.lastgroup or "s0")[1:])][0], match.start(), match.end())
        for match in _STANCE.finditer(_blank(text))
    ]


def find_stance(text: str) -> Marker:
    """Read what one clause demands, allows or denies; its first marker counts.

    A denial after a modal word ("may … without") does not change it; an attributive one (未注册的样机)
    does not count.
    """
    for marker in find_markers(text):
        if marker.stance == "denies" and _ATTRIBUTIVE.match(text, marker.end):
            continue
        if text[marker.start : marker.end] == "禁止" and _FORBIDDEN_THING.match(text, marker.end):
            continue
        return marker
    return Marker("affirms")


# 不 before a verb with an object denies (不裁定发明的归属); 未 and 无 before 的 describe a thing.
_ATTRIBUTIVE = re.compile(
    r"(?<![不])[\u4e00-\u9fff]{1,5}的(?=\w)|(?<=不)[\u4e00-\u9fff]{1,2}的(?=\w)|(?<=未)(?:注册|批准|缴)"
)

# 禁止和限制出口的技术 is a thing; 禁止 before a verb with its object forbids.
_FORBIDDEN_THING = re.compile(r"(?:和|或|或者|、)[\u4e00-\u9fff]{2,6}的(?=\w)|[\u4e00-\u9fff]{2,4}的(?=\w)")


def opposes(claim: Stance, source: Stance) -> bool:
    """Tell whether the signs differ: one affirms or allows what the other denies or forbids."""
    if {claim, source} == {"may", "need_not"}:
        return False  # who need not may, and who may need not
    return (claim in NEGATIVE) != (source in NEGATIVE)


def clashes(claim: Stance, source: Stance) -> bool:
    """Tell whether a claim of one kind cannot rest on a source of the other though the signs agree."""
    return source in _CLASHES.get(claim, frozenset())


def find_modalities(text: str) -> list[Modality]:
    """List what a text demands, allows, forbids or leaves open, in order of mention."""
    return [_MODALITIES[marker.stance] for marker in find_markers(text) if marker.stance in _MODALITIES]
