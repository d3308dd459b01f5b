# Everything that one does with Usher. `make` alone lists it.
#
# Each target sets up what it needs, once: the environment in .venv follows requirements/ and pyproject.toml.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
DAYS ?= 0
HOURS ?= 0
SENDER ?=
ORIGIN ?=
CERTIFICATE ?=
TESTS ?= tests
BENCH ?= reading

BIN := .venv/bin
READY := .venv/.ready
UV := 0.13.9
CDK_CLI := aws-cdk@2.1148.1

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 18,20,22
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: run
run: $(READY) ## run all of Usher on this machine; PORT=9000 for another port, RESET=1 to start clean
	@exec $(BIN)/python -m infra.local --port $(PORT) $(if $(RESET),--reset)

.PHONY: travel
travel: $(READY) ## move the running stack's clock forward: DAYS=10, HOURS=6
	@$(BIN)/python -m infra.local.travel --days $(DAYS) --hours $(HOURS)

.PHONY: test
test: $(READY) node ## run all tests; TESTS=tests/unit for some of them
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

.PHONY: bench
bench: $(READY) ## measure what the decisions say: BENCH=reading, importing or codes
	@$(BIN)/python -m pytest -q tests/bench/bench_$(BENCH).py

.PHONY: lint
lint: $(READY) ## check style, types, layers and that openapi.json is fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m functions.api.openapi --check

.PHONY: format
format: $(READY) ## write the code as the formatter has it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: openapi
openapi: $(READY) ## write openapi.json from the code
	@$(BIN)/python -m functions.api.openapi

.PHONY: synth
synth: $(READY) node ## write the template to cdk.out, checked by cdk-nag
	@CDK_VALIDATION=true $(BIN)/python -m infra.app
	@echo "The template is in cdk.out, and cdk-nag has nothing to say against it."

.PHONY: deploy
deploy: $(READY) node ## deploy to the AWS account of the shell: SENDER=no-reply@your.domain [ORIGIN= CERTIFICATE=]
	@[[ -n "$(SENDER)" ]] || { echo "Say where emails come from: make deploy SENDER=no-reply@your.domain" >&2; exit 1; }
	@npx --yes $(CDK_CLI) deploy --outputs-file cdk.out/outputs.json --context sender="$(SENDER)" \
		$(if $(ORIGIN),--context origin="$(ORIGIN)") $(if $(CERTIFICATE),--context certificate="$(CERTIFICATE)")
	@$(BIN)/python -m infra.publish cdk.out/outputs.json

.PHONY: requirements
requirements: $(READY) ## compile requirements/*.in anew; UPGRADE=1 for the newest versions
	@for name in runtime dev; do \
		(cd requirements && ../$(BIN)/uv pip compile --quiet --generate-hashes --no-header --universal \
			--python-version 3.11 $(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt); \
	done

.PHONY: clean
clean: ## remove what was made, but for the local stack's data
	@rm -rf .venv cdk.out {tests/support/oidc,infra/reference}/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.PHONY: node
node:
	@command -v node >/dev/null || { echo "Node.js is missing; install version 20 or later from https://nodejs.org" >&2; exit 1; }

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or later is needed; say which with make PYTHON=python3.11 …" >&2; exit 1; }
	@echo "Setting up .venv; once, and again when requirements change …"
	@[[ -x $(BIN)/python ]] || $(PYTHON) -m venv .venv
	@[[ -x $(BIN)/uv ]] || $(BIN)/python -m pip install --quiet --quiet uv==$(UV)
	@$(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@
