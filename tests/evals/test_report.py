from __future__ import annotations

import html
import html.parser
import re
from pathlib import Path

import pytest
from eval_samples import make_case, make_corpus, quoted_answer
from test_run import CASES, ScriptedAssistant, make_manifest

from assistant.errors import InputError
from assistant.types import Notice
from evals.compare import compare_tables, table_of
from evals.markdown import fill_results, write_comparison, write_report
from evals.metrics import METRIC_BY_NAME, METRICS
from evals.plots import Confidence, brier_score, draw_confidence_histogram, draw_latency, draw_reliability
from evals.report import draw_report
from evals.report_cases import failed_first
from evals.results import RunResult
from evals.run import run_cases
from evals.score import Outcome, score_all
from evals.wording import format_change

CORPUS = make_corpus()
NASTY = "<script>alert(1)</script> | 为什么？"


@pytest.fixture
def run(tmp_path: Path) -> RunResult:
    """Four cases, one of them crashed, and a wrong answer to a question full of markup."""
    good = run_cases(ScriptedAssistant("review 2"), CASES, CORPUS, manifest=make_manifest(), folder=tmp_path)
    case = make_case(id="nasty", question=NASTY, tags=["injection"], facts=[["31 days"]], role="committee")
    answer = quoted_answer(CORPUS, ("minutes.en", "northern hospital"), confidence=0.2)
    notices = [Notice(code="x", text="<img src=x onerror=alert(1)>")]
    outcome = Outcome(case=case, answer=answer.model_copy(update={"notices": tuple(notices)}), seconds=0.3)
    return good.model_copy(update={"outcomes": (*good.outcomes, score_all(METRICS, outcome, CORPUS))})


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("rect", "line", "circle") and self.open[-1] != tag:
            return
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_is_whole_and_needs_no_network(run: RunResult) -> None:
    page = draw_report([run])
    parser = Tags()
    parser.feed(page)
    assert parser.open == []
    assert not re.search(r"https?://|//cdn|@import|url\(", page)
    assert [tag for tag, attrs in parser.seen if "src" in attrs or "href" in attrs] == []
    assert sum(tag == "script" for tag, _ in parser.seen) == 1
    assert "img" not in [tag for tag, _ in parser.seen]


def test_the_page_shows_numbers_and_failures(run: RunResult) -> None:
    page = draw_report([run])
    for metric in METRICS:
        assert html.escape(metric.title) in page
    assert "60.0 %" in page  # 3 of 5 cases right in every part
    assert "&lt;script&gt;" in page
    assert "missing: 31 days" in page
    assert "northern hospital" in page
    assert page.count('<details class="case"') == 2
    assert draw_report([run, run]).count("95 % interval</th>") == 2


def test_failures_come_worst_first(run: RunResult) -> None:
    assert [outcome.case.id for outcome in failed_first(run.outcomes)] == ["case-2", "nasty"]


def test_markdown_holds_the_same(run: RunResult) -> None:
    text = write_report(run)
    assert "| Cases right in every part | 60.0 % | 23.1 – 88.2 | 5 | 0 | 1 |" in text
    assert "<script>" not in text
    assert "- `nasty` &lt;script>alert(1)&lt;/script> \\| 为什么？" in text
    for line in text.splitlines():
        if line.startswith("| ") and "---" not in line:
            assert line.replace("\\|", "").count("|") in (7, 10)


def test_results_go_between_their_marks(run: RunResult) -> None:
    text = "# Evals\n<!-- results -->\nold\n<!-- end of results -->\nrest\n"
    filled = fill_results(text, run)
    assert filled.startswith("# Evals\n<!-- results -->\nSuite “small”: ")
    assert filled.endswith("\n<!-- end of results -->\nrest\n")
    assert "old" not in filled
    assert fill_results(filled, run) == filled
    with pytest.raises(InputError, match="no place"):
        fill_results("# Evals\n", run)


def test_a_comparison_lists_wins_and_losses(run: RunResult) -> None:
    better = run.model_copy(update={"outcomes": tuple(o for o in run.outcomes if o.case.id != "nasty")})
    text = write_comparison(
        compare_tables(table_of(run), table_of(better), METRICS), shared=4, names=("before", "after")
    )
    assert text.startswith("4 cases asked alike in both.")
    assert "| Cases right in every part | 75.0 % | 75.0 % |" in text


def test_brier_by_hand() -> None:
    # (.9 - 1)² + (.2 - 0)² + (.6 - 0)² = .01 + .04 + .36
    pairs = [Confidence(0.9, True), Confidence(0.2, False), Confidence(0.6, False)]
    assert brier_score(pairs) == pytest.approx(0.41 / 3)


def test_figures_of_little_data_can_be_drawn() -> None:
    one = [Confidence(1.0, True)]
    for svg in (
        draw_reliability(one),
        draw_confidence_histogram(one),
        draw_latency([0.0]),
        draw_latency([0.1, 5.0]),
    ):
        assert svg.startswith("<svg")
        assert '"nan' not in svg


@pytest.mark.parametrize(
    ("metric", "written"),
    [
        pytest.param("passed", "+2.5 (-1.0 – +6.0)", id="points, as its values are percentages"),
        pytest.param("nDCG@10", "+0.025 (-0.010 – +0.060)", id="plain"),
        pytest.param("latency_p50", "+25 ms (-10 – +60)", id="time"),
    ],
)
def test_a_change_is_written_in_the_unit_of_its_values(metric: str, written: str) -> None:
    assert format_change(METRIC_BY_NAME[metric], 0.025, -0.01, 0.06) == written
