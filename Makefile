# Two commands do most of it: `make run` and `make test`. Both install what they need first.
# PYTHON=/path/to/python3.12 chooses the Python; PORT=8010 the port; ARGS="…" is passed on.

BIN := .venv/bin
SETUP := PYTHON="$(PYTHON)" sh scripts/setup.sh
RM_BUILT := rm -rf build dist lessons.egg-info

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock wheel clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' Makefile | while read -r name what; do \
		printf '  make %-6s  %s\n' "$$name" "$$what"; done

setup: ## install into .venv and fetch the page assets; does nothing when all is there
	@$(SETUP)
	@echo "Ready: make run starts it."

run: ## install, prepare on first use and serve on http://127.0.0.1:8000
	@$(SETUP)
	@exec $(BIN)/lessons run --first-use $(if $(PORT),--port $(PORT)) $(ARGS)

test: ## install the test tools and a browser, then run every test; ARGS="tests/domain -k x"
	@$(SETUP) --dev
	@$(BIN)/python scripts/browser.py
	@$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist worksteal $(ARGS)

check: ## formatting, lint, types, the direction of imports, the README's links and commands
	@$(SETUP) --dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_arrows.py tests/test_readme.py

bench: ## measure speed and relevance against a baseline
	@$(SETUP) --dev
	@$(BIN)/python -m benchmarks $(ARGS)

lock: ## renew the lock files; ARGS="--upgrade" moves to the newest versions
	@$(SETUP) --dev
	@BIN=$(BIN) sh scripts/lock.sh $(ARGS)

wheel: ## build an installable wheel into dist/
	@$(SETUP)
	@$(RM_BUILT)
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## remove what was installed and built; content/ and instance/ stay
	@$(RM_BUILT)
	@rm -rf .venv node_modules lessons/web/static/vendor .mypy_cache .pytest_cache .ruff_cache
	@rm -rf .hypothesis .coverage htmlcov
