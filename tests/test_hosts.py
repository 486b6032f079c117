import pytest

from assistant.destination import Destination
from assistant.hosts import is_loopback, is_this_machine


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost", "LOCALHOST.", "ollama.localhost"],
)
def test_what_stays_on_this_machine(host: str) -> None:
    assert is_this_machine(host)
    assert Destination.of("openai:x", host).kind == "machine"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1.evil.example", "127.evil.example", "localhost.evil.example", "notlocalhost", "10.0.0.2", "0.0.0.0",
     "2001:db8::1", "", None],
)  # fmt: skip
def test_a_name_that_only_begins_like_this_machine_is_another(host: str | None) -> None:
    assert not is_this_machine(host)
    assert Destination.of("openai:x", host).kind == "server"


def test_a_name_is_no_address() -> None:
    assert not is_loopback("localhost")
