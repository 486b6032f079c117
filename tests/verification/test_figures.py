"""A figure taken from something else is named; one in its place, or in no source, is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.facts import Fact
from assistant.verification.figures import compare_figures, read_cells
from assistant.verification.segments import read_units
from tests.strategies import lines
from tests.verification.pairs import codes

PAIN = "Pain fell in 12 % with the foam and 30 % with the gel."
PAIN_ZH = "泡沫组疼痛缓解率12%，凝胶组疼痛缓解率30%。"
DEPOSITS = "Under version 2 the deposit is 300 yuan. Under version 3 the deposit is 500 yuan."


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("Pain fell in 30 % with the foam.", PAIN, {"belongs"}, id="of-something-else"),
        pytest.param("泡沫组疼痛缓解率30%。", PAIN_ZH, {"belongs"}, id="of-something-else-zh"),
        pytest.param("Pain fell in 30 % with the foam and 12 % with the gel.", PAIN, {"figures_swapped"}, id="swapped"),
        pytest.param("泡沫组疼痛缓解率30%，凝胶组疼痛缓解率12%。", PAIN_ZH, {"figures_swapped"}, id="swapped-zh"),
        pytest.param("Under version 3 the deposit is 300 yuan.", DEPOSITS, {"label"}, id="other-version"),
        pytest.param("Pain fell in 12 % with the foam.", PAIN, set(), id="in-its-place"),
        pytest.param("泡沫组疼痛缓解率12%。", PAIN_ZH, set(), id="in-its-place-zh"),
        pytest.param("Under version 3 the deposit is 500 yuan.", DEPOSITS, set(), id="own-version"),
        pytest.param("Pain fell in 45 % with the foam.", PAIN, set(), id="in-no-source"),
        pytest.param("Foam relief takes 3 days.", "Foam relief came in 12 %, and the wait was 3 days.", set(), id="other-kind-fits-better"),
    ],
)  # fmt: skip
def test_a_figure_out_of_its_place_is_named(claim: str, source: str, found: set[str]) -> None:
    assert set(codes(compare_figures(read_units(claim), read_units(source)))) == found


def test_a_figure_has_the_words_of_its_piece_and_the_topic_of_its_sentence() -> None:
    first, second = read_cells("Pain scores: 79 % with foam and 73.6 % with gel.")
    assert (first.fact.value, second.fact.value) == ("79", "73.6")
    assert "foam" in first.words - second.words
    assert "gel" in second.words - first.words
    assert "score" in first.topic & second.topic
    assert first.rivals(second.fact)
    assert not first.rivals(first.fact)
    assert not first.rivals(Fact("money", "73.6"))


def test_a_figure_without_words_before_it_takes_those_of_the_piece_before() -> None:
    first, second = read_cells("Relief came in 79 % with foam and 73.6 % with gel.")
    assert "relief" in first.words & second.words
    assert second.before == "came"


def test_a_label_stands_with_the_figure_and_the_comma_of_a_date_does_not_cut() -> None:
    deposit = next(
        cell for cell in read_cells("Under version 2, the deposit is 300 yuan.") if cell.fact.kind == "money"
    )
    assert deposit.labels == {Fact("version", "2")}
    assert [cell.fact.kind for cell in read_cells("On May 3, 2022, sales rose by 5 %.")] == [
        "date",
        "percent",
    ]


@given(lines, lines)
def test_any_text_is_read_and_none_misplaces_its_own_figures(one: str, other: str) -> None:
    compare_figures(read_units(one), read_units(other))
    assert compare_figures(read_units(one), read_units(one)) == []
