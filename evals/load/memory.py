"""How much memory a process holds while something runs, and whether it grows."""

from __future__ import annotations

import threading
import time
from pathlib import Path

SETTLING_SHARE = 1 / 3
"""Of the samples; caches and threads fill at first, and that is no leak."""


class Memory:
    """Samples resident memory every second between `with` and its end."""

    def __init__(self, pid: int) -> None:
        self.samples: list[tuple[float, float]] = []
        self._pid = pid
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(timeout=5)

    def bounds(self) -> list[float]:
        """Give the least and the most MiB after settling."""
        settled = [mib for _, mib in self._settled()]
        return [round(min(settled)), round(max(settled))] if settled else []

    def slope(self) -> float:
        """Give MiB a minute after settling, by least squares; 0 for fewer than two samples."""
        return slope_per_minute(self._settled())

    def _settled(self) -> list[tuple[float, float]]:
        return self.samples[int(len(self.samples) * SETTLING_SHARE) :]

    def _run(self) -> None:
        while not self._ending.wait(1):
            held = resident_mib(self._pid)
            if held:
                self.samples.append((time.monotonic(), held))


def slope_per_minute(samples: list[tuple[float, float]]) -> float:
    """Fit a line to (second, MiB) and give its rise in a minute."""
    if len(samples) < 2:
        return 0.0
    mean_at = sum(at for at, _ in samples) / len(samples)
    mean_mib = sum(mib for _, mib in samples) / len(samples)
    spread = sum((at - mean_at) ** 2 for at, _ in samples)
    return 60 * sum((at - mean_at) * (mib - mean_mib) for at, mib in samples) / spread if spread else 0.0


def resident_mib(pid: int) -> float:
    """Give the resident memory of a process; 0 when it is gone. Not of the reader process, which comes and goes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024
