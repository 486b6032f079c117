from collections.abc import Sequence

import numpy as np
import pytest

from assistant.models.remembered import RememberedRows


class Counting:
    """Gives each text a row that tells it apart; `asked` holds every text worked out."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked.extend(texts)
        return np.array([[len(text), sum(map(ord, text))] for text in texts], np.float32).reshape(-1, 2)


@pytest.mark.parametrize("texts", [["a"], ["a", "bb", "a"], ["\ud800", ""], []], ids=repr)
def test_rows_are_those_of_the_encoder_whether_known_or_not(texts: list[str]) -> None:
    remembered, encode = RememberedRows(), Counting()
    for _ in range(2):
        assert np.array_equal(remembered.rows(texts, encode), Counting()(texts))
    assert encode.asked == list(dict.fromkeys(texts))


def test_the_oldest_is_forgotten_first() -> None:
    remembered, encode = RememberedRows(size=2), Counting()
    for text in ("a", "b", "a", "c", "a", "b"):
        remembered.rows([text], encode)
    assert encode.asked == ["a", "b", "c", "b"]
    assert len(remembered.rows(["x", "y", "z"], encode)) == 3


def test_it_holds_no_text() -> None:
    remembered = RememberedRows()
    remembered.rows(["a secret zyzzyva"], Counting())
    assert "zyzzyva" not in repr(vars(remembered))
