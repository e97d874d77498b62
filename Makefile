# Every target works on a fresh clone: it makes .venv first when that is missing or old.
# Nothing outside this folder is needed: HOME may be empty or read-only.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
# Options for the programs and for pytest: make serve ARGS="--listen 127.0.0.1:50052"
ARGS ?=
# Test processes; each starts its own PostgreSQL. A module stays with one of them, so what it starts is started once.
WORKERS ?= 2

BIN := .venv/bin
STAMP := .venv/.made

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore
# Python compiles once, whatever the environment says: tests start programs a thousand times.
export PYTHONDONTWRITEBYTECODE :=
# buf and uv keep caches in HOME unless told otherwise.
export BUF_CACHE_DIR := $(CURDIR)/.cache/buf
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
ifneq ($(shell test -w "$$HOME" && echo writable),writable)
export PIP_NO_CACHE_DIR := 1
endif

# The contract in one file for clients and gateways: the protos with everything that they import.
CONTRACT := build/ledger-v1.binpb

.PHONY: help setup serve demo test lint format protos features protos-baseline contract gateway docs bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv and install the locked dependencies (other targets do this by themselves)

serve: $(STAMP) ## Start the service on 127.0.0.1:50051 with its own PostgreSQL and a demo ledger
	@exec $(BIN)/ledgerd --profile dev $(ARGS)

demo: $(STAMP) ## Drive a family's year through the running service and print what happened
	@$(BIN)/ledgerctl demo $(ARGS)

test: $(STAMP) ## Run every test
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(STAMP) ## Check style, types, layers, the API contract, generated code and tidiness
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python protos/generate.py --check
	$(BIN)/python -m tests.features --check
	$(BIN)/python -m tests.tamper_table --check
	$(BIN)/pytest -q tests/test_tidy.py

format: $(STAMP) ## Rewrite the code in the agreed format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

protos: $(STAMP) ## Generate ledger/v1 from protos/
	$(BIN)/python protos/generate.py $(ARGS)

features: $(STAMP) ## Write docs/features.md from the marks of the tests, and the tamperings into docs/audit.md
	$(BIN)/python -m tests.features
	$(BIN)/python -m tests.tamper_table

protos-baseline: $(STAMP) ## Promise the API as it stands: later changes are checked against it
	$(BIN)/python protos/generate.py --write-baseline $(ARGS)

docs: $(STAMP) ## Write the references that are generated from the program
	@$(BIN)/python -m ledger.operation.reference > docs/settings.md.new
	@mv docs/settings.md.new docs/settings.md

contract: $(STAMP) ## Write the contract with all it imports: build/protos/ and build/ledger-v1.binpb
	@$(BIN)/python protos/generate.py --descriptor-set $(CONTRACT)

gateway: contract ## Serve HTTP and JSON on 127.0.0.1:8080 in front of the running service
	@exec $(BIN)/envoy --config-path deploy/envoy.yaml --use-dynamic-base-id --log-level warning $(ARGS)

bench: $(STAMP) ## Measure throughput and latency beside raw COPY, bare gRPC and peers
	@$(BIN)/python -m benchmarks $(ARGS)

lock: ## Resolve the dependencies again and write requirements.lock
	@$(MAKE) --no-print-directory .cache/uv-venv/bin/uv
	.cache/uv-venv/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--upgrade --generate-hashes --no-config --no-header --no-emit-index-url --no-emit-find-links \
		--quiet --output-file requirements.lock
	@! grep -n '://' requirements.lock

clean: ## Remove .venv, caches and build results, but no data
	rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist examples/node/node_modules

define NEEDS_PYTHON

This project needs Python 3.11 or newer, and '$(PYTHON)' is not that.
Install one, then name it:  make $(or $(firstword $(MAKECMDGOALS)),setup) PYTHON=python3.12
  Debian, Ubuntu:  apt-get install python3 python3-venv
  macOS:           brew install python

endef
export NEEDS_PYTHON

define NEEDS_VENV

$(PYTHON) has no 'ensurepip' module, so it cannot make a virtual environment.
  Debian, Ubuntu:  apt-get install python3-venv

endef
export NEEDS_VENV

# Two `make` at once in one folder would install over each other. The lock ends with whoever holds it, and its children.
define ALONE
import fcntl, os, subprocess, sys
lock, stamp, one, other, *command = sys.argv[1:]
with open(lock, 'a') as held:
    fcntl.flock(held, fcntl.LOCK_EX)
    made = os.path.getmtime(stamp) if os.path.exists(stamp) else 0
    if made >= max(os.path.getmtime(one), os.path.getmtime(other)):
        sys.exit(0)
    sys.exit(subprocess.call(command, pass_fds=[held.fileno()]))
endef
export ALONE

# The old environment is kept and brought up to date; `make clean` starts afresh.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { printf '%s\n' "$$NEEDS_PYTHON" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { printf '%s\n' "$$NEEDS_VENV" >&2; exit 1; }
	@mkdir -p .cache
	@$(PYTHON) -c "$$ALONE" .cache/setup.lock $@ $^ $(MAKE) --no-print-directory environment

.PHONY: environment
environment:
	@echo 'Making .venv from requirements.lock (a minute or two the first time)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

.cache/uv-venv/bin/uv:
	@$(PYTHON) -m venv .cache/uv-venv
	@.cache/uv-venv/bin/python -m pip install --quiet uv
