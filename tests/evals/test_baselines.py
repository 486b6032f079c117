from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.baselines import fuse_ranks, given_baselines

README = """# A set

## Published numbers
| query | nDCG@10 |
|---|---|
| other | 0.9 |

## BM25 on these files
| query | judged queries | R@1 | nDCG@10 |
|---|---|---|---|
| last turn | 208 | 0.073 | 0.266 |
| rewrite | 208 | | 0.313 |

BM25 (k1 = 1.5) over title + text.
"""


def test_fusion_by_hand() -> None:
    fused = fuse_ranks([[("a", 9.0), ("b", 1.0)], [("b", 0.9), ("c", 0.8)]])
    assert [name for name, _ in fused] == ["b", "a", "c"]  # b 1/62 + 1/61, a 1/61, c 1/62
    assert fused[0][1] == pytest.approx(1 / 62 + 1 / 61)


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), max_size=3))
def test_the_order_of_rankings_does_not_matter_to_fusion(names: list[list[str]]) -> None:
    rankings = [[(name, 1.0) for name in ranking] for ranking in names]
    one, other = dict(fuse_ranks(rankings)), dict(fuse_ranks(rankings[::-1]))
    assert one == pytest.approx(other)


def test_the_figures_of_a_readme_are_read(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    assert given_baselines(path) == []
    path.write_text(README, encoding="utf-8")
    assert given_baselines(path) == [
        {"query": "last turn", "judged queries": 208.0, "R@1": 0.073, "nDCG@10": 0.266},
        {"query": "rewrite", "judged queries": 208.0, "nDCG@10": 0.313},
    ]
    path.write_text("# A set without figures\n", encoding="utf-8")
    assert given_baselines(path) == []
