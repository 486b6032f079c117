import io
from pathlib import Path

import httpx
import pytest

from assistant.errors import InputError
from assistant.web.readers import ANONYMOUS, Reader, reader_of
from assistant.web.server import create_app
from assistant.web.server import serve as serve_forever
from tests.web.serving import serve, small_assistant, small_corpus


@pytest.fixture(scope="module")
def public() -> str:
    with serve(small_assistant()) as address:
        yield address


def call(address: str, name: str, *data: object) -> httpx.Response:
    return httpx.post(f"{address}gradio_api/run/{name}", json={"data": data}, timeout=30)


def test_every_page_forbids_what_is_outside(public: str) -> None:
    response = httpx.get(public)
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert 'analytics_enabled":false' in response.text


@pytest.mark.parametrize("path", ["gradio_api/upload", "gradio_api/file=/etc/passwd"])
def test_gradios_own_file_routes_are_closed(public: str, path: str) -> None:
    assert httpx.post(f"{public}{path}", files={"files": io.BytesIO(b"x")}).status_code == 404
    assert httpx.get(f"{public}{path}").status_code == 404


def test_a_file_is_sent_to_those_who_may_read_it(public: str) -> None:
    response = httpx.get(f"{public}documents/dues-2025.en/file")
    assert response.content == (small_corpus() / "alliance/dues-2025.en.md").read_bytes()
    assert response.headers["content-disposition"].startswith("attachment")
    hidden = httpx.get(f"{public}documents/secretariat-handling-guide.en/file")
    missing = httpx.get(f"{public}documents/no-such/file")
    assert (hidden.status_code, hidden.text) == (missing.status_code, missing.text) == (404, missing.text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gaps", ()),
        ("evals", ()),
        ("eval_report", ("x",)),
        ("compare_evals", ("x", "y")),
        ("settle_gap", ("x",)),
        ("remove", ("dues-2025.en",)),
    ],
)
def test_staff_endpoints_are_closed_to_others(public: str, name: str, data: tuple[object, ...]) -> None:
    response = call(public, name, *data)
    assert response.status_code == 500
    assert "not available to you" in response.json()["error"]
    assert any(d.provenance.id == "dues-2025.en" for d in small_assistant().documents())


def test_upload_by_others_is_refused(public: str) -> None:
    before = sorted(small_corpus().rglob("*"))
    files = [("files", ("new.md", b"# New"))]
    headers = {"x-requested-with": "alliance-assistant"}
    assert httpx.post(f"{public}documents/upload", files=files, headers=headers).status_code == 404
    assert sorted(small_corpus().rglob("*")) == before


def test_staff_upload_needs_the_pages_own_header_and_stays_in_the_folder(tmp_path: Path) -> None:
    with serve(small_assistant(), "staff", corpus=small_corpus()) as address:
        files = [
            ("files", ("../../escape.md", b"---\nid: uploaded\ntitle: Uploaded\n---\n# Uploaded\n\nText."))
        ]
        assert httpx.post(f"{address}documents/upload", files=files).status_code == 400
        headers = {"x-requested-with": "alliance-assistant"}
        report = httpx.post(f"{address}documents/upload", files=files, headers=headers, timeout=60).json()
        assert report["added"] == ["uploaded"]
        assert not report["failed"]
        assert (small_corpus() / "uploads/escape.md").is_file()
        assert call(address, "remove", "uploaded").status_code == 200
        again = call(address, "remove", "uploaded")
        assert again.status_code == 500
        assert "There is no document 'uploaded'" in again.json()["error"]
        (small_corpus() / "uploads/escape.md").unlink()
        assert "uploaded" not in {d["id"] for d in call(address, "library").json()["data"][0]["documents"]}


def test_the_library_lists_what_the_reader_may_see(public: str) -> None:
    listed = {d["id"]: d for d in call(public, "library").json()["data"][0]["documents"]}
    assert "secretariat-handling-guide.en" not in listed
    assert "minutes-council-2024-06.en" not in listed
    assert listed["dues-2023.en"]["superseded_by"] == "dues-2025.en"


def test_ratings_reach_staff_but_inventions_do_not(public: str) -> None:
    secret = "I designed a new nitinol stent with a 3 mm barbed hook coating and a silicone membrane."
    rating = {
        "question": "Who founded the Alliance?",
        "rating": "down",
        "reasons": ["wrong"],
        "note": "See page 2",
    }
    before = len(small_assistant().library.journal.feedback())
    assert call(public, "feedback", rating).status_code == 200
    assert call(public, "feedback", rating | {"note": secret}).status_code == 500
    assert call(public, "feedback", rating | {"rating": "sideways"}).status_code == 500
    kept = small_assistant().library.journal.feedback()
    new = kept[: len(kept) - before]  # latest first; other tests rate on the same library
    assert [(f.question, f.comment) for f in new] == [("Who founded the Alliance?", "wrong; See page 2")]
    assert call(public, "remove_rating", new[0].number).status_code == 500
    with serve(small_assistant(), "staff") as address:
        shown = call(address, "gaps").json()["data"][0]
        assert (shown["all_ratings"], shown["days"]) == (len(kept), 365)
        assert shown["ratings"][0]["number"] == new[0].number
        assert call(address, "remove_rating", new[0].number).json()["data"][0] == {"removed": True}
    assert len(small_assistant().library.journal.feedback()) == before


def test_a_broken_endpoint_does_not_show_its_insides(public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_rest: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(small_assistant(), "documents", fail)
    assert "secret" not in call(public, "about").text


def test_reader_of_falls_back_to_the_public() -> None:
    assert reader_of(object()) == ANONYMOUS
    assert Reader(None, "public") == ANONYMOUS


def test_nobody_outside_reads_as_staff_by_default() -> None:
    with pytest.raises(InputError, match="would read as 'staff'"):
        serve_forever(small_assistant(), host="0.0.0.0", default_audience="staff")


def test_identify_decides_who_reads() -> None:
    seen = create_app(
        small_assistant(), identify=lambda c: Reader("x", "staff" if c.headers.get("x-a") else "public")
    )
    from starlette.testclient import TestClient

    client = TestClient(seen)
    assert client.get("/documents/secretariat-handling-guide.en/file").status_code == 404
    assert (
        client.get("/documents/secretariat-handling-guide.en/file", headers={"x-a": "1"}).status_code == 200
    )
