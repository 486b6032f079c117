"""The library page's endpoints: what a reader may see, and for staff how it changes."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import gradio as gr

from assistant.errors import InputError, NotFound
from assistant.ingest.sources import MEDIA_TYPES, QUESTIONS_SUFFIX, SIDECAR_SUFFIXES
from assistant.web.endpoints import shown_errors
from assistant.web.progress import OneAtATime, run_apart, stream_progress
from assistant.web.readers import reader_of, require_staff
from assistant.web.uploads import check_upload

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.types import Audience, IngestReport

UPLOADS = "uploads"
"""Folder below the corpus for files that staff hand in, so that a later sync keeps them."""

CHANGE = OneAtATime("The library is being changed already.")
"""Held by whatever changes the library while the page is served."""


def add_library_endpoints(assistant: Assistant, corpus: Path | None) -> None:
    """Declare `library`, `sync`, `rebuild` and `remove` in the Blocks under construction."""

    @shown_errors
    def library(request: gr.Request) -> dict[str, Any]:
        """List the documents that the reader may see."""
        return {"documents": list_documents(assistant, reader_of(request).audience)}

    @shown_errors
    def sync(force: bool, request: gr.Request) -> Iterator[dict[str, Any]]:
        """Bring the library in line with the corpus folder; progress first, the report last.

        Without `force`, a folder that lost most of its documents takes none along; the report lists them as held.
        """
        require_staff(request)
        yield from stream_progress(
            CHANGE,
            lambda progress: {
                "report": describe_report(assistant.sync(_known(corpus), progress, force=force), corpus)
            },
        )

    @shown_errors
    def rebuild(request: gr.Request) -> Iterator[dict[str, Any]]:
        """Make the vectors anew from the stored texts; progress first."""
        require_staff(request)
        yield from stream_progress(CHANGE, lambda progress: {"rebuilt": assistant.rebuild(progress)})

    @shown_errors
    def remove(document: str, request: gr.Request) -> dict[str, Any]:
        """Take a document out of the library; its file stays where it is."""
        require_staff(request)
        with CHANGE.held():
            if not assistant.remove(document):
                raise NotFound(
                    f"There is no document {document!r}.",
                    hint="It may be removed already; load the page again.",
                )
        return {"removed": document}

    gr.api(library, api_name="library", queue=False)
    gr.api(sync, api_name="sync", concurrency_limit=1)
    gr.api(rebuild, api_name="rebuild", concurrency_limit=1)
    gr.api(remove, api_name="remove", queue=False)


def list_documents(assistant: Assistant, audience: Audience) -> list[dict[str, Any]]:
    """List documents as the page shows them, by kind and title; links to newer versions included."""
    stored = assistant.documents(audience)
    newer = {d.provenance.supersedes: d.provenance.id for d in stored if d.provenance.supersedes}
    rows = [
        d.provenance.model_dump(mode="json")
        | {
            "sample": d.provenance.is_sample,
            "revision": d.revision,
            "passages": d.passages,
            "path": d.path,
            "superseded_by": newer.get(d.provenance.id),
        }
        for d in stored
    ]
    return sorted(rows, key=lambda row: (row["kind"], row["title"], row["id"]))


def take_uploads(
    assistant: Assistant, corpus: Path | None, files: Iterable[tuple[str, Any]]
) -> dict[str, Any]:
    """Keep uploaded files below the corpus and sync it, so that a later sync finds them the same.

    One that the sync refuses is not kept: the file it took the place of is put back.

    Args:
        files: Name and readable binary stream of each.

    Raises:
        InputError: there is no corpus folder, or a file is none that a sync would take; nothing was kept then.
    """
    folder = _known(corpus) / UPLOADS
    named = [(check_upload(name, stream), stream) for name, stream in files]
    _check_questions([name for name, _ in named], folder)
    with CHANGE.held():
        folder.mkdir(parents=True, exist_ok=True)
        for name, _ in named:
            _keep_replaced(folder / name)
        for name, stream in named:
            _put_file(folder / name, stream)
        report = run_apart(lambda: assistant.sync(folder.parent))
        refused = [
            Path(failed.path).name for failed in report.failed if Path(failed.path).parent.name == UPLOADS
        ]
        for name, _ in named:
            if _is_of(name, refused):
                _take_back(folder / name)
            _replaced(folder / name).unlink(missing_ok=True)
        return describe_report(report)


def _check_questions(names: Sequence[str], folder: Path) -> None:
    """Refuse expected questions without their document: a sync would pass them over in silence."""
    for name in (name for name in names if Path(name).suffix.lower() == QUESTIONS_SUFFIX):
        document = name.removesuffix(QUESTIONS_SUFFIX)
        is_document = Path(document).suffix.lower() in MEDIA_TYPES
        if not is_document or (document not in names and not (folder / document).is_file()):
            raise InputError(
                f"There is no uploaded document {document!r} that these questions belong to.",
                hint="Name the file after its document, ending included, as in charter.pdf.questions, and upload both.",
            )


def _is_of(name: str, documents: Iterable[str]) -> bool:
    """Tell whether a file is one of `documents`, or the sidecar or the expected questions of one."""
    if Path(name).suffix.lower() not in (*SIDECAR_SUFFIXES, QUESTIONS_SUFFIX):
        return name in documents
    return any(Path(name).stem in (document, Path(document).stem) for document in documents)


def _keep_replaced(target: Path) -> None:
    if target.exists():
        shutil.copy2(target, _replaced(target))
    else:
        _replaced(target).unlink(missing_ok=True)


def _put_file(target: Path, stream: BinaryIO) -> None:
    """Write a file in one step, whatever ends the program meanwhile."""
    fresh = target.with_name(f".{target.name}.new")  # a sync passes over names with a dot
    try:
        with fresh.open("wb") as file:
            shutil.copyfileobj(stream, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def _replaced(target: Path) -> Path:
    return target.with_name(f".{target.name}.replaced")


def _take_back(target: Path) -> None:
    if _replaced(target).exists():
        os.replace(_replaced(target), target)
    else:
        target.unlink(missing_ok=True)


def describe_report(report: IngestReport, folder: Path | None = None) -> dict[str, Any]:
    """Give an ingest report as JSON; that `folder` itself lost documents is said by `held` alone."""
    rows = dataclasses.asdict(report)
    return rows | {"failed": [row for row in rows["failed"] if folder is None or row["path"] != str(folder)]}


def _known(corpus: Path | None) -> Path:
    if corpus is None or not corpus.is_dir():
        raise InputError(f"There is no corpus folder {str(corpus)!r}.", hint="Start with --corpus FOLDER.")
    return corpus
