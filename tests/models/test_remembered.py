from collections.abc import Sequence

import pytest

from assistant.models.remembered import Remembered


class Counting:
    """Gives each text a value that tells it apart; `asked` holds every text worked out."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Sequence[tuple[int, int]]:
        self.asked.extend(texts)
        return [(len(text), sum(map(ord, text))) for text in texts]


@pytest.mark.parametrize("texts", [["a"], ["a", "bb", "a"], ["\ud800", ""], []], ids=repr)
def test_values_are_those_of_the_encoder_whether_known_or_not(texts: list[str]) -> None:
    remembered, encode = Remembered[tuple[int, int]](), Counting()
    for _ in range(2):
        assert remembered.fetch(texts, encode) == Counting()(texts)
    assert encode.asked == list(dict.fromkeys(texts))


def test_the_oldest_is_forgotten_first() -> None:
    remembered, encode = Remembered[tuple[int, int]](size=2), Counting()
    for text in ("a", "b", "a", "c", "a", "b"):
        remembered.fetch([text], encode)
    assert encode.asked == ["a", "b", "c", "b"]
    assert len(remembered.fetch(["x", "y", "z"], encode)) == 3


def test_it_holds_no_text() -> None:
    remembered = Remembered[tuple[int, int]]()
    remembered.fetch(["a secret zyzzyva"], Counting())
    assert "zyzzyva" not in repr(vars(remembered))
