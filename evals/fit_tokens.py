"""Measure what all token vectors of the bundled embedder share, and write it where it is read.

`python -m evals.fit_tokens [--index DIR]` takes the mean of the unit token vectors of every passage of an index of the shipped
corpus. Another mean is another code: `token_code` changes with it, and what libraries keep of tokens is made anew.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant import models
from assistant.library import open_library
from assistant.models.bundled_e5 import TOKEN_MEAN, BundledE5
from assistant.settings import load_settings

DECIMALS = 4


def mean_token(embedder: BundledE5, texts: Iterable[str]) -> list[float]:
    """Give the mean of the unit token vectors of texts, rounded."""
    summed, count = np.zeros(embedder.dimension), 0
    for text in texts:
        tokens = embedder.encode_tokens(text, question=False)
        summed += tokens.sum(axis=0)
        count += len(tokens)
    return [round(float(value), DECIMALS) for value in summed / max(count, 1)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=None)
    options = parser.parse_args(arguments)
    settings = load_settings(index=options.index)
    with open_library(settings.index, read_only=True) as library:
        ids = sorted(set().union(*library.passage_ids().values()))
        passages = library.passages(ids)
    embedder = BundledE5(cache=settings.cache, threads=settings.threads)
    mean = mean_token(embedder, (passages[key].embedded_text for key in ids))
    target = Path(models.__file__).parent / TOKEN_MEAN
    target.write_text(f"{json.dumps(mean)}\n", "ascii")


if __name__ == "__main__":
    main()
