# The things we type daily. Each is a thin door to the build tool: `cargo xtask help` lists the rest.
# The first line of each recipe builds that tool, with cargo's own progress; from then on it takes a moment.

TOOL = @cargo build --package xtask

.DEFAULT_GOAL := help
.PHONY: help run dev build release test bench check

help: ## what can be typed here
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 10

run: ## build everything in release and start the hub
	$(TOOL)
	@cargo xtask run

dev: ## build in debug, start the hub, rebuild on every change
	$(TOOL)
	@cargo xtask dev

build: ## build site and server in release
	$(TOOL)
	@cargo xtask build --release

release: ## what is handed out: program, list of its parts, checksums; KEY=FILE signs them
	$(TOOL)
	@cargo xtask release $(if $(KEY),--key $(KEY))

test: ## run every test, services included
	$(TOOL)
	@cargo xtask test

bench: ## measure the release beside its bounds
	$(TOOL)
	@cargo xtask bench

check: ## format, lints, licences, bans, sources, advisories
	$(TOOL)
	@cargo xtask check
