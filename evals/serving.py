"""`assistant serve` in a process of its own on a free port of loopback: for load, for the times of the page, for attacks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

STOP_SECONDS = 30
"""For the process to end by itself once it is asked to."""


@contextmanager
def serve_apart(
    *arguments: str, environment: Mapping[str, str], stdout: IO[Any] | int, stderr: IO[Any] | int
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Give port and process, which need not answer yet; the process has ended when the context has.

    Args:
        arguments: Of `assistant serve`, but for the port.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(port), *arguments]
    process = subprocess.Popen(command, env=dict(environment), stdout=stdout, stderr=stderr)
    try:
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def without_settings() -> dict[str, str]:
    """Give the surroundings of this process without settings of the assistant."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
