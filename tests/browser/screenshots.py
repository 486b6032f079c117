"""Write every page and state to build/screenshots/, wide and phone, English and Chinese: `make screenshots`.

Serves the index that the settings name (`ASSISTANT_INDEX`, else `index`), synced from corpus/ when it is empty.
"""

import argparse
import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from assistant.build import Assistant, build_assistant
from assistant.settings import Settings, load_settings
from assistant.types import Answer, Notice, Removed, Verdict
from assistant.web.evals import Order, run_suite
from assistant.web.gate import open_gate
from assistant.web.server import create_app
from assistant.web.surfaces import add_surfaces
from tests.browser.chromium import PHONE, WIDE, Watched, ask, chromium
from tests.web.serving import ScriptedAssistant, serve
from tests.web.webapp import served

ROOT = Path(__file__).parents[2]
QUESTIONS = {
    "en": {
        "answer": "Who founded the Alliance, and when?",
        "table": "What are the annual dues for each membership tier?",
        "steps": "How does a company join the Alliance?",
        "refusal": "What is the Alliance's bank account number?",
        "cross": "Which balloon was used in the study from Chinese hospitals on airway stenosis?",
        "guard": "I designed a new nitinol stent with a 3 mm barbed hook coating and a silicone membrane, is it new?",
        "treatment": "Should my father have a valve implanted for his emphysema?",
    },
    "zh": {
        "answer": "联盟由谁发起，何时成立？",
        "table": "各层级会员的年度会费是多少？",
        "steps": "企业如何加入联盟？",
        "refusal": "联盟的银行账号是多少？",
        "cross": "EMPROVE试验在24个月时的结果如何？",
        "guard": "我设计了一种新的镍钛支架，带3毫米倒刺和硅胶覆膜，请看看有没有新颖性？",
        "treatment": "我父亲肺气肿，该不该放活瓣？",
    },
}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


class Album:
    """Takes pictures of one size and language."""

    def __init__(self, browser: Browser, folder: Path, size: str, language: str) -> None:
        self.browser, self.folder, self.size, self.language = browser, folder, size, language
        self.questions = QUESTIONS[language]

    @contextmanager
    def visit(self, address: str, path: str = "", **options: object) -> Iterator[Page]:
        phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
        size = phone if self.size == "phone" else {"viewport": WIDE}
        watched = Watched(self.browser, address, locale=LOCALES[self.language], **size, **options)
        try:
            yield watched.open(path)
        finally:
            watched.close()

    def take(self, page: Page, name: str) -> None:
        page.wait_for_timeout(450)
        page.screenshot(path=self.folder / f"{name}.{self.size}.{self.language}.png")


def picture_reading(album: Album, address: str) -> None:
    with album.visit(address) as page:
        album.take(page, "01-start")
        ask(page, album.questions["answer"])
        album.take(page, "02-answer")
        mark = page.locator(".answer > .prose .mark").first
        if album.size == "wide":
            mark.click()
        else:
            mark.tap()
            album.take(page, "03-quote")
            page.locator(".popover .text-button").tap()
        page.wait_for_selector("mark.cited")
        album.take(page, "04-source")
        page.evaluate("document.querySelector('.panel').scrollTop = 0")
        album.take(page, "05-source-top")
        page.keyboard.press("Escape")
        page.locator(".ledger summary").click()
        page.locator(".actions .icon-button").last.click()
        page.locator(".ledger").scroll_into_view_if_needed()
        album.take(page, "06-ledger-and-rating")
        page.locator(".tools .icon-button").first.click()
        album.take(page, "07-history")
    for number, name in enumerate(("table", "steps", "refusal", "cross", "guard", "treatment"), 8):
        with album.visit(address) as page:
            ask(page, album.questions[name])
            album.take(page, f"{number:02}-{name}")


def picture_pages(album: Album, public: str, staff: str) -> None:
    for name, address, path, ready in (
        ("20-library", public, "#/library", ".document-row"),
        ("21-library-staff", staff, "#/library", ".document-row"),
        ("22-gaps", staff, "#/gaps", ".page-content .empty, .page-content table"),
        ("24-about", public, "#/about", ".figures"),
        ("25-not-available", public, "#/source/secretariat-handling-guide.en", ".panel-message h2"),
        ("26-superseded", public, "#/source/dues-2023.en", ".document"),
    ):
        with album.visit(address, path) as page:
            page.wait_for_selector(ready)
            album.take(page, name)
    with album.visit(public, color_scheme="dark") as page:
        ask(page, album.questions["table"])
        album.take(page, "27-dark")
    with album.visit(public, "#/source/evidence-compendium.en") as page:
        page.wait_for_selector(".document")
        page.locator(".panel .segment").last.click()
        page.wait_for_selector(".paper img")
        album.take(page, "28-pdf")


