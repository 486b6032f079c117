import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BadProvenance
from assistant.ingest.provenance import derive_id, establish_provenance, parse_stated, split_front_matter
from assistant.types import Provenance
from tests.ingest.files import FRONT
from tests.strategies import CHARACTERS


def establish(yaml):
    stated = parse_stated(yaml, "a.yaml")
    return establish_provenance(stated, path="dir/a.md", title="A title", text="Some words.")


def test_front_matter_is_read_and_taken_off():
    front = split_front_matter(f"{FRONT}# Rules\n", "rules.md")
    assert front.body == "# Rules\n"
    established = establish_provenance(front.stated, path="rules.md", title="", text=front.body)
    assert established.notes == ()
    provenance = established.provenance
    assert (provenance.version, provenance.effective_from) == ("2.0", dt.date(2024, 9, 1))


def test_values_stay_as_they_are_written():
    provenance = establish(
        "id: 2024\ntitle: 2025\nversion: 1.10\nsample: yes\nissuer: ~\nstatus: draft"
    ).provenance
    assert (provenance.id, provenance.title, provenance.version) == ("2024", "2025", "1.10")
    assert provenance.sample
    assert provenance.issuer is None


def test_without_provenance_everything_is_assumed_in_plain_sight():
    established = establish_provenance(None, path="规则/会费.pdf", title="会费通知", text="会费应当缴纳。")
    assert established.provenance == Provenance(
        id="规则-会费.pdf", title="会费通知", language="zh", status="draft", audience="staff"
    )
    assert established.notes[0].startswith("no provenance: taken as status 'draft', audience 'staff'")


def test_what_partial_provenance_leaves_out_is_noted():
    established = establish("status: official")
    assert established.provenance.audience == "staff"
    assert established.notes == ("no audience stated: taken as audience 'staff'",)
    assert (established.provenance.id, established.provenance.title) == ("dir-a", "A title")


@pytest.mark.parametrize(
    ("yaml", "message", "hint"),
    [
        pytest.param("id: a\naudiance: public", "a.yaml:2: unknown key 'audiance'.", "Did you mean 'audience'?", id="typo"),
        pytest.param("status: final", "a.yaml:1: status cannot be 'final'.", "'official'", id="value"),
        pytest.param("\naudience: everyone", "a.yaml:2: audience cannot be 'everyone'.", "'committee'", id="audience"),
        pytest.param("effective_from: soon", "a.yaml:1: effective_from cannot be 'soon'.", "YYYY-MM-DD", id="date"),
        pytest.param("effective_from: 86400", "a.yaml:1: effective_from cannot be '86400'.", "YYYY-MM-DD", id="seconds"),
        pytest.param("id: a b", "a.yaml:1: id cannot be 'a b'.", "pattern", id="id"),
        pytest.param("id: ../x", "a.yaml:1: id cannot be '../x'.", "pattern", id="path-as-id"),
        pytest.param("effective_from: 2025-01-01\neffective_to: 2024-01-01", "a.yaml:2: effective_from 2025", "Correct",
                     id="order"),
        pytest.param("id: a\nid: b", "a.yaml:2: key 'id' is given twice.", "Keep one", id="twice"),
        pytest.param("title: [a, b]", "a.yaml:1: 'title' holds a list", "one plain value", id="list"),
        pytest.param("title: Rules: the new ones", "a.yaml:1: not valid YAML", "quotes", id="colon"),
        pytest.param("just words", "a.yaml:1: not a list of", "key: value", id="words"),
        pytest.param("a: &x 1\nb: *x", "a.yaml:2: aliases", "value itself", id="alias"),
        pytest.param("a: " + "[" * 5000, "a.yaml:1: values are nested", "plain", id="deep"),
        pytest.param("title: " + "x" * 20_000, "a.yaml:1: more than 16000 characters", "Shorten", id="long"),
        pytest.param("title: !!python/object/apply:os.system [ls]", "a.yaml:1: 'title' holds a list", "plain",
                     id="python-tag"),
        pytest.param("source_url: javascript:alert(1)", "a.yaml:1: source_url cannot be", "pattern", id="url"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_and_line(yaml, message, hint):
    with pytest.raises(BadProvenance) as caught:
        establish(yaml)
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)


def test_lines_of_front_matter_are_counted_from_the_top_of_the_file():
    with pytest.raises(BadProvenance, match=r"^rules\.md:3: unknown key 'titel'"):
        split_front_matter("---\nid: a\ntitel: b\n---\n", "rules.md")


def test_front_matter_that_is_not_closed_is_an_error_and_a_rule_is_not():
    with pytest.raises(BadProvenance, match="no closing"):
        split_front_matter("---\nid: a\n\nwords", "rules.md")
    assert split_front_matter("---\nA line.\n", "rules.md").body == "---\nA line.\n"


@given(st.text(CHARACTERS, min_size=1, max_size=200))
def test_every_path_gives_a_valid_id(path):
    assert Provenance(id=derive_id(path), title="x").id == derive_id(path)


def test_ids_of_files_that_differ_in_format_differ():
    assert len({derive_id(f"devices/Stents 2024{suffix}") for suffix in (".md", ".pdf", ".docx")}) == 3
    assert derive_id("devices/Stents 2024.md") == "devices-stents-2024"


@given(st.text(st.characters(categories=["L", "N", "P", "Z", "Cc"]), max_size=120))
def test_any_yaml_is_read_or_refused_in_one_line(yaml):
    refusal = None
    try:
        establish(yaml)
    except BadProvenance as error:
        refusal = error
    assert refusal is None or "\n" not in refusal.message
