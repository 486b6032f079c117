"""`python -m evals`: run the cases, read and compare runs, and ask third-party sets."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AssistantError
from assistant.settings import load_settings
from evals import set_commands

if TYPE_CHECKING:
    from evals.results import RunResult

app = typer.Typer(
    name="evals",
    help="Measure the assistant: cases of our own, and third-party sets. Everything runs offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(set_commands.app)  # without a name, so its commands stand beside the others

BASELINE = Path(__file__).parent / "baseline.json"
README = Path(__file__).parent / "README.md"

SuiteOption = Annotated[str, typer.Option(help="dev, report, all, or a tag of the cases.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Take only the first cases or queries.")]
CorpusOption = Annotated[Path, typer.Option("--corpus", help="Folder of the documents.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of the index; it is synced first.")]
WorkersOption = Annotated[
    int, typer.Option(min=1, max=32, help="Questions asked at once; 1 times them truly.")
]
CasesOption = Annotated[
    list[Path] | None, typer.Option("--cases", help="Case files in place of the shipped ones.")
]


@app.command()
def run(
    suite: SuiteOption = "dev",
    limit: LimitOption = None,
    workers: WorkersOption = 1,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; one begun before goes on.")] = None,
    cases: CasesOption = None,
    corpus: CorpusOption = Path("corpus"),
    index: IndexOption = None,
) -> None:
    """Ask every case of a suite and write run.json, report.html and report.md."""
    from evals.session import RUNS, Plan, run_suite

    folder = out or RUNS / f"{suite}-{dt.datetime.now():%Y%m%d-%H%M%S}"
    result = run_suite(Plan(suite, corpus, limit, workers, cases, index), folder)
    _write_reports([result], folder)
    _print_headline(result)
    print(f"\n{folder / 'report.html'}")


@app.command()
def report(
    runs: list[Path],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; default that of the last run.")
    ] = None,
    readme: Annotated[
        bool, typer.Option("--readme", help="Also put the numbers into evals/README.md.")
    ] = False,
) -> None:
    """Write one page for one or more runs, and the last one as Markdown."""
    from evals.markdown import fill_results
    from evals.results import load_run

    folder = out or (runs[-1] if runs[-1].is_dir() else runs[-1].parent)
    loaded = [load_run(path) for path in runs]
    _write_reports(loaded, folder)
    if readme:
        README.write_text(fill_results(README.read_text(encoding="utf-8"), loaded[-1]), encoding="utf-8")
    print(folder / "report.html")


@app.command()
def compare(before: Path, after: Path) -> None:
    """Compare two runs case by case; exit code 1 when a metric lost significantly."""
    from evals.compare import TIMED, compare_tables, load_table, shared_cases
    from evals.markdown import write_comparison
    from evals.metrics import METRICS

    a, b = load_table(before), load_table(after)
    differences = compare_tables(a, b, METRICS)
    names = (before.stem, after.stem) if before.stem != after.stem else ("before", "after")
    print(write_comparison(differences, shared=len(shared_cases(a, b)), names=names))
    if any(d.is_loss for d in differences if d.metric.name not in TIMED):
        sys.exit(1)


@app.command()
def gate(
    baseline: Annotated[Path, typer.Option(help="Scores to hold against.")] = BASELINE,
    given: Annotated[
        Path | None, typer.Option("--run", help="A finished run; default asks the suite now.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Make the run the new baseline instead.")] = False,
    suite: SuiteOption = "dev",
    workers: WorkersOption = 2,
    cases: CasesOption = None,
    corpus: CorpusOption = Path("corpus"),
    index: IndexOption = None,
) -> None:
    """Fail on a leak, a superseded citation, an unsupported sentence, a crash or a significant loss."""
    from evals.compare import write_baseline
    from evals.gate import changed_conditions, judge_gate, load_baseline
    from evals.results import load_run
    from evals.session import RUNS, Plan, run_suite

    # Read before anything is asked: a missing baseline should not cost minutes.
    finished = None if given is None else load_run(given)
    table = None if update else load_baseline(baseline, finished.manifest.suite if finished else suite)
    if finished is None:
        folder = RUNS / f"gate-{dt.datetime.now():%Y%m%d-%H%M%S}"
        finished = run_suite(Plan(suite, corpus, None, workers, cases, index), folder)
        _write_reports([finished], folder)
        print(folder / "report.html")
    _print_headline(finished)
    if table is None:
        baseline.write_text(write_baseline(finished), encoding="utf-8")
        print(f"\nNew baseline: {baseline.name}, {len(finished.outcomes)} cases.")
        return
    for note in changed_conditions(table.manifest, finished.manifest):
        print(f"\nNote: {note}.")
    breaches = judge_gate(finished, table)
    for breach in breaches:
        print(f"\nGATE: {breach.reason}\n  {', '.join(breach.cases[:20])}")
    if breaches:
        print("\nThe gate is shut. Mend the losses, or accept them: python -m evals gate --run RUN --update")
        sys.exit(1)
    print("\nThe gate is open: no leak, nothing out of force, every sentence carried, no significant loss.")


@app.command()
def check(
    cases: CasesOption = None,
    corpus: CorpusOption = Path("corpus"),
    quotas: Annotated[bool, typer.Option(help="Also check the shares of the whole set.")] = True,
    also: Annotated[
        bool, typer.Option("--also", help="List other places that state a gold's facts; takes a minute.")
    ] = False,
) -> None:
    """Check the cases: gold that occurs, no duplicates across the halves, the shares that are asked for."""
    from evals.also import find_candidates, write_candidates
    from evals.cases import load_cases
    from evals.check import check_cases, shares
    from evals.sources import read_corpus

    loaded, texts = load_cases(cases or None), read_corpus(corpus)
    if also:
        print(write_candidates(list(find_candidates(loaded, texts))))
    problems = check_cases(loaded, texts, quotas=quotas)
    for problem in problems:
        print(f"{problem.case or 'all'}: {problem.text}")
    found = ", ".join(f"{share:.0%} {name}" for name, share in shares(loaded).items())
    print(f"{len(loaded)} cases, {len(problems)} problems; without blind cases {found}")
    if problems:
        sys.exit(1)


@app.command()
def judge(
    run: Path,
    model: Annotated[str, typer.Option(help="The judge, PROVIDER:NAME; not the model that answered.")],
    base_url: Annotated[str | None, typer.Option(help="OpenAI-compatible server of the judge.")] = None,
    limit: LimitOption = None,
) -> None:
    """Let a chat model judge the answers of a finished run; kept apart in judge-MODEL.json beside it."""
    from assistant.models.chat import load_chat_model
    from evals.judge import TIMEOUT_SECONDS, judge_run, write_opinions
    from evals.results import load_run
    from evals.run import show_progress

    loaded = load_run(run)
    judged = judge_run(
        loaded,
        load_chat_model(model, base_url=base_url, timeout_seconds=TIMEOUT_SECONDS),
        model,
        watch=lambda outcomes: show_progress(outcomes, "Judging", len(outcomes)),
        limit=limit,
    )
    name = "".join(letter if letter.isalnum() else "-" for letter in model)
    path = (run if run.is_dir() else run.parent) / f"judge-{name}.json"
    path.write_text(judged.model_dump_json(indent=1), encoding="utf-8")
    print(f"{write_opinions(judged, loaded)}\n\n{path}")


@app.command()
def gaps(
    out: Annotated[Path | None, typer.Option("--out", help="Lines of candidate cases.")] = None,
    index: IndexOption = None,
) -> None:
    """Group the questions that got no answer in use, and export them as candidates for cases."""
    from assistant.build import build_assistant
    from assistant.library.database import check_library
    from evals.gaps import group_gaps, write_candidates

    settings = load_settings(index=index)
    check_library(settings.index)
    with build_assistant(settings) as assistant:
        groups = group_gaps(assistant.library.journal.gaps(), assistant.embedder.encode_queries)
    for group in groups:
        print(
            f"{group.asked:4} {group.gaps[0].question}"
            + f"  (+{len(group.gaps) - 1})" * (len(group.gaps) > 1)
        )
    if out is not None:
        out.write_text(write_candidates(groups), encoding="utf-8")
    print(f"{len(groups)} questions without an answer.")


def _write_reports(runs: list[RunResult], folder: Path) -> None:
    from evals.markdown import write_report
    from evals.report import draw_report

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(draw_report(runs), encoding="utf-8")
    (folder / "report.md").write_text(write_report(runs[-1]), encoding="utf-8")


def _print_headline(result: RunResult) -> None:
    from evals.estimate import estimate_all
    from evals.markdown import write_table
    from evals.metrics import METRICS

    print(write_table(METRICS, estimate_all(METRICS, result.outcomes)))


def main() -> None:
    """Run the command; a mistake of the caller is two lines, not a traceback."""
    try:
        app()
    except AssistantError as error:
        print(f"Error: {error.message}\n{error.hint}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
