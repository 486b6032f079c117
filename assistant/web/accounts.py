"""Who has an account: names, password hashes, roles, sign-ins and tokens, in one SQLite file.

The file stands beside the index, outside its lock, so `assistant users` works while the application
serves. Nothing here is cached: a role that is lowered or an account that is disabled counts from the
next request on.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.errors import IndexDamaged, InputError, NotFound
from assistant.web.passwords import check_hash, hash_password, waste_time

Role = Literal["member", "committee", "staff"]
ROLES: tuple[Role, ...] = ("member", "committee", "staff")

FILE_NAME = "accounts.db"
SESSION_SECONDS = 12 * 3600
"""A working day; then one signs in again."""
MAX_SESSIONS = 20
"""Of one account; the oldest ends when another begins."""
MAX_TOKENS = 20
OIDC_PREFIX = "oidc:"
"""Before the subject a provider names; a name chosen here cannot hold a colon, so the two never meet."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_TOKEN = re.compile(r"aat_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, disabled INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (
    id_sha256 BLOB PRIMARY KEY, name TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    started_at REAL NOT NULL, ends_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS token (
    id TEXT PRIMARY KEY, token_sha256 BLOB NOT NULL, name TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
    label TEXT NOT NULL, created_at INTEGER NOT NULL, ends_at INTEGER
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


@dataclass(frozen=True)
class Account:
    """A person or program that may read more than the public."""

    name: str
    role: Role
    disabled: bool = False


class NewToken(NamedTuple):
    """A token just made; `token` is shown once and kept nowhere."""

    id: str
    token: str


@dataclass(frozen=True)
class TokenLine:
    """What may be told about a token later: all but the token."""

    id: str
    name: str
    label: str
    created_at: int
    ends_at: int | None


class Accounts:
    """The accounts of one index folder; safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._open() as db:
            db.executescript(_SCHEMA)

    # --- accounts ---------------------------------------------------------------------------------

    def add(self, name: str, role: Role, password: str) -> None:
        """Make an account.

        Raises:
            InputError: the name is taken or malformed, or the password is too easy.
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot be a name.", hint="Use 2 to 64 small letters, digits and . _ @ - signs."
            )
        row = (name, role, hash_password(password, name=name), int(time.time()))
        with self._change() as db:
            if _find(db, name) is not None:
                raise InputError(f"There is an account {name!r} already.", hint="Choose another name.")
            db.execute("INSERT INTO account (name, role, password, created_at) VALUES (?, ?, ?, ?)", row)

    def accounts(self) -> list[Account]:
        """Give all accounts by name."""
        with self._open() as db:
            rows = db.execute("SELECT name, role, disabled FROM account ORDER BY name").fetchall()
        return [Account(name, role, bool(disabled)) for name, role, disabled in rows]

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role, from the next request on."""
        with self._change() as db:
            _require(db, name)
            db.execute("UPDATE account SET role = ? WHERE name = ?", (role, name))

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password, and sign it out everywhere."""
        password_hash = hash_password(password, name=name)
        with self._change() as db:
            _require(db, name)
            if name.startswith(OIDC_PREFIX):
                raise InputError(f"{name!r} signs in at its provider.", hint="Change the password there.")
            db.execute("UPDATE account SET password = ? WHERE name = ?", (password_hash, name))
            db.execute("DELETE FROM session WHERE name = ?", (name,))

    def disable(self, name: str) -> None:
        """Close an account: it is signed out everywhere and its tokens are gone."""
        with self._change() as db:
            _require(db, name)
            db.execute("UPDATE account SET disabled = 1 WHERE name = ?", (name,))
            db.execute("DELETE FROM session WHERE name = ?", (name,))
            db.execute("DELETE FROM token WHERE name = ?", (name,))

    def enable(self, name: str) -> None:
        """Open a closed account again; its old tokens stay gone."""
        with self._change() as db:
            _require(db, name)
            db.execute("UPDATE account SET disabled = 0 WHERE name = ?", (name,))

    def check_password(self, name: str, password: str) -> Account | None:
        """Give the account that name and password open; takes as long when there is none."""
        with self._open() as db:
            row = db.execute(
                "SELECT role, password FROM account WHERE name = ? AND NOT disabled", (name,)
            ).fetchone()
        if row is None or row[1] is None:
            waste_time(password)
            return None
        if not check_hash(row[1], password):
            return None
        return Account(name, row[0])

    def admit_from_provider(self, subject: str, role: Role) -> Account | None:
        """Give the account of somebody an OpenID provider vouches for; None when it is disabled here."""
        name = OIDC_PREFIX + subject
        with self._change() as db:
            db.execute(
                "INSERT INTO account (name, role, created_at) VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET role = excluded.role",
                (name, role, int(time.time())),
            )
            account = _find(db, name)
        return account if account is not None and not account.disabled else None

    # --- sign-ins ---------------------------------------------------------------------------------

    def start_session(self, name: str) -> str:
        """Begin a sign-in and give its id, which is kept only as a hash."""
        session, now = secrets.token_urlsafe(32), time.time()
        with self._change() as db:
            db.execute("DELETE FROM session WHERE ends_at < ?", (now,))
            db.execute(
                "DELETE FROM session WHERE id_sha256 IN (SELECT id_sha256 FROM session WHERE name = ?"
                " ORDER BY started_at DESC LIMIT -1 OFFSET ?)",
                (name, MAX_SESSIONS - 1),
            )
            db.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?)",
                (_sha256(session), name, now, now + SESSION_SECONDS),
            )
        return session

    def end_session(self, session: str) -> None:
        """End one sign-in."""
        with self._change() as db:
            db.execute("DELETE FROM session WHERE id_sha256 = ?", (_sha256(session),))

    def account_of_session(self, session: str) -> Account | None:
        """Give the account of a sign-in that still lasts."""
        return self._signed_in(
            "SELECT name, role FROM session JOIN account USING (name)"
            " WHERE id_sha256 = ? AND ends_at > ? AND NOT disabled",
            (_sha256(session), time.time()),
        )

    # --- tokens -----------------------------------------------------------------------------------

    def create_token(self, name: str, *, label: str = "", days: int | None = None) -> NewToken:
        """Make a token that reads as the account does.

        Args:
            days: How long it lasts; None is until it is revoked.
        """
        made = NewToken(secrets.token_hex(6), "")
        made = made._replace(token=f"aat_{made.id}_{secrets.token_urlsafe(32)}")
        now = int(time.time())
        row = (made.id, _sha256(made.token), name, label[:100], now, now + days * 86_400 if days else None)
        with self._change() as db:
            if _require(db, name).disabled:
                raise InputError(f"The account {name!r} is disabled.", hint="Enable it first.")
            if db.execute("SELECT count(*) FROM token WHERE name = ?", (name,)).fetchone()[0] >= MAX_TOKENS:
                raise InputError(
                    f"{name!r} has {MAX_TOKENS} tokens.", hint="Revoke one: `assistant tokens revoke ID`."
                )
            db.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)", row)
        return made

    def revoke_token(self, token_id: str) -> None:
        """Make a token void.

        Raises:
            NotFound: there is no token of that id.
        """
        with self._change() as db:
            if not db.execute("DELETE FROM token WHERE id = ?", (token_id,)).rowcount:
                raise NotFound(f"There is no token {token_id!r}.", hint="See `assistant tokens list`.")

    def tokens(self, name: str | None = None) -> list[TokenLine]:
        """List tokens, oldest first; of one account or of all."""
        with self._open() as db:
            rows = db.execute(
                "SELECT id, name, label, created_at, ends_at FROM token WHERE ?1 IS NULL OR name = ?1"
                " ORDER BY created_at, id",
                (name,),
            ).fetchall()
        return [TokenLine(*row) for row in rows]

    def account_of_token(self, token: str) -> Account | None:
        """Give the account of a token that is in force.

        A plain SHA-256 is enough: a token holds 256 random bits, so there is nothing to guess.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        return self._signed_in(
            "SELECT name, role FROM token JOIN account USING (name)"
            " WHERE id = ? AND token_sha256 = ? AND (ends_at IS NULL OR ends_at > ?) AND NOT disabled",
            (match[1], _sha256(token), time.time()),
        )

    # --- the file ---------------------------------------------------------------------------------

    def _signed_in(self, query: str, values: tuple[object, ...]) -> Account | None:
        with self._open() as db:
            row = db.execute(query, values).fetchone()
        return None if row is None else Account(*row)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # A connection for each use: 0.1 ms, and nothing to share between threads or to close at the end.
        try:
            with closing(sqlite3.connect(self.path, timeout=5, isolation_level=None)) as db:
                db.execute("PRAGMA foreign_keys = ON")
                yield db
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                f"The accounts in {str(self.path)!r} cannot be used: {error}.",
                hint="Restore the file from a backup, or remove it and add the accounts again.",
            ) from error

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def _find(db: sqlite3.Connection, name: str) -> Account | None:
    row = db.execute("SELECT name, role, disabled FROM account WHERE name = ?", (name,)).fetchone()
    return None if row is None else Account(row[0], row[1], bool(row[2]))


def _require(db: sqlite3.Connection, name: str) -> Account:
    account = _find(db, name)
    if account is None:
        raise NotFound(f"There is no account {name!r}.", hint="See `assistant users list`.")
    return account


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
