# What a developer types. Everything lives in .venv; nothing of the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
# More arguments for pytest: make test PYTEST="-k story -x"
PYTEST ?=

.DEFAULT_GOAL := help
.PHONY: help setup example test quick lint lint-style lint-types lint-imports format docs golden screenshots grid grid-record bench bench-full playground playground-down example-snapshot dist archive krew clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { gsub(/\\n/, sprintf("\n%17s", ""), $$2); printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## make .venv and install the tool into it

$(VENV)/.installed: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed: make PYTHON=python3.12 …")'
	@echo "setting up $(VENV), once; first an empty environment (some seconds)"
	@$(PYTHON) -m venv $(VENV)
	@echo "pip installs the tool and what its tests and its lint need from the package"
	@echo "index: about a minute, in which nothing more is said"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@echo "$(VENV) is ready"
	@touch $@

example: setup ## diagnose the broken example cluster that comes with the tool
	@$(BIN)/kubectl-ddfargate doctor --example; code=$$?; \
	if [ $$code -eq 1 ]; then echo "(exit code 1, as it should be: this cluster is broken. The tool is"; \
	echo " $(BIN)/kubectl-ddfargate; put $(BIN) on your PATH, and kubectl"; \
	echo " takes it as kubectl ddfargate)"; \
	else echo "exit code $$code instead of 1" >&2; exit 2; fi

test: setup ## all tests; the first time it builds a control plane,\nKyverno, the Operator and a node (half an hour)
	$(BIN)/python -m tests.cluster.binaries.build
	$(BIN)/python -m tests.shares $(PYTEST)

# Each worker collects all tests by itself, so more of them than cores only cost.
quick: lint ## lint, and the quick tests: no control plane, few programs
	$(BIN)/python -m pytest -q -n 2 -p tests.quick $(PYTEST)

lint: setup ## ruff, mypy, direction of imports
	@$(MAKE) --no-print-directory -j 3 lint-style lint-types lint-imports

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-types:
	$(BIN)/mypy

lint-imports:
	$(BIN)/lint-imports

format: setup ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## write what is made from the code: docs/, the JSON Schema
	$(BIN)/python -m tests.docs.generate

golden: setup ## rewrite the expected texts of the report; read the diff
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/render

screenshots: setup ## draw the pictures in docs/img anew, from a real run
	$(BIN)/python -m tests.screenshots

grid: setup ## every check with each kind denied, and 200 triples of\nfaults, all on the real API server (half an hour)
	GRID=all $(BIN)/python -m pytest -q tests/grid $(PYTEST)

grid-record: setup ## record the snapshots of tests/grid anew, after a case\nor what is read has changed
	RECORD_GRID=1 $(BIN)/python -m pytest -q tests/grid/test_record.py

bench: $(BENCH) ## how fast doctor is on up to 10,000 pods; writes\ndocs/performance.md (10 minutes)
	$(BENCH)/bin/python -m tests.bench run

bench-full: $(BENCH) ## the same up to 100,000 pods (45 minutes, 16 GiB of memory)
	$(BENCH)/bin/python -m tests.bench run --full

# Installed as a user has it, each time anew: an editable install costs every start of Python 15 ms.
.PHONY: $(BENCH)
$(BENCH):
	@test -x $@/bin/python || $(PYTHON) -m venv $@
	@rm -rf build
	@$@/bin/python -m pip install --quiet --disable-pip-version-check '.[bench]'

playground: setup ## a test cluster with the story in it, to try things on
	$(BIN)/python -m tests.cluster up

playground-down: setup ## end it
	$(BIN)/python -m tests.cluster down

example-snapshot: playground ## record the example anew from the playground
	KUBECONFIG=$$($(BIN)/python -c 'from tests.cluster.playground import folder; print(folder() / "admin.kubeconfig")') \
	$(BIN)/kubectl-ddfargate snapshot -o kubectl_ddfargate/data/example.snapshot.gz

dist: setup ## the sdist and the wheel, into dist/
	$(BIN)/python -m tests.packaging.building.distributions

archive: dist ## the program for this platform, without Python, into dist/
	$(BIN)/python -m tests.packaging.building.archive

krew: archive ## krew's manifest of the archives in dist/:\nmake krew REPOSITORY=https://…
	$(BIN)/python -m tests.packaging.building.krew_manifest $(if $(REPOSITORY),--repository $(REPOSITORY))

clean: ## remove .venv, .venv-bench and what tools left behind
	rm -rf $(VENV) $(BENCH) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
