# `make run` and `make test` do everything on a fresh Debian machine with Node, installing what they
# need. `make help` lists the rest.

SHELL := /bin/sh
MODULES := node_modules/.package-lock.json
SOURCES := $(shell find src scripts/build -type f) package.json
TESTS = $(shell find test -name '*.test.ts' | sort)
NODE_TS := node --import tsx

.PHONY: help build run test test-vm check bench fuzz readme format clean deps-build deps-run deps-test deps-vm

help:
	@echo 'make build    dist/suntap.js, dist/cap.node and the launcher dist/suntap'
	@echo 'make run      a simulated site, the mirror and suntap on real packets (root)'
	@echo 'make test     types, lint, format and all tests'
	@echo 'make test-vm  power cuts on real flash file systems, in virtual machines (a quarter of an hour)'
	@echo 'make bench    measures what README claims, as a table'
	@echo 'make fuzz     a million broken packets and streams'
	@echo 'make readme   the tables of README and the example of FORMAT.md, from the source'
	@echo 'make format   formats the sources'

build: dist/suntap.js

dist/suntap.js: $(MODULES) $(SOURCES) | deps-build
	node scripts/build/bundle.js

$(MODULES): package.json package-lock.json | deps-build
	npm ci --no-audit --no-fund --loglevel=error
	@touch $(MODULES)

run: build deps-run
	$(NODE_TS) scripts/run/main.ts $(ARGS)

test: build check deps-run deps-test
	$(NODE_TS) --test --test-reporter=spec --test-concurrency=2 $(TESTS)

test-vm: build deps-vm
	$(NODE_TS) test/vm/main.ts $(ARGS)

check: $(MODULES) deps-test
	npx tsc -p .
	npx eslint .
	npx prettier --check --log-level warn .
	shellcheck $$(find scripts .ci -name '*.sh') scripts/build/suntap .ci/run test/vm/guest/init

bench: build deps-run
	$(NODE_TS) scripts/bench/main.ts $(ARGS)

fuzz: $(MODULES)
	$(NODE_TS) test/long/fuzz.ts $(ARGS)

readme: $(MODULES)
	$(NODE_TS) scripts/build/readme.ts
	$(NODE_TS) scripts/build/format-page.ts

format: $(MODULES)
	npx prettier --write --log-level warn .

clean:
	rm -rf dist build

deps-build:
	@sh scripts/build/deps.sh build
deps-run:
	@sh scripts/build/deps.sh build run
deps-test:
	@sh scripts/build/deps.sh build run test
deps-vm:
	@sh scripts/build/deps.sh build vm
