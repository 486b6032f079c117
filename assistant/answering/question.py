"""What a question asks for: its language, its parts, and the shape of a good answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.answering.parts import split_parts
from assistant.types import Language
from assistant.verification.facts import Fact, FactKind
from assistant.words import detect_language

Shape = Literal[
    "yes_no",
    "who",
    "where",
    "when",
    "how_long",
    "how_much",
    "procedure",
    "list",
    "definition",
    "why",
    "other",
]

# In order: the first that matches gives the shape.
_SHAPES: tuple[tuple[Shape, str], ...] = (
    ("how_long", r"\bhow (?:long|soon|quickly|many (?:working )?(?:days|weeks|months|years))\b|\bdeadline\b|"
                 r"多久|多长时间|几天|几个月|几年|多少(?:个)?(?:工作日|天|日|月|年)|期限|时限|何时之前"),
    ("how_much", r"\bhow (?:much|many)\b|\bwhat (?:is|are|was|were) the (?:fee|fees|dues|cost|price|rate|share|percentage|number|majority|quorum)|"
                 r"\bwhat (?:is|are|was|were) (?:the |its |their |your )?(?:[\w-]+ ){0,2}(?:yields?|rates?|risks?|sensitivity|specificity|accuracy|mortality|incidence|frequency|prevalence)\b|"
                 r"\bhow (?:common|frequent|accurate|sensitive|high|large)\b|\bhow often\b(?=.*\b(?:get|occur|happen|die|fail|bleed|succeed|complet|complicat|pneumothorax|diagnos)\w*)|"
                 r"^(?:(?:the|an?|any|with|official|[\w-]+) ){0,3}(?:fees?|costs?|prices?|dues|salary)\W*$|"
                 r"\bwhat (?:(?:am|are|is|do|does|did|will|would|must|should) )+(?:i|we|it|they|you|(?:an?|the|each) \w+) (?:\w+ )?(?:\w+ )?(?:pay|paid|owe|owed|charged|cost)\b|\bwhat (?:i|we) owe\b|"
                 r"多少|有?多[高大]|几(?:个|名|家|席|位|票|次|成)|费用|比例|百分之几|交多|一年会费"),
    # "What oxygen level is safe when I use a laser?" asks for no time.
    ("when", r"^(?:(?!\b(?:what|which|who|whom|whose|how|why|where)\b).)*\bwhen\b|\bwhat (?:date|year|day)\b|\bsince when\b|何时|什么时候|哪(?:一)?[年天日]|几号|生效日|哪年"),
    ("who", r"\bwho(?:m|se)?\b|\bwhich (?:organ|body|committee|company|person|party|hospital)\b|谁|哪(?:个|些)?(?:机构|单位|部门|人|方|家)|何人|由哪"),
    ("where", r"\bwhere\b(?! (?:do|should|can) (?:i|we) (?:start|begin))|\bwhich (?:place|city|town)\b|哪里|哪儿|什么地方|何地|哪个城市"),
    ("other", r"\bhow (?:does|do|did|would) .{1,50}\bcompare\b|\b(?:compare|differ)s?\b.{0,30}\b(?:with|to|from)\b"),
    ("procedure", r"\bhow (?:do|can|should|would|does|to)\b|\bsteps?\b|\bprocedure\b|\bprocess\b|怎么|如何|怎样|流程|步骤|程序|手续|咋"),
    ("why", r"\bwhy\b|\breason|为什么|为何|原因"),
    ("yes_no", r"^(?:so |and |but |then )?(?:is|are|was|were|do|does|did|can|could|may|must|should|shall|will|would|has|have|had|am)\b|"
               r"吗|能否|是否|可否|可不可以|能不能|有没有|要不要|需不需要|行不行|算不算|对不对|会不会"),
    ("definition", r"\bwhat (?:is|are|does|do)\b.*\b(?:mean|stand for)\b|^what(?:'s| is| are) (?:a |an |the )?[\w\s-]{2,40}\?*$|\bdefin|"
                   r"是什么意思|什么是|指什么|的定义|是什么[？?]?$|啥意思"),
    ("list", r"\bwhat (?:are|kinds?|types?|documents?|forms?|rights?|conditions?)\b|\bwhich\b|\blist\b|哪些|哪几|有什么|列出|分别"),
)  # fmt: skip
_COMPILED = [(shape, re.compile(pattern, re.IGNORECASE)) for shape, pattern in _SHAPES]

_WANTED: dict[Shape, frozenset[FactKind]] = {
    "how_long": frozenset({"working_day", "day", "week", "months", "years", "hour"}),
    "when": frozenset({"date", "month", "year", "working_day", "day", "months"}),
    "how_much": frozenset({"money", "percent", "number"}),
}
_MONEY = re.compile(
    r"\b(?:cost|costs|fees?|dues|price|prices|pay|paid|salary|revenue|charge|charged|honorari\w+|budget|rmb|yuan|usd|fine|fined|money|expensive)\b|"
    r"钱|费|元|价格|售价|罚款|罚多少|报酬|薪|预算|营收|营业额|奖金",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:percentage|percent|per cent|share|rates?|yields?|risks?|sensitivity|specificity|accuracy|mortality|incidence|how (?:often|common|frequent|accurate)|proportion|majority|quorum|how much of)\b|比例|百分|占比|几成|成率|率(?:是|为|有)?多[少高大]|多数",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A stand-alone question, read for what it asks."""

    text: str
    language: Language
    shape: Shape
    parts: tuple[str, ...]

    @property
    def wanted_kinds(self) -> frozenset[FactKind]:
        """The kinds of figure asked for; empty when none is."""
        if self.shape == "how_much" and _SHARE.search(self.text):
            return frozenset({"percent", "number"})
        if self.shape == "how_much" and _MONEY.search(self.text):
            return frozenset({"money"})
        return _WANTED.get(self.shape, frozenset())

    def wants(self, fact: Fact) -> bool:
        """Tell whether a figure is of the kind asked for."""
        return fact.kind in self.wanted_kinds

    @property
    def wants_figure(self) -> bool:
        """True when an answer without a figure is hardly one."""
        return self.shape in _WANTED


def find_shape(text: str) -> Shape:
    """Give the shape of an answer that a question asks for."""
    stripped = text.strip()
    return next((shape for shape, pattern in _COMPILED if pattern.search(stripped)), "other")


def read_question(text: str) -> Question:
    """Read a stand-alone question; its parts are itself when it asks one thing."""
    text = text.strip()
    parts = split_parts(text)
    return Question(text, detect_language(text), find_shape(parts[0]), parts)
