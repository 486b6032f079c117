"""`make torture`: many rounds, and a line for each kind of kill; exit code 1 when anything was wrong."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.torture.rounds import Torture


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=180, help="with a fast stand-in for the embedder")
    parser.add_argument("--real", type=int, default=20, help="with the bundled embedder")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=30, help="stops by itself after this long")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # that vectors are made anew is counted, not printed each time
    print(f"seed {options.seed}", flush=True)
    ends_at = time.monotonic() + 60 * options.minutes
    wrong = 0
    for rounds, real in ((options.rounds, False), (options.real, True)):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            torture = Torture(Path(folder) / "home", seed=options.seed, real=real)
            started = time.monotonic()
            tally = torture.run(rounds, seconds=max(1, ends_at - started))
        wrong += sum(tally.wrong.values())
        print(
            f"{'bundled embedder' if real else 'fast embedder'}: {tally.rounds} of {rounds} rounds in"
            f" {time.monotonic() - started:.0f} s, killed in {dict(tally.killed_in.most_common())};"
            f" {tally.asked} answers before kills, {tally.checked} questions after, vectors made anew"
            f" {tally.repaired} times; wrong {dict(tally.wrong)}",
            flush=True,
        )
        print(*tally.findings[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
