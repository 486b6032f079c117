import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.intervals import bootstrap_interval, mcnemar_p, paired_bootstrap_p, quantile_of, wilson_interval


def test_wilson_by_hand() -> None:
    # p = .8, n = 10, z = 1.96: centre (.8 + .19207)/1.38415, half width 1.96 sqrt(.016 + .0096036)/1.38415
    low, high = wilson_interval(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_rate_and_stays_a_rate(counts: tuple[int, int]) -> None:
    hits, n = counts
    low, high = wilson_interval(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_bootstrap_agrees_with_the_normal_interval_of_a_large_sample() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    low, high = bootstrap_interval(list(values))
    half = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.03)
    assert high == pytest.approx(values.mean() + half, abs=0.03)


def test_bootstrap_is_repeatable_and_flat_without_spread() -> None:
    assert bootstrap_interval([1.0, 2.0, 4.0]) == bootstrap_interval([1.0, 2.0, 4.0])
    assert bootstrap_interval([0.5] * 9) == (0.5, 0.5)
    assert bootstrap_interval([0.3]) == (0.3, 0.3)
    low, high = bootstrap_interval(list(range(101)), quantile_of(0.5))
    assert low < 50 < high


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [
        pytest.param(0, 0, 1.0, id="nothing-changed"),
        pytest.param(0, 6, 0.03125, id="six-losses"),  # 2 * 0.5 ** 6
        pytest.param(1, 5, 0.21875, id="one-of-six"),  # 2 * (1 + 6) * 0.5 ** 6
        pytest.param(4, 4, 1.0, id="even"),
    ],
)
def test_mcnemar_by_hand(wins: int, losses: int, p: float) -> None:
    assert mcnemar_p(wins, losses) == pytest.approx(p)
    assert mcnemar_p(losses, wins) == pytest.approx(p)


def test_paired_bootstrap() -> None:
    assert paired_bootstrap_p([0.0] * 10) == 1.0
    assert paired_bootstrap_p([0.4]) == 1.0
    assert paired_bootstrap_p([-0.3, -0.2, -0.4, -0.3, -0.25, -0.35] * 5) < 0.001
    assert paired_bootstrap_p([-0.3, 0.3, -0.2, 0.25, -0.1, 0.1]) > 0.5
