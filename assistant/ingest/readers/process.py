"""Read files in a process of its own, which is reused from file to file and ended when a file exceeds its limits.

Started as a fresh interpreter, never by fork: models, threads and locks of this process stay out of it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import assistant.errors
from assistant.errors import AssistantError, UnreadableFile
from assistant.types import Document, ExpectedQuestion, Provenance, SourceFile

MAX_REPLY_BYTES = 64 * 2**20
"""Six bytes for each of the five million characters that a text may have, and its provenance."""
_PACKAGES = Path(__file__).resolve().parents[3]
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Of the environment; keys of model servers and the like do not go to where hostile files are parsed."""


@dataclass(frozen=True)
class Limits:
    """What one file may take.

    Args:
        cpu_seconds: Processor time; OCR adds `budget.MAX_EXTENDED_SECONDS` page by page.
        wall_seconds: Time without any sign of life, for a reader that hangs instead of working.
        idle_seconds: Then the process ends by itself; the next file starts another one in about a second.
    """

    memory_bytes: int = 2 * 2**30
    cpu_seconds: int = 120
    wall_seconds: float = 600
    idle_seconds: float = 60


class ReaderProcess:
    """Hands files to one process at a time; starts it when needed, and anew after it had to be ended."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, source: SourceFile) -> Document:
        """Read a file like `read_document`, from which it also has its errors.

        Raises:
            UnreadableFile: the reader broke down, or needed more time or memory than a file may take.
        """
        found = self._ask("read", asdict(source))
        return Document(
            provenance=Provenance.model_validate(found["provenance"]),
            revision=str(found["revision"]),
            text=str(found["text"]),
            page_starts=tuple(int(start) for start in found["page_starts"]),
            path=source.path,
            notes=tuple(str(note) for note in found["notes"]),
            questions=tuple(
                ExpectedQuestion(
                    str(one["text"]), int(one["start"]), int(one["end"]), near_miss=bool(one["near_miss"])
                )
                for one in found["questions"]
            ),
        )

    def draw(self, path: Path, page: int, quote: str) -> dict[str, Any] | None:
        """Draw a page of a PDF like `picture.draw_page`.

        Raises:
            UnreadableFile: as for `read`.
        """
        found = self._ask("draw", {"path": str(path), "page": page, "quote": quote})
        return None if found is None else dict(found)

    def close(self) -> None:
        """End the process, if there is one; the next file starts another."""
        with self._lock:
            self._stop()

    def _ask(self, task: str, order: Mapping[str, Any]) -> Any:
        line = json.dumps({"task": task, **order}).encode("ascii") + b"\n"
        with self._lock:
            reply = self._exchange(line) or self._exchange(line)
            if reply is None:
                raise self._broken(str(order["path"]))
            found = json.loads(reply)
            if found["last"]:
                self._stop()
        if "error" in found:
            kind, message, hint = found["error"]
            error = getattr(assistant.errors, kind, UnreadableFile)
            known = isinstance(error, type) and issubclass(error, AssistantError)
            raise (error if known else UnreadableFile)(message, hint=hint)
        return found["value"]

    def _exchange(self, line: bytes) -> bytes | None:
        """Send a task and wait for its reply; None when the process had ended by itself before."""
        process = self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            reply = self._receive(process)
        except OSError:
            reply = b""
        if reply:
            return reply
        path = json.loads(line)["path"]
        if process.wait(timeout=10) == 0:  # it was idle for too long, at this very moment
            self._stop()
            return None
        raise self._broken(path)

    def _receive(self, process: subprocess.Popen[bytes]) -> bytes:
        """Read one line; an empty one starts the wait anew. Kills the process when nothing comes."""
        assert process.stdout is not None
        received = bytearray()
        deadline = time.monotonic() + self.limits.wall_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                if (
                    not selector.select(max(0.0, deadline - time.monotonic()))
                    or len(received) > MAX_REPLY_BYTES
                ):
                    process.kill()
                    return b""
                piece = os.read(process.stdout.fileno(), 1 << 20)
                if not piece:
                    return b""
                received += piece
                if received.startswith(b"\n"):
                    received = received.lstrip(b"\n")
                    deadline = time.monotonic() + self.limits.wall_seconds
        return bytes(received)

    def _broken(self, path: str) -> UnreadableFile:
        status = self._process.wait(timeout=10) if self._process else None
        self._stop()
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            what = f"takes longer to read than {self.limits.cpu_seconds} s of processor time"
        else:
            what = "makes its reader break down"
        return UnreadableFile(
            f"{path!r} {what}; nothing of it was taken.",
            hint="Open it in its own program and save it again, split it, or remove it.",
        )

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-B",
                    "-m",
                    "assistant.ingest.readers.worker",
                    json.dumps(asdict(self.limits)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONPATH": str(_PACKAGES), "PYTHONUTF8": "1"},
                cwd="/",
            )
            atexit.register(self.close)
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.close)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.kill()
        process.wait()


READING = ReaderProcess()
"""Reads what is ingested, whoever ingests."""
DRAWING = ReaderProcess(Limits(cpu_seconds=20, wall_seconds=60))
"""Draws pages for readers, who do not wait for what is being ingested."""
