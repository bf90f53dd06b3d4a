PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint format install clean

demo: install  ## Index the seed articles, ask a question, show the cited answer
	$(BIN)/qa add seeds --index demo.idx
	$(BIN)/qa ask "When does New START expire?" --index demo.idx

test: install  ## Run every test
	$(BIN)/python -m pytest

lint: install  ## Check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

install: .venv/installed

# torch first and pinned, so that a build without GPU libraries is taken where pip finds one.
.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or later; set PYTHON=")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable '.[dev,server]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
