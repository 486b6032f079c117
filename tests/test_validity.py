"""Which documents may answer on a date."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Provenance
from assistant.validity import is_undated, judge_validity, successors
from tests.strategies import make_provenance

TODAY = dt.date(2025, 6, 1)
dates = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


@st.composite
def provenances(draw: st.DrawFn) -> Provenance:
    start = draw(st.none() | dates)
    end = draw(st.none() | dates.filter(lambda day: start is None or day >= start))
    status = draw(st.sampled_from(["official", "public-record", "sample", "draft", "superseded"]))
    supersedes = draw(st.none() | st.sampled_from(["old", "older"]))
    return make_provenance(
        id=draw(st.sampled_from(["a", "b", "c"])),
        status=status,
        effective_from=start,
        effective_to=end,
        supersedes=supersedes,
    )


def judge(provenance: Provenance, *others: Provenance, on: dt.date = TODAY) -> tuple[str, str | None]:
    return tuple(judge_validity(provenance, successors(others, on=on), on, today=TODAY))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("values", "on", "standing"),
    [
        pytest.param({}, TODAY, "in_force", id="without-dates-it-always-holds"),
        pytest.param({"status": "draft"}, TODAY, "draft", id="a-draft-never-answers"),
        pytest.param({"effective_from": dt.date(2025, 6, 1)}, TODAY, "in_force", id="from-its-first-day"),
        pytest.param({"effective_from": dt.date(2025, 6, 2)}, TODAY, "not_yet", id="not-a-day-before"),
        pytest.param({"effective_to": dt.date(2025, 6, 1)}, TODAY, "in_force", id="through-its-last-day"),
        pytest.param({"effective_to": dt.date(2025, 5, 31)}, TODAY, "expired", id="not-a-day-after"),
        pytest.param(
            {"adopted": dt.date(2022, 6, 24)}, dt.date(2022, 6, 23), "not_yet", id="not-before-it-was-passed"
        ),
        pytest.param(
            {"adopted": dt.date(2022, 6, 24)}, dt.date(2022, 6, 24), "in_force", id="since-it-was-passed"
        ),
        pytest.param({"status": "superseded"}, TODAY, "superseded", id="marked-superseded"),
        pytest.param({"status": "superseded"}, dt.date(2020, 1, 1), "superseded", id="without-an-end-never"),
        pytest.param(
            {"status": "superseded", "effective_to": dt.date(2024, 8, 31)},
            dt.date(2024, 8, 31),
            "in_force",
            id="superseded-speaks-for-its-own-period",
        ),
        pytest.param(
            {"status": "superseded", "effective_to": dt.date(2024, 8, 31)},
            TODAY,
            "superseded",
            id="but-not-today",
        ),
    ],
)
def test_standing_of_one_document(values: dict[str, object], on: dt.date, standing: str) -> None:
    assert judge(make_provenance(**{"status": "official", **values}), on=on) == (standing, None)


def test_a_successor_takes_over_on_its_first_day() -> None:
    old = make_provenance(id="v1", status="official", effective_from=dt.date(2020, 1, 1))
    new = make_provenance(id="v2", status="official", supersedes="v1", effective_from=dt.date(2024, 9, 1))
    assert judge(old, new, on=dt.date(2024, 8, 31))[0] == "in_force"
    assert judge(old, new, on=dt.date(2024, 9, 1)) == ("superseded", "v2")
    assert judge(new, old, on=dt.date(2024, 8, 31))[0] == "not_yet"


def test_a_draft_successor_changes_nothing() -> None:
    old = make_provenance(id="v1", status="official")
    assert judge(old, make_provenance(id="v2", status="draft", supersedes="v1")) == ("in_force", None)


def test_a_later_second_successor_does_not_bring_the_old_text_back() -> None:
    old = make_provenance(id="v1", status="official")
    new = make_provenance(id="v2", status="official", supersedes="v1", effective_from=dt.date(2024, 1, 1))
    planned = make_provenance(id="v3", status="official", supersedes="v1", effective_from=dt.date(2029, 1, 1))
    assert judge(old, new, planned) == ("superseded", "v2")


@given(st.lists(provenances(), max_size=6), st.randoms())
def test_order_of_documents_does_not_matter(found: list[Provenance], rng: object) -> None:
    by_id = list({p.id: p for p in found}.values())
    shuffled = list(by_id)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert successors(shuffled) == successors(by_id)


@given(provenances(), st.lists(provenances(), max_size=4), dates)
def test_what_answers_is_inside_its_dates_and_no_draft(
    provenance: Provenance, others: list[Provenance], on: dt.date
) -> None:
    if judge(provenance, *others, on=on)[0] == "in_force":
        assert provenance.status != "draft"
        assert (provenance.effective_from or on) <= on <= (provenance.effective_to or on)


@given(provenances(), dates)
def test_a_successor_in_force_always_silences(provenance: Provenance, on: dt.date) -> None:
    new = make_provenance(id="new", status="official", supersedes=provenance.id, effective_from=on)
    assert judge(provenance, new, on=on)[0] != "in_force"


@pytest.mark.parametrize(
    ("values", "on", "undated"),
    [
        pytest.param({}, dt.date(2025, 5, 31), True, id="no-date-and-a-day-past"),
        pytest.param({}, TODAY, False, id="today"),
        pytest.param({"effective_from": dt.date(2020, 1, 1)}, dt.date(2021, 1, 1), False, id="dated"),
        pytest.param(
            {"adopted": dt.date(2020, 1, 1)}, dt.date(2021, 1, 1), True, id="passed-is-not-in-force"
        ),
        pytest.param({"state_of": dt.date(2024, 1, 1)}, dt.date(2024, 1, 1), False, id="since-it-was-read"),
        pytest.param({"state_of": dt.date(2024, 1, 1)}, dt.date(2023, 12, 31), True, id="before-it-was-read"),
    ],
)
def test_a_text_without_a_first_day_may_not_have_held_before(
    values: dict[str, dt.date], on: dt.date, undated: bool
) -> None:
    assert is_undated(make_provenance(**values), on, today=TODAY) is undated
