# Every command of the project. Needs Python 3.11 or newer and make; nothing else has to be installed first.
# Another interpreter: make PYTHON=python3.12 check

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.PHONY: help setup demo check quick test slow kill-test lint types contracts notebooks wheel-check crosscheck bench selection-table validation clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

# A stamp file a layer: installed once, and again when pyproject.toml changes.
$(VENV)/.package: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"simcollect needs Python 3.11 or newer, this is {sys.version.split()[0]}: make PYTHON=python3.11 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.package
	$(PIP) install --editable '.[dev]'
	@touch $@

$(VENV)/.slow: $(VENV)/.dev
	$(PIP) install --editable '.[dask]'
	@touch $@

$(VENV)/.notebooks: $(VENV)/.package
	$(PIP) install --editable '.[notebooks]'
	@touch $@

setup: $(VENV)/.dev  ## make .venv with everything needed to develop

# The small run comes first: it compiles the model (half a minute, once) and shows one run before five are compared.
demo: $(VENV)/.package  ## one small run, then five strategies on 1,700 real card accounts
	$(BIN)/simcollect run tiny balanced
	$(BIN)/simcollect compare cards_taiwan

check: lint types contracts wheel-check $(if $(NOTEBOOKS),notebooks) test  ## what CI runs, and nothing else

quick: $(VENV)/.dev  ## the inner loop: style and the fast tests
	$(BIN)/ruff check .
	$(BIN)/pytest -q -x -n $(WORKERS) -m 'not slow'

test: $(VENV)/.dev  ## the fast tests, under ten minutes on two cores
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m 'not slow'

slow: $(VENV)/.slow  ## the same checks on many more examples, and full-size books
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m slow

kill-test: $(VENV)/.slow  ## sweeps killed at sixty random moments, and a cluster that loses a worker
	$(BIN)/pytest -m slow tests/sweep/test_kill.py tests/sweep/test_perform.py

lint: $(VENV)/.dev  ## style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev  ## mypy, strict
	$(BIN)/mypy

contracts: $(VENV)/.dev  ## imports point one way
	$(BIN)/lint-imports

notebooks: $(VENV)/.notebooks  ## execute every notebook from a clean start
	@for file in $(NOTEBOOKS); do echo "$$file"; \
	  $(BIN)/jupyter nbconvert --to notebook --execute --stdout --log-level WARN "$$file" > /dev/null || exit 1; done

# Unpacked away from the repository: what a wheel forgets cannot be found beside it by accident. Twelve borrowers are
# quicker without machine code than the compiler is.
wheel-check: $(VENV)/.package  ## build the wheel and run a packaged scenario from it
	@set -e; away=$$(mktemp -d); trap 'rm -rf "$$away"' EXIT; \
	$(PIP) wheel --no-deps --wheel-dir "$$away" .; \
	$(PIP) install --no-deps --target "$$away/site" "$$away"/simcollect-*.whl; \
	python=$$(cd $(BIN) && pwd)/python; cd "$$away"; export SIMCOLLECT_NUMBA=0; \
	PYTHONPATH="$$away/site" "$$python" -m simcollect validate tiny; \
	for name in cards_taiwan instalment_us consumer_loan_cn; do \
	  PYTHONPATH="$$away/site" "$$python" -m simcollect validate $$name; done; \
	PYTHONPATH="$$away/site" "$$python" -m simcollect run tiny balanced --out "$$away/run"; \
	PYTHONPATH="$$away/site" "$$python" -c "import pathlib, simcollect; assert pathlib.Path(simcollect.__file__).is_relative_to('$$away'), simcollect.__file__"

# In an environment of its own: these libraries ask for versions of others, and pm4py is under the AGPL.
crosscheck: $(VENV)/.dev  ## compare exports and tables with pm4py and transitionMatrix
	$(PYTHON) -m venv $(VENV)-crosscheck
	$(VENV)-crosscheck/bin/python -m pip --disable-pip-version-check --quiet install --upgrade 'pip>=25.1'
	$(VENV)-crosscheck/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[dev]' --group crosscheck
	$(VENV)-crosscheck/bin/pytest tests/outcomes/test_export.py tests/outcomes/tables

selection-table: $(VENV)/.package  ## how often selections and intervals keep their promise: docs/selection.md
	$(BIN)/simcollect selection-table --problems 1000 --out docs/selection.md

validation: $(VENV)/.package  ## every check against theory, papers and trade-offs again, and the page VALIDATION.md
	$(BIN)/simcollect validation --run

bench: $(VENV)/.package  ## speed, as ratios measured in one run
	$(BIN)/simcollect bench

clean:  ## remove what the tools made; results stay
	rm -rf $(VENV) $(VENV)-crosscheck build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
