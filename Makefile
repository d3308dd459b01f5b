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
STAGE ?=
EMAIL ?=
KEYS ?=
STEP ?=
KEY ?=
YES ?=
APPROVED ?=
FROM ?=
PARTITIONS ?=
OVERWRITE ?=
ORGANIZATION ?=
FILE ?=
FORCE ?=
TESTS ?= tests
BENCH ?= operations functions workers price
COVERAGE ?=

BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup
UV := 0.13.9
GROUPS := infra local checks tests
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --generate-hashes --no-header --universal \
	--python-version 3.11 $(if $(UPGRADE),--upgrade)
CDK_CLI := aws-cdk@2.1148.1

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 18,20,22
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled anew at each start, the CDK's library alone takes five seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-20s %s\n", $$1, $$2}'

.PHONY: run
run: $(READY) ## run all of Usher on this machine; PORT=9000 for another port, RESET=1 to start clean
	@exec $(BIN)/python -m infra.local --port "$(PORT)" $(if $(RESET),--reset)

.PHONY: web
web: $(READY) node ## build the console into web/dist, unless it is built; `make run` does, too
	@$(BIN)/python -m infra.console

.PHONY: web-packages
web-packages: $(READY) node
	@$(BIN)/python -m infra.console --install

.PHONY: travel
travel: $(READY) ## move the running stack's clock forward: DAYS=10, HOURS=6
	@$(BIN)/python -m infra.local.travel --days "$(DAYS)" --hours "$(HOURS)"

.PHONY: unit
unit: $(READY) web-packages ## run the unit tests: the loop while writing
	@$(PYTEST) -q --dist worksteal -m "not slow" tests/unit
	@npm --prefix web run --silent test -- --reporter=dot

.PHONY: check
check: lint unit ## what to run before a commit: lint and the unit tests

.PHONY: test
test: $(READY) web ## run all tests; TESTS=tests/proofs for some of them, COVERAGE=1 to hold the floor of coverage
	@npm --prefix web run --silent test -- --reporter=dot
	@npm --prefix web run --silent budget
	@$(PYTEST) $(if $(COVERAGE),--cov --cov-report=term) $(TESTS)

.PHONY: coverage
coverage: $(READY) node ## the branches of domain and services that unit and integration tests do not reach
	@$(PYTEST) -q --cov --cov-report=term-missing tests/unit tests/integration

.PHONY: bench
bench: $(READY) ## print the table of docs/performance.md; BENCH=questions, entitlement, reading, importing, codes, starting, starts, console, peers or scale for others
	@$(BIN)/python -m pytest -q $(BENCH:%=tests/bench/bench_%.py)

.PHONY: lint
lint: $(READY) web-packages ## check style, types, layers, the console's texts, and that what is generated is fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m functions.api.openapi --check
	@$(BIN)/python -m functions.api.events_page --check
	@$(BIN)/python -m infra.messages --check
	@npm --prefix web run --silent types >/dev/null
	@npm --prefix web run --silent lint

.PHONY: format
format: $(READY) web-packages ## write the code as the formatters have it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@npm --prefix web run --silent format

.PHONY: openapi
openapi: $(READY) ## write openapi.json from the code
	@$(BIN)/python -m functions.api.openapi

.PHONY: events
events: $(READY) ## write docs/events.md from the events' classes
	@$(BIN)/python -m functions.api.events_page

.PHONY: messages
messages: $(READY) ## bring the catalogs of what people read up to date with the code, and compile them
	@$(BIN)/python -m infra.messages

.PHONY: synth
synth: $(READY) node ## write the template to cdk.out, checked by cdk-nag and cfn-lint; STAGE=prod for that of a stage
	@CDK_VALIDATION=true $(if $(STAGE),CDK_CONTEXT_JSON='{"stage": "$(STAGE)"}') $(BIN)/python -m infra.app
	@$(BIN)/cfn-lint cdk.out/Usher$(if $(STAGE),-$(STAGE)).template.json
	@echo "The template is in cdk.out, and neither cdk-nag nor cfn-lint has anything to say against it."

.PHONY: diff
diff: $(READY) node ## show what a deployment would change in a stage: STAGE=prod
	@[[ -n "$(STAGE)" ]] || { echo "Say which stage: make diff STAGE=prod" >&2; exit 1; }
	@npx --yes "$(CDK_CLI)" diff --context stage="$(STAGE)"

