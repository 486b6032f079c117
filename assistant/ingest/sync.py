"""Bring the library in step with files: what is new, changed, unchanged, gone."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.errors import AssistantError, FileRejected, InputError, UnreadableFile
from assistant.guarding.instructions import describe_instructions, find_instructions
from assistant.ingest.healing import Sweep, cut_document, rebuild, sweep
from assistant.ingest.publishing import Prepared, delete_retired, publish_batch, refresh_archive
from assistant.ingest.readers.process import READING
from assistant.ingest.sources import find_sources
from assistant.library import Library, StoredSource
from assistant.library.stamp import check_stamp, make_stamp
from assistant.models import Embedder
from assistant.types import FailedFile, IngestReport, SourceFile
from assistant.vectors import VectorStore

__all__ = ["Sweep", "ingest_paths", "rebuild", "remove_document", "sweep", "sync_folder"]

BATCH_PASSAGES = 128
"""Passages published together: enough to sort by length for the embedder, few enough to lose to a kill."""

MANY_GONE = 5
"""Fewer may be more than half of a small library, and are easily taken again."""

Progress = Callable[[int, int], None]


def sync_folder(
    folder: Path,
    *,
    library: Library,
    vectors: VectorStore,
    embedder: Embedder,
    progress: Progress | None = None,
    force: bool = False,
) -> IngestReport:
    """Make the library hold what a folder holds; documents from elsewhere stay.

    A file that is there but cannot be read keeps the revision that was read last. When the folder holds no document
    any more, or lost most of what it gave, nothing is removed: it may not be mounted. The report says so.

    Args:
        force: Remove all the same.
        progress: Called with the files done and their number.

    Raises:
        InputError: there is no such folder.
        IndexMismatch: the index was built with another embedder.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {str(folder)!r}.", hint="Name the folder of your documents.")
    found = find_sources(folder)
    run = _Run(library, vectors, embedder, progress)
    run.take(found.sources, found.failed)
    gone = run.find_vanished(folder.resolve())
    if force or not run.hold_back(gone, folder):
        run.report.removed.extend(gone)
        _remove(gone, library, vectors)
    run.finish()
    return run.report


def ingest_paths(
    paths: Iterable[Path],
    *,
    library: Library,
    vectors: VectorStore,
    embedder: Embedder,
    progress: Progress | None = None,
) -> IngestReport:
    """Add or update the documents of files and folders; nothing is removed.

    Raises:
        IndexMismatch: the index was built with another embedder.
    """
    run = _Run(library, vectors, embedder, progress)
    sources: dict[Path, SourceFile] = {}
    failed: list[FailedFile] = []
    for path in paths:
        try:
            found = find_sources(path)
        except (FileRejected, InputError) as error:
            failed.append(FailedFile(str(path), error.message, error.hint))
            continue
        failed.extend(found.failed)
        for source in found.sources:
            sources.setdefault(_place(source), source)
    run.take([run.keep_root(source) for source in sources.values()], failed)
    run.finish()
    return run.report


def remove_document(document: str, *, library: Library, vectors: VectorStore) -> bool:
    """Remove a document from text, lexical index, caches and vectors; `False` when there is none.

    A later sync of its folder takes it again while its file is there.
    """
    removed = _remove([document], library, vectors)
    if removed:
        refresh_archive(library, vectors, None)
        vectors.settle()
    return bool(removed)


def _remove(ids: Sequence[str], library: Library, vectors: VectorStore) -> list[str]:
    before = [library.passage_ids(document=document) for document in ids]
    removed = library.remove_all(ids)
    for by_collection in before:
        delete_retired(vectors, by_collection, {})
    return removed


def _place(source: SourceFile | StoredSource) -> Path:
    return Path(source.root) / source.path


