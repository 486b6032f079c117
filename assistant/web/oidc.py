"""Signing in at an OpenID provider: authorisation code with PKCE, through Authlib.

The provider says who somebody is and names groups; a file says which groups may read what. What
follows is a sign-in like any other: the same cookie, role and disabling.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]
from joserfc.errors import JoseError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from assistant.errors import SettingsError
from assistant.web.accounts import ROLES, Role
from assistant.web.login import Login
from assistant.web.sessions import COOKIE

SIGN_IN_SECONDS = 600
TIMEOUT_SECONDS = 10
_FAILED = "Your organisation's sign-in did not work. 单位账号登录失败。"
_NO_RIGHTS = "Your organisation's account has no rights here. 您的单位账号没有访问权限。"


class Provider(BaseModel):
    """An OpenID provider, as the file of `ASSISTANT_OIDC` describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(pattern=r"^https://|^http://(localhost|127\.0\.0\.1)[:/]")
    client_id: str
    client_secret: SecretStr
    redirect_url: str = Field(pattern=r"^https?://.+/oidc/callback$", description="as registered there")
    scope: str = "openid profile"
    claim: str = Field(default="groups", description="claim that holds groups or roles")
    roles: dict[Role, list[str]] = Field(description="values of the claim that give each role")

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """Give the role with most rights that the claims earn; None for none."""
        value = claims.get(self.claim, ())
        held = {value} if isinstance(value, str) else {str(item) for item in value or ()}
        earned = [role for role in ROLES if held & set(self.roles.get(role, ()))]
        return earned[-1] if earned else None


def read_provider(path: Path) -> Provider:
    """Read the file of a provider.

    Raises:
        SettingsError: it cannot be read, or a field is missing, unknown or wrong.
    """
    try:
        return Provider.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(
            f"ASSISTANT_OIDC: {str(path)!r} cannot be read.", hint="Name a YAML file; see docs/deploy.md."
        ) from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "its start"
        raise SettingsError(
            f"ASSISTANT_OIDC: {str(path)!r} is not right at {where}: {first['msg']}.",
            hint="Correct it; see docs/deploy.md.",
        ) from None


def make_oidc(provider: Provider, login: Login) -> Mount:
    """Give `/oidc/login` and `/oidc/callback`, with a cookie of their own for the way there and back."""
    oauth = OAuth()
    oauth.register(
        "provider",
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_id=provider.client_id,
        client_secret=provider.client_secret.get_secret_value(),
        client_kwargs={
            "scope": provider.scope,
            "code_challenge_method": "S256",
            "timeout": TIMEOUT_SECONDS,
            "trust_env": False,
        },
    )
    client = oauth.provider

    async def start(request: Request) -> Response:
        try:
            redirect: Response = await client.authorize_redirect(request, provider.redirect_url)
        except httpx.HTTPError:
            return login.show(request, status=502, message=_FAILED)
        return redirect

    async def callback(request: Request) -> Response:
        try:
            token = await client.authorize_access_token(request)
        except (AuthlibBaseError, JoseError, httpx.HTTPError):
            login.metrics.sign_ins.labels("bad").inc()
            return login.show(request, status=400, message=_FAILED)
        return _admit(provider, login, request, token.get("userinfo") or {})

    sign_in_cookie = Middleware(
        SessionMiddleware,
        secret_key=login.secret.hex(),
        session_cookie="assistant_oidc",
        max_age=SIGN_IN_SECONDS,
        path="/oidc",
        same_site="lax",
        https_only=provider.redirect_url.startswith("https:"),
    )
    routes = [Route("/login", start), Route("/callback", callback)]
    return Mount("/oidc", Starlette(routes=routes, middleware=[sign_in_cookie]))


def _admit(provider: Provider, login: Login, request: Request, claims: Mapping[str, Any]) -> Response:
    role, subject = provider.role_of(claims), claims.get("sub")
    account = login.gate.accounts.admit_from_provider(str(subject)[:200], role) if role and subject else None
    login.metrics.sign_ins.labels("good" if account else "bad").inc()
    if account is None:
        return login.show(request, status=403, message=_NO_RIGHTS)
    response = RedirectResponse("/", 303)
    login.gate.sessions.start(
        response, account, old_cookie=request.cookies.get(COOKIE), secure=login.is_secure(request)
    )
    return response
