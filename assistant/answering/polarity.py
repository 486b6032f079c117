"""What a sentence allows, demands or denies, and who does it to whom; both languages, no model."""

from __future__ import annotations

import re
from typing import Literal

Modality = Literal["must", "may", "must_not", "need_not"]

# Longest first: "must not" is not "must", 不可以 is not 可以.
_MODALS: tuple[tuple[Modality, str, str], ...] = (
    (
        "need_not",
        r"need not|needs? no|do(?:es)? not (?:have|need) to|not (?:required|obliged|necessary)|no need|"
        r"without having to|optional",
        r"无需|不必|无须|不需要|不需|毋需|不要求|不强制|免于",
    ),
    (
        "must_not",
        r"must not|must never|shall not|shall never|may not|may never|cannot|can not|can't|mustn't|"
        r"(?:is|are|be) (?:prohibited|forbidden|banned|barred)|prohibits?|forbids?|bans?|"
        r"not (?:allowed|permitted|entitled)|no (?:member|company|person|one|body) (?:may|can|shall)|never",
        r"不得|禁止|不可以|不可|不能|严禁|不允许|不准|勿|无权|不应",
    ),
    (
        "must",
        r"must|shall|(?:is|are|be) (?:required|obliged|bound) to|has to|have to|needs? to|mandatory|requires?|"
        r"obligation|duty",
        r"应当|必须|须|应(?![用急对答])|需要|需(?!求)|有义务|要求",
    ),
    (
        "may",
        r"may|can|could|(?:is|are) (?:allowed|permitted|entitled|free)(?: to)?|ha(?:s|ve) the right|entitled",
        r"可以|可(?![能靠行及见视观控穿])|有权|允许|能够|得以",
    ),
)
_MODAL = re.compile(
    "|".join(rf"(?P<{name}>\b(?:{english})\b|{chinese})" for name, english, chinese in _MODALS),
    re.IGNORECASE,
)
CONFLICTS: dict[Modality, frozenset[Modality]] = {
    "must": frozenset({"may", "need_not", "must_not"}),
    "may": frozenset({"must_not", "must"}),
    "must_not": frozenset({"may", "must", "need_not"}),
    "need_not": frozenset({"must", "must_not"}),
}
"""A claim of the first kind is contradicted by a source that has only the second."""

_NEGATION = re.compile(
    r"\b(?:not|no|nor|never|neither|none|nothing|nobody|without|cannot|failed? to|lacks?|n't|un(?:able|met|changed|supported|likely|successful))\b|n't\b|"
    r"不(?![仅但过断同少可])|未(?![来])|没有|没|无(?![论创菌线])|非(?![常洲])|并非|尚未|免",
    re.IGNORECASE,
)
# A double negative and these frames deny nothing.
_NOT_DENYING = re.compile(
    r"\bnot only\b|\bno (?:later|less|fewer|more) than\b|\bnot (?:less|more|fewer|later) than\b|\bnot exceed\w*|"
    r"\bwithout prejudice\b|不仅|不超过|不少于|不低于|不高于|不多于|不晚于|不迟于|无论|不论|不同|非独占|非公开|非营利|non-\w+",
    re.IGNORECASE,
)

PARTIES: tuple[tuple[str, str], ...] = (
    ("scientific committee", r"scientific committee|科学委员会|科委会"),
    ("council", r"\bcouncil\b(?! members?\b)|理事会(?!员)"),
    ("assembly", r"general assembly|会员大会"),
    ("secretariat", r"secretariat|秘书处"),
    ("officer", r"compliance (?:&|and) ip officer|合规与知识产权专员|专员"),
    ("alliance", r"\balliance\b|联盟"),
    ("governing", r"governing (?:corporation )?members?|治理会员|理事长单位"),
    ("council member", r"council members?|理事会员"),
    ("start-up", r"start-?ups?(?: members?)?|初创(?:会员|企业|公司)"),
    ("observer", r"observers?|观察员"),
    ("hospital", r"\bhospitals?\b|\bemployers?\b|医院|用人单位|所在单位|(?<![理观])单位"),
    ("inventor", r"inventors?|submitters?|发明人|提交人"),
    ("reviewer", r"reviewers?|评审人|评审专家"),
    ("company", r"compan(?:y|ies)|corporations?|\bfirms?\b|enterprises?|企业|公司"),
    ("client", r"\bclients?\b|commissioning party|委托人"),
    ("developer", r"\bdevelopers?\b|受托人|研究开发人"),
)  # fmt: skip
_PARTY = re.compile("|".join(f"(?P<p{i}>{pattern})" for i, (_, pattern) in enumerate(PARTIES)), re.IGNORECASE)
_PASSIVE = re.compile(r"\bby\b|被|由|受", re.IGNORECASE)


def find_modalities(text: str) -> list[Modality]:
    """List what a text demands, allows, forbids or leaves open, in order of mention."""
    return [match.lastgroup for match in _MODAL.finditer(text) if match.lastgroup]  # type: ignore[misc]


def count_negations(text: str) -> int:
    """Count denials; bounds such as "no later than" and 不超过 deny nothing."""
    return len(_NEGATION.findall(_NOT_DENYING.sub(" ", text)))


def find_parties(text: str) -> list[str]:
    """List the acting parties named in a text, in order, under one name for both languages."""
    return [PARTIES[int((match.lastgroup or "p0")[1:])][0] for match in _PARTY.finditer(text)]


def is_passive(text: str) -> bool:
    """Tell whether the doer may stand behind what is done ("by", 由, 被)."""
    return bool(_PASSIVE.search(text))
