# Everything a person does with a checkout. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# PORT=9000 or ARGS="..." go on to the program; PYTHON and CHROMIUM name other ones than those found.
CONFIG ?= config/deskbridge.yaml
ARGS ?=
TESTS ?= tests
export PYTHON CHROMIUM JOBS

BIN := .venv/bin
# PyPI's Node, where the system has none, is put here by scripts/front-env.sh.
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/.venv/node:$(PATH)

# A file with what is installed, named for this place: an environment that was moved is made anew.
PLACE := $(subst /,-,$(CURDIR))
RUNTIME := .venv/.runtime$(PLACE)
DEV := .venv/.dev$(PLACE)
NODE := node_modules/.installed
WIDGET := channels/widget/static/.built
CONSOLE := agent_console/web/static/.built
PHONES := bridge/sandbox/static/.built

UI_SOURCES := $(shell find bridge/ui -type f -not -path '*/node_modules/*' -not -path '*/tests/*' 2>/dev/null)
WIDGET_SOURCES := $(shell find channels/widget/client -type f -not -path '*/node_modules/*' -not -path '*/tests/*' 2>/dev/null)
CONSOLE_SOURCES := $(shell find agent_console/web/client -type f -not -path '*/node_modules/*' -not -path '*/tests/*' 2>/dev/null)
PHONES_SOURCES := $(shell find bridge/sandbox/client -type f -not -path '*/node_modules/*' -not -path '*/tests/*' 2>/dev/null)

.PHONY: help
help:
	@echo 'make run          set up what is missing, build what changed, start the program (PORT=, ARGS=)'
	@echo 'make sandbox      the same between model networks, with a page of phones to play the customers (PORT=, ARGS=)'
	@echo 'make test         every check and every test, browser tests included (TESTS=tests/routing for a part, JOBS=4)'
	@echo 'make lint         ruff, mypy, import-linter, TypeScript'
	@echo 'make fmt          put the code into shape'
	@echo 'make bench        the benchmarks, with their floors (ARGS="growth consoles" for some, ARGS="--print growth": into no page)'
	@echo 'make bench-large  growth to ten million messages, kept between runs (ARGS=200000 for fewer)'
	@echo 'make faults       storms, faults of staff surfaces, real processes killed (ARGS="--minutes 10": for so long each)'
	@echo 'make screenshots  the pictures in docs/images'
	@echo 'make schema       config/schema.json and the pages of docs/reference/config*.md'
	@echo 'make lock         new locks from pyproject.toml and package.json'
	@echo 'make clean        remove what was built and installed; var/ with your data stays'

.PHONY: run
run: $(RUNTIME) build
	@$(BIN)/deskbridge run --config '$(CONFIG)' $(if $(PORT),--listen 127.0.0.1:$(PORT)) $(ARGS) \
		|| { code=$$?; [ $$code -eq 130 ] || exit $$code; } # Ctrl+C is the way to stop it, not an error.

.PHONY: sandbox
sandbox: $(RUNTIME) build
	@$(BIN)/deskbridge sandbox --config '$(CONFIG)' $(if $(PORT),--listen 127.0.0.1:$(PORT)) $(ARGS) \
		|| { code=$$?; [ $$code -eq 130 ] || exit $$code; }

# Environments

$(RUNTIME): requirements/runtime.txt requirements/build.txt pyproject.toml scripts/python-env.sh
	@scripts/python-env.sh runtime build
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@scripts/python-env.sh dev
	@touch $@

$(NODE): package.json package-lock.json .npmrc scripts/front-env.sh $(wildcard bridge/ui/package.json bridge/sandbox/client/package.json channels/widget/client/package.json agent_console/web/client/package.json) | $(RUNTIME)
	@scripts/front-env.sh

.PHONY: setup
setup: $(DEV) $(NODE)

# Front ends

.PHONY: build
build: $(WIDGET) $(CONSOLE) $(PHONES)

