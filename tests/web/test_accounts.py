import functools
import json
import os
import sqlite3
import stat
import tempfile
import time
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.accounts_cli import tokens_app, users_app
from assistant.errors import AssistantError, IndexDamaged, InputError, NotFound
from assistant.library import open_library
from assistant.web import accounts as accounts_module
from assistant.web.accounts import MAX_SESSIONS, MAX_TOKENS, Accounts
from assistant.web.passwords import check_hash

PASSWORD = "purple giraffe dances slowly"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(tmp_path)
    made.add("li.wei", "member", PASSWORD)
    return made


def test_a_password_opens_its_account_only(accounts: Accounts) -> None:
    opened = accounts.check_password("li.wei", PASSWORD)
    assert opened is not None
    assert (opened.name, opened.role) == ("li.wei", "member")
    assert accounts.check_password("li.wei", PASSWORD + "x") is None
    assert accounts.check_password("nobody", PASSWORD) is None


def test_the_file_is_its_owners_and_holds_no_secret_in_clear(accounts: Accounts) -> None:
    token, session = accounts.create_token("li.wei").token, accounts.start_session("li.wei")
    assert stat.S_IMODE(os.stat(accounts.path).st_mode) == 0o600
    stored = accounts.path.read_bytes()
    assert b"$argon2id$" in stored
    for secret in (PASSWORD, token, token[17:], session):
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("li.wei", PASSWORD, id="taken"),
        pytest.param("Li Wei", PASSWORD, id="malformed"),
        pytest.param("oidc:someone", PASSWORD, id="looks-like-a-providers"),
        pytest.param("a", PASSWORD, id="too-short-a-name"),
        pytest.param("wang", "short", id="short"),
        pytest.param("wang", "x" * 300, id="long"),
        pytest.param("wang", "aaaaaaaaaaaaaaaa", id="one-letter"),
        pytest.param("wang.fang.li", "i am wang.fang.li", id="holds-the-name"),
    ],
)
def test_what_cannot_be_an_account_is_refused(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(InputError):
        accounts.add(name, "staff", password)
    assert [account.name for account in accounts.accounts()] == ["li.wei"]


def test_disabling_signs_out_everywhere_and_voids_tokens(accounts: Accounts) -> None:
    token, sessions = (
        accounts.create_token("li.wei").token,
        [accounts.start_session("li.wei") for _ in range(3)],
    )
    accounts.disable("li.wei")
    accounts.enable("li.wei")  # what was ended stays ended
    assert accounts.account_of_token(token) is None
    assert [accounts.account_of_session(session) for session in sessions] == [None] * 3
    assert accounts.check_password("li.wei", PASSWORD) is not None


def test_a_disabled_account_opens_nothing(accounts: Accounts) -> None:
    accounts.disable("li.wei")
    assert accounts.check_password("li.wei", PASSWORD) is None
    with pytest.raises(InputError):
        accounts.create_token("li.wei")
    assert accounts.account_of_session(accounts.start_session("li.wei")) is None


def test_a_new_role_counts_at_once(accounts: Accounts) -> None:
    token, session = accounts.create_token("li.wei").token, accounts.start_session("li.wei")
    accounts.set_role("li.wei", "committee")
    for opened in (accounts.account_of_token(token), accounts.account_of_session(session)):
        assert opened is not None
        assert opened.role == "committee"


def test_a_new_password_signs_out(accounts: Accounts) -> None:
    session = accounts.start_session("li.wei")
    accounts.set_password("li.wei", "another giraffe hums loudly")
    assert accounts.account_of_session(session) is None
    assert accounts.check_password("li.wei", PASSWORD) is None


def test_sign_ins_and_tokens_end_with_their_time(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    token, session = accounts.create_token("li.wei", days=1).token, accounts.start_session("li.wei")
    now = time.time()
    monkeypatch.setattr(accounts_module.time, "time", lambda: now + 86_401)
    assert accounts.account_of_token(token) is None
    assert accounts.account_of_session(session) is None


def test_sign_ins_and_tokens_of_one_account_are_bounded(accounts: Accounts) -> None:
    sessions = [accounts.start_session("li.wei") for _ in range(MAX_SESSIONS + 2)]
    alive = [session for session in sessions if accounts.account_of_session(session)]
    assert alive == sessions[2:]
    for _ in range(MAX_TOKENS):
        accounts.create_token("li.wei")
    with pytest.raises(InputError):
        accounts.create_token("li.wei")


def test_a_revoked_token_opens_nothing(accounts: Accounts) -> None:
    kept, gone = accounts.create_token("li.wei", label="kept"), accounts.create_token("li.wei", label="gone")
    accounts.revoke_token(gone.id)
    assert accounts.account_of_token(gone.token) is None
    assert accounts.account_of_token(kept.token) is not None
    assert [line.label for line in accounts.tokens("li.wei")] == ["kept"]
    with pytest.raises(NotFound):
        accounts.revoke_token(gone.id)


@functools.cache
def _shared() -> Accounts:
    return Accounts(Path(tempfile.mkdtemp(prefix="accounts-")))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_no_made_up_token_opens_anything(text: str) -> None:
    accounts = _shared()
    assert accounts.account_of_token(text) is None
    assert accounts.account_of_token(f"aat_{text}") is None


def test_a_token_with_another_secret_is_refused(accounts: Accounts) -> None:
    made = accounts.create_token("li.wei")
    other = made.token[:-1] + ("A" if made.token[-1] != "A" else "B")
    assert accounts.account_of_token(other) is None


def test_a_provider_cannot_take_a_local_name(accounts: Accounts) -> None:
    admitted = accounts.admit_from_provider("li.wei", "staff")
    assert admitted is not None
    assert admitted.name == "oidc:li.wei"
    assert {a.name: a.role for a in accounts.accounts()} == {"li.wei": "member", "oidc:li.wei": "staff"}
    assert accounts.check_password("oidc:li.wei", "") is None
    accounts.disable("oidc:li.wei")
    assert accounts.admit_from_provider("li.wei", "staff") is None


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "accounts.db").write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(IndexDamaged, match=r"accounts\.db"):
        Accounts(tmp_path)


def test_two_processes_share_the_file(accounts: Accounts, tmp_path: Path) -> None:
    beside = Accounts(tmp_path)
    beside.set_role("li.wei", "staff")
    assert accounts.accounts()[0].role == "staff"
    with sqlite3.connect(accounts.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_wrong_hash_is_no_password() -> None:
    assert not check_hash("", PASSWORD)
    assert not check_hash("$argon2id$v=19$broken", PASSWORD)


# --- the command ------------------------------------------------------------------------------------


def run(app: typer.Typer, *arguments: str, stdin: str = "", index: Path) -> tuple[int, str]:
    open_library(index).close()
    result = CliRunner().invoke(app, [*arguments, "--index", str(index)], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        assert isinstance(result.exception, AssistantError), result.exception
        return 2, str(result.exception)
    return result.exit_code, result.output


def test_the_command_makes_lists_changes_and_disables(tmp_path: Path) -> None:
    assert (
        run(
            users_app,
            "add",
            "chen",
            "--role",
            "member",
            "--password-stdin",
            stdin=PASSWORD + "\n",
            index=tmp_path,
        )[0]
        == 0
    )
    assert run(users_app, "role", "chen", "committee", index=tmp_path)[0] == 0
    _, listed = run(users_app, "list", "--json", index=tmp_path)
    assert json.loads(listed) == {"users": [{"name": "chen", "role": "committee", "disabled": False}]}
    assert run(users_app, "disable", "chen", index=tmp_path)[0] == 0
    assert Accounts(tmp_path).accounts()[0].disabled


def test_a_token_is_shown_once(tmp_path: Path) -> None:
    run(users_app, "add", "chen", "--role", "staff", "--password-stdin", stdin=PASSWORD, index=tmp_path)
    _, printed = run(tokens_app, "create", "chen", "--label", "script", "--json", index=tmp_path)
    made = json.loads(printed)
    assert Accounts(tmp_path).account_of_token(made["token"]) is not None
    _, listed = run(tokens_app, "list", "--json", index=tmp_path)
    assert [line["label"] for line in json.loads(listed)["tokens"]] == ["script"]
    assert made["token"] not in listed
    assert run(tokens_app, "revoke", made["id"], index=tmp_path)[0] == 0
    assert Accounts(tmp_path).account_of_token(made["token"]) is None


def test_there_is_no_default_password(tmp_path: Path) -> None:
    code, message = run(users_app, "add", "chen", "--role", "staff", index=tmp_path)
    assert code == 2
    assert "--password-stdin" in message
    code, _ = run(users_app, "add", "chen", "--role", "staff", "--password-stdin", stdin="\n", index=tmp_path)
    assert code == 2
    assert Accounts(tmp_path).accounts() == []
