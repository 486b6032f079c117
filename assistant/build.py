"""Putting the parts together: the one place that turns settings into a working assistant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from assistant.access import may_read
from assistant.destination import Destination
from assistant.errors import InputError, NotFound
from assistant.opening import Opening
from assistant.settings import Settings
from assistant.types import Answer, Audience, Hit, IngestReport, Turn
from assistant.words import drop_invisible, normalise_text

if TYPE_CHECKING:
    from assistant.guard import Guard
    from assistant.ingest.doctor import Diagnosis
    from assistant.library import Library, StoredDocument, StoredText
    from assistant.models import Embedder
    from assistant.parts import Parts
    from assistant.respond import Asked, Responder
    from assistant.retrieval.search import Searcher
    from assistant.vectors import VectorStore

MAX_QUESTION_CHARS = 4000
"""Longer text is a document, not a question."""
MAX_TURNS = 40
Progress = Callable[[int, int], None]


class Assistant:
    """One library with everything that reads and changes it; use it as a context manager.

    The index folder is locked for this process while it is open. Documents can be listed and read at once;
    what embeds or searches waits until `open` has loaded the parts, and questions until it has returned.
    """

    def __init__(self, settings: Settings, library: Library, load: Callable[[], Parts]) -> None:
        self.settings = settings
        self.library = library
        library.journal.keep_for(settings.journal_days or None)
        self.opening = Opening(load)
        self._releases = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self, prepare: Callable[[], None] | None = None) -> Self:
        """Load the parts and let questions through; once, from any thread.

        Args:
            prepare: What comes before the first question, such as a sync.

        Raises:
            AssistantError: the parts cannot be loaded, or `prepare` raised it; who waits gets it, too.
        """
        self.opening.run(prepare)
        return self

    def close(self) -> None:
        """Release the index folder; waits for an opening that is going on."""
        self.opening.wait_until_idle()
        self._releases.close()

    def on_close(self, release: Callable[[], None]) -> None:
        """Run `release` when the assistant is closed, last added first."""
        self._releases.callback(release)

    @property
    def vectors(self) -> VectorStore:
        """The vectors of the library."""
        return self.opening.parts().vectors

    @property
    def embedder(self) -> Embedder:
        """The model that made them."""
        return self.opening.parts().embedder

    @property
    def searcher(self) -> Searcher:
        """Finds passages."""
        return self.opening.parts().searcher

    @property
    def guard(self) -> Guard:
        """Tells what must not go on."""
        return self.opening.parts().guard

    @property
    def responder(self) -> Responder:
        """Answers, also while `open` prepares."""
        return self.opening.parts().responder

    @property
    def destination(self) -> Destination:
        """Where the text of a question goes; the page says so before anything can be typed."""
        if self.settings.chat_model is None:
            return Destination("machine")
        return self.opening.parts(patience_seconds=60).destination

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
            LibraryOpening: the library is not open in time.
        """
        self.opening.check_open()
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
        self.opening.check_open()
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
        from assistant.conversation import read_conversation
        from assistant.retrieval.search import Scope

        self.opening.check_open()
        asked = _asked(question, reader, history, as_of)
        scope = Scope(reader, as_of, include_archived=reader == "staff" and as_of is None)
        return self.searcher.search(read_conversation(asked.text, asked.history), scope, k=k).hits

    def warm_up(self) -> None:
        """Answer once for nobody, also before it is open: models load what they load at the first question."""
        self.responder.answer(_asked("warm", "public", (), None))

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
        report.warnings.extend(self._prepare_to_answer(progress))
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
        report.warnings.extend(self._prepare_to_answer(progress))
        return report

    def _prepare_to_answer(self, progress: Progress | None) -> list[str]:
        """Do at ingest what the first reader would otherwise wait for; give what staff should know of it."""
        from assistant.answering.span_vectors import embed_missing_spans
        from assistant.ingest.publishing import embed_questions, fill_tokens

        fill_tokens(self.library, self.embedder)
        embed_questions(self.library, self.embedder, progress)
        embed_missing_spans(self.library, self.embedder, progress)
        notes = self.calibrate(progress)
        self.guard.warm_up()
        return notes

    def calibrate(self, progress: Progress | None = None) -> list[str]:
        """Measure what this library looks like to questions it does not answer, unless that is known.

        A configured reranker is measured on it, too.

        Args:
            progress: Called with the questions asked, then with those that the reranker has read, and their number.

        Returns:
            A line on the reranker when it was measured anew.
        """
        from assistant.answering.calibration import calibrate
        from assistant.answering.second_look import measure_reranker, read_contrasts

        calibrate(self.library, self.searcher, self.embedder.fingerprint, progress)
        if (reranker := self.opening.parts().reranker) is None:
            return []
        known = read_contrasts(self.library)
        measured = measure_reranker(
            self.library, self.searcher, reranker, self.embedder.fingerprint, progress
        )
        return [] if measured == known else [f"{reranker.name}: {measured.describe()}"]

    def remove(self, document: str) -> bool:
        """Remove a document from text, lexical index, vectors and caches; `False` when there is none."""
        from assistant.ingest.sync import remove_document

        return remove_document(document, library=self.library, vectors=self.vectors)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Make all vectors again from the stored texts; give their number."""
        from assistant.ingest.healing import rebuild
        from assistant.ingest.publishing import embed_questions

        passages = rebuild(self.library, self.vectors, self.embedder, progress=progress)
        embed_questions(self.library, self.embedder, progress)
        return passages

    def diagnose(self) -> Diagnosis:
        """Check the index and say what is wrong and what to do."""
        from assistant.ingest.doctor import diagnose

        return diagnose(self.library, self.vectors, self.embedder)


def _asked(question: str, reader: Audience, history: Sequence[Turn], as_of: dt.date | None) -> Asked:
    from assistant.respond import Asked
    from assistant.retrieval.search import Scope

    text = drop_invisible(normalise_text(question)).strip()
    if not text:
        raise InputError("The question is empty.", hint="Type a question in English or Chinese.")
    if len(text) > MAX_QUESTION_CHARS:
        raise InputError(
            f"The question has {len(text):,} characters; at most {MAX_QUESTION_CHARS:,} are read.",
            hint="Ask one thing at a time; documents are added with `assistant ingest`.",
        )
    if len(history) > MAX_TURNS:
        history = history[-MAX_TURNS:]
    turns = tuple(turn.model_copy(update={"content": drop_invisible(turn.content)}) for turn in history)
    return Asked(text, Scope(reader, as_of), turns)


def build_assistant(settings: Settings) -> Assistant:
    """Open the index folder and load what answers from it.

    Raises:
        IndexBusy: another process has the folder open.
        IndexMismatch: it was built with another embedder; `assistant rebuild` mends it.
        ModelError: the embedder's weights are not there.
    """
    return open_assistant(settings, check_stamp=True)


def open_assistant(settings: Settings, *, check_stamp: bool) -> Assistant:
    """Like `build_assistant`; without the stamp check, for `rebuild` and `doctor`."""
    assistant = begin_assistant(settings, check_stamp=check_stamp)
    try:
        return assistant.open()
    except BaseException:
        assistant.close()
        raise


def begin_assistant(settings: Settings, *, check_stamp: bool = True) -> Assistant:
    """Open the library alone, in a few milliseconds; the caller calls `open` later, from any thread.

    Raises:
        IndexBusy: another process has the folder open.
    """
    from assistant.library import open_library
    from assistant.library.lock import lock_index

    def load() -> Parts:
        from assistant.parts import load_parts

        return load_parts(settings, library, check_stamp=check_stamp, on_close=assistant.on_close)

    with ExitStack() as releases:
        releases.enter_context(lock_index(settings.index))
        library = open_library(settings.index)
        releases.callback(library.close)
        assistant = Assistant(settings, library, load)
        assistant.on_close(releases.pop_all().close)
    return assistant
