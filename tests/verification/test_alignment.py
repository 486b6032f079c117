"""A clause finds its sentence, and coverage counts weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.alignment import SourceUnits, coverage, evenly, read_source
from assistant.verification.figures import read_cells
from assistant.verification.lexicon import find_terms
from assistant.verification.segments import read_units
from assistant.verification.support_features import read_features

RULES = "The review takes 30 days. The letter is sent within 60 days. Dues are not refunded."


@pytest.mark.parametrize(
    ("claim", "home"),
    [
        ("Review needs 30 days", "The review takes 30 days."),
        ("The letter goes out within 60 days", "The letter is sent within 60 days."),
        ("Paid dues are kept", "Dues are not refunded."),
    ],
)
def test_a_clause_finds_its_sentence(claim: str, home: str) -> None:
    source, unit = read_source((RULES,)), read_units(claim)[0]
    assert source.align(unit.segments[0], unit).unit.text == home


def test_a_rare_term_weighs_more() -> None:
    assert coverage(["fee", "notice"], frozenset({"fee"}), lambda t: 3.0 if t == "fee" else 1.0) == 0.75
    assert coverage([], frozenset(), evenly) == 1.0


@given(st.lists(st.sampled_from("abcdef")), st.frozensets(st.sampled_from("abcdef")))
def test_coverage_is_a_share_and_grows_with_the_source(claim: list[str], source: frozenset[str]) -> None:
    share = coverage(claim, source, evenly)
    assert 0 <= share <= coverage(claim, source | {"a"}, evenly) <= 1


def test_one_act_has_one_name_in_both_languages() -> None:
    assert find_terms("hand in") == find_terms("提交") == find_terms("submitting")
    assert find_terms("销毁材料") == find_terms("destroy the materials")


def test_a_figure_stands_with_the_words_of_its_own_piece() -> None:
    cells = read_cells("Sensitivity was 88 % for EBUS and 69 % for mediastinoscopy.")
    assert [(cell.fact.value, "ebus" in cell.words) for cell in cells] == [("88", True), ("69", False)]
    assert all("=sensitivity" in cell.words for cell in cells)
    cells = read_cells("治理会员100,000元，理事会员50,000元。")
    assert [{w for w in cell.words if w[0] == "@"} for cell in cells] == [{"@governing"}, {"@council member"}]


def test_terms_of_neighbouring_sentences_are_near() -> None:
    source = SourceUnits(read_units(RULES))
    assert "letter" in "".join(sorted(source.near(source.units[0])))
    assert source.home("=return") is source.units[2]


def test_features_of_a_copied_sentence_miss_nothing() -> None:
    features = read_features("The review takes 30 days.", [RULES], evenly)
    assert features.contained == features.weakest == 1.0
    assert features.missing_facts == features.missing_mass == 0.0


def test_a_whole_answer_is_judged_by_containment() -> None:
    features = read_features("One. Two fees. Three more dues.", [RULES], evenly)
    assert features.is_answer == 1.0
    assert features.names_things == features.weakest == 0.0


def test_questions_talk_and_numbers_of_their_own_are_seen() -> None:
    source = ["The review takes thirty days."]
    told = read_features("The review takes 30 days.", source, evenly)
    assert (told.asks, told.speaks, told.number_missing) == (0, 0, 0)
    talk = read_features("I think it takes 40 days, don't you?", source, evenly)
    assert (talk.asks, talk.speaks, talk.number_missing) == (1, 2, 1)
