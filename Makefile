# Two commands: `make run` serves Troth with sample data on http://localhost:8080, `make test` runs every test.
# Both install what is missing first (Debian packages). PROFILE=debug|release|tsan|coverage for build.

PROFILE ?= release
B := build/$(PROFILE)
CMAKE_FLAGS ?=

.PHONY: help deps build debug run test screenshots bench fuzz format format-check lint coverage city crash deb deb-test clean

help:
	@sed -n 's/^## //p' Makefile

## deps       install the packages that are missing
deps:
	@scripts/deps

## build      build/release/troth (PROFILE=debug for sanitizers)
build:
	@scripts/deps build
	@mkdir -p build; cmake -S . -B $(B) -G Ninja -DTROTH_PROFILE=$(PROFILE) $(CMAKE_FLAGS) >$(B).configure.log 2>&1 || \
	  { cat $(B).configure.log; exit 1; }
	@ninja -C $(B) $(NINJA_FLAGS) $(TARGET)

debug:
	@$(MAKE) --no-print-directory build PROFILE=debug

## run        serve with generated sample data
run: TARGET = troth
run: build
	@scripts/run

## test       every test
test: deps
	@scripts/test

## bench      speed and memory, one table, build/bench.json
bench: deps build
	@scripts/bench

## fuzz       every fuzzer for SECONDS=60 each
fuzz: deps
	@scripts/fuzz $(or $(SECONDS),60)

## format     lay out the sources
format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i
	@scripts/biome check --write

format-check:
	@git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror
	@scripts/biome ci

## lint       clang-tidy
lint: deps
	@scripts/lint

## screenshots  every page of the console, wide and narrow, light and dark: build/screenshots
screenshots: deps build
	@scripts/screenshots

## coverage   lines covered by the tests, build/coverage/index.html
coverage: deps
	@scripts/coverage

## city       the promises of a city against its own verdicts
city: deps build
	@scripts/city

## crash      kill the server KILLS=200 times under load; DB=postgresql: three servers
crash: deps build
	@scripts/crash

## deb        build/troth_VERSION_ARCHITECTURE.deb for Debian 12, checked by lintian
deb: build
	@scripts/deb

## deb-test   install it into a bare Debian, run it in the service's sandbox, upgrade it, purge it
deb-test: deb
	@scripts/deb-test

clean:
	@rm -rf build
