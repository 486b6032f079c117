"""Weights of the support score, written by `python -m evals.fit_support`; see there for data and method."""

WEIGHTS = (
    4.5072,  # contained
    1.7579,  # weakest
    -1.0432,  # is_answer
    4.3516,  # answer_contained
    0.26366,  # names_things
    -0.46172,  # named_contained
    0.13324,  # missing_mass
    -0.09573,  # missing_names
    -0.71181,  # missing_facts
    0.074704,  # length
)
BIAS = -4.5392
