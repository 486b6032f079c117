"""Which document a named version means."""

from __future__ import annotations

import pytest

from assistant.retrieval.versions import (
    Named,
    chain_keys,
    name_versions,
    named_documents,
    read_named,
    read_time,
    without_versions,
)
from assistant.types import Provenance
from tests.strategies import make_provenance


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("How long under v1.0?", {"1.0"}),
        ("按1.0版要多久？", {"1.0"}),
        ("v1.0 and version 2.0", {"1.0", "2.0"}),
        ("2023年的会费", {"2023"}),
        ("What were the dues in 2023?", {"2023"}),
        ("What did the FDA say in 2005?", set()),
        ("K182188 v2", set()),
    ],
)
def test_read_named(text: str, versions: set[str]) -> None:
    assert read_named(text).versions == versions


def test_read_time() -> None:
    assert read_time("and in 2023?") == Named(years=frozenset({2023}))
    assert read_time("and before 2023?") == Named(years=frozenset({2022}))
    assert read_time("2023年以前呢") == Named(years=frozenset({2022}))
    assert read_time("以前呢？") == Named(earlier=True)
    assert read_time("now?") == Named()
    assert read_time("and the dues?") is None


def test_a_question_without_its_versions() -> None:
    assert without_versions("How long under v1.0?") == "How long ?"
    assert without_versions("会费2023年的时候多少？") == "会费 多少？"
    assert name_versions(Named(frozenset({"1.0", "2024"}), frozenset({2023}))) == "v1.0 2024 2023"


OLD = make_provenance(
    id="policy-v1", status="superseded", version="1.0", effective_from="2023-03-01", effective_to="2024-08-31"
)
OLD_ZH = make_provenance(id="policy-v1.zh", status="superseded", version="1.0", translation_of="policy-v1")
NEW = make_provenance(id="policy-v2", status="official", version="2.0", supersedes="policy-v1")
GUIDE = make_provenance(id="guide", status="official", version="1.0")
ALL = {p.id: p for p in (OLD, OLD_ZH, NEW, GUIDE)}


@pytest.mark.parametrize(
    ("named", "topic", "meant"),
    [
        pytest.param(Named(frozenset({"1.0"})), ["policy-v2"], {"policy-v1", "policy-v1.zh"}, id="the-chain-of-the-topic"),
        pytest.param(Named(frozenset({"1.0"})), ["policy-v2", "guide"], {"policy-v1", "policy-v1.zh"}, id="what-was-replaced-first"),
        pytest.param(Named(frozenset({"1.0"})), ["guide"], {"guide"}, id="the-only-version"),
        pytest.param(Named(frozenset({"1.0"})), [], set(), id="no-topic"),
        pytest.param(Named(years=frozenset({2023})), ["policy-v2"], {"policy-v1"}, id="the-rule-when-the-year-ended"),
        pytest.param(Named(years=frozenset({2024})), ["policy-v2"], set(), id="replaced-within-the-year"),
        pytest.param(Named(earlier=True), ["policy-v2"], {"policy-v1", "policy-v1.zh"}, id="before"),
        pytest.param(Named(), ["policy-v2"], set(), id="none-named"),
    ],
)  # fmt: skip
def test_named_documents(named: Named, topic: list[str], meant: set[str]) -> None:
    assert named_documents(named, ALL, topic, chain_keys(ALL.values())) == meant


def test_versions_and_translations_have_one_key() -> None:
    keys = chain_keys(ALL.values())
    assert keys["policy-v1"] == keys["policy-v1.zh"] == keys["policy-v2"] != keys["guide"]


def test_a_key_does_not_depend_on_the_order() -> None:
    def groups(provenances: list[Provenance]) -> set[frozenset[str]]:
        keys = chain_keys(provenances)
        return {frozenset(name for name in keys if keys[name] == key) for key in keys.values()}

    assert groups(list(ALL.values())) == groups(list(reversed(ALL.values())))