$(WIDGET): $(NODE) $(UI_SOURCES) $(WIDGET_SOURCES)
	@echo 'deskbridge: building the widget'
	@npm run build --silent --workspace channels/widget/client -- --logLevel warn
	@touch $@

$(CONSOLE): $(NODE) $(UI_SOURCES) $(CONSOLE_SOURCES)
	@echo 'deskbridge: building the console'
	@npm run build --silent --workspace agent_console/web/client -- --logLevel warn
	@touch $@

$(PHONES): $(NODE) $(UI_SOURCES) $(PHONES_SOURCES)
	@echo 'deskbridge: building the phones'
	@npm run build --silent --workspace bridge/sandbox/client -- --logLevel warn
	@touch $@

# Checks

.PHONY: lint
lint: $(DEV) $(NODE)
	@echo '== ruff' && $(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo '== mypy' && $(BIN)/mypy
	@echo '== import-linter' && $(BIN)/lint-imports --no-logo >.venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }
	@echo '== TypeScript' && npm run typecheck --silent --workspaces --if-present

# What tests run against. Each asks the same registry, so one after the other.
.PHONY: servers
servers: $(DEV)
	@scripts/browser-env.sh
	@scripts/mail-env.sh
	@scripts/postgres-env.sh
	@scripts/redis-env.sh
	@scripts/deploy-env.sh
	@scripts/oidc-env.sh
	@scripts/strace-env.sh

# The one waits for the network, the other for the processor.
.PHONY: test
test: build
	@$(MAKE) --jobs=2 --output-sync=target lint servers
	@echo '== front end tests' && npm run test --silent --workspaces --if-present
	@scripts/tests.sh $(TESTS)
	@echo 'deskbridge: all checks and tests passed'

.PHONY: fmt
fmt: $(DEV)
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

.PHONY: bench
bench: $(DEV) build
	@scripts/mail-env.sh
	@scripts/postgres-env.sh
	@scripts/redis-env.sh
	@$(BIN)/python -m tests.bench $(ARGS)

.PHONY: bench-large
bench-large: $(DEV) build
	@scripts/postgres-env.sh
	@$(BIN)/python -m tests.bench.large $(ARGS)

.PHONY: faults
faults: $(DEV)
	@scripts/mail-env.sh
	@scripts/postgres-env.sh
	@scripts/redis-env.sh
	@scripts/strace-env.sh
	@$(BIN)/python -m tests.channels.storm_report
	@$(BIN)/python -m tests.faults $(ARGS)
	@$(BIN)/python -m tests.faults.town $(ARGS)
	@FAULT_PLACES=all $(BIN)/python -m pytest -q tests/faults/test_commands.py

.PHONY: screenshots
screenshots: $(DEV) build
	@scripts/browser-env.sh
	@$(BIN)/python -m tests.screenshots $(ARGS)

.PHONY: schema
schema: $(RUNTIME)
	@$(BIN)/deskbridge schema > config/schema.json.new && mv config/schema.json.new config/schema.json
	@$(BIN)/python -m scripts.reference
	@$(BIN)/python -m scripts.config_errors
	@$(BIN)/python -m scripts.webhooks
	@$(BIN)/python -m scripts.capabilities

# Housekeeping

# The locks name files by their hashes and no registry, so they hold for any mirror of PyPI and npm.
COMPILE := $(BIN)/uv pip compile --quiet --no-config --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--no-emit-find-links --universal --python-version 3.11

.PHONY: lock
lock: $(RUNTIME)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'
	@$(COMPILE) $(ARGS) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	@$(COMPILE) $(ARGS) --group build -c requirements/dev.txt -o requirements/build.txt
	@$(COMPILE) $(ARGS) --group node -o requirements/node.txt
	@$(COMPILE) $(ARGS) --group oidc -o requirements/oidc.txt
	@npm install --package-lock-only --no-audit --no-fund --ignore-scripts

.PHONY: clean
clean:
	rm -rf .venv node_modules */*/client/node_modules bridge/ui/node_modules channels/widget/static agent_console/web/static bridge/sandbox/static
	rm -rf dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
