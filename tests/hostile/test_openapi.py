"""Every operation of the OpenAPI document, called with what schemathesis makes of it, right and wrong."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.web.webapp import Site, bearer, open_site

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("openapi")) as opened:
        yield opened


@pytest.fixture
def described(site: Site) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/openapi.json", site.app)


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_call_breaks_the_server(case: schemathesis.Case, site: Site) -> None:
    response = case.call(headers=bearer(site.tokens["member"]))
    assert response.status_code < 500
    assert "Traceback" not in response.text
