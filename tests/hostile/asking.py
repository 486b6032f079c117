"""Send attacks to every route that takes a question, and check what comes back; also `make fuzz`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from starlette.testclient import TestClient

from assistant.access import may_read
from assistant.types import AUDIENCES, Answer, Audience
from tests.hostile.questions import questions
from tests.web.webapp import SECRET_WORD, Site, bearer, open_site

ALLOWED = {200, 400, 413, 422}
"""Answered, or said to be wrong; never 500."""
_TRACES = ("Traceback", 'File "', "sqlite3.", "chromadb", "site-packages", "OperationalError")


def ask_everywhere(site: Site, client: TestClient, question: str, reader: Audience, rng: Random) -> int:
    """Send a question by one of the routes; give the status.

    Raises:
        AssertionError: the reply breaks a law.
    """
    history: list[dict[str, str]] = []
    if rng.random() < 0.3:
        earlier = next(questions(rng.randint(0, 1 << 30)))
        history = [{"role": "user", "content": earlier}, {"role": "assistant", "content": question[::-1]}]
    route = rng.choice(("/api/ask", "/api/ask", "/api/search", "/v1/chat/completions"))
    body: dict[str, Any] = {"question": question, "history": history}
    if route.startswith("/v1/"):
        body = {"model": "alliance-assistant", "messages": [*history, {"role": "user", "content": question}]}
    # By hand: lone surrogates must get through as escapes.
    headers = {"content-type": "application/json", **bearer(site.tokens[reader])}
    reply = client.post(route, content=json.dumps(body).encode("ascii"), headers=headers)
    assert reply.status_code in ALLOWED, (route, reply.status_code, ascii(question[:200]))
    if reply.status_code != 200:
        assert not any(trace in reply.text for trace in _TRACES), reply.text[:300]
        return reply.status_code
    if route == "/api/search":
        assert all(may_read(reader, hit["audience"]) for hit in reply.json()["hits"])
        return 200
    data = reply.json()
    check_answer(site, Answer.model_validate(data.get("answer", data)), reader)
    return 200


def check_answer(site: Site, answer: Answer, reader: Audience) -> None:
    """Hold an answer to the laws: every sentence cited, every quote a slice, nothing that is not the reader's."""
    numbers = {citation.number for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.citations or sentence.role == "phrase", sentence
        assert set(sentence.citations) <= numbers
    for citation in answer.citations:
        stored = site.assistant.show(citation.document, citation.revision, reader=reader)
        assert stored.text[citation.start : citation.end] == citation.quote
    said = answer.model_copy(update={"question": ""}).model_dump_json()
    for audience, word in SECRET_WORD.items():
        assert may_read(reader, audience) or f"{word} fee is" not in said


@contextmanager
def asking_site(folder: Path) -> Iterator[tuple[Site, TestClient]]:
    with open_site(folder) as site, TestClient(site.app, raise_server_exceptions=False) as client:
        yield site, client


def main() -> None:
    """Ask `--count` attacks and print what came of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    statuses: Counter[int] = Counter()
    slowest, started = (0.0, ""), time.monotonic()
    rng = Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder, asking_site(Path(folder)) as (site, client):
        for question in islice(questions(chosen.seed), chosen.count):
            began = time.process_time()
            statuses[ask_everywhere(site, client, question, rng.choice(AUDIENCES), rng)] += 1
            slowest = max(slowest, (time.process_time() - began, ascii(question[:80])))
    seconds = time.monotonic() - started
    sys.stdout.write(
        f"{chosen.count} questions, seed {chosen.seed}, {seconds:.0f} s: statuses {dict(statuses)}; no law broken; "
        f"slowest {slowest[0]:.2f} s of processor time: {slowest[1]}\n"
    )


if __name__ == "__main__":
    main()
