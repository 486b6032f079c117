import pytest
from eval_samples import RULES, RULES_ZH, make_corpus
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import Gold
from evals.gold import Place, alternatives, find_quote


def test_white_space_does_not_matter() -> None:
    text = "The review\n  takes 30\u3000working days."
    (place,) = find_quote(text, "review takes 30 working")
    assert text[slice(*place)] == "review\n  takes 30\u3000working"


def test_every_place_is_found() -> None:
    assert find_quote("ab cab", "ab") == [(0, 2), (4, 6)]
    assert find_quote("abc", "  ") == []


@given(st.text("ab \n", max_size=20), st.text("ab \n", max_size=4))
def test_a_found_quote_says_the_same_words(text: str, quote: str) -> None:
    for start, end in find_quote(text, quote):
        assert "".join(text[start:end].split()) == "".join(quote.split())


def test_the_same_clause_of_the_translation_counts() -> None:
    places = alternatives(Gold(document="rules.en", quote="takes 30 working days"), make_corpus())
    own, twin = places
    assert RULES[own.start : own.end] == "takes 30 working days"
    assert twin.document == "rules.zh"
    assert RULES_ZH[twin.start : twin.end] == "7.1 评审期为三十个工作日。\n"


def test_sections_without_numbers_pair_by_position() -> None:
    _, twin = alternatives(Gold(document="rules.zh", quote="5万元"), make_corpus())
    assert RULES[twin.start : twin.end] == "## Fees\nMembers pay 50,000 yuan.\n"


@pytest.mark.parametrize("document", ["rules.en", "missing.en"])
def test_a_quote_that_does_not_occur_has_no_place(document: str) -> None:
    assert alternatives(Gold(document=document, quote="45 working days"), make_corpus()) == ()


def test_touching_is_not_overlapping() -> None:
    place = Place("old.en", 3, 6)
    assert place.overlaps("old.en", 5, 9)
    assert not place.overlaps("old.en", 6, 9)
    assert not place.overlaps("rules.en", 3, 6)
