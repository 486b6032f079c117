"""axe-core from its npm package, for tests only; installed below this folder at first use."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

HERE = Path(__file__).parent
SCRIPT = HERE / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
  const found = await axe.run("#assistant, main", { resultTypes: ["violations"] });
  return found.violations.filter((v) => ["serious", "critical"].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
}"""


@functools.cache
def axe_script() -> str:
    """Give axe's source; installs the package when it is missing."""
    if not SCRIPT.exists():
        npm = shutil.which("npm")
        if npm is None and not os.environ.get("CI"):
            pytest.skip("no npm to install axe-core with: apt-get install npm")
        assert npm, "CI needs npm for axe-core"
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"],
            cwd=HERE, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if done.returncode and not os.environ.get("CI"):
            pytest.skip(f"npm could not install axe-core: {done.stderr.strip()[-200:]}")
        assert done.returncode == 0, done.stderr
    return SCRIPT.read_text(encoding="utf-8")


def serious_findings(page: Page) -> list[str]:
    """List what axe calls serious or critical in the page as it stands."""
    page.evaluate(axe_script())
    return list(page.evaluate(_RUN))
