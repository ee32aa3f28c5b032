# Every target does its own set-up, in .venv. `make` alone tells what there is.
PYTHON ?= python3
BIN := .venv/bin
CODE := engine bot training bench tests

.PHONY: help run test chaos lint bench docs translations model clean
.DEFAULT_GOAL := help

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: .venv/.run ## Start the service: web chat, worker, and Discord and Slack with their tokens
	$(BIN)/giffusion run

test: .venv/.dev ## Run the tests
	$(BIN)/python -m pytest

chaos: .venv/.dev ## Kill bot and workers 200 times over small jobs, on SQLite and Postgres (10 minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.chaos

lint: .venv/.dev ## Check style, types, the floors between the parts, and the generated docs
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev ## Measure speed and memory beside a plain diffusers loop
	$(BIN)/python -m bench.rendering
	$(BIN)/python -m bench.stages
	$(BIN)/python -m bench.files
	$(BIN)/python -m bench.queue
	$(BIN)/python -m bench.queue postgres
	$(BIN)/python -m bench.fleet
	$(BIN)/python -m bench.shares
	$(BIN)/python -m bench.answers

docs: .venv/.dev ## Render the strips, run the tests that hold settings, and write the settings reference
	$(BIN)/python -m tests.settings

translations: .venv/.dev ## Give every language the messages in the code; NEW=de begins another
	$(BIN)/python -m tests.translations $(NEW)

pictures: .venv/.dev ## Play scenes on a Discord of our own and draw what users would see of them
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.gallery

model: .venv/.dev ## Train the built-in model anew (hours on a CPU)
	$(BIN)/python -m training
	$(BIN)/python -m training.controlnet

clean: ## Remove the environment and the caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

# torch goes first and alone, so that pip takes its CPU build where there is one. A newer torch for a
# GPU, put into .venv by hand, is kept.
.venv/.torch: constraints.txt
	$(PYTHON) -m venv .venv || { echo "error: Python's venv is missing: apt install python3-venv"; exit 2; }
	$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: Python 3.11 or newer is needed: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	$(BIN)/python -m pip show --quiet torch 2>/dev/null || $(BIN)/python -m pip install -q -c constraints.txt torch
	sed '/^torch==/d' constraints.txt > .venv/constraints.txt
	touch $@

.venv/.run: .venv/.torch pyproject.toml
	$(BIN)/python -m pip install -q -c .venv/constraints.txt -e .
	-$(BIN)/python -m engine.media.warm_up
	touch $@

.venv/.dev: .venv/.torch pyproject.toml
	$(BIN)/python -m pip install -q -c .venv/constraints.txt -e ".[dev]"
	touch .venv/.run $@
