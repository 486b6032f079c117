"""Reading which article a text rests on."""

from __future__ import annotations

import pytest

from assistant.answering.references import Reference, article_of, find_basis, find_referenced
from tests.samples import make_passage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "One petition. Basis: IP Policy v2.0, Articles 17 and 18.1.", [("IP Policy", {17, 18})], id="two"
        ),
        pytest.param(
            "Basis: Membership Rules v2.0, Articles 6 to 8.", [("Membership Rules", {6, 7, 8})], id="range"
        ),
        pytest.param(
            "依据：《会员管理办法》v2.0 第6条至第8条。", [("会员管理办法", {6, 7, 8})], id="chinese-range"
        ),
        pytest.param(
            "依据：《会费通知2025》第2.1条、《会员管理办法》v2.0 第9.1条和第10.1条。",
            [("会费通知2025", {2}), ("会员管理办法", {9, 10})],
            id="two-documents",
        ),
        pytest.param("Under IP Policy v2.0, Article 17, material is returned.", [], id="not-called-a-basis"),
        pytest.param("Basis: custom.", [], id="no-article"),
    ],
)
def test_find_basis(text: str, expected: list[tuple[str, set[int]]]) -> None:
    assert find_basis(text) == tuple(Reference(title, frozenset(numbers)) for title, numbers in expected)


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
