"""Run inside a network namespace: sync, serve, and ask over HTTP with empty caches; prints the answers as JSON."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

QUESTIONS = ("Who founded the Alliance, and when?", "联盟由谁发起，何时成立？")


def main(home: Path) -> None:
    interfaces = [name for _, name in socket.if_nameindex()]
    command = [sys.executable, "-m", "assistant"]
    subprocess.run([*command, "sync", str(home / "corpus")], check=True, stdout=sys.stderr)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([*command, "serve", "--port", str(port)], stdout=sys.stderr)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", server)
        answers = [ask(f"http://127.0.0.1:{port}/api/ask", question) for question in QUESTIONS]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
            body = page.read().decode("utf-8")
    finally:
        server.terminate()
        server.wait(timeout=30)
    sys.stdout.write(json.dumps({"interfaces": interfaces, "answers": answers, "page_chars": len(body)}))


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(480):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise SystemExit("the server did not start")


def ask(url: str, question: str) -> dict[str, object]:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)  # type: ignore[no-any-return]


if __name__ == "__main__":
    main(Path(os.environ["HOME"]))
