# `make verify` and `make test` create the virtual environment on first use.
VENV ?= .venv
PYTHON ?= python3
OUT ?= out
# `make test EXTRAS=test,frameworks` compares with torch, keras and optax too; `make bench
# EXTRAS=test,bench` also trains the networks of scikit-learn and torch.
EXTRAS ?= test

.PHONY: verify test lint bench docs campaign clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --editable '.[$(EXTRAS)]'
	touch $@

verify: $(VENV)/installed
	$(VENV)/bin/sgdtheory verify --out $(OUT)

test: $(VENV)/installed
	$(VENV)/bin/python -m pytest --numprocesses auto

lint: $(VENV)/installed
	$(VENV)/bin/python -m pip install --quiet '.[dev]'
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

bench: $(VENV)/installed
	$(VENV)/bin/python benchmarks/engine.py
	$(VENV)/bin/python benchmarks/judge.py
	$(VENV)/bin/python benchmarks/looseness.py
	$(VENV)/bin/python benchmarks/exact.py
	$(VENV)/bin/python benchmarks/formulas.py
	$(VENV)/bin/python benchmarks/approximators.py

docs: $(VENV)/installed
	$(VENV)/bin/python docs/dialects.py
	$(VENV)/bin/python docs/claims.py
	$(VENV)/bin/python simulations/noise_ball.py --runs 4096 --seed 0 --out docs

campaign: $(VENV)/installed
	$(VENV)/bin/python benchmarks/simulation_controls.py
	MUTANTS=all $(VENV)/bin/python -m pytest tests/logic/test_mutants.py

clean:
	rm -rf $(VENV) $(OUT) build *.egg-info
