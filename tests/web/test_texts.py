import json
import re
from pathlib import Path

import pytest

from assistant.web.blocks import STATIC

EN, ZH = (
    json.loads((STATIC / "texts" / f"{name}.json").read_text(encoding="utf-8")) for name in ("en", "zh")
)
STARTERS = json.loads((STATIC / "texts" / "starters.json").read_text(encoding="utf-8"))
SCRIPTS = sorted(STATIC.glob("*.js"))


def test_both_languages_hold_the_same_texts_with_the_same_values() -> None:
    assert set(EN) == set(ZH)
    for key in EN:
        assert set(re.findall(r"\{\w+\}", EN[key])) == set(re.findall(r"\{\w+\}", ZH[key])), key
        assert EN[key].strip(), key
        assert ZH[key].strip(), key


def test_every_text_that_a_script_asks_for_exists() -> None:
    for script in SCRIPTS:
        for key in re.findall(r"\bt\(\"([a-z.]+)\"", script.read_text(encoding="utf-8")):
            assert key in EN, f"{script.name}: {key}"


def test_every_text_is_used() -> None:
    code = "".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    made = {match.group(1) for match in re.finditer(r"`([a-z.]+)\.\$\{", code)} | {"reason"}
    made |= {match.group(1) for match in re.finditer(r"t\(`([a-z.]+)\.?\$\{", code)}
    unused = [
        key for key in EN if key not in code and key.rsplit(".", 1)[0] not in {m.rstrip(".") for m in made}
    ]
    assert unused == []


def test_there_are_six_first_questions_for_each_reader_and_language() -> None:
    assert set(STARTERS) == {"clinician", "company", "staff"}
    for questions in STARTERS.values():
        assert [len(set(questions[language])) for language in ("en", "zh")] == [6, 6]


@pytest.mark.parametrize("path", sorted(p for p in STATIC.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_nothing_is_loaded_from_outside(path: Path) -> None:
    addresses = set(
        re.findall(r"https?://[^\s\"'`)]+|url\([^)]*\)|@import[^;]*", path.read_text(encoding="utf-8"))
    )
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, not an address