.PHONY: bootstrap
bootstrap: $(READY) node ## prepare a stage's account and region for deployments, once: STAGE=prod
	@[[ -n "$(STAGE)" ]] || { echo "Say which stage: make bootstrap STAGE=prod" >&2; exit 1; }
	@$(BIN)/python -m infra.operations.bootstrap "$(STAGE)" --cdk "$(CDK_CLI)"

.PHONY: deploy
deploy: $(READY) node ## deploy a stage to the AWS account of the shell: STAGE=prod for stages/prod.json
	@[[ -n "$(STAGE)" ]] || { echo "Say which stage: make deploy STAGE=prod, with its settings in stages/prod.json" >&2; exit 1; }
	@$(BIN)/python -m infra.operations.deploy "$(STAGE)" --cdk "$(CDK_CLI)" $(if $(YES),--yes) $(if $(APPROVED),--approved)
	@$(BIN)/python -m infra.publish cdk.out/outputs.json

.PHONY: operator
operator: $(READY) ## make somebody an operator of a deployed stage: STAGE=prod EMAIL=you@your.domain
	@[[ -n "$(EMAIL)" ]] || { echo "Say who: make operator STAGE=prod EMAIL=you@your.domain" >&2; exit 1; }
	@$(BIN)/python -m infra.operations.create_operator "$(EMAIL)" $(if $(STAGE),--stage "$(STAGE)")

.PHONY: rotate-keys
rotate-keys: $(READY) ## rotate a stage's keys: STAGE=prod KEYS=link STEP=add, then STEP=promote, then STEP=retire KEY=k1; FORCE=1 after a leak
	@$(BIN)/python -m infra.operations.rotate_keys "$(KEYS)" "$(STEP)" --key "$(KEY)" $(if $(FORCE),--force) \
		$(if $(STAGE),--stage "$(STAGE)")

.PHONY: restore-items
restore-items: $(READY) ## put items of a restored table back: STAGE=prod FROM=table PARTITIONS=ORG#… OVERWRITE=1
	@$(BIN)/python -m infra.operations.restore_items "$(FROM)" $(if $(PARTITIONS),--partitions "$(PARTITIONS)") \
		$(if $(OVERWRITE),--overwrite) $(if $(STAGE),--stage "$(STAGE)")

.PHONY: export-organization
export-organization: $(READY) ## write all items of an organization to a file: STAGE=prod ORGANIZATION=id FILE=acme.jsonl
	@$(BIN)/python -m infra.operations.export_organization "$(ORGANIZATION)" "$(FILE)" $(if $(STAGE),--stage "$(STAGE)")

.PHONY: requirements
requirements: $(READY) ## compile pyproject.toml into requirements/ anew; UPGRADE=1 for the newest versions
	@$(COMPILE) --output-file requirements/runtime.txt
	@$(COMPILE) --constraints requirements/runtime.txt $(GROUPS:%=--group %) --output-file requirements/dev.txt

.PHONY: clean
clean: ## remove what was made, but for the local stack's data
	@rm -rf .venv cdk.out web/dist {tests/support/oidc,infra/reference,web}/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage

.PHONY: node
node:
	@command -v node >/dev/null || { echo "Node.js is missing; install version 20 or later from https://nodejs.org" >&2; exit 1; }

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or later is needed; say which with make PYTHON=python3.11 …" >&2; exit 1; }
	@echo "Setting up .venv; once, and again when requirements change …"
	@# With this Python's own pip where it has one that can: to install another takes most of the time.
	@[[ -x $(BIN)/uv ]] || { $(PYTHON) -m venv --without-pip .venv \
		&& $(PYTHON) -m pip --python $(BIN)/python install --quiet --quiet uv==$(UV) 2>/dev/null; } \
		|| { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --quiet uv==$(UV); }
	@$(BIN)/uv pip sync --quiet --require-hashes requirements/dev.txt
	@# The parts of the CDK's library that infra/ names, and those that they name, are large: compiled here on all
	@# processors, and not on one by the first synthesis. compileall -j would take one folder after the other.
	@{ echo aws_ec2 __init__.py cloud_assembly_schema interfaces/aws_ec2 aws_kinesis aws_applicationautoscaling; \
		grep -rhoE 'aws_cdk import aws_[a-z0-9_]+' infra | sed 's|.*import ||' | sort -u; } \
		| (cd .venv/lib/python*/site-packages/aws_cdk && xargs -P 0 -n 3 ../../../../bin/python -m compileall -q) & \
		$(BIN)/uv pip install --quiet --no-deps --editable . && wait
	@touch $@
