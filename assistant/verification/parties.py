"""Who acts: the organs, members and persons of the alliance's texts, under one name in both languages."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Sequence

PARTIES: tuple[tuple[str, str], ...] = (
    ("scientific committee", r"scientific committee|科学委员会|科委会"),
    ("council member", r"council members?|理事会员"),
    ("council", r"\bcouncil\b|理事会(?!员)"),
    ("assembly", r"general assembly|会员大会"),
    ("secretariat", r"secretariat|秘书处"),
    ("officer", r"compliance (?:&|and) ip officer|合规与知识产权专员|专员"),
    ("case officer", r"case officer|经办人"),
    ("counsel", r"(?:outside|external) counsel|外聘法律顾问|律师"),
    ("alliance", r"\balliance\b|联盟"),
    ("governing", r"governing (?:corporation )?members?|治理会员|理事单位（治理级）|理事长单位"),
    ("start-up", r"start-?ups?(?: members?)?|初创(?:会员|企业|公司)"),
    ("observer", r"observers?|观察员"),
    ("applicant", r"applicants?|applying (?:organi[sz]ation|company)|申请单位|申请人"),
    ("reviewer", r"(?:company )?reviewers?|(?:企业)?评审人|评审专家"),
    ("inventor", r"inventors?|submitters?|发明人|提交人"),
    ("owner", r"(?<!co-)\bowners?\b|权利人"),
    ("receiving party", r"receiving part(?:y|ies)|接收方"),
    ("disclosing party", r"disclosing part(?:y|ies)|披露方"),
    ("hospital", r"\bhospitals?\b|\bemployers?\b|医院|用人单位|所在单位|(?<![理观申请])单位(?!时间)"),
    ("clinician", r"clinicians?|doctors?|physicians?|医生|医师|临床专家"),
    ("individual", r"private persons?|\bindividuals?\b(?! submitter)|个人(?!提交人|信息|单独)"),
    ("chair", r"chair(?:person|man|woman)?\b|\bpresidents?\b|理事长(?!单位)|主席"),
    ("ethics committee", r"ethics (?:committee|board)|伦理(?:审查)?委员会"),
    ("sponsor", r"sponsors?\b|申办[者方]"),
    ("investigator", r"investigators?\b|研究者"),
    ("provider", r"\bproviders?\b|providing party|提供方"),
    ("licensor", r"\blicensors?\b|许可方"),
    ("licensee", r"\blicensees?\b|被许可方"),
    ("manufacturer", r"manufacturers?\b|生产企业|制造商|生产商"),
    ("client", r"\bclients?\b|commissioning party|委托人"),
    ("developer", r"\bdevelopers?\b|受托人|研究开发人"),
    ("member", r"(?<!committee )\b(?:company |ordinary )?members?\b|(?:企业|普通)?会员(?!管理|级别|资格|权利|大会)"),
    ("public", r"\bthe (?:general )?public\b|社会公众|(?<!不)公众"),
    ("company", r"compan(?:y|ies)|corporations?|\bfirms?\b|enterprises?|企业|公司"),
)  # fmt: skip
_ANY_PARTY = r"(?P<other>[甲乙丙丁]方|[^\W\dA-Za-z有何的各任一每两多双对某在由向与和或且于三四五数几为是经]{2}方(?![式法面案向便可式]))"
"""Any 某某方 of a contract; its name is its wording."""
_PARTY = re.compile(
    "|".join([*(f"(?P<p{i}>{pattern})" for i, (_, pattern) in enumerate(PARTIES)), _ANY_PARTY]), re.IGNORECASE
)
_OWNED = re.compile(r"\bof (?:the |a |an )?$", re.IGNORECASE)
_OWNING = re.compile(r"['’]s?\b|的")
_PASSIVE = re.compile(r"\bby\b|被|由|受", re.IGNORECASE)


def _name(match: re.Match[str]) -> str:
    group = match.lastgroup or ""
    return PARTIES[int(group[1:])][0] if group[1:].isdigit() else match.group()


@functools.lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[tuple[str, ...], str]:
    """Give the parties of a text and the text without them; clauses are read many times."""
    found: list[str] = []

    def strike(match: re.Match[str]) -> str:
        found.append(_name(match))
        return " "

    rest = _PARTY.sub(strike, text)
    return tuple(found), rest


def find_parties(text: str) -> list[str]:
    """List the acting parties named in a text, in order, under one name for both languages."""
    return list(_read(text)[0])


def strike_parties(text: str) -> str:
    """Blank out the parties, so that only what they do is compared."""
    return _read(text)[1]


def between_parties(text: str, parties: Sequence[str]) -> str:
    """Give what stands between the first mentions of two parties that act.

    Nothing for "Observer hospital", one and the same, and where one only owns something ("the name of the Alliance").
    """
    places: dict[str, tuple[int, int]] = {}
    for match in _PARTY.finditer(text):
        if not _OWNED.search(text[: match.start()]) and not _OWNING.match(text[match.end() :]):
            places.setdefault(_name(match), (match.start(), match.end()))
    if not all(party in places for party in parties):
        return ""
    first, second = sorted(places[party] for party in parties)
    return text[first[1] : second[0]]


def is_passive(text: str) -> bool:
    """Tell whether the doer may stand behind what is done ("by", 由, 被)."""
    return bool(_PASSIVE.search(text))


def replace_party(text: str, others: Collection[str], wording: str) -> str:
    """Put another party's wording in the place of the first of some parties; the text itself where it names none."""
    first = next((match for match in _PARTY.finditer(text) if _name(match) in others), None)
    return text if first is None else text[: first.start()] + wording + text[first.end() :]
