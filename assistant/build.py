"""Putting the parts together: the one place that turns settings into a working assistant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from assistant.access import may_read
from assistant.answering.calibration import calibrate
from assistant.answering.span_vectors import embed_evidence_spans, embed_missing_spans
from assistant.conversation import read_conversation
from assistant.errors import InputError, NotFound
from assistant.guard import Guard
from assistant.respond import Asked, Responder
from assistant.retrieval.search import Scope, Searcher
from assistant.settings import Settings
from assistant.types import Answer, Audience, Hit, IngestReport, Turn
from assistant.words import normalise_text

if TYPE_CHECKING:
    from assistant.ingest.doctor import Diagnosis
    from assistant.library import Library, StoredDocument, StoredText
    from assistant.models import Embedder
    from assistant.vectors import VectorStore

MAX_QUESTION_CHARS = 4000
"""Longer text is a document, not a question."""
MAX_TURNS = 40
Progress = Callable[[int, int], None]


class Destination(NamedTuple):
    """Where a question's text goes: `machine`, or a model `server` with its host."""

    kind: Literal["machine", "server"]
    model: str | None = None
    host: str | None = None

    @classmethod
    def of(cls, model: str | None, host: str | None) -> Self:
        """Give it for a chat model; of an unknown host the provider's name is all there is."""
        if model is None:
            return cls("machine")
        is_here = host is not None and (host in ("localhost", "::1") or host.startswith("127."))
        return cls("machine" if is_here else "server", model, host or model.partition(":")[0])


class Assistant:
    """One library with everything that reads and changes it; use it as a context manager.

    The index folder is locked for this process while it is open.
    """

    def __init__(
        self, settings: Settings, library: Library, vectors: VectorStore, embedder: Embedder
    ) -> None:
        from assistant.answering.generative import load_writer
        from assistant.models import load_reranker

        self.settings = settings
        self.library = library
        self.vectors = vectors
        self.embedder = embedder
        self.searcher = Searcher(library, vectors, embedder)
        self.guard = Guard(embedder, cache=settings.cache)
        writer = load_writer(settings, self.searcher, embedder)
        self.responder = Responder(
            library,
            self.searcher,
            lambda evidence: embed_evidence_spans(evidence, library, embedder),
            self.guard,
            evidence_chars=settings.evidence_chars,
            contact=settings.contact,
            writer=writer,
            reranker=load_reranker(settings.reranker) if settings.reranker else None,
        )
        self.destination = Destination.of(settings.chat_model, writer.host if writer else None)
        self._close: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the index folder."""
        while self._close:
            self._close.pop()()

    def on_close(self, release: Callable[[], None]) -> None:
        """Run `release` when the assistant is closed, last added first."""
        self._close.append(release)

    # --- asking -----------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        reader: Audience = "public",
        history: Sequence[Turn] = (),
        as_of: dt.date | None = None,
    ) -> Answer:
        """Answer a question from the documents that its asker may read.

        Raises:
            InputError: the question is empty or too long.
        """
        return self.responder.answer(_asked(question, reader, history, as_of))

    def stream(
        self,
        question: str,
        *,
        reader: Audience = "public",
        history: Sequence[Turn] = (),
        as_of: dt.date | None = None,
    ) -> Generator[Answer]:
        """Yield growing answers; the last one is complete."""
        return self.responder.stream(_asked(question, reader, history, as_of))

    def search(
        self,
        question: str,
        *,
        reader: Audience = "public",
        k: int = 10,
        as_of: dt.date | None = None,
        history: Sequence[Turn] = (),
    ) -> list[Hit]:
        """Give the best `k` passages for a question, drafts and superseded ones included for staff."""
        asked = _asked(question, reader, history, as_of)
        scope = Scope(reader, as_of, include_archived=reader == "staff" and as_of is None)
        return self.searcher.search(read_conversation(asked.text, asked.history), scope, k=k).hits

    # --- reading ----------------------------------------------------------------------------------

    def documents(self, reader: Audience = "public") -> list[StoredDocument]:
        """List the live documents a reader may read, by id."""
        return self.library.documents(reader)

    def show(self, document: str, revision: str | None = None, *, reader: Audience = "public") -> StoredText:
        """Give a document's text and provenance.

        Raises:
            NotFound: there is none, or the reader may not read it; the two look alike.
        """
        # First the audience alone: reading a long hidden text would take longer than finding none.
        audience = self.library.audience_of(document, revision)
        stored = None
        if audience is not None and may_read(reader, audience):
            stored = self.library.document(document, revision)
        if stored is None or not may_read(reader, stored.audience):
            name = document if revision is None else f"{document}@{revision}"
            raise NotFound(
                f"No document {name!r} is available to you.",
                hint="See `assistant documents` for what there is, or ask as a reader with more rights.",
            )
        return stored

    def original_file(self, document: str, *, reader: Audience = "public") -> Path | None:
        """Give the file a document was read from, if it is still there and unchanged in place."""
        self.show(document, reader=reader)
        found = next((d for d in self.library.documents(reader) if d.provenance.id == document), None)
        if found is None or not found.root:
            return None
        path = (Path(found.root) / found.path).resolve()
        inside = path.is_relative_to(Path(found.root).resolve())
        return path if inside and path.is_file() else None

    # --- changing ---------------------------------------------------------------------------------

    def ingest(self, paths: Iterable[Path], progress: Progress | None = None) -> IngestReport:
        """Add or update the documents of files and folders; nothing is removed."""
        from assistant.ingest.sync import ingest_paths

        report = ingest_paths(
            list(paths), library=self.library, vectors=self.vectors, embedder=self.embedder, progress=progress
        )
        self._prepare_to_answer(progress)
        return report

    def sync(self, folder: Path, progress: Progress | None = None, *, force: bool = False) -> IngestReport:
        """Make the library hold what a folder holds: add, update, and remove what is gone.

        A folder that lost most of its documents, perhaps because it is not mounted, takes none along without `force`.
        """
        from assistant.ingest.sync import sync_folder

        report = sync_folder(
            folder,
            library=self.library,
            vectors=self.vectors,
            embedder=self.embedder,
            progress=progress,
            force=force,
        )
        self._prepare_to_answer(progress)
        return report

    def _prepare_to_answer(self, progress: Progress | None) -> None:
        """Do at ingest what the first reader would otherwise wait for."""
        embed_missing_spans(self.library, self.embedder, progress)
        self.calibrate()
        self.guard.warm_up()

    def calibrate(self) -> None:
        """Measure what this library looks like to questions it does not answer, unless that is known."""
        calibrate(self.library, self.searcher, self.embedder.fingerprint)

    def remove(self, document: str) -> bool:
        """Remove a document from text, lexical index, vectors and caches; `False` when there is none."""
        from assistant.ingest.sync import remove_document

        return remove_document(document, library=self.library, vectors=self.vectors)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make all vectors again from the stored texts; give their number."""
        from assistant.ingest.healing import rebuild

        return rebuild(self.library, self.vectors, self.embedder, progress=progress)

    def diagnose(self) -> Diagnosis:
        """Check the index and say what is wrong and what to do."""
        from assistant.ingest.doctor import diagnose

        return diagnose(self.library, self.vectors, self.embedder)


