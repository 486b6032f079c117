"""Signing in at a real OpenID provider on loopback: discovery, PKCE, signed id tokens."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

pytest.importorskip("authlib")
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from assistant.errors import SettingsError
from assistant.web.oidc import Provider, read_provider
from tests.web.webapp import Site, open_site, served

CLIENT, SECRET = "alliance-assistant", "the-clients-secret"


@dataclass
class LocalProvider:
    """An OpenID provider of one user, who always consents; `claims` and `audience` may be changed."""

    claims: dict[str, Any] = field(default_factory=dict)
    audience: str = CLIENT
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def make_app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, Any]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            assert asked["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe()
            self.codes[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

        @app.post("/token")
        def token(request: Request, code: str = Form(), code_verifier: str = Form()) -> Response:
            asked = self.codes.pop(code, None)
            known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            digest = hashlib.sha256(code_verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or challenge != asked["code_challenge"]:
                return JSONResponse({"error": "invalid_grant"}, 400)
            if request.headers.get("authorization") != f"Basic {known}":
                return JSONResponse({"error": "invalid_client"}, 401)
            now = int(time.time())
            claims = {
                "iss": self.issuer,
                "aud": self.audience,
                "iat": now,
                "exp": now + 60,
                "nonce": asked["nonce"],
            }
            signed = jwt.encode(
                {"alg": "RS256", "kid": "one"}, claims | self.claims, self.signs_with or self.key
            )
            return JSONResponse(
                {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": signed}
            )

        return app


@pytest.fixture(scope="module")
def provider() -> Iterator[LocalProvider]:
    made = LocalProvider()
    with served(made.make_app()) as address:
        made.issuer = address
        yield made


@pytest.fixture(scope="module")
def site(provider: LocalProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "provider.yaml").write_text(
        f"issuer: {provider.issuer}\nclient_id: {CLIENT}\nclient_secret: {SECRET}\n"
        "redirect_url: http://testserver/oidc/callback\nclaim: groups\n"
        "roles: {member: [companies], committee: [scientists], staff: [office]}\n",
        encoding="utf-8",
    )
    with open_site(folder / "site", oidc=folder / "provider.yaml") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _as_it_should_be(provider: LocalProvider) -> None:
    provider.claims = {"sub": "u-17", "groups": ["companies", "scientists"]}
    provider.audience, provider.signs_with = CLIENT, None


def go_round(site: Site, *, forget: bool = False, **changes: str) -> tuple[int, int]:
    """Sign in through the provider; gives the status of the callback and how many documents show then.

    Args:
        forget: Lose the cookie on the way, as in another browser.
        changes: Parameters of the callback to replace.
    """
    from starlette.testclient import TestClient

    client = TestClient(site.app, follow_redirects=False)
    there = client.get("/oidc/login").headers["location"]
    back = httpx.get(there, follow_redirects=False, trust_env=False).headers["location"]
    parameters = {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()} | changes
    if forget:
        client.cookies.clear()
    status = client.get("/oidc/callback", params=parameters).status_code
    return status, len(client.get("/api/documents").json()["documents"])


def test_the_groups_at_the_provider_give_the_role(site: Site, provider: LocalProvider) -> None:
    assert go_round(site) == (303, 3)
    provider.claims["groups"] = "office"
    assert go_round(site) == (303, 4)
    provider.claims["groups"] = ["companies"]
    assert go_round(site) == (303, 2)
    assert {a.name: a.role for a in site.gate.accounts.accounts()}["oidc:u-17"] == "member"


@pytest.mark.parametrize("groups", [[], ["strangers"], None, "company"])
def test_without_a_group_of_ours_nobody_is_signed_in(
    site: Site, provider: LocalProvider, groups: Any
) -> None:
    provider.claims["groups"] = groups
    assert go_round(site) == (403, 1)


def test_an_account_disabled_here_stays_out(site: Site, provider: LocalProvider) -> None:
    provider.claims["sub"] = "u-18"
    assert go_round(site) == (303, 3)
    site.gate.accounts.disable("oidc:u-18")
    assert go_round(site) == (403, 1)


@pytest.mark.parametrize(
    "changes",
    [{"state": "forged"}, {"code": "forged"}, {"error": "access_denied"}],
    ids=["state", "code", "denied"],
)
def test_a_forged_way_back_signs_nobody_in(site: Site, changes: dict[str, str]) -> None:
    assert go_round(site, **changes) == (400, 1)


def test_another_browser_cannot_finish_the_way(site: Site) -> None:
    assert go_round(site, forget=True) == (400, 1)


@pytest.mark.parametrize("fault", ["audience", "issuer", "nonce", "expired", "key", "no-subject"])
def test_a_wrong_id_token_signs_nobody_in(site: Site, provider: LocalProvider, fault: str) -> None:
    if fault == "audience":
        provider.audience = "another-application"
    elif fault == "issuer":
        provider.claims["iss"] = "https://elsewhere.example"
    elif fault == "nonce":
        provider.claims["nonce"] = "another"
    elif fault == "expired":
        provider.claims |= {"iat": 1_000_000_000, "exp": 1_000_000_060}
    elif fault == "key":
        provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    else:
        del provider.claims["sub"]
    status, documents = go_round(site)
    assert status in (400, 403)
    assert documents == 1


def test_the_login_page_offers_the_provider(site: Site) -> None:
    from starlette.testclient import TestClient

    page = TestClient(site.app).get("/login").text
    assert 'href="/oidc/login" >' in page


VALID = {
    "issuer": "https://login.example",
    "client_id": "a",
    "client_secret": "b",
    "redirect_url": "https://assistant.example/oidc/callback",
    "roles": {"member": ["x"]},
}


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://login.example"},
        {"roles": {"root": ["x"]}},
        {"redirect_url": "/oidc/callback"},
        {"other": 1},
    ],
    ids=str,
)
def test_a_wrong_file_names_the_place(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "provider.yaml"
    path.write_text(json.dumps(VALID | change), encoding="utf-8")
    with pytest.raises(SettingsError, match=next(iter(change))):
        read_provider(path)
    with pytest.raises(SettingsError):
        read_provider(tmp_path / "missing.yaml")


def test_the_secret_is_not_shown() -> None:
    assert "'b'" not in repr(Provider.model_validate(VALID))
