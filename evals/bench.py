"""`python -m evals.bench`: every part of the assistant beside its baseline, in one run and one JSON file.

Without `--sets` it measures what ships: checks of sentences, guard, cases, both languages, speed. With a folder
of third-party sets also search, answerability and support, beside BM25, cosine and rank fusion on the same
index and the BM25 figures of the sets' own READMEs.
"""

from __future__ import annotations

import functools
import json
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from assistant.settings import load_settings
from evals import bench_answers, bench_embedder, bench_guard, bench_support
from evals.baselines import Baselines, given_baselines, rank_baselines
from evals.cases import load_cases
from evals.estimate import Estimate, estimate_all
from evals.markdown import write_table
from evals.metrics import METRICS
from evals.mixed import measure_mixed, paired_cases, write_mixed
from evals.results import git_commit, machine_name
from evals.run import show_progress
from evals.session import RUNS, Plan, open_synced, progress_bar, run_suite
from evals.set_index import SetIndex, open_set
from evals.set_measures import MEASURES, area_under_curve, estimate_set
from evals.set_runs import judge_query, rank_query
from evals.sets import CORPUS, SetQuery, read_judgements, read_queries
from evals.sources import library_corpus, read_corpus
from evals.support_rows import read_support, read_table

OUT = Path("build/bench.json")
TABLE = Path(__file__).parent / "data" / "verification.jsonl"
PASSAGES = 60
ROUNDS = 3


class Part(NamedTuple):
    """One part of the bench: figures for the file, and how they read."""

    figures: Any
    text: str


@dataclass(frozen=True)
class Scale:
    """How much is measured, and where the documents are."""

    corpus: Path
    index: Path | None
    limit: int | None


def bench_verification() -> Part:
    """Give the shares of right verdicts on the hand-made table."""
    rates = bench_support.measure_table(read_table(TABLE))
    figures = bench_support.Figures([], rates).as_json()["rates"]
    return Part(figures, bench_support.write_tables([], rates).strip())


def bench_screening(scale: Scale) -> Part:
    """Give the guard's rates on both halves of its set and of the cases."""
    with open_synced(scale.index, scale.corpus) as assistant:
        outcomes = bench_guard.screen_rows(assistant.guard, bench_guard.SPLITS)
    figures, lines = {}, ["| part | rate | hits of rows, share, 95 % |", "| --- | --- | --- |"]
    for source in bench_guard.SOURCES:
        for split in bench_guard.SPLITS:
            rates = {k: r for k, r in bench_guard.measure(outcomes, source, split).items() if r.of}
            figures[f"{source} {split}"] = {name: rate.as_dict() for name, rate in rates.items()}
            lines += [f"| {source} {split} | {name} | {rate} |" for name, rate in rates.items()]
    return Part(figures, "\n".join(lines))


def bench_cases(scale: Scale) -> Part:
    """Give every metric of the cases, each half by itself."""
    figures, texts = {}, []
    for split in ("dev", "report"):
        plan = Plan(split, scale.corpus, scale.limit, 1, None, scale.index)
        run = run_suite(plan, RUNS / f"bench-{split}-{git_commit()}" / str(scale.limit or "all"))
        found = estimate_all(METRICS, run.outcomes)
        figures[split] = {name: one._asdict() for name, one in found.items()}
        texts.append(f"Cases, {split}\n\n{write_table(METRICS, found)}")
    return Part(figures, "\n\n".join(texts))


def bench_languages(scale: Scale) -> Part:
    """Give recall with both texts of a pair and with either removed, on the dev half."""
    with open_synced(scale.index, scale.corpus) as assistant:
        texts, index = library_corpus(assistant), assistant.settings.index
    cases = paired_cases((case for case in load_cases() if case.split == "dev"), texts)[: scale.limit]
    cells = measure_mixed(index, texts, cases)
    figures = [
        {"questions": c.language, "removed": c.removed, **{k: e._asdict() for k, e in c.estimates.items()}}
        for c in cells
    ]
    return Part(figures, write_mixed(cells))


def bench_speed(scale: Scale) -> Part:
    """Give the embedder's ratio to the C engine of its own weights, and the stages of an answer."""
    embedders = bench_embedder.load_precisions()
    texts = bench_embedder.pack_passages(scale.corpus, embedders["fp32"], PASSAGES)
    speeds = bench_embedder.measure_speed(embedders, texts, ROUNDS)
    with open_synced(scale.index, scale.corpus) as assistant:
        stages = bench_answers.measure_stages(assistant)
    figures = {
        "embedder": {
            "passages": speeds.passages,
            "engine_per_second": speeds.engine_per_second,
            **{name: one._asdict() for name, one in speeds.by_name.items()},
        },
        "answer_seconds": {
            name: {"median": statistics.median(values), "slowest": max(values)}
            for name, values in stages.items()
        },
    }
    text = "\n".join([*bench_embedder.write_speeds(speeds), "", bench_answers.write_stages(stages)])
    return Part(figures, text)


