# Everything runs in a virtual environment of this checkout; only python3 (3.11 or newer) and make
# have to be there. The versions are those of constraints.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# Compiled files are kept: hundreds of tests start leadctl as a process of its own.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench campaign clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

demo: $(READY) ## a walk through leadctl with 1,000 generated leads
	@$(BIN)/leadctl demo

test: $(READY) ## all tests
	$(BIN)/python -m pytest -q -n 2

lint: $(READY) ## format, style, types and the import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_house.py

format: $(READY) ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## measure speed and memory
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/scores.py 100000

campaign: $(READY) ## the long property campaigns
	$(BIN)/python -m pytest -q -n 2 -m campaign

clean: ## remove what these targets made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find leadctl tests benchmarks -name __pycache__ -type d -exec rm -rf {} +

# setuptools comes first and the build is not isolated, so that constraints.txt holds for it too.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "leadctl needs Python 3.11 or newer; try: make PYTHON=python3.13 ..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP_INSTALL) setuptools wheel
	@$(PIP_INSTALL) --no-build-isolation -e '.[dev]'
	@touch $@
