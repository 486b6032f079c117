"""Weights of the support score, written by `python -m evals.fit_support`; see there for data and method."""

WEIGHTS = (
    4.0473,  # contained
    1.7601,  # weakest
    -0.88094,  # is_answer
    4.0938,  # answer_contained
    0.1604,  # names_things
    -0.58123,  # named_contained
    0.14734,  # missing_mass
    -0.10698,  # missing_names
    -0.49536,  # missing_facts
    0.068342,  # length
    -2.5935,  # asks
    -0.94282,  # speaks
    -1.0076,  # number_missing
)
BIAS = -3.772
