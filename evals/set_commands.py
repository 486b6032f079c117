"""The commands for third-party sets: a folder with corpus, questions and judgements, or a file of pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.settings import load_settings

if TYPE_CHECKING:
    from evals.sets import SetQuery

app = typer.Typer()

LimitOption = Annotated[int | None, typer.Option(min=1, help="Take only the first queries or pairs.")]
SetOption = Annotated[Path, typer.Option("--set", help="Folder with corpus.jsonl, queries.jsonl, qrels.tsv.")]
HistoryOption = Annotated[bool, typer.Option("--history", help="Hand earlier turns over with the question.")]
QueriesOption = Annotated[str, typer.Option("--queries", help="File of questions in the folder.")]
FieldOption = Annotated[str, typer.Option("--text-field", help="Key that holds the question.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="File to write.")]


@app.command()
def retrieval(
    folder: SetOption,
    history: HistoryOption = False,
    limit: LimitOption = None,
    out: OutOption = None,
    queries: QueriesOption = "queries.jsonl",
    qrels: Annotated[str, typer.Option(help="File of judgements in the folder.")] = "qrels.tsv",
    text_field: FieldOption = "text",
) -> None:
    """Rank the passages of a third-party set for its questions and print the measures."""
    from evals.run import show_progress
    from evals.session import progress_bar
    from evals.set_index import open_set
    from evals.set_measures import estimate_set
    from evals.set_runs import rank_query, run_values, write_measures
    from evals.sets import read_judgements

    asked, judgements = _read_set(folder, queries, text_field, limit), read_judgements(folder / qrels)
    with progress_bar("Indexing") as progress, open_set(folder, load_settings(), progress) as index:
        run = {
            query.id: rank_query(index, query, with_history=history)
            for query in show_progress(asked, "Asking", len(asked))
        }
    if limit is not None:  # what was not asked is not missing
        judgements = {query: grades for query, grades in judgements.items() if query in run}
    if out is not None:
        _write_json(out, run_values(run))
    if not judgements:
        print(f"{len(run)} questions ranked; without {qrels} there is nothing to measure them by.")
        return
    print(write_measures(estimate_set(run, judgements)))


@app.command()
def answerable(
    folder: SetOption,
    out: OutOption = None,
    history: HistoryOption = False,
    limit: LimitOption = None,
    queries: QueriesOption = "queries.jsonl",
    text_field: FieldOption = "text",
) -> None:
    """Tell which questions of a third-party set its corpus answers."""
    from evals.run import show_progress
    from evals.session import progress_bar
    from evals.set_index import open_set
    from evals.set_runs import answerable_values, judge_query, write_answerability

    asked = _read_set(folder, queries, text_field, limit)
    with progress_bar("Indexing") as progress, open_set(folder, load_settings(), progress) as index:
        found = {
            query.id: judge_query(index, query, with_history=history)
            for query in show_progress(asked, "Asking", len(asked))
        }
    if out is not None:
        _write_json(out, answerable_values(found))
    print(write_answerability(asked, found) or f"{len(found)} questions judged.")


@app.command()
def support(
    file: Annotated[Path, typer.Option("--file", help="Lines of id, source and sentence.")],
    out: OutOption = None,
    limit: LimitOption = None,
) -> None:
    """Check sentences against their sources and print the agreement with people."""
    from evals.run import show_progress
    from evals.support_set import judge_pair, measure_rarity, read_pairs, support_values, write_support_table

    pairs = read_pairs(file)[:limit]
    rarity = measure_rarity(pair.source for pair in pairs)
    verdicts = {pair.id: judge_pair(pair, rarity) for pair in show_progress(pairs, "Checking", len(pairs))}
    if out is not None:
        _write_json(out, support_values(verdicts))
    print(write_support_table(pairs, verdicts) or f"{len(verdicts)} pairs checked.")


def _read_set(folder: Path, queries: str, text_field: str, limit: int | None) -> list[SetQuery]:
    from evals.sets import read_queries

    return read_queries(folder / queries, text_field=text_field, limit=limit)


def _write_json(path: Path, values: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
