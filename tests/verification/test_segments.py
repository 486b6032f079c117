"""Sentences and clauses: where they are cut, which are conditions, and that no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.segments import Segment, cut_pieces, cut_segments, read_units
from tests.strategies import lines, texts


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("Ropes are dry. Boots are wet.", ["Ropes are dry.", "Boots are wet."], id="sentences"),
        pytest.param("Ropes are dry; boots are wet", ["Ropes are dry;", "boots are wet"], id="semicolon"),
        pytest.param("绳子干了。靴子湿了；灯亮", ["绳子干了。", "靴子湿了；", "灯亮"], id="chinese"),
        pytest.param("Ropes\n\n  Boots \n", ["Ropes", "Boots"], id="rows"),
        pytest.param(
            "A rope of 3.5 m e.g. here", ["A rope of 3.5 m e.g. here"], id="points-that-end-nothing"
        ),
        pytest.param(" \n ", [], id="nothing"),
    ],
)
def test_pieces_of_a_source(text: str, pieces: list[str]) -> None:
    assert cut_pieces(text) == pieces


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        pytest.param("Guests may enter, unless it snows", [("Guests may enter", "may"), ("unless it snows", "denies if")], id="unless"),
        pytest.param("If it snows, guests must wait", [("If it snows", "needs if"), ("guests must wait", "must")], id="if"),
        pytest.param("Guests may come and must sign", [("Guests may come", "may"), ("must sign", "must")], id="two-verbs"),
        pytest.param("Lamps, ropes and boots are stored", [("Lamps, ropes, boots are stored", "affirms")], id="a-list-is-one"),
        pytest.param("访客可以入塔，下雪的除外", [("访客可以入塔", "may"), ("下雪的除外", "denies if")], id="except-zh"),
        pytest.param("没交清门票之前，访客不得入塔", [("没交清门票之前", "needs if"), ("访客不得入塔", "must_not")], id="until-zh"),
        pytest.param("只有持票的访客才可入塔", [("只有持票的访客", "needs if"), ("才可入塔", "may")], id="only-zh"),
    ],
)  # fmt: skip
def test_clauses_of_a_sentence(text: str, clauses: list[tuple[str, str]]) -> None:
    cut = cut_segments(text)
    assert [(one.text, one.stance + " if" * one.is_condition) for one in cut] == clauses


def test_what_an_exception_speaks_of_is_possible() -> None:
    unless, without = Segment("unless it snows", True, True), Segment("without a lamp", True, True)
    assert (unless.excepts, without.excepts) == (True, False)
    assert (unless.stance, without.stance) == ("denies", "denies")


def test_the_subject_stands_before_the_marker_and_parties_are_no_terms() -> None:
    clause = Segment("The sponsor's pilots must feed penguins")
    assert clause.subject >= {"pilot"}
    assert "penguin" in clause.terms
    assert "penguin" not in clause.subject
    assert not any("sponsor" in term for term in clause.terms)
    assert clause.parties == ("sponsor",)
    assert Segment("Penguins swim").subject == frozenset()


def test_a_contracted_denial_is_one() -> None:
    for text in ("A guest can't sing.", "A guest doesn't sing.", "A guest don’t sing."):
        assert "not" in read_units(text)[0].text.split()


@given(texts)
def test_no_piece_is_empty_and_cutting_loses_only_white_space(text: str) -> None:
    pieces = cut_pieces(text)
    assert all(piece == piece.strip() != "" for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(lines)
def test_any_sentence_is_cut_and_the_same_text_gives_the_same_units(text: str) -> None:
    units = read_units(text)
    assert read_units(text) is units
    assert all(segment.text.strip() for unit in units for segment in unit.segments)
