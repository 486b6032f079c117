"""Ask an advisory service about every locked package; fail only for a known fault that nobody has judged.

A service that cannot be reached, or that does not know a package, is said and fails nothing: the build
must not depend on another machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple

LOCKS = ("requirements.lock", "requirements-dev.lock")
ACCEPTED = {
    "CVE-2026-45829": "chromadb: concerns its Python HTTP server, which nothing here starts; we use it embedded",
}
"""Advisories that do not concern this program, each with the reason."""


class Judged(NamedTuple):
    """What the service said of a list of packages."""

    audited: int
    unknown: int
    accepted: list[str]
    open: list[str]


def judge(report: dict[str, Any]) -> Judged:
    """Sort the advisories of pip-audit's JSON report into accepted and open ones."""
    packages = report["dependencies"]
    accepted, still_open = [], []
    for package in packages:
        for found in package.get("vulns", ()):
            names = {found["id"], *found.get("aliases", ())}
            line = f"{package['name']} {package['version']}: {found['id']}"
            (accepted if names & set(ACCEPTED) else still_open).append(line)
    unknown = sum("skip_reason" in package for package in packages)
    return Judged(len(packages) - unknown, unknown, accepted, still_open)


def main() -> int:
    """Audit both locks; 1 when an advisory is open."""
    failed = 0
    for lock in LOCKS:
        command = [sys.executable, "-m", "pip_audit", "-r", lock, "--no-deps", "--disable-pip", "--format", "json",
                   "--progress-spinner", "off", "--timeout", "20"]  # fmt: skip
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            judged = judge(json.loads(ran.stdout))
        except (subprocess.TimeoutExpired, ValueError):
            sys.stdout.write(f"{lock}: not audited, the advisory service cannot be reached\n")
            continue
        if not judged.audited:  # a mirror that has packages and no advisories
            sys.stdout.write(
                f"{lock}: not audited, the service knows none of its {judged.unknown} packages\n"
            )
            continue
        sys.stdout.write(
            f"{lock}: {judged.audited} packages audited, {judged.unknown} unknown to the service, "
            f"{len(judged.accepted)} accepted, {len(judged.open)} open\n"
        )
        sys.stdout.writelines(f"  OPEN {line}\n" for line in judged.open)
        failed += len(judged.open)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
