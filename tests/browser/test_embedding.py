"""The page in a frame of another site: shown where the deployment allows that site, else not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.webapp import open_site, served

pytestmark = pytest.mark.browser


@contextmanager
def other_site() -> Iterator[tuple[str, dict[str, str]]]:
    """Serve one page with the frame that `docs/deploy.md` shows; gives its origin and what it frames."""
    framed = {"address": "about:blank"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<iframe src="{framed["address"]}" title="Alliance Assistant" width="100%" height="720"></iframe>'
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Keep requests out of the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}", framed
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "not allowed"])
def test_a_frame_of_another_site(browser: Browser, tmp_path: Path, allowed: bool) -> None:
    with (
        other_site() as (origin, framed),
        open_site(tmp_path, page=True, frame_ancestors=origin if allowed else "https://else.example") as site,
        served(site.app) as address,
    ):
        framed["address"] = f"{address}/"
        context = browser.new_context(locale="en-GB")
        try:
            page = context.new_page()
            page.goto(origin)
            frame = page.frame_locator("iframe")
            if allowed:
                frame.locator("#assistant[data-ready] #question").fill("Which rule has a fee?")
                frame.locator("#question").press("Enter")
                expect(frame.locator(".turn .actions").first).to_be_visible(timeout=30_000)
            else:
                page.wait_for_timeout(1500)
                expect(frame.locator("#assistant")).to_have_count(0)
        finally:
            context.close()
