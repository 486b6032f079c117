"""Collections of vectors by passage id, in Chroma; knows nothing of texts, documents or readers.

A folder that `vector_files` finds damaged is emptied when it is opened; the caller fills it again from the
store of record. What is deleted from a folder leaves its files, too: vectors tell a good deal of their texts.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamaged, IndexFolderError, SettingsError
from assistant.types import ScoredId
from assistant.vector_files import blank_unused, find_damage, purge_deleted, remove_manifest, write_manifest

FloatArray = NDArray[np.float32]
Found = TypeVar("Found")
Columns = tuple[Sequence[Any], Sequence[Any]]

HNSW = {"space": "cosine", "ef_search": 256, "ef_construction": 200, "max_neighbors": 32}
"""Measured on 20,000 clustered vectors of 384: recall@50 1.000 in 3.6 ms; still 1.000 after half were deleted."""
SYNC_ROWS = 1000
"""Operations after which Chroma writes a graph to disk and forgets its log of them (`sync_threshold`; its default)."""
BATCH_ROWS = 4000
"""Rows per call; Chroma itself takes at most 5,461."""


def open_vectors(folder: Path | None, url: str | None) -> VectorStore:
    """Open the vectors below an index folder (embedded, one process at a time) or of a Chroma server.

    A URL wins over the folder. A folder whose files are damaged, or that was being written when its process died, comes back empty
    and `VectorStore.repaired` tells so; `sweep` of `assistant.ingest.sync` fills it.

    Raises:
        ValueError: neither is given.
        IndexFolderError: the server does not answer, or the folder cannot be written.
    """
    if url:
        return VectorStore(_connect(url), None)
    if folder is None:
        raise ValueError("give a folder or a URL")
    return _open_folder(folder / "vectors")


class VectorStore:
    """Named collections of unit vectors with one id each; safe to share between threads."""

    def __init__(self, client: Any, folder: Path | None, *, repaired: str = "") -> None:
        self._client = client
        self._folder = folder
        self._lock = threading.RLock()
        self._dirty: set[str] = set()
        self._handles: dict[str, Any] = {}  # a stale one raises, and is asked for again
        self._names: list[str] | None = None  # of a folder's collections, where they are known
        self._names_lock = threading.Lock()
        self._changes = 0  # of those names
        self._holds_deleted = False  # whether the files do
        self.repaired = repaired  # why the folder had to be emptied; "" when it was whole

    def upsert(self, collection: str, ids: Sequence[str], matrix: FloatArray) -> None:
        """Write rows, replacing those of the same id; `matrix` is (n, d) float32.

        Raises:
            IndexDamaged: the collection holds vectors of another dimension, or its files are broken.
        """
        if len(ids) != len(matrix):
            raise ValueError(f"{len(ids)} ids for {len(matrix)} rows")
        with self._lock, _translated(collection):
            if not ids:
                return
            self._begin_write(collection)
            target = self._open(collection)
            for start in range(0, len(ids), BATCH_ROWS):
                batch = slice(start, start + BATCH_ROWS)
                target.upsert(ids=list(ids[batch]), embeddings=np.asarray(matrix[batch], dtype=np.float32))

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        """Delete rows; ids that are not there are passed over, an emptied collection goes away."""
        with self._lock, _translated(collection):
            if not ids or collection not in self.collections():
                return
            self._begin_write(collection)
            target = self._open(collection)
            gone = [
                found
                for start in range(0, len(ids), BATCH_ROWS)
                for found in target.get(ids=list(ids[start : start + BATCH_ROWS]), include=[])["ids"]
            ]
            if gone and len(gone) == target.count():
                self.drop(collection)
                return
            for start in range(0, len(gone), BATCH_ROWS):
                batch = gone[start : start + BATCH_ROWS]
                if self._folder is not None:
                    # A graph only marks a row as deleted; an upsert writes over its numbers.
                    rows = target.get(ids=batch[:1], include=["embeddings"])["embeddings"]
                    target.upsert(ids=batch, embeddings=_meaningless_rows(len(batch), len(rows[0])))
                    self._holds_deleted = True
                target.delete(ids=batch)

    def query(self, collection: str, vector: FloatArray, k: int) -> list[ScoredId]:
        """Find the rows nearest to a vector of (d,).

        Returns:
            At most `k`, best first, with cosine similarity as score; empty when there is no such collection.
        """
        return self.query_all(collection, np.asarray(vector).reshape(1, -1), k)[0]

    def query_all(self, collection: str, matrix: FloatArray, k: int) -> list[list[ScoredId]]:
        """Find the rows nearest to each row of (n, d), in one call; see `query`."""
        if k < 1 or not len(matrix):
            return [[] for _ in matrix]
        queries = np.asarray(matrix, dtype=np.float32)

        def search(found: Any) -> Columns:
            result = found.query(query_embeddings=queries, n_results=k, include=["distances"])
            places = [(place, key) for place, keys in enumerate(result["ids"]) for key in keys]
            return places, [distance for own in result["distances"] for distance in own]

        scored: list[list[ScoredId]] = [[] for _ in queries]
        for (place, passage_id), distance in self._read_pairs(collection, search):
            scored[place].append(ScoredId(str(passage_id), 1.0 - float(distance)))
        return [sorted(own, key=lambda row: (-row.score, row.id)) for own in scored]

    def ids(self, collection: str) -> set[str]:
        """Give all ids of a collection; empty when there is no such collection."""
        return set(self._read(collection, lambda found: found.get(include=[])["ids"], []))

    def sample(self, collection: str, n: int) -> tuple[list[str], FloatArray]:
        """Give `n` rows spread evenly over the sorted ids, the same ones each time."""
        ids = sorted(self.ids(collection))
        if len(ids) > n:
            ids = [ids[position] for position in np.linspace(0, len(ids) - 1, max(n, 0)).astype(int)]
        rows = self.fetch(collection, ids)
        kept = [passage_id for passage_id in ids if passage_id in rows]
        return kept, np.stack([rows[i] for i in kept]) if kept else np.zeros((0, 0), np.float32)

    def fetch(self, collection: str, ids: Sequence[str]) -> dict[str, FloatArray]:
        """Give the rows of the ids that are there."""
        rows: dict[str, FloatArray] = {}
        for start in range(0, len(ids), BATCH_ROWS):
            get = partial(_get_rows, ids=list(ids[start : start + BATCH_ROWS]))
            for passage_id, row in self._read_pairs(collection, get):
                rows[str(passage_id)] = np.asarray(row, dtype=np.float32)
        return rows

    def collections(self) -> list[str]:
        """List the names of the collections that hold vectors, sorted."""
        with self._names_lock:
            known, seen = self._names, self._changes
        if known is not None:
            return list(known)
        with _translated("all"):
            names = sorted(str(found.name) for found in self._client.list_collections())
        with self._names_lock:
            # Others may write to a server; a folder has one process, and this is its only store.
            if self._folder is not None and seen == self._changes:
                self._names = names
        return list(names)

    def settle(self) -> None:
        """Make what was written whole on disk and what was deleted gone from it, so that the next opening trusts it.

        Measured on 2,500 rows of which 10 were deleted: before, all 10 could be read from the files.
        """
        with self._lock, _translated("all"):
            for name in sorted(self._dirty):
                # Enough operations to have the graph written and the log, which repeats every vector, emptied.
                # A graph that was never written is begun anew, with parts of the memory in it, by every reader.
                nothing = [f"none-{number}" for number in range(SYNC_ROWS + 1)]
                self._read(name, partial(_delete_rows, ids=nothing), 0)
            self._dirty.clear()
            if self._folder is None or (self._holds_deleted and not purge_deleted(self._folder)):
                return
            self._holds_deleted = False
            if blank_unused(self._folder):
                write_manifest(self._folder)

    def drop(self, collection: str) -> None:
        """Remove a collection with its files, readable or not."""
        with self._lock, _translated(collection):
            if collection in self.collections():
                self._begin_write(collection)
                self._holds_deleted = True
                try:
                    self._client.delete_collection(collection)
                finally:
                    self._forget_names()

    def drop_all(self) -> None:
        """Remove every collection."""
        for collection in self.collections():
            self.drop(collection)

    def close(self) -> None:
        """Give the folder free; call `settle` first where something was written."""
        self._client.close()

    def _begin_write(self, collection: str) -> None:
        if self._folder is not None and not self._dirty:
            remove_manifest(self._folder)
        self._dirty.add(collection)

    def _open(self, collection: str) -> Any:
        try:
            return self._client.get_or_create_collection(
                collection, embedding_function=None, configuration={"hnsw": HNSW}
            )
        finally:
            self._forget_names()

    def _forget_names(self) -> None:
        with self._names_lock:
            self._names = None
            self._changes += 1

    def _read_pairs(self, collection: str, action: Callable[[Any], Columns]) -> Iterable[tuple[Any, Any]]:
        """Read ids with a value each, again without writers when they did not come out as many."""
        nothing: Columns = ((), ())
        ids, values = self._read(collection, action, nothing)
        if len(ids) != len(values):
            # Chroma reads ids and vectors one after the other; a delete fell in between.
            with self._lock:
                ids, values = self._read(collection, action, nothing)
        return zip(ids, values, strict=True)

    def _read(self, collection: str, action: Callable[[Any], Found], missing: Found) -> Found:
        """Do something with a collection; give `missing` when there is none, or it goes away meanwhile."""
        from chromadb.errors import ChromaError, NotFoundError

        def read() -> Found:
            known = self._handles.get(collection)
            if known is not None:
                try:
                    return action(known)
                except ChromaError:  # dropped since, and perhaps made anew
                    self._handles.pop(collection, None)
            try:
                handle = self._client.get_collection(collection, embedding_function=None)
                found = action(handle)
            except NotFoundError:
                return missing
            self._handles[collection] = handle
            return found

        with _translated(collection):
            try:
                return read()
            except ChromaError:
                with (
                    self._lock
                ):  # a collection half dropped raises other errors; without writers it cannot be
                    return read()


def _get_rows(found: Any, ids: list[str]) -> Columns:
    got = found.get(ids=ids, include=["embeddings"])
    return got["ids"], got["embeddings"]


def _delete_rows(found: Any, ids: list[str]) -> int:
    found.delete(ids=ids)
    return int(found.count())


def _meaningless_rows(n: int, dimension: int) -> FloatArray:
    """Give unit vectors of chance; equal ones took twice the time (8 ms a row, 4,000 of 8,000 overwritten)."""
    rows = np.random.default_rng().standard_normal((n, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


@contextmanager
def _translated(collection: str) -> Iterator[None]:
    """Turn Chroma's errors into errors with a next step."""
    from chromadb.errors import ChromaError

    try:
        yield
    except OSError as error:
        raise IndexFolderError(
            f"Vectors {collection!r} cannot be written: {error.strerror}.",
            hint="Check the folder's permissions and the room on its disk, then repeat; nothing was lost.",
        ) from error
    except ChromaError as error:
        if "disk is full" in str(error):
            raise IndexFolderError(
                "The disk is full.", hint="Free some space and repeat; nothing was lost."
            ) from error
        raise IndexDamaged(
            f"Vectors {collection!r} cannot be used: {error}.", hint="Run `assistant rebuild`."
        ) from error


