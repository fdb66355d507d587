# Matinee. `make run` and `make test` are the whole set-up on Debian or Ubuntu with Rust and Node.js.
# Every target's work is a script under scripts/ or bench/, so that it can also be read and run by itself.

.DEFAULT_GOAL := help
.PHONY: help run build test journey bench lint fmt web engines clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## Install what is missing, build, and serve on http://localhost:8000 (HOST, PORT)
	@bash scripts/run.sh

build: ## The release binary with the site in it: target/release/matinee
	@bash scripts/web.sh
	@cargo build --release --locked --package matinee

test: ## Every test, against real engines and players (SUITES="rust web contract e2e" picks some)
	@bash scripts/test.sh $(SUITES)

journey: ## What takes long: an hour of a channel in the players of the tests (JOURNEY=4 for four minutes), and every page
	@bash scripts/journey.sh $(JOURNEY)

bench: ## Every benchmark; tables on the screen and in bench/results.md (BENCH="playable idle" picks some)
	@bash bench/run.sh $(BENCH)

lint: ## Formatting, clippy, licences and advisories, the site's checks
	@bash scripts/lint.sh

fmt: ## Format everything
	@cargo fmt --all
	@cd web && npm run --silent format

web: ## Build the site into web/build
	@bash scripts/web.sh

engines: ## Start PostgreSQL, Redis and an S3 server to try things with; prints their addresses
	@bash scripts/engines.sh run

clean: ## Remove what was built (not ./data)
	@rm -rf target web/build web/.svelte-kit web/node_modules e2e/node_modules