def bench_set(folder: Path, limit: int | None) -> Part:
    """Give search and answerability of one set beside their baselines."""
    queries, judgements = (
        read_queries(folder / "queries.jsonl", limit=limit),
        read_judgements(folder / "qrels.tsv"),
    )
    runs: dict[str, dict[str, list[tuple[str, float]]]] = {}
    best: dict[str, Baselines] = {}
    judged: dict[str, float] = {}
    with progress_bar("Indexing") as progress, open_set(folder, load_settings(), progress) as index:
        for query in show_progress(queries, folder.name, len(queries)):
            best[query.id] = rank_baselines(index, query)
            for name, ranking in (*best[query.id].rankings.items(), *_own_rankings(index, query)):
                runs.setdefault(name, {})[query.id] = ranking
            if query.answerable is not None:
                judged[query.id] = judge_query(index, query, with_history=bool(query.history)).p
    asked = {query: grades for query, grades in judgements.items() if query in best}
    found = {name: estimate_set(run, asked) for name, run in runs.items()}
    given = given_baselines(folder / "README.md")
    areas = _areas(queries, judged, best)
    figures = {
        "queries": len(queries),
        "search": {name: {k: e._asdict() for k, e in by.items()} for name, by in found.items()},
        "bm25_given": given,
        "answerable_auroc": areas,
    }
    return Part(figures, _write_set(found, given, areas))


def _own_rankings(index: SetIndex, query: SetQuery) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    alone = rank_query(index, query, with_history=False)
    yield "assistant", alone
    # Without history it is the same ranking, so that both rows are taken over all questions.
    yield "assistant, with history", rank_query(index, query, with_history=True) if query.history else alone


def _areas(
    queries: list[SetQuery], judged: dict[str, float], best: dict[str, Baselines]
) -> dict[str, float | None]:
    labels = [bool(query.answerable) for query in queries if query.id in judged]
    if len(set(labels)) < 2:
        return {}
    areas = {"assistant": area_under_curve(list(judged.values()), labels)}
    for name in ("bm25", "bm25 a term", "dense"):
        areas[name] = area_under_curve([best[query].best[name] for query in judged], labels)
    return areas


def _write_set(
    found: dict[str, dict[str, Estimate]], given: list[dict[str, str | float]], areas: dict[str, float | None]
) -> str:
    lines = [
        "| ranking | " + " | ".join(MEASURES) + " | nDCG@10, 95 % | n |",
        "| --- |" + " ---: |" * (len(MEASURES) + 2),
    ]
    for row in given:
        values = [str(row.get("MRR@10" if name == "RR@10" else name, "")) for name in MEASURES]
        lines.append(
            f"| BM25 as given: {row['query']} | {' | '.join(values)} | | {row['judged queries']:.0f} |"
        )
    for name, by in found.items():
        if (last := by["nDCG@10"]).value is None:
            continue
        values = [f"{by[measure].value:.3f}" for measure in MEASURES]
        lines.append(f"| {name} | {' | '.join(values)} | {last.low:.3f} – {last.high:.3f} | {last.n} |")
    if areas:
        told = ", ".join(f"{name} {area:.3f}" for name, area in areas.items() if area is not None)
        lines += ["", f"Answerable told from unanswerable, AUROC: {told}."]
    return "\n".join(lines)


def bench_pairs(file: Path) -> Part:
    """Give AUROC of the support score beside word overlap on the same rows."""
    areas = bench_support.measure_areas(read_support(file))
    figures = bench_support.Figures(areas, []).as_json()["areas"]
    return Part(figures, bench_support.write_tables(areas, []))


def list_parts(scale: Scale, sets: Path | None) -> Iterator[tuple[str, Callable[[], Part]]]:
    """Give the parts by name, the quick ones first."""
    yield "verification", bench_verification
    yield "guard", lambda: bench_screening(scale)
    yield "cases", lambda: bench_cases(scale)
    yield "both languages", lambda: bench_languages(scale)
    yield "speed", lambda: bench_speed(scale)
    if sets is None:
        return
    for file in sorted(sets.rglob("support.jsonl")):
        yield "support", functools.partial(bench_pairs, file)
    folders = [path.parent for path in sets.rglob(CORPUS) if (path.parent / "queries.jsonl").exists()]
    for folder in sorted(folders, key=lambda path: (path / CORPUS).stat().st_size):
        yield f"set {folder.name}", functools.partial(bench_set, folder, scale.limit)


def main(
    sets: Annotated[Path | None, typer.Option(help="Folder of third-party sets.", exists=True)] = None,
    only: Annotated[list[str] | None, typer.Option(help="Parts whose name holds this; default all.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="First cases and questions only.")] = None,
    corpus: Annotated[Path, typer.Option(help="Folder of the documents.")] = Path("corpus"),
    index: Annotated[Path | None, typer.Option(help="Folder of the index; it is synced first.")] = None,
    out: Annotated[Path, typer.Option(help="File to write.")] = OUT,
) -> None:
    """Measure everything and write it down; the file grows part by part, so a run cut short is not lost."""
    read_corpus(corpus)  # a wrong folder should not cost minutes
    figures: dict[str, Any] = {"commit": git_commit(), "machine": machine_name(), "limit": limit, "parts": {}}
    out.parent.mkdir(parents=True, exist_ok=True)
    for name, measure in list_parts(Scale(corpus, index, limit), sets):
        if only and not any(word in name for word in only):
            continue
        print(f"Measuring: {name}", file=sys.stderr, flush=True)
        part = measure()
        print(f"\n## {name}\n\n{part.text}")
        figures["parts"][name] = part.figures
        out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{out}")


if __name__ == "__main__":
    typer.run(main)
