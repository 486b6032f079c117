"""Opposite words: a claim that rises where its source falls says the opposite, unless it denies it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Reason
from assistant.verification.alignment import Aligned
from assistant.verification.reasons import because

ENDING = (
    r"(?<=not )end|ends|ended|ceas(?:e|es|ed)|terminat(?:e|es|ed)|expir(?:e|es|ed)|laps(?:e|es|ed)|clos(?:e|es|ed)(?! to\b)|suspend(?:s|ed)?|"
    r"paus(?:e|es|ed)|stop(?:s|ped)?|loses?|lost|loss|leav(?:e|es)(?! .{0,30}open)|left(?= the\b)|终止|结束|届满|中止|暂停|关闭|丧失|失去|离开"
)
"""Words for what is no longer so; two of them say the same whatever stance they are under."""
_PAIRS: tuple[tuple[str, str], ...] = (
    (r"ris(?:e|es|ing)|rose|increas\w+|grow(?:s|n)?|grew|rais(?:e|es|ed)|提高|上升|增加|上调|升高", r"fall(?:s|en|ing)?|fell|decreas\w+|reduc\w+|shrink\w*|lower(?:s|ed)|降低|下降|减少|下调"),
    (r"accept(?:s|ed)?|admit(?:s|ted)?|接受|采纳|受理", r"reject(?:s|ed)?|refus(?:e|es|ed)|declin(?:e|es|ed)|turn(?:s|ed) down|拒绝|驳回|不予采纳"),
    (r"includ(?:e|es|ed|ing)|包括|包含|计入", r"exclud(?:e|es|ed|ing)|leav(?:e|es|ing) out|排除|不含|不计入"),
    (r"join(?:s|ed)?|加入|入会", r"leav(?:e|es|ing)|withdr(?:aw|aws|ew)|quits?|退出|退会"),
    (r"voluntar(?:y|ily)|自愿", r"mandatory|compulsory|obligatory|强制"),
    (r"in person|onsite|现场", r"online|remotely|线上|远程"),
    (r"maximum|upper limit|ceiling|上限|最高", r"minimum|lower limit|floor|下限|最低"),
    (r"(?<!non-)(?<!not )\bexclusive(?:ly)?|(?<!非)独占", r"non-exclusive(?:ly)?|非独占"),
    (r"permanent(?:ly)?|永久|无限期", r"temporar(?:y|ily)|临时|暂时"),
    (
        r"resum(?:e|es|ed)|continu(?:e|es|ed)|remain(?:s|ed)?|stay(?:s|ed)?|stays? open|opened|leaves? .{0,30}open|keeps?|retains?|"
        r"恢复|继续|持续|保留|开放",
        ENDING,
    ),
    (r"older|较早|更早", r"newer|younger|更新的|较新"),
    (r"domestic(?:ally)?|境内|国内", r"abroad|foreign|境外|国外"),
    (r"jointly|together|collectively|共同|联合", r"separately|individually|alone|单独|分别|各自"),
    (r"significant(?:ly)?|(?<!无)(?<!不)(?<!没有)显著", r"insignificant(?:ly)?|not (?:\w+ )?significant|不显著|无显著|无统计学意义"),
    (r"anonymous(?:ly)?|匿名", r"by name|named|实名|署名"),
    (r"oral(?:ly)?|verbal(?:ly)?|口头", r"in writing|written|书面"),
    (r"shares? (?:all|the|their)|shared|共同承担|分担|均摊", r"(?:its|their) own|各自|自行承担|自负"),
    (r"unlimited|no limit|any number of|repeatedly|不限|多次", r"at most|no more than|only once|\bonce(?=[.,;]|$| only| by)|一次(?!性)|最多|至多|只能|仅限"),
    (r"(?:one and )?the same|同一|相同", r"different|differs?|不同"),
    (r"both|双方|各方都", r"\bone (?:of the )?(?:partner|party|side|member)s?|either|一方(?!面)"),
    (r"Chinese(?= text| version| one|\b)|中文(?!和|、|与)", r"English|英文"),
    (r"most (?:frequent|common|often)|commonest|最常见|最多见", r"least (?:frequent|common|often)|rarest|最少见|最罕见"),
    (r"more (?:frequent|common|often)(?:ly)?|更多见|更常见|更频繁", r"less (?:frequent|common|often)(?:ly)?|rarer|更少见|更罕见"),
    (r"net|净(?=收入|利润|额)", r"gross|毛(?=收入|利润)"),
    (r"(?<!un)encrypted|加密", r"unencrypted|ordinary (?:mail|e-?mail|post)|普通(?:邮件|邮寄)|明文"),
    (r"unanimous(?:ly)?|一致(?:同意|通过)|全票", r"majority|多数"),
    (r"by default|默认|自动(?=\w)", r"opt-in|on request|申请后|逐一同意"),
    (r"prospective(?:ly)?|前瞻性", r"retrospective(?:ly)?|回顾性"),
    (r"benign|良性", r"malignant|恶性"),
    (r"upper lobes?|上叶", r"lower lobes?|下叶"),
    (r"left lung|左肺|左侧", r"right lung|右肺|右侧"),
    (r"pre-?operative(?:ly)?|术前", r"post-?operative(?:ly)?|术后"),
    (r"in-?patients?|住院", r"out-?patients?|门诊"),
    (r"adults?|成人", r"child(?:ren)?|paediatric|儿童"),
    (r"imports?|imported|进口", r"exports?|exported|出口"),
    (r"\ball|every|each|全部|所有|一律|各|全体", r"\bsome|certain|several|a few|部分|有的|某些|个别|其中一|任意一|任一"),
)  # fmt: skip


def _compile(side: str) -> re.Pattern[str]:
    """Bound English wordings at word ends; Chinese ones have none."""
    wordings = side.split("|")
    english = "|".join(w for w in wordings if w.isascii())
    return re.compile(side if not english else rf"(?<![A-Za-z-])(?:{side})(?![A-Za-z])", re.IGNORECASE)


_COMPILED = tuple((_compile(one), _compile(other)) for one, other in _PAIRS)


_ENDING = _compile(ENDING)


def both_end(one: str, other: str) -> bool:
    """Tell whether both texts say that something ends, closes or is lost."""
    return bool(_ENDING.search(one) and _ENDING.search(other))


def names_opposite(word: str) -> bool:
    """Tell whether a word by itself is one side of a pair of opposites: loses, rejects, 排除."""
    return any(pattern.search(word) for words in _COMPILED for pattern in words)


def _sides(text: str, pair: tuple[re.Pattern[str], ...]) -> tuple[bool, bool]:
    return bool(pair[0].search(text)), bool(pair[1].search(text))


def find_opposites(claim: str, source: str) -> str | None:
    """Give the source's word of a pair of opposites that the claim has the other side of; None if there is none."""
    for words in _COMPILED:
        ours = _sides(claim, words)
        if ours in ((True, False), (False, True)) and _sides(source, words) == ours[::-1]:
            return next(match.group() for pattern in words if (match := pattern.search(source)))
    return None


def compare_antonyms(aligned: Sequence[Aligned]) -> list[Reason]:
    """List the opposites between clauses that are otherwise close; the caller weighs denials."""
    found = []
    for pair in aligned:
        if not pair.is_close:
            continue
        stated = find_opposites(pair.segment.text, pair.unit.text)
        if stated:
            found.append(because("opposite", stated))
    return found
