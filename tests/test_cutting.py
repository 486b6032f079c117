import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cutting import cut_spans
from assistant.sentences import split_sentences
from tests.invariants import assert_spans
from tests.strategies import texts


@given(texts, st.data())
@settings(max_examples=150, deadline=None)
def test_spans_are_stripped_ordered_and_leave_out_only_marks(text, data):
    assert_spans(cut_spans(text, 0, len(text)), text, 0, len(text))


@given(texts, st.data())
@settings(max_examples=80, deadline=None)
def test_spans_stay_inside_the_stretch_that_is_cut(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for span in cut_spans(text, start, end):
        assert start <= span.start < span.end <= end


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("He paid. She did not.", ["He paid.", "She did not."], id="two"),
        pytest.param(
            "See e.g. Dr. Li, Art. 7 and p. 3. Then stop.",
            ["See e.g. Dr. Li, Art. 7 and p. 3.", "Then stop."],
            id="abbreviations",
        ),
        pytest.param(
            "MicroPort (Group) Co., Ltd. founded it. The rest followed.",
            ["MicroPort (Group) Co., Ltd. founded it.", "The rest followed."],
            id="company",
        ),
        pytest.param(
            "It belongs to Acme Ltd. The rest is free.",
            ["It belongs to Acme Ltd.", "The rest is free."],
            id="company-at-the-end",
        ),
        pytest.param(
            "K. H. Lee et al. Report 59 cases.", ["K. H. Lee et al. Report 59 cases."], id="initials"
        ),
        pytest.param(
            "It rose 0.5 L vs. No. 4 at 3.5 mg. Good.",
            ["It rose 0.5 L vs. No. 4 at 3.5 mg.", "Good."],
            id="decimals",
        ),
        pytest.param(
            "It works. [3] It lasts.[4, 5] End.", ["It works. [3]", "It lasts.[4, 5]", "End."], id="marks"
        ),
        pytest.param('He said "no." Then he left.', ['He said "no."', "Then he left."], id="quotes"),
        pytest.param(
            "(See Rule 14). Making it helps.", ["(See Rule 14).", "Making it helps."], id="brackets"
        ),
        pytest.param(
            "Read [the rules](https://x.example/a.b). Now.",
            ["Read [the rules](https://x.example/a.b).", "Now."],
            id="link",
        ),
        pytest.param(
            "他说：“可以。”然后离开。真的吗？是！",
            ["他说：“可以。”", "然后离开。", "真的吗？", "是！"],
            id="chinese",
        ),
        pytest.param(
            "“好吗？”，他问。（见第七条。）完。",
            ["“好吗？”，他问。", "（见第七条。）", "完。"],
            id="chinese-quote-goes-on",
        ),
        pytest.param("甲；乙；丙。", ["甲；乙；丙。"], id="semicolons-of-a-short-sentence"),
        pytest.param(
            "甲" * 50 + "；" + "乙" * 50 + "（子；丑）。",
            ["甲" * 50 + "；", "乙" * 50 + "（子；丑）。"],
            id="semicolon-of-a-long-sentence",
        ),
    ],
)
def test_sentences(text, sentences):
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text))] == sentences


RULES = """### Article 7 Dues
7.1 Dues are paid yearly. They are not refunded.
7.2 The Council decides about:
(a) tiers;
(b) a fee of
3.5 yuan.

| Tier | Dues |
| --- | --- |
| Member | 20,000 |

- a bullet that
  goes on
1. a step
（一）秘书处；
Contact: the Secretariat
---
Prose stands here. It has two sentences."""


def test_rules_are_cut_into_clauses_items_and_rows():
    assert [(span.kind, RULES[span.start : span.end]) for span in cut_spans(RULES, 0, len(RULES))] == [
        ("heading", "Article 7 Dues"),
        ("clause", "7.1 Dues are paid yearly. They are not refunded."),
        ("clause", "7.2 The Council decides about:"),
        ("item", "(a) tiers;"),
        ("item", "(b) a fee of\n3.5 yuan."),
        ("heading", "| Tier | Dues |"),
        ("heading", "| --- | --- |"),
        ("row", "| Member | 20,000 |"),
        ("item", "a bullet that\n  goes on"),
        ("item", "1. a step"),
        ("item", "（一）秘书处；"),
        ("sentence", "Contact: the Secretariat"),
        ("sentence", "Prose stands here."),
        ("sentence", "It has two sentences."),
    ]


def test_a_long_clause_is_cut_at_its_sentences():
    text = "7.1 " + "Dues are paid yearly by every member of the Alliance. " * 8
    spans = cut_spans(text, 0, len(text))
    assert [span.kind for span in spans] == ["sentence"] * 8
    assert text[spans[0].start : spans[0].end].startswith("7.1 Dues")


def test_five_megabytes_on_one_line_take_seconds():
    text = "word, " * 800_000
    assert len(cut_spans(text, 0, len(text))) == 1
