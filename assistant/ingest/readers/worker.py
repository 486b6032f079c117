"""The process that parses files: it reads, and can neither write, nor connect, nor start anything.

`process.py` starts it, sends one JSON line for each task on standard input and gets one back. An empty
line in between says that work goes on. What a hostile file makes a parser do ends here.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from assistant.errors import AssistantError, UnreadableFile
from assistant.ingest.readers.budget import start_budget
from assistant.types import SourceFile

try:
    import resource
except ImportError:  # not a POSIX system
    resource = None  # type: ignore[assignment]

RETIRE_BYTES = 700 * 2**20
"""A process that needed this much for one file makes place for a fresh one."""

_FORBIDDEN = frozenset(
    "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo socket.gethostbyname subprocess.Popen "
    "os.system os.exec os.posix_spawn os.spawn os.fork os.forkpty pty.spawn os.remove os.rename os.rmdir os.mkdir "
    "os.link os.symlink os.truncate os.chmod os.chown os.setxattr os.utime os.kill".split()
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_NEWNET, _CLONE_NEWUSER, _PR_SET_NO_NEW_PRIVS = 0x40000000, 0x10000000, 38

Task = Callable[[dict[str, Any]], Any]


def main() -> None:
    """Serve tasks until standard input ends or nothing comes for the idle time."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", newline="\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # a parser that prints must not speak for us
    limits = json.loads(sys.argv[1])
    cut_off(limits["memory_bytes"])

    def say(line: str = "") -> None:
        answers.write(line + "\n")
        answers.flush()

    tasks: dict[str, Task] = {"read": _read, "draw": _draw}
    while select.select([0], [], [], limits["idle_seconds"])[0]:
        line = sys.stdin.readline()
        if not line:
            return
        start_budget(limits["cpu_seconds"], say)
        order = json.loads(line)
        reply = _run(tasks[order.pop("task")], order)
        reply["last"] = _peak_bytes() > RETIRE_BYTES
        say(json.dumps(reply))
        if reply["last"]:
            return


def cut_off(memory_bytes: int) -> None:
    """Take from this process what a parser does not need: network, writing, other programs, endless memory."""
    libc = ctypes.CDLL(None)
    if sys.platform == "linux":
        # A network of its own, without any interface; root may make one, others within a user namespace.
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if resource is not None:
        for kind, most in (
            (resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)
        ):  # fmt: skip
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    sys.addaudithook(_forbid)


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"a reader may not use {event}")
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes) and flags & _WRITES and os.fsdecode(path) != os.devnull:
            raise PermissionError("a reader may not write files")


def _run(task: Task, order: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": task(order)}
    except AssistantError as error:
        return {"error": [type(error).__name__, error.message, error.hint]}
    except Exception as error:  # the edge of the process: whatever a file caused becomes one line
        told = f"{order.get('path')!r} could not be read: {type(error).__name__}: {error}"[:500]
        hint = "Save it anew in its own program, or convert it to PDF."
        return {"error": [UnreadableFile.__name__, told, hint]}


def _read(order: dict[str, Any]) -> dict[str, Any]:
    from assistant.ingest.readers import read_document

    document = read_document(SourceFile(**order))
    return asdict(document) | {"provenance": document.provenance.model_dump(mode="json")}


def _draw(order: dict[str, Any]) -> dict[str, Any] | None:
    from assistant.ingest.readers.picture import draw_page

    return draw_page(**order)


def _peak_bytes() -> int:
    """Give the most memory that this process ever held; 0 where the system does not tell.

    Not `ru_maxrss`, which a process inherits from the one that started it.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            line = next((line for line in status if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    except OSError:
        return 0
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
