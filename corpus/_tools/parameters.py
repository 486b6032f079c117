"""Check that agreed numbers (clocks, dues, majorities) are the same wherever they are stated.

A place that must differ, because it is superseded, is a listed trap and is checked for its old number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from _tools.library import Entry


@dataclass(frozen=True)
class Parameter:
    """A number, how each language words it, and the documents that state it.

    Documents are named without language; every match of the pattern in them must give `value`.
    """

    name: str
    value: str
    en: str  # its groups hold the number
    zh: str
    places: tuple[str, ...]
    traps: dict[str, str] = field(default_factory=dict)  # superseded document: its own number
    also: dict[str, str] = field(default_factory=dict)  # document that names the old number beside the new


PARAMETERS = (
    Parameter(
        "confirmation of receipt, working days", "2",
        r"(?:[Rr]eceipt|[Cc]onfirmation)[^.\n\d;]{0,35}?(\d+)(?= working days| \|)",
        r"(?:收件确认|确认收件)[^。\n\d]{0,12}?(\d+)(?=个工作日| \|)|(\d+)个工作日内确认收件",
        ("idea-submission-procedure", "faq-2025", "how-the-alliance-works", "form-need-statement", "faq-2023",
         "form-confidential-disclosure"),
    ),
    Parameter(
        "form check of stage B, working days", "10",
        r"form check[^.\n\d;]{0,40}?(\d+)(?= working days)|Form check \| (\d+)",
        r"形式核查(?!完成)[^。\n\d；]{0,8}?(\d+)(?=个工作日| \|)|(\d+)个工作日内(?:完成)?形式核查",
        ("idea-submission-procedure", "form-confidential-disclosure", "faq-2023", "secretariat-handling-guide"),
    ),
    Parameter(
        "conflict screening, working days", "5",
        r"[Cc]onflict screening[^.\n\d]{0,40}?(\d+)(?= working days| \|)",
        r"利益冲突筛查(?!完成)[^。\n\d]{0,40}?(\d+)(?=个工作日| \|)",
        ("idea-submission-procedure", "faq-2025", "how-the-alliance-works", "glossary", "faq-2023",
         "form-confidential-disclosure", "secretariat-handling-guide"),
    ),
    Parameter(
        "scientific review, working days", "30",
        r"[Ss]cientific review[^.\n\d]{0,60}?(\d+)(?= working days| \|)",
        r"科学评审[^。\n\d]{0,25}?(?:v2\.0为)?(\d+)(?=个工作日| \|)",
        ("ip-policy-v2", "idea-submission-procedure", "faq-2025", "glossary", "how-the-alliance-works",
         "form-confidential-disclosure", "secretariat-handling-guide", "onboarding-letter"),
        traps={"ip-policy-v1": "45", "faq-2023": "45"},
        also={"idea-submission-procedure": "45", "faq-2025": "45", "glossary": "45", "how-the-alliance-works": "45",
              "secretariat-handling-guide": "45"},
    ),
    Parameter(
        "decision letter in total, working days", "60",
        r"[Dd]ecision letter[^.\n\d]{0,40}?(\d+)(?= working days(?! of)| \|)",
        r"决定函[^。，；\n\d]{0,35}?(\d+)(?=个工作日| \|)|(\d+)个工作日收到决定函",
        ("ip-policy-v2", "idea-submission-procedure", "faq-2025", "glossary", "how-the-alliance-works",
         "collaboration-paths", "secretariat-handling-guide"),
    ),
    Parameter(
        "answer to a petition, working days", "20",
        r"[Aa]nswer(?:s|ed)?\b[^.\n\d]{0,40}?(\d+)(?= working days| \|)",
        r"(\d+)个工作日内(?:书面)?答复|申诉(?:的)?答复[^。\n\d]{0,6}(\d+)",
        ("ip-policy-v2", "idea-submission-procedure", "faq-2025", "glossary", "how-the-alliance-works"),
    ),
    Parameter(
        "secrecy, years from disclosure", "5",
        r"(\d+) years from (?:the date of )?(?:each )?disclosure",
        r"披露之日起(?:保密)?(\d+)年|保密期(?:为)?(\d+)年",
        ("ip-policy-v2", "idea-submission-procedure", "confidentiality-agreement", "faq-2025",
         "joint-project-guide", "form-cda-request", "how-the-alliance-works", "onboarding-letter"),
        traps={"ip-policy-v1": "3", "faq-2023": "3"},
        also={"faq-2025": "3", "ip-policy-v2": "3"},
    ),
    Parameter(
        "written confirmation of oral information, days", "30",
        r"confirmed in writing within (\d+) days",
        r"(\d+)日内(?:以)?书面(?:形式)?确认",
        ("ip-policy-v2", "idea-submission-procedure", "confidentiality-agreement", "faq-2025",
         "joint-project-guide", "form-cda-request"),
        traps={"ip-policy-v1": "30", "faq-2023": "30"},
    ),
    Parameter(
        "return or destruction of declined material, days", "30",
        r"(?:returned or destroyed|returns or destroys)[^.\n\d]{0,60}?(\d+) days",
        r"(\d+)日内[^。\n\d]{0,12}?(?:退还|返还)或者?销毁",
        ("ip-policy-v2", "idea-submission-procedure", "confidentiality-agreement", "faq-2025"),
        traps={"ip-policy-v1": "30", "faq-2023": "30"},
    ),
    Parameter(
        "pool, months", "24",
        r"[Pp]ool[^.\n\d]{0,70}?(\d+) months",
        r"入库[^。\n\d]{0,20}?(\d+)个月",
        ("ip-policy-v2", "idea-submission-procedure", "how-the-alliance-works"),
    ),
    Parameter(
        "first-negotiation window, days", "90",
        r"first-negotiation window (?:of |lasts )(\d+) days|(\d+)-day first-negotiation window",
        r"(\d+)日(?:的)?优先谈判期|优先谈判期[^。\n\d]{0,8}(\d+)日",
        ("ip-policy-v2", "idea-submission-procedure", "faq-2025", "collaboration-paths", "faq-2023", "ip-policy-v1"),
    ),
    Parameter(
        "publication look in joint projects, days", "30",
        r"look of (\d+) days|(\d+)-day look",
        r"(\d+)日(?:的)?审阅期|审阅(\d+)日",
        ("ip-policy-v2", "joint-project-guide", "faq-2025", "how-the-alliance-works"),
    ),
    Parameter(
        "talks in a dispute, days", "15",
        r"[Tt]alks(?! fail)[^.\n\d]{0,60}?(\d+) days",
        r"协商[^。\n\d，]{0,6}(?:，期限)?(\d+)日",
        ("charter", "ip-policy-v2", "confidentiality-agreement", "joint-project-guide", "how-the-alliance-works"),
    ),
    Parameter(
        "mediation in a dispute, days", "30",
        r"[Mm]ediat(?:ion|or)[^.\n\d]{0,40}?(\d+) days",
        r"调解[^。\n\d，]{0,6}(?:，期限)?(\d+)日",
        ("charter", "ip-policy-v2", "confidentiality-agreement", "joint-project-guide", "how-the-alliance-works"),
    ),
    Parameter(
        "dues of a Governing Member, yuan", "100,000",
        r"Governing Member\b[^\n\d]{0,45}?(\d[\d,]{2,}\d)",
        r"治理会员[^\n\d。]{0,20}?(\d[\d,]{2,}\d)",
        ("dues-2025", "dues-table", "joining-guide", "form-membership-application", "faq-2025",
         "how-the-alliance-works"),
        traps={"dues-2023": "80,000", "faq-2023": "80,000"},
        also={"dues-2025": "80,000", "dues-table": "50,000 80,000"},
    ),
    Parameter(
        "dues of a Council Member, yuan", "50,000",
        r"Council Member\b[^\n\d]{0,45}?(\d[\d,]{2,}\d)",
        r"理事会员(?! ?\|? ?每3)[^\n\d。]{0,20}?(\d[\d,]{2,}\d)",
        ("dues-2025", "dues-table", "joining-guide", "form-membership-application", "faq-2025",
         "how-the-alliance-works"),
        traps={"dues-2023": "40,000", "faq-2023": "40,000"},
        also={"dues-2025": "40,000", "dues-table": "30,000"},
    ),
    Parameter(
        "dues of a Member, yuan", "20,000",
        r"(?:\| Member\b|; Member|(?<=000, )Member)[^\n\d]{0,45}?(\d[\d,]{2,}\d)",
        r"普通会员(?: \||(?=\d))[^\n\d。]{0,20}?(\d[\d,]{2,}\d)",
        ("dues-2025", "dues-table", "joining-guide", "form-membership-application", "faq-2025",
         "how-the-alliance-works"),
        traps={"dues-2023": "15,000", "faq-2023": "15,000"},
        also={"dues-2025": "15,000", "dues-table": "30,000 80,000"},
    ),
    Parameter(
        "dues of a Start-up Member, yuan", "5,000",
        r"Start-up Member\b(?! to)[^\n\d]{0,30}?(\d,\d{3})",
        r"初创会员(?: \||(?=\d)|会费)[^\n\d。]{0,30}?(\d,\d{3})(?!万)",
        ("dues-2025", "dues-table", "form-membership-application", "faq-2025", "how-the-alliance-works"),
        traps={"dues-2023": "3,000", "faq-2023": "3,000"},
        also={"dues-2025": "3,000"},
    ),
    Parameter(
        "form check of a membership application, working days", "5",
        r"checks? (?:the |its )?form[^.\n\d]{0,30}?(\d+) working days|completes the form check within (\d+)",
        r"(\d+)个工作日内(?:完成|对申请作)形式核查",
        ("membership-rules", "joining-guide", "faq-2025", "form-membership-application"),
    ),
    Parameter(
        "vote on admission, days", "45",
        r"at the latest (\d+) days after",
        r"形式核查(?:完成)?后(\d+)日",
        ("membership-rules", "joining-guide", "faq-2025", "form-membership-application", "collaboration-paths"),
    ),
    Parameter(
        "payment of dues, working days", "15",
        r"(?:[Dd]ues|pays)\b[^.\n\d]{0,40}?within (\d+) working days",
        r"通知发出后(\d+)个工作日内",
        ("membership-rules", "joining-guide", "faq-2025", "form-membership-application", "dues-2025", "newcomers",
         "how-the-alliance-works"),
        traps={"dues-2023": "15"},
    ),
    Parameter(
        "lapse for arrears, day", "90",
        r"day (\d+): membership lapses|lapses after (\d+) days|lapses \| day (\d+)",
        r"第(\d+)日(?:：)?(?:会员资格终止|终止会员资格)",
        ("membership-rules", "dues-2025", "dues-table", "newcomers"),
        traps={"dues-2023": "90"},
    ),
    Parameter(
        "notice of withdrawal, days", "60",
        r"(\d+) days' written notice",
        r"提前(\d+)日书面通知",
        ("membership-rules", "joining-guide", "newcomers"),
    ),
    Parameter(
        "control that makes one member, per cent", "50",
        r"control of more than (\d+) %",
        r"控制比例超过(\d+)%",
        ("charter", "membership-rules", "dues-2025", "joining-guide", "faq-2025", "faq-2023"),
    ),
    Parameter(
        "majority for expulsion", "2/3",
        r"[Tt]wo[- ]thirds \((\d/\d)\)",
        r"三分之二（(\d/\d)）",
        ("charter", "membership-rules", "antitrust-rules", "scientific-committee-rules"),
    ),
    Parameter(
        "fee cap of a written review, yuan", "1,000",
        r"[Ww]ritten review[^\n\d]{0,70}?(\d,\d{3})",
        r"书面评审[^\n\d]{0,30}?(\d,\d{3})",
        ("conflict-of-interest-rules", "onboarding-letter"),
    ),
)  # fmt: skip


def check_parameters(entries: list[Entry]) -> list[str]:
    """Name every place where an agreed number is missing or different."""
    by_id = {entry.provenance.id: entry for entry in entries}
    problems = []
    for parameter in PARAMETERS:
        for place in (*parameter.places, *parameter.traps):
            found = [by_id[name] for name in (f"{place}.en", f"{place}.zh") if name in by_id]
            if not found:
                problems.append(f"{place}: not in the library, but states {parameter.name}")
            problems += [problem for entry in found for problem in _place_problems(parameter, place, entry)]
    return problems


def _place_problems(parameter: Parameter, place: str, entry: Entry) -> Iterator[str]:
    value = parameter.traps.get(place, parameter.value)
    stated = stated_values(parameter, entry)
    if value not in stated:
        yield f"{entry.name}: does not state {parameter.name} = {value} (found {sorted(stated)})"
    other = stated - {value, *parameter.also.get(place, "").split()}
    if other and value in stated:
        yield f"{entry.name}: {parameter.name} is {value}, but the text also says {sorted(other)}"


def stated_values(parameter: Parameter, entry: Entry) -> set[str]:
    """Every number that a document gives for the parameter."""
    pattern = parameter.zh if entry.provenance.language == "zh" else parameter.en
    return {match[match.lastindex or 0] for match in re.finditer(pattern, entry.body)}
