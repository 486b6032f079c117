"""Every operation of the OpenAPI document, called with what schemathesis makes of it, right and wrong.

In process, by a fixed seed; `make fuzz` does the same with many more examples. Not in the document, so not here: the page and its
Gradio routes, sign-in and `/mcp`, which have tests of their own.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from assistant.settings import Settings
from assistant.web.gate import open_gate
from assistant.web.openai_api import MODEL
from assistant.web.replies import ErrorReply, OpenAIErrorReply
from assistant.web.surfaces import add_surfaces
from tests.web.webapp import Site, bearer, open_site

pytestmark = pytest.mark.integration
EXAMPLES = int(os.environ.get("API_EXAMPLES", "20"))
"""Made at random for each operation, beside those that schemathesis derives from the bounds of each field."""


def describe_api() -> dict[str, Any]:
    """Give the OpenAPI document without a library: pytest wants the operations before any fixture is there."""
    with TemporaryDirectory() as folder:
        chosen = Settings(index=Path(folder))
        app = FastAPI(title="Alliance Assistant", docs_url=None)
        add_surfaces(app, SimpleNamespace(settings=chosen), open_gate(chosen))  # type: ignore[arg-type]
        return app.openapi()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("openapi")) as opened:
        yield opened


DOCUMENT = describe_api()
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
schema = schemathesis.openapi.from_dict(
    DOCUMENT,
    config=SchemathesisConfig.from_dict(
        {
            "seed": 20261126,
            "generation": {"deterministic": True},
            # Longer than any field may be is often longer than any request may be.
            "checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 405, 413, 422]}},
        }
    ),
)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.generate])  # fmt: skip
def test_replies_are_what_the_document_says(case: schemathesis.Case, site: Site) -> None:
    if (
        isinstance(case.body, dict)
        and isinstance(case.body.get("model"), str)
        and len(case.body["model"]) < 100
    ):
        case.body["model"] = MODEL  # any other is 404
    # A question of white space, and messages that do not end with the user's, are 400: a schema cannot say so.
    unsaid = [positive_data_acceptance] if case.method == "POST" else []
    case.call_and_validate(app=site.app, headers=bearer(site.tokens["member"]), excluded_checks=unsaid)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that may ask nothing."""
    with (
        open_site(tmp_path_factory.mktemp("hasty"), requests_per_minute=1) as opened,
        TestClient(opened.app) as client,
    ):
        while client.get("/v1/models").status_code == 200:
            pass
        yield client


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_turns_every_request_away_is_described(
    site: Site, hasty: TestClient, method: str, path: str
) -> None:
    document = site.app.openapi()
    assert document["paths"] == DOCUMENT["paths"]
    answers = document["paths"][path][method]["responses"]
    shape = OpenAIErrorReply if path.startswith("/v1/") else ErrorReply
    plain = TestClient(site.app)
    replies = [
        plain.request(method, path, headers=bearer("wrong")),
        plain.request(method, path, headers={"content-length": "2000000"}),
        TestClient(site.app, client=("127.0.0.1", 1)).request(method, path, headers={"host": "evil.example"}),
    ]
    if method == "post":
        replies += [plain.post(path, headers={"sec-fetch-site": "cross-site"}), hasty.post(path, json={})]
    assert [reply.status_code for reply in replies] == [401, 413, 421, 403, 429][: len(replies)]
    for reply in replies:
        assert str(reply.status_code) in answers, (reply.status_code, path)
        shape.model_validate(reply.json())
