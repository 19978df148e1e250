# Everything a newcomer needs: `make review`, then `make test`. Needs Python >= 3.11 with venv, make, git.
.DEFAULT_GOAL := help
# The first interpreter that runs and is new enough; a name on PATH may be a shim that does not run.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
VENV   := .venv
BIN    := $(VENV)/bin
# The labelled corpus; where it is absent, the calibration is compared by digests alone.
GLASSHOUSE_CORPUS ?= ../shared/corpus
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

SPARK_VERSION ?= 4.1.4
SPARK := .spark/$(SPARK_VERSION)

.PHONY: help review test test-spark check bench bench-identify fuzz docs lock lint types contract data calibration calibrate clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "glasshouse needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	@echo "Installing what glasshouse needs into $(VENV) ..." >&2
	@$(PIP) install --require-hashes --no-deps -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src/glasshouse  # as installing a wheel does: the command starts quicker
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

review: $(VENV)/.base ## Review the bundled example property and print the report's path
	@$(BIN)/glasshouse lab review

test: $(VENV)/.dev ## Run the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist worksteal

test-spark: $(SPARK)/.done ## Identify on a Spark cluster on this machine (needs Java 17; SPARK_VERSION=3.5.9 or 4.x)
	@$${JAVA_HOME:+$$JAVA_HOME/bin/}java -version >/dev/null 2>&1 || { \
	  echo "Spark needs Java 17: set JAVA_HOME, or install it. On Debian or Ubuntu: apt-get install openjdk-17-jre-headless" >&2; exit 1; }
	@SPARK_LOCAL_IP=127.0.0.1 PYTHONPATH=$(CURDIR)/$(SPARK) $(BIN)/python -W default -m pytest tests/spark -p no:xdist -W default

$(SPARK)/.done: $(VENV)/.dev
	@echo "Installing Spark $(SPARK_VERSION) into $(SPARK) ..." >&2
	@$(PIP) install --target $(SPARK) "pyspark==$(SPARK_VERSION)" "pandas<3"
	@touch $@

check: lint types contract data calibration ## Lint, types, import contract, data packs, calibration
lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell
types: $(VENV)/.dev
	@$(BIN)/mypy
contract: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache
data: $(VENV)/.base
	@$(BIN)/glasshouse data verify
calibration: $(VENV)/.base
	@$(BIN)/python scripts/calibrate.py --check --corpus "$(GLASSHOUSE_CORPUS)"

calibrate: $(VENV)/.base ## Measure what the words of strength are worth over the labelled corpus
	@$(BIN)/python scripts/calibrate.py --corpus "$(GLASSHOUSE_CORPUS)"

bench: $(VENV)/.dev ## Measure speed and memory
	@$(BIN)/python -m pytest bench/bench_*.py --benchmark-only -p no:xdist

bench-identify: $(VENV)/.dev ## Measure bulk identification over BENCH_ROWS made-up rows (default 1000000) beside other engines
	@cd bench && ../$(BIN)/python identify_bulk.py $${BENCH_ROWS:-1000000}

fuzz: $(VENV)/.dev ## Fuzz every decoder for FUZZ_SECONDS (default 60)
	@$(BIN)/python fuzz/run.py --seconds $${FUZZ_SECONDS:-60}

docs: $(VENV)/.dev ## Renew the reference pages made from code and packs
	@$(BIN)/python scripts/docs.py

lock: ## Maintainers: renew the lock files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build pyproject.toml -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements/dev.txt

clean: ## Remove what the targets above made
	rm -rf $(VENV) .spark .glasshouse build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
