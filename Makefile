# Everything one does with Khuê, by name. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
PORT ?= 8000
# What the front end is built from, and what is built.
FRONTEND := frontend
BUILT := src/khue/web/portal/static/portal/built/manifest.json
SOURCES := $(wildcard $(FRONTEND)/*.ts $(FRONTEND)/*.json) \
	$(shell find $(FRONTEND)/src $(FRONTEND)/styles $(FRONTEND)/worker -type f)
# Node and npm of the environment, before any that the machine has.
NODE := PATH="$(abspath $(BIN)):$$PATH"
TESTS := $(RUN) -m pytest -n 2 --dist worksteal

# All tests run on SQLite; what these hold must hold on PostgreSQL as well. (The databases that
# are upgraded in tests are SQLite's.)
ON_POSTGRESQL := tests/registry tests/pipeline/test_backup.py tests/pipeline/test_erasure.py \
	tests/search/test_equality.py \
	--ignore tests/registry/test_upgrade.py

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check bench docs package lock clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

setup: $(VENV)/ready $(BUILT) ## Install Khuê and what it needs into .venv, build the front end

demo: setup ## Load the Hà Nội demonstration and serve it on 127.0.0.1:8000
	$(RUN) -m khue demo --port $(PORT)

serve: setup ## Serve the registry in ./var on 127.0.0.1:8000
	$(RUN) -m khue serve --port $(PORT)

test: $(VENV)/ready-dev $(BUILT) ## Run all tests, on both databases
	@test -x /usr/bin/chromium || echo "The tests of the portal need /usr/bin/chromium and will" \
		"fail without it; on Debian: apt-get install chromium" >&2
	@test -n "$(wildcard /usr/lib/postgresql/*/bin/postgres)" || echo "The tests on PostgreSQL" \
		"will fail without it; on Debian: apt-get install postgresql" >&2
ifdef ARGS
	$(TESTS) $(ARGS)
else
	KHUE_TEST_DATABASE=sqlite $(TESTS) --junit-xml=.pytest_cache/sqlite.xml
	KHUE_TEST_DATABASE=postgresql $(TESTS) --junit-xml=.pytest_cache/postgresql.xml $(ON_POSTGRESQL)
endif

check: $(VENV)/ready-dev $(BUILT) ## Format, lint, types, floors of the house, packs, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	KHUE_HOME=$(VENV)/home $(BIN)/mypy
	$(BIN)/lint-imports
	cd $(FRONTEND) && $(NODE) npm run --silent check
	KHUE_HOME=$(VENV)/home $(RUN) -m khue pack check
	KHUE_HOME=$(VENV)/home $(RUN) docs/generate.py --check

bench: $(VENV)/ready-dev $(BUILT) ## Measure speed, as ratios in one run
	$(RUN) -m bench

docs: $(VENV)/ready-dev ## Write the generated parts of docs/
	KHUE_HOME=$(VENV)/home $(RUN) docs/generate.py

# Built anew each time: what setuptools built before would be packed as well.
package: $(VENV)/ready-dev $(BUILT) ## Build a wheel with the front end and the packs into dist/
	rm -rf build dist
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--wheel-dir dist .
	rm -rf build

lock: ## Pin all packages anew (requirements.txt, requirements-dev.txt)
	$(PYTHON) -m venv --clear $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet .
	$(VENV)/lock/bin/pip freeze --exclude khue > requirements.txt
	$(VENV)/lock/bin/pip install --quiet '.[dev]'
	$(VENV)/lock/bin/pip freeze --all --exclude pip --exclude khue > requirements-dev.txt

clean: ## Remove what was installed and made (not ./var)
	rm -rf $(VENV) build dist $(FRONTEND)/node_modules $(dir $(BUILT)) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Khuê needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up in $(VENV) (about a minute) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(FRONTEND)/node_modules/ready: $(FRONTEND)/package-lock.json $(FRONTEND)/.npmrc $(VENV)/node
	cd $(FRONTEND) && $(NODE) npm ci --ignore-scripts --silent
	@touch $@

$(VENV)/node: $(VENV)/ready requirements-frontend.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-frontend.txt
	@touch $@

$(BUILT): $(FRONTEND)/node_modules/ready $(SOURCES)
	cd $(FRONTEND) && $(NODE) npx vite build --logLevel warn
	@touch $@
