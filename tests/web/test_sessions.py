import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.errors import IndexDamaged, SettingsError
from assistant.hosts import is_loopback
from assistant.web import throttle
from assistant.web.login import MAX_FAILURES, local_path
from assistant.web.peers import Peers, read_peers
from assistant.web.sessions import COOKIE, load_secret
from assistant.web.throttle import Buckets, Failures
from tests.web.webapp import PASSWORD, Site, bearer, open_site, sign_in


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest.fixture
def client(site: Site) -> TestClient:
    return client_at(site.app, next(_addresses))


_addresses = (f"203.0.113.{number}" for number in range(1, 250))
"""Each test asks from an address of its own, so that failures of one do not slow another."""


def client_at(app: FastAPI, address: str, base_url: str = "http://testserver") -> TestClient:
    return TestClient(app, base_url=base_url, client=(address, 40_000))


def documents(client: TestClient, **headers: str) -> int:
    return len(client.get("/api/documents", headers=headers).json()["documents"])


# --- signing in and out -----------------------------------------------------------------------------


def test_signing_in_opens_what_the_role_may_read(client: TestClient) -> None:
    assert documents(client) == 1
    assert sign_in(client, "committee") == 303
    assert documents(client) == 3


@pytest.mark.parametrize(
    ("name", "password"), [("committee", "wrong password here"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_look_alike(client: TestClient, name: str, password: str) -> None:
    assert sign_in(client, name, password) == 401
    assert COOKIE not in client.cookies
    assert documents(client) == 1


def test_a_wrong_password_leaves_the_name_in_the_form_as_text(client: TestClient) -> None:
    form = client.get("/login").text.split('name="token" value="')[1].split('"')[0]
    fields = {"token": form, "name": 'li.wei"><b>', "password": "not hers", "next": "/"}
    page = client.post("/login", data=fields).text
    assert 'value="li.wei&quot;&gt;&lt;b&gt;"' in page
    assert "not hers" not in page


def test_the_cookie_is_for_this_site_and_no_script(client: TestClient) -> None:
    page = client.get("/login")
    token = page.text.split('name="token" value="')[1].split('"')[0]
    reply = client.post(
        "/login", data={"token": token, "name": "staff", "password": PASSWORD}, follow_redirects=False
    )
    cookie = next(line for line in reply.headers.get_list("set-cookie") if line.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_the_cookie_is_secure_where_the_connection_is(site: Site) -> None:
    client = client_at(site.app, "203.0.113.251", base_url="https://testserver")
    token = client.get("/login").text.split('name="token" value="')[1].split('"')[0]
    reply = client.post(
        "/login", data={"token": token, "name": "staff", "password": PASSWORD}, follow_redirects=False
    )
    assert all("Secure" in line for line in reply.headers.get_list("set-cookie") if line.startswith(COOKIE))
    assert reply.status_code == 303


def test_every_sign_in_has_a_new_id_and_ends_the_old_one(client: TestClient) -> None:
    sign_in(client, "member")
    first = client.cookies[COOKIE]
    sign_in(client, "staff")
    assert client.cookies[COOKIE] != first
    assert documents(client) == 4
    client.cookies.set(COOKIE, first, domain="testserver.local")
    client.cookies.delete(COOKIE, domain="testserver.local")
    assert documents(client, cookie=f"{COOKIE}={first}") == 1


def test_an_id_planted_before_is_not_taken_over(client: TestClient) -> None:
    planted = "planted-by-somebody-else"
    client.cookies.set(COOKIE, planted)
    sign_in(client, "staff")
    assert documents(client_without_cookies(client), cookie=f"{COOKIE}={planted}") == 1


@pytest.mark.parametrize("forged", ["", "x", "InN0YWZmIg.AAAA", "a.b.c", "\u00e9", "x" * 5000])
def test_a_forged_cookie_is_nobodys(client: TestClient, forged: str) -> None:
    reply = client.get("/api/documents", headers={"cookie": f"{COOKIE}={forged}".encode()})
    assert len(reply.json()["documents"]) == 1


def test_signing_out_ends_the_sign_in_itself(client: TestClient) -> None:
    sign_in(client, "staff")
    cookie = client.cookies[COOKIE]
    assert client.post("/logout", follow_redirects=False).status_code == 303
    assert documents(client_without_cookies(client), cookie=f"{COOKIE}={cookie}") == 1


def test_disabling_signs_out_every_browser(site: Site, client: TestClient) -> None:
    site.gate.accounts.add("temporary", "staff", PASSWORD)
    other = client_without_cookies(client)
    assert sign_in(client, "temporary") == sign_in(other, "temporary") == 303
    site.gate.accounts.disable("temporary")
    assert documents(client) == documents(other) == 1
    assert sign_in(client, "temporary") == 401


def test_a_lowered_role_counts_from_the_next_request(site: Site, client: TestClient) -> None:
    site.gate.accounts.add("falling", "staff", PASSWORD)
    sign_in(client, "falling")
    assert documents(client) == 4
    site.gate.accounts.set_role("falling", "member")
    assert documents(client) == 2


def client_without_cookies(client: TestClient) -> TestClient:
    return client_at(client.app, next(_addresses))  # type: ignore[arg-type]


# --- the form ---------------------------------------------------------------------------------------


def test_the_page_runs_no_script_and_stands_in_no_frame(client: TestClient) -> None:
    page = client.get("/login?next=/%23/library")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert 'lang="zh-CN"' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_form_without_its_cookie_is_refused(client: TestClient) -> None:
    page = client.get("/login")
    token = page.text.split('name="token" value="')[1].split('"')[0]
    stranger = client_without_cookies(client)
    fields = {"token": token, "name": "staff", "password": PASSWORD}
    assert stranger.post("/login", data=fields, follow_redirects=False).status_code == 400
    assert client.post("/login", data=fields | {"token": ""}, follow_redirects=False).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/api/ask", "/documents/upload", "/gradio_api/run/library"]
)
def test_what_another_site_sends_changes_nothing(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    assert client.post(path, headers=headers, json={}).status_code == 403


def test_own_pages_and_programs_may_post(client: TestClient) -> None:
    question = {"question": "What is the quokkaberry fee?"}
    for headers in ({}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}):
        assert client.post("/api/search", json=question, headers=headers).status_code == 200


def test_a_name_is_shown_as_text(site: Site, client: TestClient) -> None:
    message = client.get("/login?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script" not in message


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"), ("/?a=1#/library", "/?a=1#/library"), (None, "/"), ("", "/"), ("https://evil.example", "/"),
        ("//evil.example", "/"), ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("/\r\nSet-Cookie: a=b", "/"),
    ],
)  # fmt: skip
def test_signing_in_goes_on_to_this_site_only(target: str | None, path: str) -> None:
    assert local_path(target) == path


# --- guessing ---------------------------------------------------------------------------------------


def test_guessing_is_slowed_by_account_from_anywhere(site: Site) -> None:
    site.gate.accounts.add("guessed", "staff", PASSWORD)
    login_client = client_at(site.app, "198.51.100.1")
    token = login_client.get("/login").text.split('name="token" value="')[1].split('"')[0]
    statuses = []
    for number in range(MAX_FAILURES + 1):
        guesser = client_at(site.app, f"198.51.100.{number + 2}")
        guesser.cookies = login_client.cookies
        fields = {"token": token, "name": "guessed", "password": f"not the right one {number}"}
        statuses.append(guesser.post("/login", data=fields, follow_redirects=False).status_code)
    assert statuses == [401] * MAX_FAILURES + [429]
    fields = {"token": token, "name": "guessed", "password": PASSWORD}
    reply = login_client.post("/login", data=fields, follow_redirects=False)
    assert reply.status_code == 429
    assert 0 < int(reply.headers["retry-after"]) <= 15 * 60


def test_guessing_is_slowed_by_address_for_any_account(site: Site) -> None:
    client = client_at(site.app, "192.0.2.77")
    statuses = [sign_in(client, f"name{number}", "not the right one") for number in range(MAX_FAILURES + 1)]
    assert statuses[-1] == 429
    assert sign_in(client, "staff") == 429
    assert sign_in(client_at(site.app, "192.0.2.78"), "staff") == 303


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.integers(1, 5))
def test_failures_never_let_more_than_the_bound_through(steps: list[float], most: int) -> None:
    now = 0.0
    failures = Failures(most, 60, clock=lambda: now)
    let_through: list[float] = []
    for step in steps:
        now += step
        if not failures.wait_seconds("key"):
            failures.add("key")
            let_through.append(now)
        assert sum(at > now - 60 for at in let_through) <= most


@given(st.lists(st.floats(0, 20), min_size=1, max_size=60), st.integers(1, 30))
def test_a_bucket_gives_what_it_promises(steps: list[float], per_minute: int) -> None:
    now = 0.0
    buckets = Buckets(per_minute, clock=lambda: now)
    taken = 0
    for step in steps:
        now += step
        wait = buckets.take("key")
        taken += not wait
        assert taken <= per_minute + now * per_minute / 60 + 1e-6
        if wait:
            assert Buckets(per_minute, clock=lambda: 0).take("fresh") == 0
            now += wait
            assert buckets.take("key") == 0  # waiting as told is always enough
            taken += 1


def test_clients_are_forgotten_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MAX_KEYS", 3)
    buckets = Buckets(1, clock=lambda: 0)
    assert [buckets.take(key) for key in "abcd"] == [0, 0, 0, 0]
    assert buckets.take("d") > 0
    assert buckets.take("a") == 0


# --- a reverse proxy --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("proxied")
    with open_site(folder, proxy_header="X-Remote-User", trusted_proxies="10.0.0.0/8, ::1") as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        pytest.param("10.1.2.3", {"x-remote-user": "wang", "x-remote-role": "staff"}, 4, id="from-the-proxy"),
        pytest.param("::1", {"x-remote-user": "wang", "x-remote-role": "Member"}, 2, id="over-ipv6"),
        pytest.param("::ffff:10.1.2.3", {"x-remote-user": "wang", "x-remote-role": "staff"}, 4, id="mapped-ipv4"),
        pytest.param("203.0.113.9", {"x-remote-user": "wang", "x-remote-role": "staff"}, 1, id="from-elsewhere"),
        pytest.param("127.0.0.1", {"x-remote-user": "wang", "x-remote-role": "staff"}, 1, id="loopback-not-listed"),
        pytest.param("10.1.2.3", {"x-remote-role": "staff"}, 1, id="role-without-name"),
        pytest.param("10.1.2.3", {"x-remote-user": "wang"}, 1, id="name-without-role"),
        pytest.param("10.1.2.3", {"x-remote-user": "wang", "x-remote-role": "root"}, 1, id="unknown-role"),
        pytest.param("nonsense", {"x-remote-user": "wang", "x-remote-role": "staff"}, 1, id="no-address"),
    ],
)  # fmt: skip
def test_only_the_proxy_says_who_reads(
    proxied: Site, address: str, headers: dict[str, str], expected: int
) -> None:
    assert documents(client_at(proxied.app, address), **headers) == expected


