# Every command a person or CI needs. `make run` and `make test` start from nothing but Python 3.11+.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
# uv does not read pip's settings; a local wheel folder is used where pip has one.
ifneq ($(and $(PIP_FIND_LINKS),$(wildcard $(PIP_FIND_LINKS))),)
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
endif
export UV_LINK_MODE ?= hardlink
# Bytecode is kept whatever the surroundings say: without it every start compiles 2,700 files, 4 s of processor time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check install install-run ingest ask bench torture corpus-check evals evals-gate screenshots fuzz load audit clean
.DEFAULT_GOAL := run

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/python -c 'import app, chromadb, onnxruntime'
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements-dev.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -r requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/python -c 'import app, chromadb, onnxruntime'
	@touch $@ $(VENV)/.run

install-run: $(VENV)/.run  ## what the application needs
install: $(VENV)/.dev  ## what the tests need, too

run: install-run  ## serve the page; it listens first, then brings the index in line with corpus/
	$(BIN)/assistant serve --port $(PORT) --corpus corpus --sync

ingest: install-run
	$(BIN)/assistant sync corpus

ask: ingest  ## make ask Q="Who founded the Alliance, and when?"
	@$(BIN)/assistant ask "$(Q)"

check: install  ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

corpus-check: install  ## front matter, links between documents, figures that must agree
	$(BIN)/python corpus/check.py

test: install
	$(BIN)/python -m pytest

torture: install  ## kill 200 times, open again, compare with what was acknowledged (about 10 minutes)
	$(BIN)/python -m tests.torture

evals: install  ## ask every dev case and write a report
	$(BIN)/python -m evals run --suite dev

evals-gate: install  ## ask every dev case; fail on a loss, a leak, a citation out of force, an unsupported sentence
	$(BIN)/python -m evals gate

bench: install  ## every part beside its baseline → build/bench.json; make bench SETS=DIR adds third-party sets
	$(BIN)/python -m evals.bench $(if $(SETS),--sets $(SETS)) $(BENCH)
	$(BIN)/python -m evals.bench_browser --index build/evals/index --json build/bench-browser.json

fuzz: install  ## 5,000 hostile questions over every route; 400 requests of each operation of the API, made from its description
	$(BIN)/python -m tests.hostile.asking --count 5000
	API_EXAMPLES=400 $(BIN)/python -m pytest --timeout 1800 tests/hostile/test_openapi.py

load: install ingest  ## 50 readers for 3 minutes over a running sync, on loopback
	$(BIN)/python -m evals.load

audit: install  ## known faults of locked packages; passes when no advisory service answers
	$(BIN)/python .ci/audit.py

screenshots: install  ## every page and state, wide and narrow, en and zh
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf $(VENV) index build
