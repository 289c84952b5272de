# Everything the project needs, over `python3 -m venv` and pip alone.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet

.PHONY: run test faults browser screenshots lint fuzz bench requirements install

## Set up, make the demo organisation and an administrator, and serve.
run: $(VENV)/.requirements
	$(BIN)/python manage.py quickstart $(ARGS)

## Run the tests; DATABASE_URL chooses the database, SQLite by default.
test: $(VENV)/.requirements-dev
	$(BIN)/pytest -n auto $(ARGS)

## Walk through the back office in Debian's chromium, which must be installed.
browser: $(VENV)/.requirements-dev
	$(BIN)/pytest -m browser tests/browser $(ARGS)

## Photograph every page of the back office, into screenshots/.
screenshots: $(VENV)/.requirements-dev
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

## Kill processes and the database in the middle of work, and count what is left.
faults: $(VENV)/.requirements-dev
	$(BIN)/pytest -m faults tests/faults $(ARGS)

## Check the form of the code, its types and the direction of its imports.
lint: $(VENV)/.requirements-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy .
	$(BIN)/lint-imports

## Send both APIs what was never sent before: 70 examples of each of their operations,
## which are 10,000, and walks beside a model of them. TIMES=7 sends a tenth of it.
TIMES ?= 70
fuzz: $(VENV)/.requirements-dev
	CASES=all EXAMPLES=new EXAMPLES_TIMES=$(TIMES) $(BIN)/pytest -n auto --tb=short \
		tests/fuzz tests/config/test_fleet_document.py \
		tests/config/test_device_document.py $(ARGS)

## Measure the speed budgets; BENCH_DATABASE_URL names a PostgreSQL server.
bench: $(VENV)/.requirements-dev
	$(BIN)/python -m benchmarks $(ARGS)

## Compile the pins anew; ARGS="--upgrade" takes newer versions.
requirements: $(VENV)/.requirements-dev
	$(COMPILE) $(ARGS) --output-file requirements.txt
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.txt --no-annotate \
		--output-file requirements-dev.txt

## Install what the other targets need, and nothing else.
install: $(VENV)/.requirements-dev

$(VENV)/.requirements: requirements.txt
$(VENV)/.requirements-dev: requirements-dev.txt
$(VENV)/.requirements $(VENV)/.requirements-dev:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --requirement $<
	touch $@
