"""Hashing passwords with argon2id; knows nothing of accounts."""

from __future__ import annotations

import functools
import secrets
import threading
from typing import TYPE_CHECKING

from assistant.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD_CHARS = 12
"""NIST SP 800-63B asks for 8 at least and length rather than signs; the accounts open member data."""
MAX_PASSWORD_CHARS = 256
"""Longer ones only cost time."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""Each check takes 64 MiB, so that guessing cannot take all memory."""


def hash_password(password: str, *, name: str) -> str:
    """Give what is kept of a password.

    Raises:
        InputError: it is short, long, one repeated sign, or the account's name.
    """
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise InputError(
            f"The password has {len(password)} characters.",
            hint=f"Use {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS}; a few words are easy to keep in mind.",
        )
    if name in password.lower() or len(set(password)) < 5:
        raise InputError(
            "The password is easy to guess.", hint="Use a few words that do not belong together."
        )
    with _AT_ONCE:
        return _hasher().hash(password)


def check_hash(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > MAX_PASSWORD_CHARS:
        return False
    try:
        with _AT_ONCE:
            return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """Do the work of a check in vain, so that time does not tell which names exist."""
    check_hash(_hash_of_nobody(), password)


@functools.cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # RFC 9106, low memory: 3 passes over 64 MiB, 4 lanes


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())
