import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import EXECUTABLE, Watched, chromium
from tests.web.serving import serve, small_assistant, small_corpus


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not EXECUTABLE.exists() and not os.environ.get("CI"):
        pytest.skip(f"no Chromium at {EXECUTABLE}: apt-get install chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def public_address() -> Iterator[str]:
    with serve(small_assistant()) as address:
        yield address


@pytest.fixture(scope="package")
def staff_address() -> Iterator[str]:
    with serve(
        small_assistant(), "staff", corpus=small_corpus(), evals=small_corpus().parent / "evals"
    ) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, public_address: str) -> Iterator[Callable[..., Watched]]:
    """Open a fresh browser context; at the end nothing may have gone out, popped up or failed."""
    opened: list[Watched] = []

    def start(address: str | None = None, **options: object) -> Watched:
        opened.append(Watched(browser, address or public_address, **options))
        return opened[-1]

    yield start
    for watched in opened:
        watched.close()
        assert watched.outside == []
        assert watched.dialogs == []
        assert watched.errors == []
