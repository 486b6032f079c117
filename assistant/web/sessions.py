"""Cookies that keep somebody signed in: an opaque id, signed with a secret of this index folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.responses import Response

from assistant.errors import IndexDamaged
from assistant.web.accounts import SESSION_SECONDS, Account, Accounts

COOKIE = "assistant_session"
SECRET_FILE = "session.secret"
SECRET_BYTES = 32


class Sessions:
    """Starts, finds and ends sign-ins.

    The signature keeps made-up ids from reaching the database; the database decides whether an id is
    still good, so signing out and disabling take effect everywhere at once. An id is only ever made
    here, at sign-in: one that somebody planted in a browser opens nothing.
    """

    def __init__(self, accounts: Accounts, secret: bytes) -> None:
        self.accounts = accounts
        self._signer = URLSafeSerializer(secret, salt="assistant-session")

    def account_of(self, cookie: str | None) -> Account | None:
        """Give who is signed in with a cookie, None for none, a forged or an ended one."""
        session = self._read(cookie)
        return None if session is None else self.accounts.account_of_session(session)

    def start(self, response: Response, account: Account, *, old_cookie: str | None, secure: bool) -> None:
        """Sign in: a new id every time, and the sign-in of the old cookie ends."""
        self._end(old_cookie)
        value = self._signer.dumps(self.accounts.start_session(account.name))
        response.set_cookie(
            COOKIE, str(value), max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=secure
        )

    def end(self, response: Response, cookie: str | None) -> None:
        """Sign out."""
        self._end(cookie)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")

    def _end(self, cookie: str | None) -> None:
        session = self._read(cookie)
        if session is not None:
            self.accounts.end_session(session)

    def _read(self, cookie: str | None) -> str | None:
        if not cookie or len(cookie) > 200:
            return None
        try:
            session = self._signer.loads(cookie)
        except BadSignature:
            return None
        return session if isinstance(session, str) else None


def load_secret(folder: Path) -> bytes:
    """Give the secret of an index folder, made on first use and readable by its owner only.

    Raises:
        IndexDamaged: the file is there but does not hold a secret.
    """
    path = folder / SECRET_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{SECRET_FILE}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise IndexDamaged(
            f"{str(path)!r} does not hold a secret.", hint="Remove it; everybody signs in again then."
        )
    return secret