def _asked(question: str, reader: Audience, history: Sequence[Turn], as_of: dt.date | None) -> Asked:
    text = normalise_text(question).strip()
    if not text:
        raise InputError("The question is empty.", hint="Type a question in English or Chinese.")
    if len(text) > MAX_QUESTION_CHARS:
        raise InputError(
            f"The question has {len(text):,} characters; at most {MAX_QUESTION_CHARS:,} are read.",
            hint="Ask one thing at a time; documents are added with `assistant ingest`.",
        )
    if len(history) > MAX_TURNS:
        history = history[-MAX_TURNS:]
    return Asked(text, Scope(reader, as_of), tuple(history))


def build_assistant(settings: Settings) -> Assistant:
    """Open the index folder and load what answers from it.

    Raises:
        IndexBusy: another process has the folder open.
        IndexMismatch: it was built with another embedder; `assistant rebuild` mends it.
        ModelError: the embedder's weights are not there.
    """
    return open_assistant(settings, check_stamp=True)


def _release(lock: AbstractContextManager[None]) -> None:
    lock.__exit__(None, None, None)


def open_assistant(settings: Settings, *, check_stamp: bool) -> Assistant:
    """Like `build_assistant`; without the stamp check, for `rebuild` and `doctor`."""
    from assistant.ingest.healing import sweep
    from assistant.library import open_library
    from assistant.library.lock import lock_index
    from assistant.library.stamp import check_stamp as check
    from assistant.models import load_embedder
    from assistant.vectors import open_vectors

    lock = lock_index(settings.index)
    lock.__enter__()
    release: list[Callable[[], None]] = [lambda: _release(lock)]
    try:
        library = open_library(settings.index)
        release.append(library.close)
        embedder = load_embedder(settings.embedder, cache=settings.cache, threads=settings.threads)
        if check_stamp:
            check(library, embedder)
        vectors = open_vectors(settings.index, settings.vectors)
        release.append(vectors.close)
        assistant = Assistant(settings, library, vectors, embedder)
        if check_stamp:
            sweep(library, vectors, embedder)
    except BaseException:
        while release:
            release.pop()()
        raise
    for step in release:
        assistant.on_close(step)
    return assistant
