from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.tokenizer import E5Tokenizer
from assistant.models.weights import E5Weights
from assistant.words import normalise_text
from tests.models.conftest import TEXTS, EngineOutput

pytestmark = pytest.mark.model


@pytest.mark.parametrize("index", range(len(TEXTS)))
def test_as_many_tokens_as_the_engine(tokenizer: E5Tokenizer, engine: EngineOutput, index: int) -> None:
    assert len(tokenizer.tokenise("passage: " + TEXTS[index])) + 2 == engine.counts[index]


def test_tokens_spell_the_text(tokenizer: E5Tokenizer, weights: E5Weights) -> None:
    pieces = weights.vocabulary.pieces
    spelled = "".join(pieces[i][0] for i in tokenizer.tokenise("经支气管镜 navigation, ＡＢＣ  ﬁ"))
    assert spelled == "▁经支气管镜▁navigation,▁ABC▁fi"


def test_known_ids_of_xlm_roberta(tokenizer: E5Tokenizer) -> None:
    # "▁Hello" and "▁world" have these ids in every XLM-RoBERTa vocabulary.
    assert tokenizer.tokenise("Hello world") == [35378, 8999]


@pytest.mark.parametrize("mark", ["<s>", "</s>", "<pad>", "<unk>", "<mask>"])
def test_a_text_cannot_spell_a_mark(tokenizer: E5Tokenizer, weights: E5Weights, mark: str) -> None:
    marks = {weights.vocabulary.begin, weights.vocabulary.end, weights.vocabulary.pad, 250_001}
    assert not marks & set(tokenizer.tokenise(f"a {mark} b"))


def test_unknown_characters_are_one_token(tokenizer: E5Tokenizer, weights: E5Weights) -> None:
    # Cuneiform is not in the vocabulary.
    assert tokenizer.tokenise("a 𒀀𒀁𒀂").count(weights.vocabulary.unknown) == 1


@given(st.text(st.characters(), max_size=60))
def test_cleaned_text_gives_the_same_tokens(text: str) -> None:
    assert _shared().tokenise(normalise_text(text)) == _shared().tokenise(text)


@given(st.text(st.characters(), max_size=60), st.integers(1, 5))
def test_runs_of_spaces_count_as_one(text: str, count: int) -> None:
    assert _shared().tokenise(f"a{' ' * count}b {text}") == _shared().tokenise(f"a b {text}")


_tokenizers: list[E5Tokenizer] = []


@pytest.fixture(autouse=True)
def _share(tokenizer: E5Tokenizer) -> None:
    # Hypothesis refuses fixtures of function scope only; this hands the session's over.
    _tokenizers[:] = [tokenizer]


def _shared() -> E5Tokenizer:
    return _tokenizers[0]