def _connect(url: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            f"{url!r} is not the address of a Chroma server.", hint="Use http://host:port, or unset it."
        )
    tls = parts.scheme == "https"
    try:
        client = chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or (443 if tls else 8000),
            ssl=tls,
            settings=Settings(anonymized_telemetry=False),
        )
        client.heartbeat()
    except ValueError as error:  # what Chroma makes of a refused connection
        raise IndexFolderError(
            f"The Chroma server at {url!r} does not answer.", hint="Start it with `chroma run`, or unset it."
        ) from error
    return client


def _open_folder(folder: Path) -> VectorStore:
    from chromadb.errors import ChromaError

    damage = find_damage(folder)
    if damage:
        shutil.rmtree(folder)
    fresh = not folder.exists() or not any(folder.iterdir())
    try:
        client = _connect_folder(folder)
        if fresh:
            write_manifest(folder)
        return VectorStore(client, folder, repaired=damage)
    except ChromaError as error:
        # Within one process Chroma does not open a folder again that it failed to open.
        shutil.rmtree(folder)
        raise IndexDamaged(
            f"The vectors in {str(folder)!r} could not be read and were cleared: {error}.",
            hint="Repeat the command: they are made anew from the library.",
        ) from error


def _connect_folder(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexFolderError(
            f"The folder {str(folder)!r} cannot be made: {error.strerror}.", hint="Check its permissions."
        ) from error
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
