"""Weights of the support score, written by `python -m evals.fit_support`; see there for data and method."""

WEIGHTS = (
    4.521,  # contained
    1.7133,  # weakest
    -1.0572,  # is_answer
    4.3339,  # answer_contained
    0.27557,  # names_things
    -0.51118,  # named_contained
    0.14946,  # missing_mass
    -0.098202,  # missing_names
    -0.92518,  # missing_facts
    0.08321,  # length
)
BIAS = -4.5225
