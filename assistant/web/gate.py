"""From a request to its reader: a bearer token, a reverse proxy's word, or a sign-in; else anonymous."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from assistant.access import readable_audiences
from assistant.settings import Settings
from assistant.types import AUDIENCES, Audience
from assistant.web.accounts import Account, Accounts
from assistant.web.peers import Peers, peer_of, read_peers
from assistant.web.readers import ANONYMOUS, Reader
from assistant.web.sessions import COOKIE, Sessions, load_secret

PUBLIC_TOKEN = "public"
"""What an OpenAI client sends for an anonymous reader: it cannot send no key at all."""


class BadToken(Exception):
    """The request carries a token that opens nothing; it must not pass as anonymous."""


@dataclass(frozen=True)
class Gate:
    """Decides who reads; `identify` is asked anew for every request, so nothing outlives a change."""

    accounts: Accounts
    sessions: Sessions
    peers: Peers
    proxy_header: str | None = None
    proxy_role_header: str = "X-Remote-Role"
    anonymous: Reader = ANONYMOUS

    def identify(self, connection: HTTPConnection) -> Reader:
        """Give the reader of a request.

        Raises:
            BadToken: there is an Authorization header that opens nothing.
        """
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            return self._by_token(authorization)
        return self._by_proxy(connection) or self._by_session(connection) or self.anonymous

    def _by_token(self, authorization: str) -> Reader:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise BadToken
        if token.strip() == PUBLIC_TOKEN:
            return self.anonymous
        account = self.accounts.account_of_token(token.strip())
        if account is None:
            raise BadToken
        return self._reader(account)

    def _by_proxy(self, connection: HTTPConnection) -> Reader | None:
        if self.proxy_header is None or not self.peers.trusts(peer_of(connection.scope)):
            return None
        names = connection.headers.getlist(self.proxy_header)
        roles = connection.headers.getlist(self.proxy_role_header)
        if len(names) != 1 or len(roles) > 1 or not names[0].strip():
            return None  # a header sent twice may be the client's own beside the proxy's
        role = roles[0].strip().lower() if roles else "public"
        audience: Audience = role if role in AUDIENCES else "public"
        return Reader(names[0].strip()[:200], self._at_least_anonymous(audience))

    def _by_session(self, connection: HTTPConnection) -> Reader | None:
        account = self.sessions.account_of(connection.cookies.get(COOKIE))
        return None if account is None else self._reader(account)

    def _reader(self, account: Account) -> Reader:
        return Reader(account.name, self._at_least_anonymous(account.role))

    def _at_least_anonymous(self, audience: Audience) -> Audience:
        """Signing in never takes rights away: `serve --as staff` shows staff to everybody on loopback."""
        floor = self.anonymous.audience
        return audience if floor in readable_audiences(audience) else floor


def open_gate(settings: Settings, *, anonymous: Reader = ANONYMOUS) -> Gate:
    """Make the gate of an index folder, with its accounts and its secret.

    Raises:
        SettingsError: `trusted_proxies` holds something that is no address.
    """
    accounts = Accounts(settings.index)
    return Gate(
        accounts=accounts,
        sessions=Sessions(accounts, load_secret(settings.index)),
        peers=read_peers(settings.trusted_proxies, behind_proxy=settings.proxy_header is not None),
        proxy_header=settings.proxy_header,
        proxy_role_header=settings.proxy_role_header,
        anonymous=anonymous,
    )