@dataclass
class _Run:
    """One walk over files, in path order, so that the first of two files with one id wins each time."""

    library: Library
    vectors: VectorStore
    embedder: Embedder
    progress: Progress | None
    report: IngestReport = field(default_factory=IngestReport)

    def __post_init__(self) -> None:
        check_stamp(self.library, self.embedder)
        if self.library.stamp() is None:
            self.library.write_stamp(make_stamp(self.embedder))
        stored = self.library.sources()
        self._stored_by_place = {_place(source): source for source in stored}
        self._stored_by_id = {source.document: source for source in stored}
        self._claimed: dict[str, Path] = {}
        self._failed_places: set[Path] = set()
        self._batch: list[Prepared] = []
        self._found = 0

    def keep_root(self, source: SourceFile) -> SourceFile:
        """Leave a file that is named by itself with the folder it was synced with."""
        stored = self._stored_by_place.get(_place(source))
        return replace(source, root=stored.root, path=stored.path) if stored else source

    def take(self, sources: Sequence[SourceFile], failed: Iterable[FailedFile]) -> None:
        """Publish what is new or changed among `sources`; note the rest."""
        self.report.failed.extend(failed)
        self._found = len(sources)
        places = {_place(source) for source in sources}
        for number, source in enumerate(sources, start=1):
            try:
                self._take_one(source, places)
            except AssistantError as error:
                self._fail(source, error.message, error.hint)
            except Exception as error:  # a reader's own fault must not stop the others
                reason = f"{source.path!r} could not be read: {type(error).__name__}: {error}"
                self._fail(source, reason[:500], "Save it anew in its own program, or convert it to PDF.")
            if sum(len(prepared.passages) for prepared in self._batch) >= BATCH_PASSAGES:
                self._publish()
            if self.progress:
                self.progress(number, len(sources))
        self._publish()

    def find_vanished(self, folder: Path) -> list[str]:
        """List stored documents of a folder whose files are gone or now hold other documents."""
        return [
            document
            for document, source in sorted(self._stored_by_id.items(), key=lambda item: item[1].path)
            if document not in self._claimed and self._is_vanished(source, folder)
        ]

    def hold_back(self, gone: Sequence[str], folder: Path) -> bool:
        """Report, instead of removing, what a folder emptied by mistake would take along; `False` for a usual loss."""
        inside = folder.resolve()
        given = sum(_place(source).is_relative_to(inside) for source in self._stored_by_id.values())
        most = len(gone) >= MANY_GONE and 2 * len(gone) > given
        if not gone or (self._found and not most):
            return False
        self.report.held.extend(gone)
        self.report.failed.append(
            FailedFile(
                str(folder),
                f"The files of {len(gone)} of its {given} documents are gone; none was removed.",
                "Check that the folder is whole and mounted. If they are to go, run"
                f" `assistant sync {shlex.quote(str(folder))} --force`, or confirm it on the Library page.",
            )
        )
        return True

    def finish(self) -> None:
        """Bring the archive up to date, purge what nothing refers to, and make the vectors safe on disk."""
        refresh_archive(self.library, self.vectors, self.embedder)
        self.library.purge_cache()
        self.vectors.settle()

    def _is_vanished(self, source: StoredSource, folder: Path) -> bool:
        place = _place(source)
        if not place.is_relative_to(folder) or place in self._failed_places:
            return False
        # A folder that cannot be listed is among them, and stands for all that it holds.
        failed = {folder / failed.path for failed in self.report.failed}
        if not failed.isdisjoint((place, *place.parents)):
            return False
        return Path(source.root) == folder or not place.exists()

    def _take_one(self, source: SourceFile, places: set[Path]) -> None:
        place = _place(source)
        stored = self._stored_by_place.get(place)
        if stored is not None and stored.sha256 == source.sha256:
            self._claim(stored.document, source, places)
            if stored.root != source.root:
                self.library.move_source(stored.document, source)
            self.report.unchanged += 1
            return
        document = READING.read(source)
        document_id = document.provenance.id
        self._claim(document_id, source, places)
        planted = describe_instructions(document.text, find_instructions(document.text))
        self.report.warnings.extend(f"{source.path}: {note}" for note in (*document.notes, *planted))
        known = self._stored_by_id.get(document_id)
        if known is not None and known.revision == document.revision:
            self.library.move_source(document_id, source)
            self.library.replace_questions(document_id, document.questions)
            self.report.unchanged += 1
            return
        passages = cut_document(document, self.embedder)
        if not passages:
            raise UnreadableFile(
                f"{source.path!r} has no text.",
                hint="Scanned pages need the `ocr` extra; or remove the file.",
            )
        self._batch.append(Prepared(source, document, passages))

    def _claim(self, document: str, source: SourceFile, places: set[Path]) -> None:
        """Take an id for a file.

        Raises:
            InputError: another file has it: an earlier one of this run, or a stored one elsewhere.
        """
        place = _place(source)
        owner = self._claimed.get(document)
        stored = self._stored_by_id.get(document)
        if owner is None and stored is not None and _place(stored) not in places | {place}:
            owner = _place(stored) if _place(stored).exists() else None
        if owner is not None and owner != place:
            root = Path(source.root)
            name = owner.relative_to(root).as_posix() if owner.is_relative_to(root) else str(owner)
            raise InputError(
                f"{source.path!r} has the id {document!r}, which {name!r} has already.",
                hint="Give one of the two another id, or index the second folder apart (ASSISTANT_INDEX).",
            )
        self._claimed[document] = place

    def _fail(self, source: SourceFile, reason: str, hint: str) -> None:
        self._failed_places.add(_place(source))
        self.report.failed.append(FailedFile(source.path, reason, hint))

    def _publish(self) -> None:
        if not self._batch:
            return
        batch, self._batch = self._batch, []
        publish_batch(batch, library=self.library, vectors=self.vectors, embedder=self.embedder)
        for document in _ids(batch):
            known = document in self._stored_by_id
            (self.report.updated if known else self.report.added).append(document)


def _ids(batch: Sequence[Prepared]) -> Iterator[str]:
    return (prepared.document.provenance.id for prepared in batch)
