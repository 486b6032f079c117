"""Both languages of a pair, and one removed, on a library of two pairs and a document without a pair."""

from __future__ import annotations

from pathlib import Path

import pytest
from eval_samples import make_case, make_corpus, source

from assistant.build import Assistant, build_assistant
from assistant.settings import Settings
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.mixed import measure_mixed, paired_cases, paired_documents, write_mixed
from evals.sources import library_corpus

TEXTS = {
    "rules.en": ("en", "Rules", "", "### Article 1 Review\n1.1 The scientific review takes 30 working days."),
    "rules.zh": ("zh", "规则", "rules.en", "### 第一条 评审\n1.1 科学评审期限为三十个工作日。"),
    "dues.en": ("en", "Dues", "", "### Article 1 Amount\n1.1 A council member pays 50,000 yuan a year."),
    "dues.zh": ("zh", "会费", "dues.en", "### 第一条 数额\n1.1 理事会员每年缴纳会费五万元。"),
    "lonely.en": ("en", "Glaciers", "", "### Article 1 Ice\n1.1 Glaciers move slowly down the valley."),
}


def write_corpus(folder: Path) -> None:
    folder.mkdir()
    for name, (language, title, original, text) in TEXTS.items():
        front = f"id: {name}\ntitle: {title}\nkind: policy\nstatus: public-record\nlanguage: {language}\naudience: public"
        front += f"\ntranslation_of: {original}" if original else ""
        (folder / f"{name}.md").write_text(f"---\n{front}\n---\n# {title}\n\n{text}\n", encoding="utf-8")


def make_cases() -> list[EvalCase]:
    def ask(name: str, language: str, question: str, document: str, quote: str) -> EvalCase:
        gold = [{"document": document, "quote": quote}]
        return make_case(id=name, language=language, question=question, gold=gold)

    return [
        ask("a", "en", "How long does the scientific review take?", "rules.en", "takes 30 working days"),
        ask("b", "zh", "理事会员每年缴多少会费？", "dues.zh", "每年缴纳会费五万元"),
        ask("c", "en", "How do glaciers move?", "lonely.en", "Glaciers move slowly"),
    ]


def test_pairs_are_found_from_either_side() -> None:
    corpus = make_corpus()  # rules.en is the translation of rules.zh
    assert paired_documents(corpus, "en") == ["rules.en"]
    assert paired_documents(corpus, "zh") == ["rules.zh"]
    two = Corpus(
        [source("record.en", "# A"), source("record.zh", "# 甲", language="zh"), source("notes", "# B")]
    )
    assert (paired_documents(two, "en"), paired_documents(two, "zh")) == (["record.en"], ["record.zh"])
    alone = make_case(id="x", gold=[{"document": "old.en", "quote": "45 working days"}])
    both = make_case(gold=[{"document": "rules.en", "quote": "7.1 The review takes 30 working days."}])
    assert paired_cases([both, alone, make_case(id="r", status="no_evidence")], corpus) == [both]


@pytest.mark.integration
@pytest.mark.model
def test_the_removed_language_is_gone_and_the_other_one_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []
    remove = Assistant.remove
    monkeypatch.setattr(Assistant, "remove", lambda self, name: removed.append(name) or remove(self, name))
    write_corpus(tmp_path / "corpus")
    with build_assistant(Settings(index=tmp_path / "index")) as assistant:
        assert assistant.sync(tmp_path / "corpus").failed == []
        corpus = library_corpus(assistant)
    cases = paired_cases(make_cases(), corpus)
    assert [case.id for case in cases] == ["a", "b"]
    cells = measure_mixed(tmp_path / "index", corpus, cases)
    assert removed == ["dues.en", "rules.en", "dues.zh", "rules.zh"]
    # Two questions over so few passages are found in every library, in the other language, too.
    assert [(c.removed, c.language, c.estimates["R@5"].value) for c in cells] == [
        (gone, language, 1.0) for gone in (None, "en", "zh") for language in ("en", "zh")
    ]
    with build_assistant(Settings(index=tmp_path / "index")) as assistant:
        assert len(assistant.documents("staff")) == len(TEXTS)  # only copies were changed
    table = write_mixed(cells).splitlines()
    assert [line.split("|")[2].strip() for line in table[2:5]] == [
        "both",
        "own language only",
        "other language only",
    ]
