import pytest

from assistant.ingest.readers.grid import Line, group_rows, join_lines
from assistant.ingest.readers.layout import drop_running_lines, heading_levels, page_texts


def line(text, top, *, left=60, right=None, size=12):
    return Line(text, left, right if right is not None else left + 5 * len(text), top - size, top)


FULL = "Words that fill the whole width of the page up to its right edge so that it is wrapped"


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        pytest.param("of the", "Alliance", "of the Alliance", id="english"),
        pytest.param("联盟由上海", "市东方医院发起", "联盟由上海市东方医院发起", id="chinese"),
        pytest.param("于2018", "年成立", "于2018年成立", id="mixed"),
        pytest.param("inter-", "ventional", "interventional", id="hyphen"),
        pytest.param("a non-", "exclusive right", "a non-exclusive right", id="kept-hyphen"),
        pytest.param("FEV-", "1", "FEV- 1", id="no-division"),
    ],
)
def test_lines_are_joined(above, below, joined):
    assert join_lines(above, below) == joined


def test_paragraphs_lists_and_headings_are_told_apart():
    page = [
        line("Rules", 800, size=20),
        line(FULL, 770),
        line("and it ends here.", 757),
        line(f"7.1 {FULL}", 744),
        line("goes on.", 731),
        line("(a) the officer;", 718),
        line("(b) the reviewer.", 705),
        line("A paragraph after a gap.", 680),
    ]
    assert page_texts([page]) == [
        f"# Rules\n\n{FULL} and it ends here.\n\n7.1 {FULL} goes on.\n(a) the officer;\n(b) the reviewer.\n\n"
        "A paragraph after a gap."
    ]


def test_a_reference_at_the_start_of_a_wrapped_line_starts_no_paragraph():
    page = [line(FULL, 770), line("Article 7 of the law.", 757)]
    assert page_texts([page]) == [f"{FULL} Article 7 of the law."]


def test_columns_follow_each_other():
    left = [line("the left column has lines of", 800 - 13 * n, right=280) for n in range(12)]
    right = [line("the right column goes on with", 800 - 13 * n, left=310, right=540) for n in range(12)]
    (text,) = page_texts([[*left, *right]])
    assert "|" not in text
    assert text.index("right") > text.rindex("left")


def test_cells_written_one_after_the_other_form_rows():
    cells = [line("Tier", 700), line("Dues", 700, left=200), line("Governing", 680), line("Member", 667),
             line("100,000", 680, left=200), line("Council", 650), line("50,000", 650, left=200)]  # fmt: skip
    assert [[[each.text for each in cell] for cell in row] for row in group_rows(cells)] == [
        [["Tier"], ["Dues"]],
        [["Governing", "Member"], ["100,000"]],
        [["Council"], ["50,000"]],
    ]


def test_a_bullet_that_stands_apart_is_no_table():
    page = [
        line("•", 700, right=65),
        line("first", 700, left=80),
        line("•", 687, right=65),
        line("second", 687, left=80),
    ]
    assert page_texts([page]) == ["• first\n• second"]


def test_running_lines_need_most_pages():
    def page(number):
        body = [line(f"Body {number} words", 700 - 13 * row) for row in range(5)]
        return [line("Header", 820), *body, line(f"- {number} -", 30)]

    pages = [page(number) for number in range(4)]
    for number, kept in enumerate(drop_running_lines(pages)):
        assert kept == page(number)[1:-1]
    assert len(drop_running_lines(pages[:2])[0]) == 6  # two pages prove no header, but a bare number goes


def test_sizes_that_are_nearly_equal_are_one_level():
    page = [
        line("Title", 800, size=24),
        line("Chapter", 770, size=17),
        line("Chapter", 740, size=16.5),
        line("text " * 30, 700),
    ]
    assert heading_levels([page]) == {24: 1, 17: 2, 16.5: 2}
    assert heading_levels([[]]) == {}
