import pytest
from hypothesis import given, settings

from assistant.ingest.headings import find_headings
from assistant.ingest.sections import split_sections
from tests.invariants import assert_tiles
from tests.strategies import documents, make_document


@given(documents())
@settings(max_examples=150, deadline=None)
def test_sections_tile_the_text(document):
    assert_tiles(split_sections(document), document.text)


def outline(text, **values):
    document = make_document(text, **values)
    return [(section.headings, section.clause) for section in split_sections(document)]


def test_headings_nest_by_level_and_the_title_is_left_out():
    text = "# Rules\nIntro.\n## Chapter 1 General\n### Article 7 Dues\nx\n#### Notes\ny\n## Chapter 2 End\nz"
    assert outline(text) == [
        ((), None),
        (("Chapter 1 General",), None),
        (("Chapter 1 General", "Article 7 Dues"), "7"),
        (("Chapter 1 General", "Article 7 Dues", "Notes"), "7"),
        (("Chapter 2 End",), None),
    ]


def test_numbered_paragraphs_below_a_numbered_heading_are_no_sections():
    assert outline("### Article 7 Dues\n7.1 Dues\n7.2 No refunds") == [(("Article 7 Dues",), "7")]
    assert outline("### 第七条 会费\n7.1 会费按年缴纳\n（一）秘书处") == [(("第七条 会费",), "第七条")]


def test_plain_rules_are_cut_at_chapters_and_articles():
    text = "第一章 总则\n第一条 会员应当遵守章程。\n第二条 会员按年缴纳会费。\n\n第二章 附则\n第三条 本章程自通过之日起施行。"
    assert outline(text, title="联盟章程") == [
        (("第一章 总则",), None),
        (("第一章 总则", "第一条"), "第一条"),
        (("第一章 总则", "第二条"), "第二条"),
        (("第二章 附则",), None),
        (("第二章 附则", "第三条"), "第三条"),
    ]


def test_plain_english_numbers_are_headings_when_short():
    text = "1. Scope\nThis covers all.\n\n1.1 Members\nMembers are companies.\n\n2. Dues\nPaid yearly."
    assert outline(text) == [(("1. Scope",), "1"), (("1. Scope", "1.1 Members"), "1.1"), (("2. Dues",), "2")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Steps:\n1. Get the form\n2. Sign it\n3. Send it", id="list"),
        pytest.param("Steps:\n\n1. Get the form\n\n2. Sign it", id="loose-list"),
        pytest.param(
            "The rule follows the wording that was chosen in\nArticle 9 Patents of the law.",
            id="wrapped-line",
        ),
        pytest.param("```\n# comment\n```", id="fence"),
        pytest.param("The dose was\n3.5 mg daily", id="decimal"),
        pytest.param("依照\n第五条的规定，会员应当缴费。", id="reference"),
        pytest.param("#hashtag", id="hashtag"),
        pytest.param("# " + "word " * 100, id="paragraph-behind-a-hash"),
    ],
)
def test_what_is_no_heading(text):
    assert find_headings(text) == []


def test_setext_and_unspaced_chinese_headings_count():
    assert [h.title for h in find_headings("Title\n=====\ntext\n\nSub\n---\nx\n\n##第二章 会员\n")] == [
        "Title",
        "Sub",
        "第二章 会员",
    ]


def test_pages_are_sections_when_there_are_no_headings():
    document = make_document("one page.\n\ntwo page.", page_starts=(0, 11))
    assert [(s.start, s.end) for s in split_sections(document)] == [(0, 11), (11, 20)]


def test_an_empty_text_has_no_sections():
    assert split_sections(make_document("")) == []
