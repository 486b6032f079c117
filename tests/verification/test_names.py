"""Names that a source does not have are listed; the opening word of a sentence and months are none."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.types import Language
from assistant.verification.names import find_names, missing_names
from assistant.words import detect_language
from tests.strategies import lines


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        pytest.param(
            "Last week the clerk met Orlando Finch in Oslo.", "en", ("Orlando", "Finch", "Oslo"), id="names"
        ),
        pytest.param("The X200 pump hums.", "en", ("X200",), id="model-number"),
        pytest.param("Oslo is cold. Bergen is not.", "en", (), id="opening-words"),
        pytest.param(
            "The clerk came in May with RMB for Dr Finch.", "en", ("Finch",), id="months-money-titles"
        ),
        pytest.param("The clerk met Finch and Finch.", "en", ("Finch",), id="each-once"),
        pytest.param("展览由赵敏女士在杭州主持。", "zh", ("赵敏女士", "杭州"), id="person-and-place"),
        pytest.param("四川省的市场", "zh", ("四川省",), id="market-is-no-city"),
    ],
)
def test_names_come_in_order(text: str, language: Language, names: tuple[str, ...]) -> None:
    assert find_names(text, language) == names


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        pytest.param("The clerk met Finch.", "The clerk met Marlow.", ["Finch"], id="another-name"),
        pytest.param("The clerk met Finch.", "Mr finch met the clerk.", [], id="other-case"),
        pytest.param("The clerk keeps the Originals.", "The clerk keeps the file copy.", [], id="a-capitalised-wording"),
        pytest.param("展览在杭州举行。", "展览在苏州举行。", ["杭州"], id="another-place-zh"),
        pytest.param("The pump X200 hums.", "水泵嗡鸣。", ["X200"], id="code-across-languages"),
        pytest.param("The clerk met Finch.", "职员见了芬奇。", [], id="chinese-does-not-spell-english"),
        pytest.param("展览在北京举行。", "The exhibition is in Oslo.", ["北京"], id="known-place-across-languages"),
        pytest.param("展览在北京举行。", "The exhibition is in Beijing.", [], id="same-place-across-languages"),
        pytest.param("展览由赵敏女士主持。", "The chair opened the exhibition.", [], id="person-across-languages"),
    ],
)  # fmt: skip
def test_a_name_the_source_lacks(claim: str, source: str, missing: list[str]) -> None:
    assert missing_names(claim, detect_language(claim), source, detect_language(source)) == missing


@given(lines, lines)
def test_what_is_missing_was_named_and_no_text_misses_its_own(claim: str, source: str) -> None:
    own, theirs = detect_language(claim), detect_language(source)
    assert set(missing_names(claim, own, source, theirs)) <= set(find_names(claim, own))
    assert missing_names(claim, own, f"{source} {claim}", own) == []
