"""The real application in a network namespace that holds nothing but loopback, from empty caches."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.model, pytest.mark.timeout(600)]

ROOT = Path(__file__).parent.parent.parent
INSIDE = 'ip link set lo up && exec "$@"'
DOCUMENTS = ("founding-record", "idea-submission-procedure")


def why_not() -> str:
    """Say why no namespace can be made here; "" when one can."""
    missing = [name for name in ("unshare", "ip", "bash") if shutil.which(name) is None]
    if missing:
        return f"{missing[0]!r} is not installed"
    try_it = ["unshare", "--net", "bash", "-c", INSIDE, "inside", "true"]
    done = subprocess.run(try_it, capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


def test_both_languages_are_answered_without_any_network(tmp_path: Path) -> None:
    reason = why_not()
    if reason and not os.environ.get("OFFLINE_TEST_REQUIRED"):  # set in CI
        pytest.skip(f"no network namespace can be made here: {reason}")
    assert not reason
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in DOCUMENTS:
        for path in sorted((ROOT / "corpus" / "alliance").glob(f"{name}.*.md")):
            shutil.copy(path, corpus)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "ASSISTANT_INDEX": str(tmp_path / "index"),
    }
    session = [sys.executable, str(Path(__file__).with_name("offline_session.py"))]
    done = subprocess.run(
        ["unshare", "--net", "bash", "-c", INSIDE, "inside", *session],
        capture_output=True, text=True, check=False, cwd=ROOT, env=env, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert seen["interfaces"] == ["lo"]
    assert seen["page_chars"] > 1000
    english, chinese = seen["answers"]
    assert (english["status"], english["language"]) == ("answered", "en")
    assert (chinese["status"], chinese["language"]) == ("answered", "zh")
    for answer in (english, chinese):
        assert {citation["document"].split(".")[0] for citation in answer["citations"]} <= set(DOCUMENTS)
        assert answer["citations"]
    assert "2018" in " ".join(sentence["text"] for sentence in english["sentences"])
