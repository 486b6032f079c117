"""Staff run a suite from the page, read it, and compare two runs."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

import evals.cases
import evals.run
from evals.cases import EvalCase
from tests.browser.chromium import Watched
from tests.evals.eval_samples import make_case
from tests.web.serving import serve, small_assistant

pytestmark = pytest.mark.browser


def two_cases() -> list[EvalCase]:
    place = {
        "document": "founding-record.en",
        "quote": "The Alliance was founded and launched on 30 December 2018.",
    }
    return [
        make_case(id="founded", question="When was the Alliance founded?", gold=[place]),
        make_case(id="bank", question="What is the Alliance's bank account number?", status="no_evidence"),
    ]


def test_two_runs_are_started_read_and_compared(
    visit: Callable[..., Watched], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evals.cases, "load_cases", lambda *_: two_cases())
    with serve(small_assistant(), "staff", evals=tmp_path) as address:
        page = visit(address).open("#/evals")
        expect(page.locator(".empty")).to_contain_text("No run yet")
        for count in (1, 2):
            if count == 2:
                page.wait_for_timeout(1100)  # runs are named by the second
            page.get_by_role("button", name="Run", exact=True).click()
            expect(page.locator("table.list tbody tr")).to_have_count(count, timeout=60_000)
            expect(page.locator(".report-view table").first).to_contain_text("Cases right in every part")
        assert len(list(tmp_path.glob("dev-*/run.json"))) == 2
        page.locator(".compare select").first.select_option(
            index=1
        )  # the run before; the baseline is offered first
        page.get_by_role("button", name="Compare").click()
        expect(page.locator(".report-view")).to_contain_text("2 cases asked alike in both", timeout=60_000)
        page.get_by_role("button", name="Open").last.click()
        expect(page.locator(".report-view h2").first).to_have_text(
            sorted(p.name for p in tmp_path.iterdir())[0]
        )


def test_what_goes_wrong_with_a_run_is_said_in_place(visit: Callable[..., Watched], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with serve(
        small_assistant(), "staff", evals=tmp_path / "file"
    ) as address:  # no run can be kept in a file
        page = visit(address).open("#/evals")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator(".error-card")).to_contain_text("cannot be kept")
        expect(page.locator(".empty")).to_be_hidden()  # the error says more than that nothing ran yet
        expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


def test_a_service_that_keeps_no_evals_offers_none(visit: Callable[..., Watched]) -> None:
    with serve(small_assistant(), "staff") as address:
        page = visit(address).open("#/evals")
        expect(page.locator(".empty")).to_contain_text("without a place to keep evals")
        expect(page.locator(".page button")).to_have_count(0)


def test_a_run_is_stopped_seen_from_another_page_and_gone_on_with(
    visit: Callable[..., Watched], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [make_case(id=f"case{i}", question=f"What is rule {i}?", status="no_evidence") for i in range(40)]
    monkeypatch.setattr(evals.cases, "load_cases", lambda *_: many)
    ask, pause = evals.run.ask_case, [0.3]

    def slowly(*args):  # type: ignore[no-untyped-def]
        time.sleep(pause[0])
        return ask(*args)

    monkeypatch.setattr(evals.run, "ask_case", slowly)
    with serve(small_assistant(), "staff", evals=tmp_path) as address:
        first = visit(address).open("#/evals")
        first.get_by_role("button", name="Run", exact=True).click()
        expect(first.locator(".upkeep-result")).to_contain_text("of 20 cases", timeout=30_000)
        other = visit(address).open("#/evals")
        expect(other.locator(".upkeep-result")).to_contain_text("of 20 cases", timeout=30_000)
        other.get_by_role("button", name="Stop").click()
        expect(first.locator(".upkeep-result")).to_contain_text("was stopped", timeout=30_000)
        expect(other.locator(".upkeep-result")).to_contain_text("has ended", timeout=30_000)
        assert not list(tmp_path.glob("*/run.json"))
        pause[0] = 0.0
        first.get_by_role("button", name="Continue").click()
        expect(first.locator(".upkeep-result")).to_contain_text("is complete", timeout=60_000)
        expect(first.get_by_role("button", name="Continue")).to_have_count(0)
        assert len(list(tmp_path.glob("*/run.json"))) == 1
