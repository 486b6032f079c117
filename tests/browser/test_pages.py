"""Library, open questions, evals and about, as a reader and as staff."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import PHONE, Watched, ask
from tests.web.serving import serve, small_assistant, small_corpus

pytestmark = pytest.mark.browser
Visit = Callable[..., Watched]


def test_the_library_is_filtered_and_opens_documents(visit: Visit) -> None:
    page = visit().open("#/library")
    page.wait_for_selector(".document-row")
    everything = page.locator(".document-row").count()
    page.get_by_label("Language").select_option("zh")
    assert 0 < page.locator(".document-row").count() < everything
    page.get_by_label("Find by title").fill("no such thing")
    expect(page.locator(".empty")).to_contain_text("No document fits")
    page.get_by_text("Show all documents").click()
    assert page.locator(".document-row").count() == everything
    expect(page.locator(".upkeep")).to_have_count(0)
    page.locator(".document-title", has_text="Dues Notice 2023").click()
    expect(page.locator(".panel .badge.superseded")).to_be_visible()
    page.locator(".panel .notice button", has_text="Dues Notice 2025").click()
    expect(page.locator("#panel-title")).to_have_text("Dues Notice 2025")


def test_staff_uploads_syncs_and_removes(visit: Visit, staff_address: str, tmp_path: Path) -> None:
    good, bad = tmp_path / "giraffe.md", tmp_path / "broken.pdf"
    good.write_text(
        "---\nid: giraffe\ntitle: Giraffe notice\naudience: public\n---\n# Giraffe\n\nText.", encoding="utf-8"
    )
    bad.write_bytes(b"%PDF-1.4 broken")
    try:
        page = visit(staff_address).open("#/library")
        page.set_input_files("input[type=file]", [good, bad])
        page.wait_for_selector(".report")
        expect(page.locator(".report")).to_contain_text("Added: 1")
        expect(page.locator(".report table")).to_contain_text("broken.pdf")
        expect(page.locator(".document-title", has_text="Giraffe notice")).to_be_visible()
        page.get_by_label("Remove: Giraffe notice").click()
        page.locator(".dialog").get_by_text("Remove", exact=True).click()
        expect(page.locator(".document-title", has_text="Giraffe notice")).to_have_count(0)
        assert [path.name for path in (small_corpus() / "uploads").iterdir()] == ["giraffe.md"]
        (small_corpus() / "uploads" / "giraffe.md").unlink()
        page.get_by_text("Sync with the document folder").click()
        expect(page.locator(".report")).to_contain_text("Added: 0")
    finally:
        for name in ("giraffe.md", "broken.pdf"):
            (small_corpus() / "uploads" / name).unlink(missing_ok=True)


def test_staff_confirms_that_the_documents_of_an_emptied_folder_go(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "share" / "okapi.md"
    path.parent.mkdir()
    path.write_text("---\nid: okapi\ntitle: Okapi notice\naudience: public\n---\n# Okapi\n\nText.", "utf-8")
    with serve(small_assistant(), "staff", corpus=path.parent) as address:
        page = visit(address).open("#/library")
        page.get_by_text("Sync with the document folder").click()
        expect(page.locator(".report")).to_contain_text("Added: 1")
        path.unlink()
        page.get_by_text("Sync with the document folder").click()
        expect(page.locator(".report [role=alert]")).to_contain_text("Nothing was removed")
        expect(page.locator(".report table")).to_have_count(0)  # said once
        expect(page.locator(".document-title", has_text="Okapi notice")).to_be_visible()
        page.get_by_text("Remove them from the library").click()
        page.locator(".dialog").get_by_text("Remove", exact=True).click()
        expect(page.locator(".report")).to_contain_text("Removed: 1")
        expect(page.locator(".document-title", has_text="Okapi notice")).to_have_count(0)


def test_staff_sees_questions_without_answers_and_ratings(visit: Visit, staff_address: str) -> None:
    small_assistant().library.journal.add_gap("Where is the giraffe house?", "en", audience="public")
    reader = visit(staff_address).open()
    ask(reader, "Who founded the Alliance, and when?")
    reader.get_by_label("Not helpful").click()
    reader.get_by_text("It is out of date").click()
    reader.locator(".rate textarea").fill("seen at the congress")
    reader.locator(".rate .primary").click()
    expect(reader.locator(".rate")).to_contain_text("Thank you")
    reader.goto(f"{staff_address}#/gaps")
    expect(reader.locator("table").first).to_contain_text("giraffe house")
    expect(reader.locator("table").last).to_contain_text("seen at the congress")
    reader.locator("tr", has_text="giraffe house").get_by_text("Mark as resolved").click()
    expect(reader.locator(".page-content")).to_contain_text("deleted after 365 days")
    reader.locator("tr", has_text="seen at the congress").get_by_text("Delete").click()
    expect(reader.locator(".page-content")).not_to_contain_text("seen at the congress")
    assert all("congress" not in rating.comment for rating in small_assistant().library.journal.feedback())
    expect(reader.locator(".page-content")).not_to_contain_text("giraffe house")


def test_staff_pages_are_closed_to_others(visit: Visit) -> None:
    page = visit().open("#/gaps")
    expect(page.locator("#main")).to_contain_text("This page is for staff")
    expect(page.locator("nav a")).to_have_count(3)


@pytest.mark.parametrize("path", ["", "#/library", "#/about"])
@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_text_has_enough_contrast(visit: Visit, path: str, colour_scheme: str) -> None:
    page = visit(color_scheme=colour_scheme).open(path)
    page.wait_for_selector(".starter, .document-row, .figures")
    low = page.evaluate(CONTRAST)
    assert low == []


def test_no_page_is_wider_than_a_phone(visit: Visit, staff_address: str) -> None:
    for path in ("", "#/library", "#/gaps", "#/about"):
        page = visit(staff_address, viewport=PHONE).open(path)
        page.wait_for_timeout(300)
        assert (
            page.evaluate(
                "Math.max(...[...document.querySelectorAll('#assistant *')].filter(e => !e.closest('.table-scroll, nav, .visually-hidden')).map(e => e.getBoundingClientRect().right))"
            )
            <= 391
        )


def test_a_finger_can_hit_what_stands_alone(visit: Visit, staff_address: str) -> None:
    small = []
    for path in ("", "#/library", "#/gaps", "#/evals", "#/about"):
        page = visit(staff_address, viewport=PHONE, has_touch=True, is_mobile=True).open(path)
        page.wait_for_timeout(300)
        small += page.evaluate(TOO_SMALL)
    assert small == []


def test_gradios_own_chrome_is_not_there(visit: Visit) -> None:
    page = visit().open()
    page.wait_for_timeout(500)
    expect(page.locator("footer:visible")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.querySelector('#assistant')).fontFamily").startswith(
        "system-ui"
    )


# WCAG 2.2, 2.5.5: 44 px, but for marks and links within a line; a title of the library stretches over its row.
TOO_SMALL = """() => [...document.querySelectorAll('#assistant :is(button, a, summary, select)')]
  .filter((e) => e.offsetParent && !e.matches('.skip, .brand, .document-title, p a, .mark'))
  .map((e) => [e.className, e.textContent.slice(0, 20), e.getBoundingClientRect()]).filter(([, , box]) => box.height < 42)
  .map(([name, words, box]) => `${name} ${words} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""

# WCAG 2.2, 1.4.3: 4.5 for text, 3 for large text (24 px, or 18.66 px bold).
CONTRAST = """() => {
  const rgb = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll('#assistant *')) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || !e.offsetParent || e.closest(':disabled')) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(rgb(style.color)), light(ground(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < needed) low.push(`${e.tagName}.${e.className} ${e.textContent.slice(0, 30)} ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return low;
}"""