def picture_evals(album: Album, assistant: Assistant, runs: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as nothing,
        serve(assistant, "staff", evals=Path(nothing)) as address,
        album.visit(address, "#/evals") as page,
    ):
        page.wait_for_selector(".page-content .empty")
        album.take(page, "23-evals-empty")
    with serve(assistant, "staff", evals=runs) as address, album.visit(address, "#/evals") as page:
        page.wait_for_selector("table.list tbody tr")
        album.take(page, "40-evals")
        page.locator("table.list button").first.click()
        page.wait_for_selector(".report-view table")
        album.take(page, "41-evals-report")
        page.locator(".compare select").first.select_option(index=1)
        page.locator(".compare button").click()
        page.wait_for_selector(".report-view h2")
        page.locator(".report-view").scroll_into_view_if_needed()
        album.take(page, "42-evals-comparison")
    with serve(assistant, "staff") as address, album.visit(address, "#/evals") as page:  # keeps no runs
        page.locator(".page-content button.primary").first.click()
        page.wait_for_selector(".error-card")
        album.take(page, "43-evals-error")


def picture_beginnings(album: Album, assistant: Assistant) -> None:
    """Take what is shown before the library answers, without a library, and without a server."""
    waiting = Assistant(assistant.settings, assistant.library, assistant.opening.parts)
    with serve(waiting) as address, album.visit(address) as page:
        for number, reached in ((44, (0, 0)), (45, (57, 151))):
            waiting.opening.reached = reached
            page.fill("#question", album.questions["answer"])
            page.keyboard.press("Enter")
            page.wait_for_selector(".searching")
            page.wait_for_timeout(700)
            album.take(page, f"{number}-opening")
            page.locator(".send.stop").click()
        waiting.open()
    with (
        tempfile.TemporaryDirectory() as nothing,
        build_assistant(Settings(index=Path(nothing))) as empty,
        serve(empty, "staff", corpus=Path(nothing)) as address,
        album.visit(address) as page,
    ):
        album.take(page, "46-empty-library")
        page.locator('nav a[data-page="library"]').click()
        album.take(page, "47-empty-library-staff")
    with serve(assistant) as address, album.visit(address, "#/library") as page:
        page.fill(".filters input", "zzz")
        album.take(page, "48-library-none")
        page.context.route("**/run/start", lambda route: route.abort())
        page.reload()
        page.wait_for_selector(".page-message")
        album.take(page, "49-unreachable")


def picture_sign_in(album: Album, assistant: Assistant) -> None:
    gate = open_gate(assistant.settings)
    app = add_surfaces(create_app(assistant, identify=gate.identify, sign_in="login"), assistant, gate)
    with served(app) as address, album.visit(f"{address}/") as page:
        page.goto(f"{address}/login")
        album.take(page, "50-sign-in")
        page.fill("input[name=name]", "li.wei")
        page.fill("input[name=password]", "not the password")
        page.locator("button[type=submit]").first.click()
        album.take(page, "51-sign-in-wrong")


def picture_states(album: Album, full: Answer, assistant: Assistant) -> None:
    """Take the states that a working assistant seldom shows, from scripted answers."""
    partial = full.model_copy(update={"sentences": full.sentences[:1], "considered": ()})
    withheld = full.model_copy(
        update={
            "answered_by": "openai:qwen3",
            "notices": (Notice(code="conflict", text="Sources differ; each is shown with its version and date."),),
            "removed": (
                Removed(text="The Alliance has 400 members.", verdict=Verdict(label="unsupported", score=0.1), reasons=("number not in source: 400",)),
            ),
        }
    )  # fmt: skip
    with (
        serve(ScriptedAssistant([partial] * 60, library=assistant, pause_seconds=0.5)) as address,
        album.visit(address) as page,
    ):
        page.fill("#question", full.question)
        page.keyboard.press("Enter")
        album.take(page, "30-searching")
        page.wait_for_selector(".prose > *")
        album.take(page, "31-streaming")
        page.locator(".send.stop").click()
        album.take(page, "32-stopped")
    with serve(ScriptedAssistant([withheld], library=assistant)) as address, album.visit(address) as page:
        ask(page, full.question)
        page.locator(".answer-foot summary").click()
        album.take(page, "33-generated")
        page.route("**/gradio_api/call/ask", lambda route: route.abort())
        ask(page, full.question)
        album.take(page, "34-error")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build/screenshots")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--only", default="", help="of what to take pictures, as 'phone.zh'")
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    with build_assistant(load_settings(index=options.index)) as assistant, chromium() as browser:
        if not assistant.documents("staff"):
            assistant.sync(ROOT / "corpus")
        with (
            serve(assistant) as public,
            serve(assistant, "staff", corpus=ROOT / "corpus") as staff,
            tempfile.TemporaryDirectory() as runs,
        ):
            for limit in (6, 5):
                run_suite(assistant, Path(runs), Order("dev", limit), lambda *_: None)
                time.sleep(1.1)  # runs are named by the second
            for size, language in itertools.product(("wide", "phone"), ("en", "zh")):
                if options.only not in f"{size}.{language}":
                    continue
                album = Album(browser, options.out, size, language)
                picture_reading(album, public)
                picture_pages(album, public, staff)
                picture_evals(album, assistant, Path(runs))
                picture_beginnings(album, assistant)
                picture_sign_in(album, assistant)
                picture_states(album, assistant.ask(QUESTIONS[language]["answer"]), assistant)


if __name__ == "__main__":
    main()
