"""The ledger says of every passage looked at what became of it; a refusal names each document once."""

from __future__ import annotations

from types import SimpleNamespace

from assistant.answering.ledger import KEPT_OUT, NEAREST, list_considered, list_nearest
from assistant.respond import Prepared
from assistant.retrieval.search import Found
from assistant.types import Passage
from assistant.validity import Validity
from tests.samples import make_citation, make_evidence, make_hits, make_passage, provenances_of

ROPES = make_passage("Ropes are dry.", "ropes.en", start=40)
BOOTS = make_passage("Boots are wet.", "boots.en")
LAMPS = make_passage("灯亮着。", "lamps.zh")


def prepare(*found: Passage, used: tuple[Passage, ...] = (), kept_out: tuple[Passage, ...] = ()) -> Prepared:
    hits, out = make_hits(*found), make_hits(*kept_out)
    return SimpleNamespace(  # type: ignore[return-value]
        found=Found(hits, [(hit, Validity("superseded")) for hit in out]),
        evidence=tuple(make_evidence(*used)),
        provenances=provenances_of([*hits, *out]),
    )


def test_each_passage_is_cited_used_or_rejected() -> None:
    prepared = prepare(ROPES, BOOTS, LAMPS, used=(ROPES, BOOTS))
    lines = list_considered(prepared, [make_citation(document="ropes.en", start=45, end=50, quote="ropes")])
    assert [(line.document, line.outcome) for line in lines] == [
        ("ropes.en", "cited"),
        ("boots.en", "used"),
        ("lamps.zh", "rejected"),
    ]
    assert [line.reason for line in lines] == ["", "", "beyond the evidence budget"]


def test_a_citation_counts_for_the_passage_it_starts_in() -> None:
    for start, outcome in ((39, "used"), (40, "cited"), (53, "cited"), (54, "used")):
        citation = make_citation(document="ropes.en", quote="r", start=start, end=start + 1)
        assert list_considered(prepare(ROPES, used=(ROPES,)), [citation])[0].outcome == outcome
    elsewhere = make_citation(document="boots.en", quote="r", start=40, end=41)
    assert list_considered(prepare(ROPES, used=(ROPES,)), [elsewhere])[0].outcome == "used"


def test_the_first_of_those_not_in_force_come_last_with_their_standing() -> None:
    old = tuple(make_passage("Old.", f"old-{n}.en") for n in range(KEPT_OUT + 2))
    lines = list_considered(prepare(ROPES, used=(ROPES,), kept_out=old))
    assert [line.document for line in lines[1:]] == [f"old-{n}.en" for n in range(KEPT_OUT)]
    assert {(line.outcome, line.reason) for line in lines[1:]} == {("rejected", "not in force: superseded")}


def test_the_nearest_documents_are_named_once_and_not_all() -> None:
    again = make_passage("More ropes.", "ropes.en", start=90, headings=["Later"])
    others = tuple(make_passage("Tea.", f"tea-{n}.en") for n in range(NEAREST))
    named = list_nearest(prepare(ROPES, again, BOOTS, *others))
    assert [one.document for one in named] == ["ropes.en", "boots.en", "tea-0.en"]
    assert named[0].locator == ROPES.locator != again.locator
    assert list_nearest(prepare()) == ()
