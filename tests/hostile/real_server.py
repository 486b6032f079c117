"""`assistant serve` in a process of its own, over a tiny library, and what can be seen of it from outside."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from assistant.web.accounts import Accounts
from evals.serving import serve_apart, without_settings
from tests.tiny import write_tiny

PASSWORD = "purple giraffe dances slowly"


@dataclass
class RealServer:
    """A serving process; `home` holds its corpus, its index and its log."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def corpus(self) -> Path:
        return self.home / "corpus"

    @property
    def accounts(self) -> Accounts:
        """The accounts as `assistant users` opens them, beside the process that serves."""
        return Accounts(self.home / "index")

    def token(self, name: str, role: str) -> str:
        """Make an account and give a token for it."""
        self.accounts.add(name, role, PASSWORD)  # type: ignore[arg-type]
        return self.accounts.create_token(name).token

    def connect(self, timeout: float = 20) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def client(self, token: str = "") -> httpx.Client:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60, trust_env=False)

    def log(self) -> str:
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def answering(self) -> int:
        """Give how many answers are being made or waited for."""
        found = re.search(r"^assistant_answering (\S+)", self._metrics(), re.MULTILINE)
        assert found
        return int(float(found[1]))

    def files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def _metrics(self) -> str:
        with self.client() as client:
            return client.get("/metrics").text


@contextmanager
def open_server(home: Path, **settings: str) -> Iterator[RealServer]:
    """Serve a tiny library until the context ends.

    Args:
        settings: Without `ASSISTANT_`, in small letters; no bound on requests unless told.
    """
    write_tiny(home / "corpus")
    told = {"index": str(home / "index"), "requests_per_minute": "0", **settings}
    environment = without_settings() | {f"ASSISTANT_{name.upper()}": value for name, value in told.items()}
    arguments = ("--corpus", str(home / "corpus"), "--sync")
    with (home / "log").open("wb") as log:
        apart = serve_apart(*arguments, environment=environment, stdout=log, stderr=log)
        with apart as (port, process):
            server = RealServer(process, home, port)
            _wait_until_ready(server)
            yield server


def _wait_until_ready(server: RealServer) -> None:
    deadline = time.monotonic() + 120
    with server.client() as client:
        while time.monotonic() < deadline:
            assert server.process.poll() is None, server.log()
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise AssertionError(server.log())
