"""What every test gets: no network beyond this machine, no settings of the person who runs it."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code; pytest-timeout ends what hangs.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

_real_connect = socket.socket.connect


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


def _is_local(address: object) -> bool:
    if isinstance(address, (str, bytes)):
        return True  # a Unix socket
    host = str(address[0]) if isinstance(address, tuple) else ""
    return host in ("localhost", "::1", "0.0.0.0", "") or host.startswith("127.")


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: object) -> None:
        if not _is_local(address):
            raise NetworkUsed(f"a test connected to {address!r}")
        _real_connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright keeps an event loop running, and asyncio.run refuses a second one."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
