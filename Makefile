# What there is to do here. One line of help for each target stands behind its name; plain `make` prints them.
# Longer steps stand in tools/.

LAISEE_ADDR ?= 127.0.0.1:7080
LAISEE_DATA ?= ./data
SEEDS ?= 10000
FIRST ?= 1
MINUTES ?= 1
SECONDS ?= 10
ROUNDS ?= 3

# Wherever a developer's own cargo settings put things, the binary is at target/release/laisee.
export CARGO_TARGET_DIR := $(CURDIR)/target

.DEFAULT_GOAL := help
.PHONY: help run build web test check bench soak sim fuzz e2e clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build everything and serve the demo (LAISEE_ADDR, LAISEE_DATA)
	@LAISEE_ADDR='$(LAISEE_ADDR)' LAISEE_DATA='$(LAISEE_DATA)' exec target/release/laisee demo

build: web ## build the release binary, target/release/laisee, with the web client inside
	@tools/say.sh 'building the server'
	cargo build --release --locked -p laisee

web:
	@tools/need.sh cargo cc node npm
	@tools/web-build.sh

test: ## install what tests need and run them all (40 minutes at most)
	@tools/test.sh

check: ## the inner loop: format, lints, fast tests (2 minutes warm)
	@tools/check.sh

bench: build ## measure beside the peers, ROUNDS times SECONDS for each row; kept under bench/runs
	@tools/bench.sh '$(ROUNDS)' '$(SECONDS)'

soak: build ## a mixed load for MINUTES, with a plot of the server's memory; kept under bench/runs
	@tools/soak.sh '$(MINUTES)'

sim: ## simulate SEEDS worlds, beginning with seed FIRST
	@tools/need.sh cargo cc
	cargo run --release --locked -p laisee-sim -- --seeds '$(SEEDS)' --first '$(FIRST)'

fuzz: ## fuzz every target for MINUTES
	@tools/fuzz.sh '$(MINUTES)'

e2e: build ## browser tests in headless Chromium
	@tools/e2e.sh

clean: ## remove what was built or installed here; data is kept
	rm -rf target fuzz/target web/node_modules web/*/node_modules web/*/dist web/*/src/gen
