"""Whatever a document, a question or an answer holds, it is shown as text."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from assistant.types import Answer
from tests.browser.chromium import Watched, ask
from tests.web.serving import ScriptedAssistant, serve, small_assistant

pytestmark = pytest.mark.browser
ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><svg onload=alert(3)>"
CAUGHT = "() => [...document.querySelectorAll('#assistant img:not(.brand img), #assistant script, #assistant svg[onload], #assistant [onerror]')].length"


def attack_everything(answer: Answer) -> Answer:
    """Put the attack into every free text of an answer."""
    citations = [
        c.model_copy(
            update={"title": ATTACK, "locator": ATTACK, "quote": ATTACK, "issuer": ATTACK, "version": ATTACK}
        )
        for c in answer.citations
    ]
    sentences = [s.model_copy(update={"text": f"{ATTACK} | {s.text}"}) for s in answer.sentences]
    considered = [
        c.model_copy(update={"title": ATTACK, "locator": ATTACK, "reason": ATTACK}) for c in answer.considered
    ]
    notices = [{"code": ATTACK, "text": ATTACK}]
    removed = [{"text": ATTACK, "verdict": {"label": "unsupported", "score": 0}, "reasons": [ATTACK]}]
    return Answer.model_validate(
        answer.model_dump()
        | {
            "citations": citations, "sentences": sentences, "considered": considered, "notices": notices,
            "removed": removed, "contact": ATTACK, "answered_by": ATTACK, "more": sentences,
        }
    )  # fmt: skip


def test_an_answer_made_of_attacks_stays_text(visit: Callable[..., Watched]) -> None:
    scripted = ScriptedAssistant(
        [attack_everything(small_assistant().ask("Who founded the Alliance, and when?"))]
    )
    with serve(scripted) as address:
        page = visit(address).open()
        ask(page, ATTACK)
        page.locator(".ledger summary").click()
        page.locator(".answer > .prose .mark").first.hover()
        expect(page.locator(".popover blockquote")).to_contain_text("<img")
        page.get_by_label("History").click()
        page.wait_for_timeout(200)
        assert page.evaluate(CAUGHT) == 0


def test_a_document_made_of_attacks_stays_text(visit: Callable[..., Watched], staff_address: str) -> None:
    page = visit(staff_address).open("#/source/hostile")
    expect(page.locator("#panel-title")).to_contain_text("<img src=x")
    expect(page.locator(".document")).to_contain_text("<script>alert(2)</script>")
    assert page.locator(".document a, .document img, .document script").count() == 0
    page.goto(f"{staff_address}#/library")
    page.wait_for_selector(".document-row")
    expect(page.locator(".document-title", has_text="Hostile")).to_contain_text("<img src=x")
    assert page.evaluate(CAUGHT) == 0


def test_an_address_made_of_attacks_opens_nothing(visit: Callable[..., Watched]) -> None:
    page = visit().open("#/source/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.locator(".panel")).to_contain_text("Not available to you")
    assert page.evaluate(CAUGHT) == 0
