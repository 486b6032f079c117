"""One process per index folder: two writers corrupt embedded Chroma without a word (920 of 6,000 vectors unreadable, both exit 0)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.errors import IndexBusy, IndexFolderError

GRACE_SECONDS = 5.0
"""How long a dead holder may keep the lock: its child has it, too, from its fork until its exec, and a busy
machine takes its time between the two (3 of 180 kills at a load of 12 on 2 cores)."""
RESTORING = ".restore-"
"""Begin of the name of the folder that a backup is unpacked into, within the index folder."""


@contextmanager
def lock_index(folder: Path) -> Iterator[None]:
    """Hold an index folder for this process; the system lets go of it when the process dies.

    Raises:
        IndexBusy: another process holds it, or this one already does.
        IndexFolderError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    holder = folder / ".lock.pid"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not _is_dead(holder):
                raise
            lock.acquire(timeout=GRACE_SECONDS)
    except Timeout as error:
        raise IndexBusy(
            f"The index {str(folder)!r} is open in another process{_name_holder(holder)}.",
            hint="Close it, name another folder with ASSISTANT_INDEX, or share vectors through"
            " `chroma run` and ASSISTANT_VECTORS.",
        ) from error
    except OSError as error:
        raise IndexFolderError(
            f"The index folder {str(folder)!r} cannot be used: {error.strerror}.",
            hint="Check its permissions, or name another one with ASSISTANT_INDEX.",
        ) from error
    try:
        for left in folder.glob(f"{RESTORING}*"):  # a restore that was killed; nobody else is at one now
            shutil.rmtree(left, ignore_errors=True)
        with suppress(OSError):  # the pid only makes the message better
            holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _is_dead(holder: Path) -> bool:
    """Tell whether the process that wrote its number has ended; false where that is not known."""
    try:
        os.kill(int(holder.read_text(encoding="utf-8")), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return False


def _name_holder(holder: Path) -> str:
    with suppress(OSError, ValueError):
        return f" (process {int(holder.read_text(encoding='utf-8'))})"
    return ""
