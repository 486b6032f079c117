"""A reranker joins the judgement as far as it tells this library's own questions apart, and no further."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.calibration import LEAST_PROBES
from assistant.answering.second_look import (
    KEY,
    MOST,
    PROBES,
    READ,
    Contrast,
    SecondLook,
    measure_reranker,
    read_contrasts,
)
from assistant.build import build_assistant
from assistant.models import Vectors
from assistant.respond import Responder, Trace
from assistant.retrieval.answerable import Grades, Judgement, Signals, judge_answerable
from assistant.retrieval.query import plain_query
from assistant.retrieval.search import Scope, Searcher
from assistant.settings import load_settings
from assistant.types import Answer
from assistant.words import lexical_terms
from tests.answering.responders import asked, make_responder
from tests.fakes import OverlapReranker, WordEmbeddings
from tests.library.indexes import SUBJECTS, Index, open_index, write_rule
from tests.samples import make_hits, make_passage

scores = st.floats(-20, 20).map(lambda value: round(value, 2))
several = st.lists(scores, min_size=1, max_size=20).map(lambda values: tuple(sorted(values)))
contrasts = st.builds(Contrast, present=several, held_out=several)


class SeesRule(OverlapReranker):
    """Looks for the rarest word of a question, the code of its rule, and for nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.name = self.fingerprint = "sees-rule"
        self.read: list[int] = []

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.asked.append(question)
        self.read.append(len(texts))
        codes = {term for term in lexical_terms(question) if term.startswith("code")}
        return np.array([6.0 if codes & set(lexical_terms(text)) else -6.0 for text in texts], np.float32)


class Flat(OverlapReranker):
    """Finds all texts equally good."""

    name = fingerprint = "flat"

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        return np.full(len(texts), 0.25, np.float32)


class Chance(OverlapReranker):
    """Gives each pair a number that means nothing."""

    name = fingerprint = "chance"

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        drawn = [hashlib.sha256(f"{question}\0{text}".encode()).digest()[0] for text in texts]
        return np.array(drawn, np.float32)


class Broken(OverlapReranker):
    """Gives no numbers."""

    name = fingerprint = "broken"

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        return np.full(len(texts), np.nan, np.float32)


def code_of(number: int) -> str:
    """Give a word of its own to each rule; probes are made of letters."""
    return f"code{'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}"


def write_many(corpus: Path, documents: int) -> None:
    for number in range(documents):
        code, subject = code_of(number), SUBJECTS[number % 10]
        write_rule(
            corpus,
            f"rule-{number}.md",
            f"Rule {code} {subject} {code} keeps {code} the {subject} {code} office.",
        )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    write_many(tmp_path / "corpus", PROBES + 5)
    with open_index(tmp_path / "index", WordEmbeddings(dimension=256)) as opened:
        assert opened.sync(tmp_path / "corpus").failed == []
        yield opened


def measure(
    index: Index, reranker: OverlapReranker, embedder: str = "e", **options: object
) -> Contrast | None:
    searcher = Searcher(index.library, index.vectors, index.embedder)
    measured = measure_reranker(index.library, searcher, reranker, embedder, **options)  # type: ignore[arg-type]
    assert measured == read_contrasts(index.library)
    return measured.by_language.get("en")


def judge(index: Index, question: str, reranker: OverlapReranker | None) -> tuple[float, tuple[str, ...]]:
    return judge_by(make_responder(index, reranker=reranker), question)


def judge_by(responder: Responder, question: str) -> tuple[float, tuple[str, ...]]:
    prepared = responder.prepare(asked(question), Trace())
    return prepared.judgement.probability, prepared.judgement.reasons


# --- what a score adds ----------------------------------------------------------------------------


