"""Whole small indexes in a folder: real SQLite, real Chroma, and a way to compare two of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.ingest.doctor import Diagnosis, diagnose
from assistant.ingest.healing import sweep
from assistant.ingest.publishing import embed_questions
from assistant.ingest.sync import sync_folder
from assistant.library import Library, open_library
from assistant.library.database import FILE_NAME
from assistant.types import IngestReport
from assistant.vectors import VectorStore, open_vectors
from tests.fakes import WordEmbeddings

SUBJECTS = (
    "dues",
    "stents",
    "votes",
    "patents",
    "ballots",
    "needles",
    "valves",
    "grants",
    "audits",
    "minutes",
)
"""To write many short rules on other things."""


@dataclass
class Index:
    library: Library
    vectors: VectorStore
    folder: Path
    embedder: WordEmbeddings = field(default_factory=WordEmbeddings)

    def sync(self, corpus: Path, *, force: bool = False) -> IngestReport:
        return sync_folder(
            corpus, library=self.library, vectors=self.vectors, embedder=self.embedder, force=force
        )

    def embed_questions(self) -> int:
        return embed_questions(self.library, self.embedder)

    def diagnose(self) -> Diagnosis:
        return diagnose(self.library, self.vectors, self.embedder)


@contextmanager
def open_index(folder: Path, embedder: WordEmbeddings | None = None) -> Iterator[Index]:
    """Open an index as the program does at its start, healing included."""
    with open_library(folder) as library, closing(open_vectors(folder, None)) as vectors:
        index = Index(library, vectors, folder, embedder or WordEmbeddings())
        sweep(library, vectors, index.embedder)
        yield index


def write_rule(corpus: Path, name: str, text: str, **front: object) -> Path:
    """Write a Markdown document; its id is the name without suffix unless `front` has another."""
    values = {
        "id": Path(name).stem,
        "title": Path(name).stem.title(),
        "status": "official",
        "audience": "public",
        "language": "en",
        **front,
    }
    path = corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(f"{key}: {value}" for key, value in values.items())
    path.write_text(f"---\n{lines}\n---\n{text}\n", encoding="utf-8")
    return path


def dump_index(index: Index) -> dict[str, object]:
    """Give everything that two equal indexes share, whatever way they came about."""
    with closing(sqlite3.connect(index.folder / FILE_NAME)) as db:
        tables = {
            "documents": "SELECT id, revision, path, source_sha256, archived FROM document ORDER BY id",
            "revisions": "SELECT * FROM revision ORDER BY document, revision",
            "passages": "SELECT id, document, start, language, audience, archived, collection, text_sha256,"
            " record FROM passage ORDER BY id",
            "en": "SELECT p.id, l.terms FROM lexical_en l JOIN passage p ON p.number = l.rowid ORDER BY p.id",
            "zh": "SELECT p.id, l.terms FROM lexical_zh l JOIN passage p ON p.number = l.rowid ORDER BY p.id",
            "lexical_rows": "SELECT (SELECT count(*) FROM lexical_en), (SELECT count(*) FROM lexical_zh)",
            "cache": "SELECT fingerprint, text_sha256, vector FROM embedding ORDER BY 1, 2",
            "tokens": "SELECT fingerprint, text_sha256, code, width, bits FROM token_bits ORDER BY 1, 2",
            "stamp": "SELECT value FROM meta WHERE key = 'stamp'",
        }
        dumped: dict[str, object] = {name: db.execute(sql).fetchall() for name, sql in tables.items()}
    dumped["vectors"] = {
        name: {
            passage_id: np.round(row, 4).tolist()
            for passage_id, row in sorted(index.vectors.fetch(name, sorted(index.vectors.ids(name))).items())
        }
        for name in index.vectors.collections()
    }
    return dumped


def folder_holds(folder: Path, *needles: str) -> bool:
    """Tell whether any file below a folder has the bytes of one of the texts."""
    return any(
        needle.encode() in path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        for needle in needles
    )


def folder_holds_vector(folder: Path, row: np.ndarray) -> bool:
    """Tell whether any file below a folder has the first numbers of a vector, at any offset."""
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for offset in range(min(4, len(data))):
            numbers = np.frombuffer(data[offset : offset + (len(data) - offset) // 4 * 4], dtype="<f4")
            with np.errstate(all="ignore"):  # most of it is no number
                starts = np.flatnonzero(np.abs(numbers[: len(numbers) - 3] - row[0]) < 1e-6)
                if any(np.abs(numbers[start : start + 4] - row[:4]).max() < 1e-6 for start in starts):
                    return True
    return False
