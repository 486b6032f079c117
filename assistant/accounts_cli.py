"""`assistant users` and `assistant tokens`: accounts from a terminal, also while the application serves."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.errors import InputError
from assistant.options import IndexOption, JsonOption

if TYPE_CHECKING:
    from assistant.web.accounts import Accounts

Role = Literal["member", "committee", "staff"]  # as in web.accounts, which is not loaded for --help

users_app = typer.Typer(help="Accounts of people and programs.", no_args_is_help=True)
tokens_app = typer.Typer(help="Tokens that read as an account does.", no_args_is_help=True)

StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What the account may read.")]


@users_app.command("add")
def add_user(
    name: str, role: RoleOption, password_stdin: StdinOption = False, index: IndexOption = None
) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    _accounts(index).add(name, role, _read_password(password_stdin))
    typer.echo(f"Added {name} as {role}.")


@users_app.command("list")
def list_users(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List the accounts."""
    accounts = _accounts(index).accounts()
    if as_json:
        rows = [{"name": a.name, "role": a.role, "disabled": a.disabled} for a in accounts]
        typer.echo(json.dumps({"users": rows}, ensure_ascii=False, indent=1))
        return
    for account in accounts:
        typer.echo(f"{account.name}\t{account.role}\t{'disabled' if account.disabled else 'active'}")
    if not accounts:
        typer.echo("No accounts. Make one: assistant users add NAME --role member", err=True)


@users_app.command("role")
def change_role(name: str, role: Role, index: IndexOption = None) -> None:
    """Give an account another role, from its next request on."""
    _accounts(index).set_role(name, role)
    typer.echo(f"{name} is {role} now.")


@users_app.command("password")
def change_password(name: str, password_stdin: StdinOption = False, index: IndexOption = None) -> None:
    """Give an account another password and sign it out everywhere."""
    _accounts(index).set_password(name, _read_password(password_stdin))
    typer.echo(f"The password of {name} is changed; {name} is signed out everywhere.")


@users_app.command("disable")
def disable_user(name: str, index: IndexOption = None) -> None:
    """Close an account: signed out everywhere, tokens revoked."""
    _accounts(index).disable(name)
    typer.echo(f"{name} is disabled and signed out everywhere.")


@users_app.command("enable")
def enable_user(name: str, index: IndexOption = None) -> None:
    """Open a disabled account again."""
    _accounts(index).enable(name)
    typer.echo(f"{name} is active again.")


@tokens_app.command("create")
def create_token(
    name: str,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="How long it lasts.")] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token for an account; it is shown once and stored only as a hash."""
    made = _accounts(index).create_token(name, label=label, days=days)
    if as_json:
        typer.echo(json.dumps({"id": made.id, "token": made.token}))
        return
    typer.echo(made.token)
    typer.echo(
        f"Keep it now; it is not shown again. Void it with: assistant tokens revoke {made.id}", err=True
    )


@tokens_app.command("revoke")
def revoke_token(token_id: Annotated[str, typer.Argument(metavar="ID")], index: IndexOption = None) -> None:
    """Make a token void."""
    _accounts(index).revoke_token(token_id)
    typer.echo(f"Revoked {token_id}.")


@tokens_app.command("list")
def list_tokens(
    name: Annotated[str | None, typer.Argument()] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List tokens, without the tokens themselves."""
    rows = [
        {
            "id": line.id,
            "name": line.name,
            "label": line.label,
            "created": _day(line.created_at),
            "ends": _day(line.ends_at),
        }
        for line in _accounts(index).tokens(name)
    ]
    if as_json:
        typer.echo(json.dumps({"tokens": rows}, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo("\t".join(value or "-" for value in row.values()))


def _accounts(index: Path | None) -> Accounts:
    from assistant.library.database import check_library
    from assistant.settings import load_settings
    from assistant.web.accounts import Accounts

    folder = load_settings(index=index).index
    check_library(folder)
    return Accounts(folder)


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("There is no terminal to ask for a password.", hint="Use --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _day(at: int | None) -> str | None:
    return None if at is None else dt.datetime.fromtimestamp(at, dt.UTC).date().isoformat()
