"""Where the texts of a corpus come from: the live library, or the folder read without an index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import FileRejected, InputError
from assistant.ingest.readers import read_document
from assistant.ingest.sources import find_sources
from evals.corpus import Corpus, SourceText

if TYPE_CHECKING:
    from assistant.build import Assistant


def library_corpus(assistant: Assistant) -> Corpus:
    """Give all live documents of an open library, whatever their audience."""
    texts = []
    for listed in assistant.documents("staff"):
        stored = assistant.show(listed.provenance.id, reader="staff")
        texts.append(SourceText(stored.provenance, stored.revision, stored.text))
    return Corpus(texts)


def read_corpus(folder: Path) -> Corpus:
    """Read all documents of a folder as ingest would, without an index and without a model.

    Raises:
        InputError: the folder is not there, or one of its files cannot be read.
    """
    found = find_sources(folder)
    texts, failed = [], [f"{one.path}: {one.error}" for one in found.failed]
    for source in found.sources:
        try:
            document = read_document(source)
        except FileRejected as error:
            failed.append(error.message)
            continue
        texts.append(SourceText(document.provenance, document.revision, document.text))
    if failed:
        raise InputError(
            f"{len(failed)} files cannot be read: {failed[0]}", hint="Mend them or take them out."
        )
    return Corpus(texts)
