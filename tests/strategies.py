"""Makers of documents and texts for tests: small valid values, and hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from assistant.ingest.readers import revision_of
from assistant.types import Document, Provenance
from assistant.words import detect_language, normalise_text

ENGLISH = (
    "Dues are paid within 15 working days.",
    "A member (see Art. 7, p. 3) may withdraw, e.g. by letter.",
    "MicroPort Medical (Group) Co., Ltd. joined on 30 December 2018.",
    "Is that all? It is not.",
    "FEV1 rose by 0.104 L [3].",
)
CHINESE = (
    "会费应当在15个工作日内缴纳。",
    "提交人可以书面撤回（见第七条）；撤回不影响已完成的评审。",
    "“工作日”指中国大陆法定工作日。",
    "谁可以查阅？只有指定的评审人！",
)
MARKUP = (
    "# Rules",
    "## Chapter 1 General",
    "### Article 7 Dues",
    "### 第七条 会费",
    "7.1 Each member pays once a year.",
    "7.2 会费按年缴纳。",
    "Article 9. The Council decides.",
    "第八条 会员应当遵守章程。",
    "(a) the case officer;",
    "（一）秘书处；",
    "- a bullet",
    "1. a step",
    "1.2 Scope",
    "| Tier | Dues |\n| --- | --- |\n| Member | 20,000 |\n| Observer | 0 |",
    "```\n# no heading\n```",
    "---",
    "Title\n=====",
    "",
    "   ",
)
CHARACTERS = st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")

lines = st.one_of(
    st.sampled_from(ENGLISH + CHINESE + MARKUP),
    st.lists(st.sampled_from(ENGLISH + CHINESE), min_size=1, max_size=6).map(" ".join),
    st.text(CHARACTERS, max_size=60),
)
"""Lines of rules, prose and noise."""

texts = st.lists(lines, max_size=25).flatmap(
    lambda parts: st.sampled_from(["\n", "\n\n"]).map(lambda gap: normalise_text(gap.join(parts)))
)
"""Whole texts, as `Document.text` holds them."""


def make_provenance(**values: object) -> Provenance:
    """Give the smallest valid provenance, changed by `values`."""
    return Provenance.model_validate({"id": "rules.en", "title": "Rules", **values})


def make_document(text: str, *, page_starts: tuple[int, ...] = (), **values: object) -> Document:
    """Give a document around a text; `values` go to its provenance."""
    provenance = make_provenance(**{"language": detect_language(text), **values})
    return Document(provenance, revision_of(provenance, text), text, page_starts, path="rules.md")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a document, with pages or without."""
    text = draw(texts)
    cuts = draw(st.lists(st.integers(1, max(1, len(text) - 1)), max_size=4, unique=True).map(sorted))
    starts = tuple([0, *(cut for cut in cuts if cut < len(text))]) if cuts else ()
    return make_document(text, page_starts=starts)
