"""Write every page and state to build/screenshots/, wide and phone, English and Chinese: `make screenshots`.

Serves the index that the settings name (`ASSISTANT_INDEX`, else `index`), synced from corpus/ when it is empty.
"""

import argparse
import itertools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from assistant.build import Assistant, build_assistant
from assistant.settings import Settings, load_settings
from assistant.types import Notice, Removed, Verdict
from assistant.web.evals import Order, run_suite
from assistant.web.gate import open_gate
from assistant.web.readers import Reader
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
        "closest": "Is the valve reimbursed?",
        "superseded": "How much were dues as of 1 June 2023?",
        "pdf": "What does the Evidence Compendium say about thermoplasty?",
    },
    "zh": {
        "answer": "联盟由谁发起，何时成立？",
        "table": "各层级会员的年度会费是多少？",
        "steps": "企业如何加入联盟？",
        "refusal": "联盟的银行账号是多少？",
        "cross": "EMPROVE试验在24个月时的结果如何？",
        "guard": "我设计了一种新的镍钛支架，带3毫米倒刺和硅胶覆膜，请看看有没有新颖性？",
        "treatment": "我父亲肺气肿，该不该放活瓣？",
        "closest": "导航支气管镜需要多少培训？",
        "superseded": "2023年的会费是多少？",
        "pdf": "What does the Evidence Compendium say about thermoplasty?",
    },
}
CONFLICT = {
    "en": "Sources differ; each is shown with its version and date.",
    "zh": "来源说法不一，以下分别列出并注明版本和日期。",
}
WITHHELD = {
    "en": ("The Alliance has 400 members.", "number not in source: 400"),
    "zh": ("联盟有400名会员。", "来源中没有这个数字：400"),
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

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        page.wait_for_timeout(450)
        page.screenshot(path=self.folder / f"{name}.{self.size}.{self.language}.png", full_page=whole)


def picture_reading(album: Album, address: str) -> None:
    with album.visit(address) as page:
        album.take(page, "01-start")
        ask(page, album.questions["answer"])
        album.take(page, "02-answer")
        mark = page.locator(".answer > .prose .mark").first
        if album.size == "wide":
            mark.hover()
            album.take(page, "03-quote")
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
        page.locator(".ledger").scroll_into_view_if_needed()
        album.take(page, "06-ledger")
        page.locator(".ledger summary").click()
        page.locator(".actions .icon-button").last.click()
        page.locator(".rate .chip").first.click()
        page.locator(".rate").scroll_into_view_if_needed()
        album.take(page, "14-rating")
        page.locator(".menu summary").click()
        album.take(page, "15-copy")
        page.keyboard.press("Escape")
        page.locator(".scroller").evaluate("e => { e.scrollTop = e.scrollHeight; }")
        album.take(page, "16-end-of-answer")
        ask(page, album.questions["steps"])
        page.locator(".edit").first.click()
        album.take(page, "17-editing")
        page.locator(".tools .icon-button").first.click()
        album.take(page, "07-history")
    for number, name in enumerate(("table", "steps", "refusal", "cross", "guard", "treatment"), 8):
        with album.visit(address) as page:
            ask(page, album.questions[name])
            album.take(page, f"{number:02}-{name}")
    for number, name in ((18, "closest"), (19, "superseded")):
        with album.visit(address) as page:
            ask(page, album.questions[name])
            album.take(page, f"{number:02}-{name}")
    with album.visit(address) as page:
        ask(page, album.questions["superseded"])
        page.emulate_media(media="print")
        album.take(page, "60-print", whole=True)
    with album.visit(address) as page:
        ask(page, album.questions["pdf"])
        page.locator(".answer .mark").last.evaluate("e => e.click()")
        page.wait_for_selector("mark.cited")
        page.locator(".panel .segment").last.click()
        page.wait_for_selector(".paper .sheet .box")
        album.take(page, "29-pdf-span")
        page.locator(".paper-view > .button").click()
        album.take(page, "61-pdf-large")


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
            if name == "24-about":
                page.locator(".page").evaluate("e => { e.scrollTop = e.scrollHeight; }")
                album.take(page, "62-about-end")
            if name == "20-library":
                page.locator(".filters select").nth(1).select_option("superseded")
                album.take(page, "63-library-filtered")
                page.locator(".document-title").first.click()
                page.wait_for_selector(".document")
                album.take(page, "64-library-source")
    with album.visit(public, "#/source/evidence-compendium.en") as page:
        page.wait_for_selector(".document")
        page.locator(".panel .segment").last.click()
        page.wait_for_selector(".paper img")
        album.take(page, "28-pdf")


def picture_dark(album: Album, address: str) -> None:
    with album.visit(address, color_scheme="dark") as page:
        ask(page, album.questions["table"])
        album.take(page, "27-dark")
        page.locator(".answer > .prose .mark").first.evaluate("e => e.click()")
        page.wait_for_selector("mark.cited")
        album.take(page, "65-dark-source")
        page.keyboard.press("Escape")
        ask(page, album.questions["guard"])
        album.take(page, "66-dark-guard")
        page.goto(f"{address}#/library")
        page.wait_for_selector(".document-row")
        album.take(page, "67-dark-library")


def picture_upkeep(album: Album) -> None:
    """Take a library of four files as staff keeps it: upload with a report, removal, an emptied folder."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for name in ("dues-2025.en.md", "dues-2023.en.md", "founding-record.zh.md"):
            shutil.copy(ROOT / "corpus/alliance" / name, corpus)
        (Path(folder) / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
        (Path(folder) / "plain.md").write_text(
            "# Travel costs\n\nTravel is paid by the host.\n", encoding="utf-8"
        )
        with (
            build_assistant(Settings(index=Path(folder) / "index")) as small,
            serve(small, "staff", corpus=corpus) as address,
            album.visit(address, "#/gaps") as page,
        ):
            small.sync(corpus)
            page.wait_for_selector(".empty")
            album.take(page, "68-gaps-empty")
            page.locator('nav a[data-page="library"]').click()
            page.wait_for_selector(".document-row")
            page.set_input_files("input[type=file]", [f"{folder}/broken.pdf", f"{folder}/plain.md"])
            page.wait_for_selector(".report")
            album.take(page, "69-upload")
            page.locator(".document-side .icon-button").first.click()
            album.take(page, "70-removal")
            page.locator(".dialog .button").first.click()
            shutil.rmtree(corpus)
            corpus.mkdir()
            page.locator(".upkeep > .row .button").nth(1).click()
            page.wait_for_selector(".error-card")
            album.take(page, "71-emptied-folder")


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
    with serve(assistant, "staff") as address, album.visit(address, "#/evals") as page:
        page.wait_for_selector(".page-content .empty")
        album.take(page, "39-evals-not-kept")
    with (
        tempfile.NamedTemporaryFile() as file,  # no place for runs
        serve(assistant, "staff", evals=Path(file.name)) as address,
        album.visit(address, "#/evals") as page,
    ):
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
    signed = create_app(assistant, identify=lambda _: Reader("li.wei", "staff"), sign_in="login")
    with served(signed) as address, album.visit(f"{address}/", "#/gaps") as page:
        page.wait_for_selector(".page-content h2")
        album.take(page, "52-signed-in")
    with served(app) as address, album.visit(f"{address}/", "#/source/secretariat-handling-guide.en") as page:
        page.wait_for_selector(".panel-message h2")
        album.take(page, "53-not-available-sign-in")
        page.goto(f"{address}/#/gaps")
        page.reload()
        page.wait_for_selector(".page-message")
        album.take(page, "54-staff-only")
    with served(app) as address, album.visit(f"{address}/") as page:
        page.goto(f"{address}/login")
        album.take(page, "50-sign-in")
        page.fill("input[name=name]", "li.wei")
        page.fill("input[name=password]", "not the password")
        page.locator("button[type=submit]").first.click()
        album.take(page, "51-sign-in-wrong")


def picture_states(album: Album, assistant: Assistant) -> None:
    """Take the states that a working assistant seldom shows, from scripted answers."""
    full = assistant.ask(album.questions["answer"])
    partial = full.model_copy(update={"sentences": full.sentences[:1], "considered": ()})
    withheld = full.model_copy(
        update={
            "answered_by": "openai:qwen3",
            "notices": (Notice(code="conflict", text=CONFLICT[album.language]),),
            "removed": (
                Removed(text=WITHHELD[album.language][0], verdict=Verdict(label="unsupported", score=0.1), reasons=WITHHELD[album.language][1:]),
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
        album.take(page, "35-conflict")
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
    parser.add_argument("--parts", default="", help="of which groups, as 'pages,evals'; all by default")
    options = parser.parse_args()
    if not options.only and not options.parts:
        shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True, exist_ok=True)
    with build_assistant(load_settings(index=options.index)) as assistant, chromium() as browser:
        if not assistant.documents("staff"):
            assistant.sync(ROOT / "corpus")
        with (
            serve(assistant) as public,
            serve(assistant, "staff", corpus=ROOT / "corpus") as staff,
            tempfile.TemporaryDirectory() as runs,
        ):
            groups: dict[str, Callable[[Album], None]] = {
                "reading": lambda album: picture_reading(album, public),
                "pages": lambda album: picture_pages(album, public, staff),
                "dark": lambda album: picture_dark(album, public),
                "evals": lambda album: picture_evals(album, assistant, Path(runs)),
                "beginnings": lambda album: picture_beginnings(album, assistant),
                "upkeep": picture_upkeep,
                "sign-in": lambda album: picture_sign_in(album, assistant),
                "states": lambda album: picture_states(album, assistant),
            }
            chosen = options.parts.split(",") if options.parts else list(groups)
            for limit in (6, 5) if "evals" in chosen else ():
                run_suite(assistant, Path(runs), Order("dev", limit), lambda *_: None)
                time.sleep(1.1)  # runs are named by the second
            for size, language in itertools.product(("wide", "phone"), ("en", "zh")):
                if options.only in f"{size}.{language}":
                    for name in chosen:
                        groups[name](Album(browser, options.out, size, language))


if __name__ == "__main__":
    main()
