"""Reading an answer in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from assistant.build import Assistant
from tests.browser.chromium import PHONE, Watched, ask, in_view
from tests.web.serving import ScriptedAssistant, serve, small_assistant

pytestmark = pytest.mark.browser
Visit = Callable[..., Watched]
DISCLOSURE = (
    "I designed a new nitinol stent with a 3 mm barbed hook coating and a silicone membrane, is it new?"
)


@pytest.mark.parametrize(
    ("locale", "question", "words", "placeholder"),
    [
        ("en-GB", "Who founded the Alliance, and when?", "30 December 2018", "Ask about"),
        ("zh-CN", "联盟由谁发起，何时成立？", "2018年12月30日", "可询问"),
    ],
)
def test_a_citation_opens_with_its_quote_marked_and_in_view(
    visit: Visit, locale: str, question: str, words: str, placeholder: str
) -> None:
    page = visit(locale=locale).open()
    assert page.get_attribute("#question", "placeholder").startswith(placeholder)
    ask(page, question)
    expect(page.locator(".answer > .prose")).to_contain_text(words)
    for sentence in page.locator(".answer > .prose .sentence.quote").all():
        assert sentence.locator(".mark").count() >= 1
    page.locator(".answer > .prose .mark").first.click()
    page.wait_for_selector("mark.cited")
    quote = small_assistant().ask(question).citations[0].quote
    marked = "".join(page.locator("mark.cited").all_inner_texts())
    assert "".join(marked.split()) == "".join(quote.replace("**", "").split())
    assert in_view(page, "mark.cited")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_have_count(0)


def test_hovering_a_mark_shows_the_quote(visit: Visit) -> None:
    page = visit().open()
    ask(page, "Who founded the Alliance, and when?")
    page.locator(".answer > .prose .mark").first.hover()
    expect(page.locator(".popover blockquote")).to_contain_text("2018")
    page.mouse.move(5, 5)
    expect(page.locator(".popover")).to_have_count(0)


def test_tables_lists_and_samples_have_their_form(visit: Visit) -> None:
    page = visit().open()
    ask(page, "What are the annual dues for each membership tier?")
    expect(page.locator(".answer > .prose table td", has_text="100,000").first).to_be_visible()
    expect(page.locator(".sources .badge.sample").first).to_have_text("SAMPLE")
    page.keyboard.press("Tab")
    page.locator(".answer > .prose .mark.sample").first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_everything_works_from_the_keyboard(visit: Visit) -> None:
    page = visit().open()
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("Who founded the Alliance, and when?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".actions")
    first = page.locator(".answer > .prose .mark").first
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if first.evaluate("e => e === document.activeElement"):
            break
    expect(first).to_be_focused()
    expect(page.locator(".popover")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.cited")
    expect(page.locator(".panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_focused()


def test_a_phone_shows_the_source_as_a_sheet(visit: Visit) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True).open()
    ask(page, "Who founded the Alliance, and when?")
    expect(page.locator("#question")).not_to_be_focused()  # no keyboard over the answer
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator(".answer > .prose .mark").first.tap()
    expect(page.locator(".popover blockquote")).to_be_visible()
    page.locator(".popover .text-button").tap()
    page.wait_for_selector("mark.cited")
    expect(page.locator(".panel")).to_have_attribute("aria-modal", "true")
    page.wait_for_timeout(300)
    assert in_view(page, "mark.cited")
    page.get_by_label("Close source").tap()
    expect(page.locator(".panel")).to_have_count(0)
    page.locator(".place-name").first.tap()
    page.wait_for_selector("mark.cited")
    page.go_back()  # closes the sheet, not the page
    expect(page.locator(".panel")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(1)


def test_a_reload_keeps_conversation_and_citations(visit: Visit) -> None:
    watched = visit()
    page = watched.open()
    ask(page, "Who founded the Alliance, and when?")
    before = page.locator(".answer > .prose").inner_text()
    page.reload()
    page.wait_for_selector(".turn")
    assert page.locator(".answer > .prose").inner_text() == before
    page.locator(".answer > .prose .mark").first.click()
    page.wait_for_selector("mark.cited")
    page.get_by_label("History").click()
    page.get_by_text("Clear all").click()
    page.get_by_text("Yes", exact=True).click()
    expect(page.locator(".history")).to_have_count(0)
    page.reload()
    page.wait_for_selector("#assistant[data-ready]")
    expect(page.locator(".turn")).to_have_count(0)


def test_two_tabs_on_one_conversation_lose_nothing(visit: Visit) -> None:
    watched = visit()
    one = watched.open()
    ask(one, "Who founded the Alliance, and when?")
    other = watched.open()
    other.get_by_label("History").click()
    other.locator(".history-open").click()
    ask(one, "What is stage B?")
    ask(other, "What are the annual dues for each membership tier?")
    for page, last in (
        (one, "What is stage B?"),
        (other, "What are the annual dues for each membership tier?"),
    ):
        page.reload()
        expect(page.locator(".turn")).to_have_count(2)
        expect(page.locator(".turn .question").last).to_contain_text(last)
    one.get_by_label("History").click()
    expect(one.locator(".history-open")).to_have_count(2)


def test_a_disclosure_is_stopped_and_kept_nowhere(visit: Visit) -> None:
    page = visit().open()
    ask(page, DISCLOSURE)
    expect(page.locator(".guard")).to_contain_text("not confidential")
    expect(page.locator(".guard .button")).to_have_text("See the confidential path")
    assert page.locator(".guard").inner_text().count("SAMPLE") == 2  # once for the text, once for its source
    assert "nitinol" not in page.locator("#assistant").inner_html()
    assert "nitinol" not in page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    with page.expect_request("**/call/ask") as request:
        ask(page, "Who founded the Alliance, and when?")
    assert "nitinol" not in (request.value.post_data or "")


def test_a_link_to_a_closed_document_tells_nothing(visit: Visit, staff_address: str) -> None:
    path = "#/source/secretariat-handling-guide.en"
    page = visit().open(path)
    expect(page.locator(".panel")).to_contain_text("Not available to you")
    assert "Secretariat Handling Guide" not in page.locator("#assistant").inner_html()
    as_staff = visit(staff_address).open(path)
    expect(as_staff.locator("#panel-title")).to_contain_text("Secretariat Handling Guide")


def test_edit_asks_again_in_place(visit: Visit) -> None:
    page = visit().open()
    ask(page, "Who founded the Alliance, and when?")
    ask(page, "What is stage B?")
    page.get_by_label("Edit and ask again").first.click()
    expect(page.locator(".editing")).to_be_visible()
    expect(page.locator("#question")).to_have_value("Who founded the Alliance, and when?")
    page.fill("#question", "When was the Alliance founded?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".turn .question")).to_contain_text("When was the Alliance founded?")


def test_copied_answers_carry_their_sources(visit: Visit) -> None:
    watched = visit()
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched.open()
    ask(page, "Who founded the Alliance, and when?")
    page.locator(".menu summary").click()
    page.get_by_text("Copy as Markdown").click()
    page.wait_for_selector(".toast")
    copied = page.evaluate("navigator.clipboard.readText()")
    citation = small_assistant().ask("Who founded the Alliance, and when?").citations[0]
    assert "[1]" in copied
    assert citation.title in copied
    assert f"{citation.document}@{citation.revision}" in copied


def test_copied_steps_keep_their_numbers(visit: Visit) -> None:
    page = visit().open()
    quote = "Steps:\n1. Sign the form.\n2. Send it."
    answer = {
        "citations": [{"number": 1, "quote": quote, "title": "Guide", "status": "official", "locator": ""}],
        "sentences": [
            {"text": text, "kind": "item", "group": 0, "citations": [1]}
            for text in ("Sign the form.", "Send it.", "Wait.")
        ],
    }
    copied = page.evaluate(
        "async (answer) => (await import('/web/copied.js')).answerText('', answer, 'plain')", answer
    )
    assert copied.splitlines()[:3] == ["1. Sign the form. [1]", "2. Send it. [1]", "- Wait. [1]"]


def test_the_language_switch_changes_the_interface_and_keeps_the_conversation(visit: Visit) -> None:
    page = visit().open()
    ask(page, "Who founded the Alliance, and when?")
    page.get_by_text("中文", exact=True).click()
    expect(page.locator(".sources h3")).to_have_text("来源")
    expect(page.locator(".turn .question")).to_contain_text("Who founded")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_stop_keeps_what_was_checked(visit: Visit) -> None:
    full = small_assistant().ask("Who founded the Alliance, and when?")
    prefixes = [full.model_copy(update={"sentences": full.sentences[:1], "considered": ()})]
    scripted = ScriptedAssistant([*prefixes * 40, full], pause_seconds=0.25)
    with serve(scripted) as address:
        page = visit(address).open()
        page.fill("#question", "Who founded the Alliance, and when?")
        page.keyboard.press("Enter")
        page.wait_for_selector(".sentence")
        expect(page.get_by_label("Stop")).to_be_visible()
        page.get_by_label("Stop").click()
        expect(page.locator(".turn .notice", has_text="Stopped")).to_be_visible()
        expect(page.locator(".answer > .prose .sentence")).to_have_count(1)


def test_a_follow_up_sends_the_conversation(visit: Visit) -> None:
    scripted = ScriptedAssistant([small_assistant().ask("Who founded the Alliance, and when?")])
    with serve(scripted) as address:
        page = visit(address).open()
        ask(page, "Who founded it?")
        ask(page, "And when?")
    assert [turn.role for turn in scripted.asked[1]["history"]] == ["user", "assistant"]
    assert scripted.asked[1]["history"][0].content == "Who founded it?"


def test_a_suggested_question_is_answered(visit: Visit) -> None:
    page = visit().open()
    ask(page, "What are the annual dues for each membership tier?")
    page.locator(".suggestion").first.click()
    page.locator(".turn").nth(1).locator(".actions").wait_for()
    expect(page.locator(".turn").nth(1).locator(".answer > .prose .mark").first).to_be_visible()


def test_a_year_stays_in_a_suggested_heading(visit: Visit) -> None:
    page = visit().open()
    answer = {
        "question": "x",
        "language": "zh",
        "citations": [{"document": "law", "language": "zh", "locator": ""}],
        "considered": [
            {"document": "law", "title": "规则要点", "locator": locator, "outcome": "used"}
            for locator in ("规则 › 2009年实施办法", "规则 › 3.2 试点", "规则 › 第七条 机构")
        ],
    }
    found = page.evaluate("async (answer) => (await import('/web/followups.js')).followUps(answer)", answer)
    assert [one["heading"] for one in found] == ["2009年实施办法", "试点", "机构"]


def test_what_a_new_question_leaves_above_it_is_out_of_sight(visit: Visit) -> None:
    page = visit().open()
    ask(page, "Who founded the Alliance, and when?")
    ask(page, DISCLOSURE)
    page.wait_for_timeout(200)
    tops = page.evaluate(
        "[...document.querySelectorAll('.turn > :first-child, .scroller')].map(e => e.getBoundingClientRect().top)"
    )
    assert abs(tops[2] - tops[0] - 24) < 2, tops


def test_an_unreachable_server_offers_another_try(visit: Visit) -> None:
    watched = visit()
    page = watched.open()
    page.route("**/gradio_api/call/ask", lambda route: route.abort())
    ask(page, "Who founded the Alliance, and when?")
    expect(page.locator(".error-card")).to_contain_text("cannot be reached")
    page.unroute("**/gradio_api/call/ask")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".answer > .prose")).to_contain_text("30 December 2018")


def test_a_question_asked_while_the_library_opens_waits_in_sight(visit: Callable[..., Watched]) -> None:
    whole = small_assistant()
    waiting = Assistant(whole.settings, whole.library, whole.opening.parts)
    with serve(waiting) as address:
        page = visit(address).open()
        page.fill("#question", "Who founded the Alliance, and when?")
        page.keyboard.press("Enter")
        expect(page.locator(".searching")).to_contain_text("Opening the library")
        waiting.opening.reached = (3, 9)
        expect(page.locator(".searching")).to_contain_text("3 of 9")
        waiting.open()
        expect(page.locator(".answer .sentence").first).to_contain_text("2018")
        expect(page.locator(".searching")).to_have_count(0)


def test_a_printed_table_is_quoted_without_markdown(visit: Callable[..., Watched]) -> None:
    page = visit().open()
    ask(page, "What are the annual dues for each membership tier?")
    page.emulate_media(media="print")
    quote = page.locator(".print-quotes li", has_text="100,000").first
    expect(quote).to_contain_text("Governing Member · 100,000")
    assert "|" not in quote.inner_text()