def test_a_header_sent_twice_counts_for_nothing(proxied: Site) -> None:
    twice = [("x-remote-user", "wang"), ("x-remote-user", "li"), ("x-remote-role", "staff")]
    reply = client_at(proxied.app, "10.1.2.3").get("/api/documents", headers=twice)
    assert len(reply.json()["documents"]) == 1


def test_without_the_setting_the_header_means_nothing(site: Site) -> None:
    for address in ("127.0.0.1", "10.1.2.3"):
        client = client_at(site.app, address, base_url="http://localhost")
        assert documents(client, **{"x-remote-user": "wang", "x-remote-role": "staff"}) == 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("10.0.0.1", "x" * 500, "x" * 64),
    ],
)
def test_a_client_is_who_the_last_proxy_saw(peer: str, forwarded: str, client: str) -> None:
    scope = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    assert read_peers("10.0.0.0/8", behind_proxy=False).client_of(scope) == client


def test_addresses_that_are_none_are_refused() -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        read_peers("10.0.0.1, proxy.example", behind_proxy=True)


@given(st.text(max_size=40))
def test_no_text_is_taken_for_a_trusted_address(text: str) -> None:
    if not re.fullmatch(r"[0-9a-fA-F:.%]+.*", text):
        assert not Peers(behind_proxy=True).trusts(text)
        assert not is_loopback(text)


# --- the secret -------------------------------------------------------------------------------------


def test_the_secret_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    secret = load_secret(tmp_path / "index")
    assert len(secret) == 32
    assert load_secret(tmp_path / "index") == secret
    assert stat.S_IMODE(os.stat(tmp_path / "index" / "session.secret").st_mode) == 0o600
    assert os.listdir(tmp_path / "index") == ["session.secret"]
    assert load_secret(tmp_path / "other") != secret


def test_half_a_secret_is_named(tmp_path: Path) -> None:
    (tmp_path / "session.secret").write_bytes(b"half")
    with pytest.raises(IndexDamaged, match=r"session\.secret"):
        load_secret(tmp_path)


def test_a_cookie_of_another_folder_opens_nothing(site: Site, proxied: Site) -> None:
    client = client_at(site.app, "203.0.113.252")
    sign_in(client, "staff")
    other = client_at(proxied.app, "203.0.113.252")
    assert documents(other, cookie=f"{COOKIE}={client.cookies[COOKIE]}") == 1


def test_a_token_goes_before_a_cookie(site: Site, client: TestClient) -> None:
    sign_in(client, "staff")
    assert documents(client, **bearer(site.tokens["member"])) == 2
