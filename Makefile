# Two commands do all the set-up: `make run` and `make test`.
# They need python3 (3.11 or newer) with pip; uv is used where it is installed, because it is faster.

PYTHON ?= python3
WORKERS ?= 2
PORT ?= 4747
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),uv pip install --quiet --compile-bytecode --python $(BIN)/python,\
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check)
COMPILE_LOCK = uv pip compile --quiet --universal --generate-hashes --all-extras --group build \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test check lint types imports web web-check web-types browser prometheus screenshots development runtime compiled lock bench coverage clean

help:
	@echo "make run     install dashcam here, scan this machine, show the result, serve the web app (PORT=4747)"
	@echo "make test    install what the tests need, then run every check (what CI runs)"
	@echo "make check   the quick part of make test: lint, types, imports, tests not marked slow or browser"
	@echo "make web     build the web app (no Node.js needed); web-check: its types, lint and tests"
	@echo "make web-types  write the web app's API types from the server's schema"
	@echo "make screenshots  a picture of every page of the web app, into docs/screenshots (ARGS=--help)"
	@echo "make bench   measure beside the peers (ARGS=--install fetches them)"
	@echo "make coverage  the tests, with the lines that they miss"
	@echo "make lock    write requirements*.lock from pyproject.toml (UPGRADE=1 takes newer releases)"
	@echo "make clean   remove the virtual environment, caches and build output"

run: runtime compiled web
	@$(BIN)/dashcam scan
	@$(BIN)/dashcam --no-scan
	@$(BIN)/dashcam serve --port $(PORT)

test: lint types imports web web-check browser prometheus
	$(BIN)/pytest -n $(WORKERS)

check: export HYPOTHESIS_PROFILE := quick
check: lint types imports web-check
	$(BIN)/pytest -n $(WORKERS) -m "not slow and not browser" --quiet

lint: development
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: development
	$(BIN)/mypy

imports: development
	$(BIN)/lint-imports --no-logo

# Node.js comes with the build's own wheel, inside .venv; what is built already is not built again.
web: runtime
	@$(BIN)/python hatch_build.py

web-check: development web/openapi.json
	@$(BIN)/python hatch_build.py run --silent types -- --check
	@$(BIN)/python hatch_build.py run --silent check
	@$(BIN)/python hatch_build.py run --silent test

web-types: development web/openapi.json
	@$(BIN)/python hatch_build.py run --silent types

.PHONY: web/openapi.json
web/openapi.json: development
	@$(BIN)/python -m dashcam.server.describe > $@

# Installs a Chromium where there is none. If that fails, the tests that need it fail and say so.
browser: development
	@$(BIN)/python -m tests.support.chromium

# Installs a Prometheus where there is none. If that fails, the tests that need it fail and say so.
prometheus: development
	@$(BIN)/python -m tests.support.prometheus

screenshots: development compiled web browser
	@$(BIN)/python -m tests.browser.pictures $(ARGS)

coverage: development compiled web browser prometheus
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report=term-missing:skip-covered

bench: development compiled
	$(BIN)/python -m benchmarks.run $(ARGS)

development: $(VENV)/development.stamp compiled
runtime: $(VENV)/runtime.stamp

# Where PYTHONDONTWRITEBYTECODE is set Python never does this by itself, and every start pays for it.
compiled: | $(BIN)/python
	@$(BIN)/python -m compileall -q src

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "dashcam needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing dashcam into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# The development lock holds all that the runtime lock holds, in the same versions.
$(VENV)/development.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing dashcam and its development tools into $(VENV)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp

lock:
	@$(if $(UV),,echo "make lock needs uv"; exit 1)
	$(COMPILE_LOCK) --output-file requirements.lock
	$(COMPILE_LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) web/node_modules src/dashcam/server/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
