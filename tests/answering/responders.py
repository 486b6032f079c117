"""A responder over a small real index, with words in place of a model and nothing held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from assistant.answering.generative import Writer
from assistant.answering.span_vectors import embed_evidence_spans
from assistant.respond import Asked, Responder
from assistant.retrieval.answerable import Grades, Signals
from assistant.retrieval.search import Scope, Searcher
from assistant.types import Answer, Turn
from assistant.verification.alignment import evenly
from tests.fakes import WordEmbeddings
from tests.library.indexes import Index, open_index, write_rule

CONTACT = "desk@alliance.example"


def grades(*, answer: bool = True, partial: bool = False) -> Grades:
    """Give grades that call every evidence an answer, or none."""
    return Grades(
        weights=(0,) * len(Signals._fields),
        bias=0 if partial else 9 if answer else -9,
        answer_from=0.9,
        refuse_below=0.1,
    )


class OpenGuard:
    """Holds nothing back; what a guard does has tests of its own."""

    def screen(self, text: str, history: Sequence[Turn] = ()) -> None:
        return None

    def drop_held_back(self, history: Sequence[Turn]) -> tuple[Turn, ...]:
        return tuple(history)


@contextmanager
def open_rules(folder: Path, rules: Mapping[str, tuple[str, Mapping[str, object]]]) -> Iterator[Index]:
    """Open an index of `{name: (text, front matter)}`."""
    for name, (text, front) in rules.items():
        write_rule(folder / "corpus", f"{name}.md", text, **front)
    with open_index(folder / "index", WordEmbeddings(dimension=512)) as index:
        assert index.sync(folder / "corpus").failed == []
        yield index


def make_responder(
    index: Index, model: BaseChatModel | None = None, *, timeout_seconds: float = 20, **values: object
) -> Responder:
    writer = None
    if model:
        writer = Writer(model, "scripted", lambda _: evenly, None, timeout_seconds=timeout_seconds)
    options = {"evidence_chars": 6000, "contact": CONTACT, "writer": writer, **values}
    return Responder(
        index.library,
        Searcher(index.library, index.vectors, index.embedder),
        lambda evidence: embed_evidence_spans(evidence, index.library, index.embedder),
        OpenGuard(),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )


def asked(text: str, *history: Turn, **scope: object) -> Asked:
    return Asked(text, Scope(**scope), history)  # type: ignore[arg-type]


def codes(answer: Answer) -> list[str]:
    return [notice.code for notice in answer.notices]
