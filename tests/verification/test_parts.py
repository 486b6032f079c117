"""A clause is cut into what each of its modal words and negations speaks of."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.parts import find_denying, read_claim_parts, read_source_parts
from assistant.verification.segments import read_units
from tests.strategies import lines


def read(source: str) -> list[tuple[tuple[str, ...], set[str]]]:
    """Give the statements of a source: their stances and the words behind them."""
    parts = [part for unit in read_units(source) for part in read_source_parts(unit)]
    return [(part.stances, set(part.terms)) for part in parts if not part.is_condition]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        pytest.param("Owls may sing and must not dance.", [(("may",), {"sing"}), (("must_not",), {"danc"})], id="two-markers"),
        pytest.param("Owls may sing songs, and have no lamp.", [(("may",), {"sing", "song"}), (("denies",), {"lamp"})], id="two-clauses"),
        pytest.param("No owl with a lamp of any kind may sing.", [(("must_not",), {"sing", "owl", "lamp", "kind"})], id="no-in-the-subject"),
        pytest.param("Owls pay no toll.", [(("denies",), {"=pay", "toll"})], id="verb-with-no"),
        pytest.param("Owls sing, the frogs do not.", [(("affirms",), {"owl", "sing"}), (("denies",), {"owl", "sing", "frog"})], id="verb-left-out"),
        pytest.param("What is not blue may sing.", [(("denies",), {"blue"}), (("may",), {"sing"})], id="denial-in-the-subject"),
        pytest.param("Singing owls are not allowed.", [(("must_not",), {"sing", "owl"})], id="marker-at-the-end"),
        pytest.param("不得不歌唱。", [(("must",), {"歌唱"})], id="two-denials-zh"),
    ],
)  # fmt: skip
def test_each_marker_has_its_words(source: str, parts: list[tuple[tuple[str, ...], set[str]]]) -> None:
    assert read(source) == parts


@pytest.mark.parametrize(
    ("source", "stance"),
    [
        pytest.param("Owls may sing without lamps.", "need_not", id="may-without"),
        pytest.param("Owls must not sing without lamps.", "needs", id="not-without"),
    ],
)
def test_without_says_something_of_what_is_missing(source: str, stance: str) -> None:
    assert ((stance,), {"lamp"}) in read(source)


def test_needs_is_a_statement_and_a_condition() -> None:
    (unit,) = read_units("Singing owls need blue lamps.")
    parts = read_source_parts(unit)
    assert [(set(part.terms), part.is_condition) for part in parts] == [
        ({"sing", "owl"}, False),
        ({"blue", "lamp"}, True),
        ({"blue", "lamp"}, False),
    ]
    assert "may" in parts[0].stances


def test_a_clause_goes_on_under_the_stance_before_it() -> None:
    assert read("可在夜间，就歌曲与猫头鹰商量。")[-1][0] == ("affirms", "may")


def test_verbs_deny_by_themselves() -> None:
    assert find_denying("The owl refuses the lamp.") == find_denying("Lamps are refused.") != frozenset()
    assert find_denying("The owl takes the lamp.") == frozenset()


@given(lines)
def test_any_text_is_cut_and_no_part_is_its_own_subject(text: str) -> None:
    for unit in read_units(text):
        for segment in unit.segments:
            assert all(not part.terms & part.subject for part in read_claim_parts(segment))
