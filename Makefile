# Two commands do everything: `make verify` judges the pages, `make test` runs the project's own tests too.
#
#   PYTHON       the interpreter that makes .venv (3.11 or newer)
#   WORKERS      processes for pages and tests
#   TORCH_INDEX  a package index with CPU builds of torch; without one, pip on Linux may add GPU packages

PYTHON ?= python3
WORKERS ?= 2
TORCH_INDEX ?=
BIN := .venv/bin
READY := .venv/.ready
EXTRA_INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
export OMP_NUM_THREADS ?= 1

.PHONY: verify test bench families notebook clean

verify: $(READY)
	$(BIN)/python -m pytest verify/ -n $(WORKERS)

test: verify
	$(BIN)/python -m pytest tests/ -n $(WORKERS) --dist loadfile

bench: $(READY)
	$(BIN)/python tests/benchmarks/ratios.py

families: $(READY)
	$(BIN)/python -m numerics.families
	$(BIN)/python -m numerics.signal_models

notebook: $(READY)
	$(BIN)/jupyter execute --inplace notebooks/*.ipynb

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11: name a newer one with make PYTHON=python3.12"; exit 1; }
	@echo "Installing into .venv: about 0.5 GB to download, 1.8 GB on disk (torch 0.75 GB)."
	@echo "Where pip's torch brings GPU packages, several GB more: name a CPU index with TORCH_INDEX=..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(EXTRA_INDEX) -c constraints.txt -e '.[data,notebooks,dev]'
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
