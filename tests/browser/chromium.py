"""Debian's Chromium, started without anything that reaches out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

EXECUTABLE = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A browser context that notes requests to other hosts, dialogs, and errors of scripts."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        self.address = address
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        options = {"viewport": WIDE, "locale": "en-GB", **options}
        self.context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
        self.context.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.address).netloc:
            self.outside.append(url)

    def open(self, path: str = "") -> Page:
        page = self.context.new_page()
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", lambda socket: self._note(socket.url))
        page.goto(f"{self.address}{path}")
        page.wait_for_selector("#assistant[data-ready]")
        return page

    def close(self) -> None:
        self.context.close()


def ask(page: Page, question: str) -> None:
    """Type a question and wait until its answer is complete."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(".turn").nth(turns).locator(".actions, .guard, .error-card").first.wait_for()
    page.wait_for_selector(".send:not(.stop):visible")


def in_view(page: Page, selector: str) -> bool:
    """Tell whether the first match comes to lie within the window, not covered; scrolling takes a moment."""
    inside = (
        "e => [...e.getClientRects()].some(r => { const x = r.left + Math.min(r.width, 20) / 2, y = r.top + r.height / 2;"
        " return r.top >= 0 && r.bottom <= innerHeight && e.contains(document.elementFromPoint(x, y)); })"
    )
    for _ in range(30):
        if page.locator(selector).first.evaluate(inside):
            return True
        page.wait_for_timeout(100)
    return False
