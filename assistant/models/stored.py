"""Files that can be made again: kept in a cache folder with a checksum, replaced when damaged."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

_log = logging.getLogger(__name__)


def fetch_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """Give the contents of a cached file, making it when it is missing or does not match its checksum.

    Several processes may do this at once: each file appears whole or not at all. The cache is only a matter of
    speed, so a folder that cannot be written costs a warning.
    """
    checksum = path.with_name(f"{path.name}.sha256")
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == checksum.read_text("ascii").strip():
            return data
        _log.warning("%s does not match its checksum and is made again.", path)
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    except OSError as error:
        _log.warning("%s cannot be read (%s) and is made again.", path, error)
    data = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, data)
        _write_whole(checksum, hashlib.sha256(data).hexdigest().encode("ascii"))
    except OSError as error:
        _log.warning("%s cannot be kept (%s); the next start makes it again.", path, error)
    return data


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the file, then put it in place in one step."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
