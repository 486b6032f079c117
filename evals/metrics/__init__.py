"""The metrics, one small file each; `METRICS` lists them in the order of the report."""

from __future__ import annotations

from evals.metrics.citations import CITATION_PRECISION, CITATION_RECALL
from evals.metrics.completeness import COMPLETENESS
from evals.metrics.forbidden import FORBIDDEN
from evals.metrics.guard import GUARD_KIND, GUARD_PRECISION, GUARD_RECALL
from evals.metrics.language import LANGUAGE
from evals.metrics.latency import LATENCY_P50, LATENCY_P95
from evals.metrics.leaks import LEAKS
from evals.metrics.length import LENGTH
from evals.metrics.passed import PASSED
from evals.metrics.ranking import RANKING
from evals.metrics.refusal import (
    ANSWERED,
    FALSE_REFUSALS,
    HELD,
    PARTIAL,
    REFUSAL_F1,
    REFUSAL_PRECISION,
    REFUSAL_RECALL,
)
from evals.metrics.superseded import SUPERSEDED
from evals.metrics.support import SUPPORT
from evals.score import Metric

METRICS: tuple[Metric, ...] = (
    PASSED,
    COMPLETENESS,
    CITATION_PRECISION,
    CITATION_RECALL,
    SUPPORT,
    FORBIDDEN,
    ANSWERED,
    FALSE_REFUSALS,
    REFUSAL_PRECISION,
    REFUSAL_RECALL,
    REFUSAL_F1,
    HELD,
    PARTIAL,
    GUARD_PRECISION,
    GUARD_RECALL,
    GUARD_KIND,
    LEAKS,
    SUPERSEDED,
    LANGUAGE,
    *RANKING,
    LENGTH,
    LATENCY_P50,
    LATENCY_P95,
)
METRIC_BY_NAME = {metric.name: metric for metric in METRICS}
