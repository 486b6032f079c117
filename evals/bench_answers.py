"""Time the path of an answer on the shipped corpus: `python -m evals.bench_answers [--index DIR]`.

Prints each stage's median and slowest of the dev questions, one at a time, after one to warm up.
Times depend on the machine; compare them only within one run.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.build import Assistant, build_assistant
from assistant.settings import load_settings
from evals.cases import load_cases

QUESTIONS = 60


def measure_stages(assistant: Assistant) -> dict[str, list[float]]:
    """Give the seconds of each stage, and together, of the dev questions."""
    cases = [case for case in load_cases() if case.split == "dev" and not case.history][:QUESTIONS]
    seconds: dict[str, list[float]] = defaultdict(list)
    assistant.ask("warm up")
    for case in cases:
        timings = assistant.ask(case.question, reader=case.role).timings
        for stage, value in timings.items():
            seconds[stage].append(value)
        seconds["together"].append(sum(timings.values()))
    return seconds


def write_stages(seconds: Mapping[str, Sequence[float]]) -> str:
    """Give a line a stage."""
    lines = [f"{len(seconds['together'])} questions, milliseconds: median, slowest"]
    lines += [
        f"{stage:>10} {1000 * statistics.median(values):7.1f} {1000 * max(values):7.1f}"
        for stage, values in seconds.items()
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=None)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    options = parser.parse_args(arguments)
    with build_assistant(load_settings(index=options.index)) as assistant:
        assistant.sync(options.corpus)
        print(write_stages(measure_stages(assistant)))


if __name__ == "__main__":
    main()
