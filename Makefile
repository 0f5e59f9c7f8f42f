# What a person or CI runs. Every target sets up first; that takes well under a second when nothing is missing.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
# Tests never need a display; the ones that click start a virtual one of their own.
HEADLESS := QT_QPA_PLATFORM=offscreen
LINTED := main.py core desktop tests benchmarks resources .ci

.PHONY: help setup demo run test lint bench app sums translations clean

help:
	@echo "make demo   set up, then ground the bundled sample project and show it"
	@echo "make run    set up, then open the app (PROJECT=NAME.groundlabel opens that one)"
	@echo "make test   set up, then lint, types, import contracts and all tests, headless"
	@echo "make lint   set up, then lint, types and import contracts"
	@echo "make bench  set up, time what people wait for, and say what got worse than the committed ratios"
	@echo "make app    set up, then build the app that runs without its source, into dist/"
	@echo "make translations  gather the window's texts into the catalogues, and compile them"
	@echo "make sums   write the hashes of the bundled checkpoints, after one was exchanged"
	@echo "make setup  system libraries, .venv, pinned packages"
	@echo "make clean  remove what the other targets made, .venv not included"

setup:
	@$(PYTHON) .ci/setup.py

demo: setup
	@$(BIN)/python .ci/demo.py

run: setup
	@$(BIN)/python main.py $(PROJECT)

test:
	@$(PYTHON) .ci/setup.py --tests
	@$(MAKE) --no-print-directory lint-only
	$(HEADLESS) $(BIN)/python -m pytest -n $(WORKERS)

lint: setup
	@$(MAKE) --no-print-directory lint-only

.PHONY: lint-only
lint-only:
	$(BIN)/ruff check $(wildcard $(LINTED))
	$(BIN)/ruff format --check $(wildcard $(LINTED))
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup
	$(HEADLESS) $(BIN)/python benchmarks/start.py
	$(HEADLESS) $(BIN)/python benchmarks/ask.py
	$(BIN)/python benchmarks/speed.py --quick --check

app:
	@$(PYTHON) .ci/setup.py --app
	$(HEADLESS) $(BIN)/python -m resources.app.build

sums: setup
	@$(BIN)/python -m resources.app.checkpoint_sums

translations: setup
	@$(BIN)/python -m resources.translations.gather

clean:
	rm -rf demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
