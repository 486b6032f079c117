"""A few hundred of the attacks that `make fuzz` sends by the thousand, and the ones that need a look of their own."""

import json
from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.types import AUDIENCES
from tests.hostile.asking import ask_everywhere, asking_site
from tests.hostile.questions import questions
from tests.web.webapp import Site

pytestmark = pytest.mark.integration
ROUNDS = 200
SEED = 20261125


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, TestClient]]:
    with asking_site(tmp_path_factory.mktemp("asking")) as opened:
        yield opened


def test_no_attack_gets_a_trace_or_an_answer_that_breaks_a_law(asking: tuple[Site, TestClient]) -> None:
    rng = Random(SEED)
    statuses = [
        ask_everywhere(*asking, question, rng.choice(AUDIENCES), rng)
        for question in islice(questions(SEED), ROUNDS)
    ]
    assert statuses.count(200) > ROUNDS / 2


@given(st.text(st.characters(), max_size=400), st.sampled_from(AUDIENCES), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_does(
    asking: tuple[Site, TestClient], question: str, reader: str, rng: Random
) -> None:
    ask_everywhere(*asking, question, reader, rng)  # type: ignore[arg-type]


def test_equal_seeds_give_equal_attacks() -> None:
    assert list(islice(questions(3), 50)) == list(islice(questions(3), 50))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b'{"question": "' + b"a" * 1_000_000 + b'"}', 413, id="a megabyte"),
        pytest.param(b'{"question": "' + b"a" * 4001 + b'"}', 422, id="too long"),
        pytest.param(b'{"question": "a", "history": ' + json.dumps([{"role": "user", "content": "x"}] * 41).encode() + b"}", 422,
                     id="too many turns"),
        pytest.param(b'{"question": "a", "history": [{"role": "user", "content": "' + b"x" * 20_001 + b'"}]}', 422,
                     id="a turn too long"),
        pytest.param(b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, id="deep JSON"),
        pytest.param(b'{"question": 1e999, "as_of": "9999-99-99"}', 422, id="no text"),
        pytest.param(b'{"question": "a", "reader": "staff"}', 422, id="a role of one's own"),
        pytest.param(b"\xff\xfe\x00", 400, id="no JSON"),
        pytest.param(b'{"question": "\x00"}', 422, id="a bare NUL"),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_named(asking: tuple[Site, TestClient], body: bytes, status: int) -> None:
    reply = asking[1].post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == status
    assert len(reply.content) < 2000
    assert "Traceback" not in reply.text
