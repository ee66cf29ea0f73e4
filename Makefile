# `make` shows what there is. Every target builds .venv first, once; a change of the
# requirements or of pyproject.toml brings it up to date.

REQUIREMENTS ?= requirements.txt
# Two workers. Tests that share a fixture stay together, and what takes longest comes first:
# tests/conftest.py says how.
PYTEST_OPTIONS ?= -n 2 --dist loadscope --no-loadscope-reorder

VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The Python to build it with: another is chosen with PYTHON=python3.13 VENV=.venv-313.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3)
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# Programs of .venv come first: nbgrader looks for `alembic` and `jupyter` on PATH.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Hundreds of processes import the same modules: each is compiled once, whatever the
# environment says. `make clean` removes what that leaves.
unexport PYTHONDONTWRITEBYTECODE

# What differs between machines: imports of frameworks, in kernels, twins and notebooks.
SELECTION := tests/test_imports.py tests/execution/test_kernel.py tests/grading/gan
NOTEBOOK := source/pooling/pooling.ipynb

.PHONY: help setup demo test quick selection environments test-gpu on-gpu audit check format release clean distclean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## build .venv; all other targets do it themselves
	@echo "$(VENV) is ready"

demo: $(READY) ## release an assignment, grade a made-up class, show its scores
	@autograder demo $(ASSIGNMENTS)

test: $(READY) ## run all tests, the slow ones too, or ASSIGNMENTS=pooling's alone
	@python -m pytest $(PYTEST_OPTIONS) $(ASSIGNMENTS:%=--assignment=%)

quick: $(READY) ## run the tests that take seconds, or ASSIGNMENTS=pooling's alone
	@python -m pytest $(PYTEST_OPTIONS) -m "not slow" $(ASSIGNMENTS:%=--assignment=%)

selection: $(READY) ## run what differs between machines; minutes, after any setup
	@autograder demo pooling
	@papermill --no-progress-bar --cwd $(dir $(NOTEBOOK)) $(NOTEBOOK) $(VENV)/.papermill.ipynb
	@python -m pytest $(PYTEST_OPTIONS) $(SELECTION)

environments: ## run that selection with triton, and in a newer Python if one is here
	@.ci/environments

test-gpu: ## run what needs an NVIDIA GPU, in .venv-gpu; it fails where there is none
	@$(MAKE) --no-print-directory on-gpu VENV=.venv-gpu REQUIREMENTS=requirements-gpu.txt

# The machine and its wall; then every check marked `device` on the GPU, with the sources'
# own solutions; then answers whose fault shows only there.
on-gpu: $(READY)
	@autograder doctor
	@python -m pytest $(PYTEST_OPTIONS) tests/grading -m device --device cuda
	@python -m pytest $(PYTEST_OPTIONS) tests/meta/test_answers.py

audit: $(READY) ## prove that the checks accept right answers and refuse wrong ones; hours
	@autograder audit $(ASSIGNMENTS)

check: $(READY) ## lint, formatting and types
	@ruff check .
	@ruff format --check .
	@mypy

format: $(READY) ## put code in the house format
	@ruff check --fix .
	@ruff format .

release: $(READY) ## make release/ from source/
	@autograder release

clean: ## remove caches and what grading made, but no submission and no score
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	rm -rf $(VENV) autograder.egg-info

# Said in the shell, for the machine that has no usable Python yet.
define BUILD_VENV
set -eu
PATH=$${PATH#$(CURDIR)/$(BIN):}
python=
for candidate in $(CANDIDATES); do
    if $$candidate -c '$(SUPPORTED)' 2>/dev/null; then python=$$candidate; break; fi
done
if [ -z "$$python" ]; then
    asked="$(or $(PYTHON),python3)"
    found=$$($$asked --version 2>/dev/null || echo "no $$asked at all")
    echo "No Python 3.11, 3.12 or 3.13 on PATH ($$found)." \
         "Install one, on Debian 12 or 13 or Ubuntu 24.04 with:" \
         "sudo apt-get install python3 python3-venv;" \
         "or name yours: make setup PYTHON=/path/to/python3.13" >&2
    exit 1
fi
version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then
    package=python$$version-venv
    if [ "$$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "Python $$version has no ensurepip, so it can't make a virtual environment." \
             "Install it with: sudo apt-get install $$package; then run make again." >&2
        exit 1
    fi
    echo "Python $$version has no ensurepip: installing $$package"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$$package"
fi
echo "Building $(VENV) with Python $$version from $(REQUIREMENTS) (a few minutes, once)"
built=$$($(BIN)/python -c '$(SUPPORTED)' 2>/dev/null && $(BIN)/python --version || echo none)
case "$(PYTHON)=$$built" in
    *=none) $$python -m venv --clear $(VENV) ;;
    =*|*" $$version."*) ;; # one that will do, or the one that was asked for
    *) $$python -m venv --clear $(VENV) ;;
esac
$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $(REQUIREMENTS)
$(BIN)/python -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation --editable .
$(BIN)/autograder kernelspec >/dev/null
touch $(READY)
endef
export BUILD_VENV

$(READY): $(sort requirements.txt $(REQUIREMENTS)) pyproject.toml
	@sh -c "$$BUILD_VENV"
