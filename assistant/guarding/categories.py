"""The kinds of turns that must not go on, by name."""

from __future__ import annotations

from typing import Literal

Category = Literal[
    "disclosure", "patient_data", "treatment", "emergency", "others_submissions", "override", "misstate", "out_of_scope"
]  # fmt: skip

CATEGORIES: tuple[Category, ...] = (
    "emergency", "patient_data", "disclosure", "override", "others_submissions", "misstate", "treatment", "out_of_scope",
)  # fmt: skip
"""What harms most comes first: the first rule that matches names the category."""

SECRET: frozenset[Category] = frozenset({"disclosure", "patient_data"})
"""Text of these kinds is not shown again either."""
