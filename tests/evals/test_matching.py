import pytest

from evals.metrics.matching import says


@pytest.mark.parametrize(
    ("text", "wording", "expected"),
    [
        pytest.param("within 30 working days", "30 working days", True, id="plain"),
        pytest.param("within 30  working\ndays", "30 Working Days", True, id="space-and-case"),
        pytest.param("三十个工作日内", "30个工作日", True, id="chinese-numeral"),
        pytest.param("３０ 个工作日", "30个工作日", True, id="full-width"),
        pytest.param("thirty working days", "30 working days", True, id="english-number-word"),
        pytest.param("RMB 50,000 a year", "50000", True, id="thousands"),
        pytest.param("130 working days", "30 working days", False, id="inside-a-number"),
        pytest.param("1.30 working days", "30 working days", False, id="after-the-point"),
        pytest.param("Article 7.25", "Article 7.2", False, id="longer-clause-number"),
        pytest.param("nothing is owed", "not", False, id="inside-a-word"),
        pytest.param("two reviewers", "2 reviewer", True, id="plural"),
        pytest.param("the 90-day window", "90 day", False, id="hyphen-counts"),
        pytest.param("the 90‑day window", "90-day", True, id="kinds-of-hyphen"),
        pytest.param("属于**提交人**所有", "提交人所有", True, id="markdown-marks"),
        pytest.param("v2.0 applies", "v2.0", True, id="version"),
        pytest.param("text", "", False, id="empty-wording"),
    ],
)
def test_says(text: str, wording: str, expected: bool) -> None:
    assert says(text, wording) is expected
