"""axe-core finds nothing serious on any page, in light and dark, wide and on a phone."""

from collections.abc import Callable

import pytest

from tests.browser.axe import serious_findings
from tests.browser.chromium import PHONE, WIDE, Watched, ask
from tests.browser.test_chat import DISCLOSURE

pytestmark = pytest.mark.browser
Visit = Callable[..., Watched]

LOOKS = {
    "light": {"viewport": WIDE, "locale": "en-GB"},
    "dark": {"viewport": WIDE, "locale": "zh-CN", "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True, "locale": "zh-CN"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_reading_an_answer(visit: Visit, look: str) -> None:
    page = visit(**LOOKS[look]).open()
    assert serious_findings(page) == []
    ask(page, "What are the annual dues for each membership tier?")
    page.locator(".ledger summary").click()
    page.locator(".actions .icon-button").last.click()
    page.wait_for_timeout(400)  # sentences fade in; half-faded text has half the contrast
    assert serious_findings(page) == []
    page.locator(".place-name").first.click()
    page.wait_for_selector("mark.cited")
    page.wait_for_timeout(300)
    assert serious_findings(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_refusal_and_guard(visit: Visit, look: str) -> None:
    page = visit(**LOOKS[look]).open()
    ask(page, "What is the Alliance's bank account number?")
    ask(page, DISCLOSURE)
    page.wait_for_timeout(400)
    assert serious_findings(page) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["#/library", "#/gaps", "#/evals", "#/about"])
def test_pages(visit: Visit, staff_address: str, look: str, path: str) -> None:
    page = visit(staff_address, **LOOKS[look]).open(path)
    page.wait_for_selector(".document-row, .upkeep, .page-content h2, .page-content .empty")
    assert serious_findings(page) == []


def test_an_axe_finding_is_found(visit: Visit) -> None:
    page = visit().open()
    page.evaluate("document.querySelector('#question').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('#question').removeAttribute('placeholder')")
    assert any(finding.startswith("label") for finding in serious_findings(page))
