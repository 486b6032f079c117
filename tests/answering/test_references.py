"""Reading which article a text rests on."""

from __future__ import annotations

import pytest

from assistant.answering.references import Reference, article_of, find_basis, find_outdated, find_referenced
from tests.samples import make_passage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "One petition. Basis: IP Policy v2.0, Articles 17 and 18.1.",
            [("IP Policy", "2.0", {17, 18})],
            id="two",
        ),
        pytest.param(
            "Basis: Membership Rules v2.0, Articles 6 to 8.",
            [("Membership Rules", "2.0", {6, 7, 8})],
            id="range",
        ),
        pytest.param(
            "依据：《会员管理办法》v2.0 第6条至第8条。",
            [("会员管理办法", "2.0", {6, 7, 8})],
            id="chinese-range",
        ),
        pytest.param(
            "依据：《会费通知2025》第2.1条、《会员管理办法》v2.0 第9.1条和第10.1条。",
            [("会费通知2025", None, {2}), ("会员管理办法", "2.0", {9, 10})],
            id="two-documents",
        ),
        pytest.param("Under IP Policy v2.0, Article 17, material is returned.", [], id="not-called-a-basis"),
        pytest.param("Basis: custom.", [], id="no-article"),
    ],
)
def test_find_basis(text: str, expected: list[tuple[str, str | None, set[int]]]) -> None:
    assert find_basis(text) == tuple(
        Reference(title, version, frozenset(numbers)) for title, version, numbers in expected
    )


@pytest.mark.parametrize(
    ("headings", "article"),
    [
        (("Chapter 4 Review", "Article 14 Scientific review"), 14),
        (("第四章", "第十四条 科学评审"), 14),
        (("Questions", "How long?"), None),
        ((), None),
    ],
)
def test_article_of(headings: tuple[str, ...], article: int | None) -> None:
    assert article_of(make_passage("x", headings=headings)) == article


def test_a_passage_finds_the_article_it_rests_on_and_nothing_else() -> None:
    faq = make_passage("Yes. Basis: Rules v2.0, Article 7.", "faq", title="FAQ")
    seven = make_passage("Dues.", "rules", title="Rules", headings=("Article 7 Dues",))
    eight = make_passage("Votes.", "rules", start=90, title="Rules", headings=("Article 8 Votes",))
    other = make_passage("Trees.", "other", title="Woods", headings=("Article 7 Trees",))
    assert find_referenced([faq, eight, other, seven]) == {seven.id: 0}
    assert find_referenced([eight, faq, seven], sources=1) == {}


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Intellectual Property Policy v2.0", True),
        ("IP Policy v2.0", True),
        ("IP Policy", True),
        ("Intellectual Property Policy v1.0", False),
        ("Image Policy v2.0", False),
    ],
)
def test_a_title_is_known_by_its_initials_and_its_version(title: str, named: bool) -> None:
    assert Reference("IP Policy", "2.0", frozenset()).names(title) is named


def test_a_text_about_a_version_that_is_no_longer_there_is_outdated() -> None:
    old = make_passage("45 days. Basis: Rules v1.0, Article 7.", "faq", title="FAQ")
    new = make_passage("30 days. Basis: Rules v2.0, Article 7.", "faq", start=90, title="FAQ")
    rule = make_passage("30 days.", "rules", title="Rules v2.0", headings=("Article 7",))
    assert find_outdated([old, new, rule]) == {old.id}
    assert find_outdated([old, new]) == frozenset()
