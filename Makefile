.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
RESULTS ?= results
REPORTS ?= reports
STUDIES ?= digits-grid digits-leave-one-out moons-grid outliers-grid reconstruct-digits mnist-grid
STUDY ?= digits-grid
TUNER ?= random
TRIALS ?=
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TEST := $(VENV)/.ready-test
READY_BENCH := $(VENV)/.ready-bench
READY_DOCS := $(VENV)/.ready-docs
TESTS := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt

.PHONY: help setup ablations tune report test test-all lint docs bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

setup: $(READY) ## install all that running studies needs, into .venv

ablations: $(READY) ## run the default studies and write their reports
	@$(BIN)/ablations run $(STUDIES) --results $(RESULTS) --skip-unavailable
	@$(BIN)/ablations report --results $(RESULTS) --reports $(REPORTS)

tune: $(READY) ## search a study: make tune STUDY=digits-grid TUNER=random TRIALS=20
	@$(BIN)/ablations tune $(STUDY) --tuner $(TUNER) $(if $(TRIALS),--max-trials $(TRIALS)) --results $(RESULTS) --reports $(REPORTS)

report: $(READY) ## write the reports again, from results alone
	@$(BIN)/ablations report --results $(RESULTS) --reports $(REPORTS)

test: $(READY_TEST) ## run the tests
	@$(TESTS)

test-all: $(READY_TEST) ## run them in full: every comparison, and all programs compiled as users have them
	@EQUALITY=all MODELS=60 $(TESTS) --timeout 7200

lint: $(READY_TEST) ## check style, floors and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/pyrefly check --python-interpreter-path $(BIN)/python --output-format min-text

docs: $(READY_DOCS) ## build the documentation as a site, build/site/index.html
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --doctree-dir build/doctrees docs build/site
	@echo build/site/index.html

bench: $(READY_BENCH) ## time the same grids by everyone, more than an hour
	@$(BIN)/python benchmarks/ladder.py

clean: ## remove what tools leave behind; results and reports stay
	@rm -rf build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; give one as make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(READY): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing into $(VENV), once"
	@$(PIP) --editable .
	@touch $@

$(READY_BENCH): $(READY)
	@echo "installing what the benchmarks need, once"
	@$(PIP) --editable '.[bench]'
	@touch $@

$(READY_DOCS): $(READY)
	@echo "installing what the documentation needs, once"
	@$(PIP) --editable '.[docs]'
	@touch $@

$(READY_TEST): $(READY)
	@echo "installing what the tests need, once"
	@$(PIP) --editable '.[jax,test]'
	@touch $@
