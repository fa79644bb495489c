# One line of help for each target stands behind its name; plain `make` prints them.

export LAISEE_ADDR ?= 127.0.0.1:7080
export LAISEE_DATA ?= ./data
SEEDS ?= 10000
FIRST ?= 1
MINUTES ?= 1
SECONDS ?= 10

.DEFAULT_GOAL := help
.PHONY: help run build web test check bench sim fuzz e2e clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build everything and serve the demo (LAISEE_ADDR, LAISEE_DATA)
	@exec target/release/laisee demo

build: web ## build the release binary with the web client inside
	@tools/say.sh "building the server"
	cargo build --release --locked -p laisee

web:
	@tools/need.sh cargo node npm cc
	@tools/web-build.sh

test: ## install what tests need, and run them all
	@tools/test.sh

check: ## the inner loop: format, lints, fast tests
	@tools/check.sh

bench: build ## measure beside the peers and keep the runs under bench/runs
	@tools/bench.sh $(SECONDS)

sim: ## simulate SEEDS=n worlds, beginning with FIRST=seed
	cargo run --release --locked -p laisee-sim -- --seeds $(SEEDS) --first $(FIRST)

fuzz: ## fuzz every target for MINUTES=n
	@tools/fuzz.sh $(MINUTES)

e2e: build ## browser tests in headless Chromium
	@tools/install.sh
	@tools/e2e.sh

clean: ## remove everything that was built
	cargo clean
	rm -rf web/node_modules web/*/node_modules web/*/dist web/sdk/src/gen
