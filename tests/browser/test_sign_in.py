"""Signing in as people do it, in the whole application with its headers, and two readers side by side."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import serious_findings
from tests.browser.chromium import PHONE, Watched
from tests.web.webapp import PASSWORD, SECRET_WORD, Site, open_site, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), page=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site.app) as address:
        yield f"{address}/"


def sign_in(page: Page, address: str, name: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def documents_of(page: Page, address: str) -> str:
    page.goto(f"{address}#/library")
    page.wait_for_selector("#assistant[data-ready]")
    page.get_by_text(f"The {SECRET_WORD['public']} rule").first.wait_for()
    return page.inner_text("main")


def test_two_readers_in_two_browsers_see_what_is_theirs(browser: Browser, site: Site, address: str) -> None:
    member, staff = (Watched(browser, address) for _ in range(2))
    try:
        pages = {}
        for reader, name in ((member, "member"), (staff, "staff")):
            pages[name] = reader.context.new_page()
            pages[name].on("pageerror", lambda error, reader=reader: reader.errors.append(str(error)))
            sign_in(pages[name], address, name)
            pages[name].wait_for_selector("#assistant[data-ready]")
        seen = {name: documents_of(page, address) for name, page in pages.items()}
        assert SECRET_WORD["member"] in seen["member"]
        assert SECRET_WORD["staff"] not in seen["member"]
        assert SECRET_WORD["staff"] in seen["staff"]
        pages["staff"].goto(f"{address}login")
        pages["staff"].get_by_role("button", name="Sign out").click()
        pages["staff"].wait_for_selector("#assistant[data-ready]")
        assert SECRET_WORD["member"] not in documents_of(pages["staff"], address)
        assert member.outside == staff.outside == []
        assert member.errors == staff.errors == []
    finally:
        member.close()
        staff.close()


def test_signing_in_comes_back_to_the_citation_that_asked_for_it(
    browser: Browser, site: Site, address: str
) -> None:
    reader = Watched(browser, address)
    try:
        page = reader.open(f"#/source/note-{SECRET_WORD['staff']}")
        page.get_by_text("Not available to you").wait_for()
        assert page.locator("#panel-title").count() == 0
        page.locator(".panel-message").get_by_role("link", name="Sign in").click()
        page.get_by_label("Name").fill("staff")
        page.get_by_label("Password").fill("not the right password")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        page.get_by_label("Name").fill("staff")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#panel-title", has_text=SECRET_WORD["staff"]).wait_for()
        assert page.locator(".account-name").inner_text() == "staff"
        assert reader.errors == []
    finally:
        reader.close()


def test_a_wrong_password_is_told_in_both_languages(browser: Browser, site: Site, address: str) -> None:
    reader = Watched(browser, address, viewport=PHONE)
    try:
        page = reader.context.new_page()
        sign_in(page, address, "member", "not the right password")
        alert = page.get_by_role("alert").inner_text()
        assert "not right" in alert
        assert "不正确" in alert
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious_findings(page) == []
    finally:
        reader.close()