@given(contrasts, scores, scores)
def test_a_better_score_never_speaks_less_for_an_answer_and_none_beyond_the_weight(
    contrast: Contrast, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert -contrast.weight <= contrast.lean(low) <= contrast.lean(high) <= contrast.weight <= MOST


@given(contrasts, scores)
def test_logits_and_probabilities_give_the_same(contrast: Contrast, score: float) -> None:
    def squash(value: float) -> float:
        return 1 / (1 + math.exp(-value))

    squashed = Contrast(
        present=tuple(map(squash, contrast.present)), held_out=tuple(map(squash, contrast.held_out))
    )
    assert squashed.lean(squash(score)) == contrast.lean(score)


@given(several, several, scores)
def test_what_does_not_tell_the_probes_apart_has_no_say(
    one: tuple[float, ...], other: tuple[float, ...], score: float
) -> None:
    assert Contrast(present=one, held_out=one).lean(score) == 0
    both_ways = Contrast(present=one, held_out=other), Contrast(present=other, held_out=one)
    assert sum(contrast.area for contrast in both_ways) == pytest.approx(1)
    assert min(both_ways, key=lambda contrast: contrast.area).lean(score) == 0


@pytest.mark.parametrize(
    ("score", "lean"),
    [
        pytest.param(-9, -1, id="below-all"),
        pytest.param(-2.5, -1 / 2, id="above-a-quarter-of-those-without"),
        pytest.param(-1.5, 0, id="in-the-middle-of-those-without"),
        pytest.param(2, 1 / 3, id="between-the-kinds"),
        pytest.param(5, 5 / 9, id="above-a-third-of-those-with"),
        pytest.param(9, 1, id="above-all"),
        pytest.param(math.nan, 0, id="no-number"),
        pytest.param(math.inf, 0, id="beyond-numbers"),
    ],
)
def test_the_zero_is_the_middle_of_what_is_found_without_the_answer(score: float, lean: float) -> None:
    contrast = Contrast(present=(4.5, 5.5, 6.5), held_out=(-3.0, -2.0, -1.0, 0.0))
    assert contrast.weight == MOST
    assert contrast.lean(score) == pytest.approx(lean * MOST, abs=1e-3)


def test_a_reranker_of_two_scores_adds_all_or_takes_all() -> None:
    contrast = Contrast(present=(1.0,) * 4, held_out=(0.0,) * 4)
    assert (contrast.lean(0.0), contrast.lean(1.0)) == (-MOST, MOST)


# --- measuring ------------------------------------------------------------------------------------


def test_a_reranker_that_finds_the_passage_asked_about_has_its_full_say(index: Index) -> None:
    contrast = measure(index, SeesRule())
    assert contrast is not None
    assert contrast.weight == MOST
    assert len(contrast.present) == len(contrast.held_out) == PROBES


@pytest.mark.parametrize("useless", [Flat(), Chance()], ids=["flat", "chance"])
def test_one_that_finds_nothing_has_none(index: Index, useless: OverlapReranker) -> None:
    contrast = measure(index, useless)
    assert contrast is not None
    assert contrast.weight == 0


def test_one_that_gives_no_numbers_is_not_asked(index: Index) -> None:
    assert measure(index, Broken()) is None


def test_a_library_too_small_tells_nothing_of_it(tmp_path: Path) -> None:
    write_many(tmp_path / "corpus", LEAST_PROBES - 10)
    with open_index(tmp_path / "index", WordEmbeddings(dimension=256)) as index:
        index.sync(tmp_path / "corpus")
        assert measure(index, SeesRule()) is None


def test_few_passages_are_read_for_few_probes_and_progress_says_how_many(index: Index) -> None:
    reranker, seen = SeesRule(), []
    measure(index, reranker, progress=lambda done, total: seen.append((done, total)))
    assert len(reranker.read) == PROBES
    assert max(reranker.read) <= 2 * READ
    assert seen == [(number + 1, 2 * PROBES) for number in range(PROBES)]


def test_it_is_measured_once(index: Index) -> None:
    first = measure(index, SeesRule())
    again = SeesRule()
    assert measure(index, again) == first
    assert again.asked == []


@pytest.mark.parametrize("change", ["reranker", "embedder", "passages", "version"])
def test_it_is_measured_again_when_something_else_is_read(index: Index, change: str) -> None:
    first = measure(index, SeesRule())
    kept = index.library.read_value(KEY)
    if change == "passages":
        kept["passages"]["en"] -= 20
    if change == "version":
        kept["version"] = 0
    index.library.write_value(KEY, kept)
    again = SeesRule()
    again.fingerprint = "tuned" if change == "reranker" else again.fingerprint
    assert measure(index, again, embedder="f" if change == "embedder" else "e") == first
    assert len(again.asked) == PROBES


# --- taking part ----------------------------------------------------------------------------------

KNOWN = f"What does rule {code_of(3)} keep?"
UNKNOWN = "What does rule codezz keep?"


def test_it_raises_what_it_finds_and_lowers_what_it_does_not(index: Index) -> None:
    measure(index, SeesRule())
    for question, direction in ((KNOWN, 1), (UNKNOWN, -1)):
        plain, reasons = judge(index, question, None)
        read, named = judge(index, question, SeesRule())
        assert (read - plain) * direction > 0
        assert named[: len(reasons)] == reasons
        assert [reason.split()[0] for reason in named[len(reasons) :]] == ["reranker"]


def test_it_joins_the_judgement_of_each_part(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    measure(index, SeesRule())
    leans = []

    def judge_and_note(
        scaled: Signals | None, grades: Grades, lean: float | None = None, likeness: float | None = None
    ) -> Judgement:
        leans.append(lean)
        return judge_answerable(scaled, grades, lean, likeness)

    monkeypatch.setattr("assistant.respond.judge_answerable", judge_and_note)
    judge(index, f"What does rule {code_of(3)} keep, and what does rule codezz keep?", SeesRule())
    known, unknown, whole = leans
    assert known == whole == MOST
    assert unknown == -MOST


def without_timings(answer: Answer) -> str:
    return answer.model_copy(update={"timings": {}}).model_dump_json()


@pytest.mark.parametrize("question", [KNOWN, UNKNOWN])
def test_without_a_reranker_answers_are_the_same_to_the_last_digit(index: Index, question: str) -> None:
    before = make_responder(index).answer(asked(question))
    measure(index, SeesRule())
    assert without_timings(make_responder(index).answer(asked(question))) == without_timings(before)


@pytest.mark.parametrize("useless", [Flat(), Chance()], ids=["flat", "chance"])
def test_a_useless_one_changes_no_judgement(index: Index, useless: OverlapReranker) -> None:
    measure(index, useless)
    for question in (KNOWN, UNKNOWN):
        assert judge(index, question, useless) == judge(index, question, None)


def test_one_that_was_not_measured_here_only_puts_hits_in_order(index: Index) -> None:
    assert judge(index, KNOWN, SeesRule()) == judge(index, KNOWN, None)
    measure(index, SeesRule())
    other = SeesRule()
    other.fingerprint = "other"
    assert judge(index, KNOWN, other) == judge(index, KNOWN, None)


def test_only_the_first_passages_are_read_for_a_part_and_none_for_what_has_no_say(index: Index) -> None:
    found = Searcher(index.library, index.vectors, index.embedder).search(
        plain_query(KNOWN), Scope("public"), k=20
    )
    reranker = SeesRule()
    look = SecondLook(index.library, reranker)
    assert look.judge(plain_query(KNOWN), found.hits) is None
    assert reranker.read == []
    measure(index, reranker)
    reranker.read.clear()
    assert look.judge(plain_query(KNOWN), found.hits) is not None
    assert reranker.read == [READ]
    assert look.judge(plain_query(KNOWN), []) is None


def test_the_order_reads_all_and_the_judgement_only_the_first(index: Index) -> None:
    measure(index, SeesRule())
    passages = [make_passage("Nothing.", f"doc{number}") for number in range(READ)]
    late = make_passage(f"Rule {code_of(3)}.", "late")
    look = SecondLook(index.library, SeesRule()).order(plain_query(KNOWN), make_hits(*passages, late))
    assert look.hits[0].passage.document == "late"
    assert look.lean is not None
    assert look.lean < 0
    nothing = SecondLook(index.library, None).order(plain_query(KNOWN), look.hits)
    assert (nothing.hits, nothing.lean) == (look.hits, None)


def test_a_sync_measures_the_configured_reranker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reranker, seen = SeesRule(), []
    monkeypatch.setattr("assistant.models.load_embedder", lambda *_, **__: WordEmbeddings(dimension=256))
    monkeypatch.setattr("assistant.models.load_reranker", lambda _: reranker)
    write_many(tmp_path / "corpus", PROBES + 5)
    settings = load_settings(
        index=tmp_path / "index", cache=tmp_path / "cache", reranker="sentence-transformers:x"
    )
    with build_assistant(settings) as assistant:
        report = assistant.sync(tmp_path / "corpus", lambda done, total: seen.append((done, total)))
        measured = read_contrasts(assistant.library)
        assert measured is not None
        assert (measured.reranker, set(measured.by_language)) == (reranker.fingerprint, {"en"})
        assert seen[-1] == (PROBES, 2 * PROBES)
        assert [note.split(":")[0] for note in report.warnings] == [reranker.name]
        assert "en 1.00." in report.warnings[0]
        assert any(reason.startswith("reranker") for reason in judge_by(assistant.responder, KNOWN)[1])
        assert assistant.sync(tmp_path / "corpus").warnings == []
