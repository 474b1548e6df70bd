# make demo    a dinner rush in a minute          make test    everything that CI checks
# Both do all of their own set-up on Debian or Ubuntu with a Swift toolchain.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The compiler leaves a folder behind in the temporary directory on each call (swift-driver #2049): give it its own.
export TMPDIR := $(CURDIR)/.tmp
RELEASE := swift build -c release --static-swift-stdlib
# Random worlds for each property of the decision.
WORLDS ?= 1000000
# Autoscalers of each measurement.
SIZES ?= 1,10,100,1000
# Requests a second to the API server, of each measurement of a step.
QPS ?= 50,5000
# Faults of one run, and the first seed.
FAULTS ?= 10000
SEED ?= 1
# Seeds of the simulation, and how it is built: a debug build is there after the tests, and takes twice the time.
SEEDS ?= 1000
SIMULATION ?= release
# Seconds for each fuzz target.
SECONDS ?= 60
# Minutes of the soak, each of them an hour of the cluster.
MINUTES ?= 60
# What watches the tests, the test targets that are built, and the suites that run; all when none is named.
SANITIZER ?= thread
TARGETS ?=
ONLY ?=
SANITIZE_thread := TSAN_OPTIONS=halt_on_error=0:exitcode=66
# Tests of memory that stays flat bear no more freed memory in quarantine than this.
SANITIZE_address := ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=8 LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/leaks:print_suppressions=0
# The simulation takes the place of the functions that a sanitizer watches, and has one thread. A limit on the size of
# files cuts those of ThreadSanitizer itself.
UNSANITIZED_thread := SimulationTests aFullDiskIsToldAndScalingGoesOn
UNSANITIZED_address := SimulationTests
# Where things are installed; DESTDIR goes before it, for packages.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: help demo test lint build release install image-root properties bench bench-steady bench-growth bench-step bench-idle fuzz faults simulate soak sanitize reference clean
.PHONY: setup-build setup-test setup-image

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: release ## Run the controller through a dinner rush on an embedded cluster.
	@"$$($(RELEASE) --show-bin-path)/swiftlet" demo $(ARGS)

test: setup-test $(TMPDIR) lint ## Lint, build with warnings as errors, and run every test.
	@swift build --build-tests
	@.ci/tests "$$(swift build --show-bin-path)/swiftletPackageTests.xctest"
	@rm -rf $(TMPDIR)

lint: ## Check the format, and that the core's public declarations are documented.
	@swift format lint -r --strict Sources Tests Benchmarks Package.swift
	@swift format lint -r --strict --configuration .swift-format-documented Sources/Autoscaling

build: setup-build $(TMPDIR) ## Build for debugging.
	@swift build

release: setup-build $(TMPDIR) ## Build the shipped binary: optimised, Swift's libraries linked in.
	@$(RELEASE) --product swiftlet

install: release ## Install below PREFIX: binary, kubectl plugin, manual pages, completions.
	@.ci/install "$$($(RELEASE) --show-bin-path)/swiftlet" "$(DESTDIR)$(PREFIX)"

image-root: setup-image release ## Run the release binary on a bare Debian with the Dockerfile's packages; print the sizes.
	@.ci/image-root

properties: setup-test $(TMPDIR) ## Check the decision's properties over WORLDS random worlds, optimised.
	@$(RELEASE) --product swiftlet-bench
	@"$$($(RELEASE) --show-bin-path)/swiftlet-bench" properties $(WORLDS)

bench: setup-build $(TMPDIR) ## Time the decision core; medians, with the method printed.
	@$(RELEASE) --product swiftlet-bench
	@"$$($(RELEASE) --show-bin-path)/swiftlet-bench"

bench-steady: release ## What SIZES autoscalers at rest cost: CPU of a tick, memory, requests.
	@$(RELEASE) --product swiftlet-load
	@Benchmarks/Scripts/steady-state "$$($(RELEASE) --show-bin-path)/swiftlet-load" \
	    "$$($(RELEASE) --show-bin-path)/swiftlet" $(SIZES)

bench-growth: ## The same for 1 to 50,000 autoscalers, each size beside the one before; needs 8 GiB for the cluster.
	@$(MAKE) bench-steady SIZES=1,10,100,1000,10000,50000

bench-step: release ## Time from a step in the metrics of SIZES autoscalers to the last write, at QPS requests a second.
	@$(RELEASE) --product swiftlet-load
	@Benchmarks/Scripts/step "$$($(RELEASE) --show-bin-path)/swiftlet-load" \
	    "$$($(RELEASE) --show-bin-path)/swiftlet" $(SIZES) $(QPS)

bench-idle: release ## Time from the start to the first decision, and CPU between ticks.
	@$(RELEASE) --product swiftlet-load
	@Benchmarks/Scripts/idle "$$($(RELEASE) --show-bin-path)/swiftlet-load" \
	    "$$($(RELEASE) --show-bin-path)/swiftlet"

faults: setup-test $(TMPDIR) ## Let a cluster fail FAULTS times at random (SEED), and see that nothing wrong is written.
	@swift build --build-tests
	@SWIFTLET_FAULTS=$(FAULTS) SWIFTLET_SEED=$(SEED) swift test --skip-build --no-parallel --filter ChaosTests

fuzz: setup-test $(TMPDIR) ## Fuzz every reader of outside bytes for SECONDS each; executions and coverage are printed.
	@.ci/fuzz $(SECONDS)

simulate: setup-test $(TMPDIR) ## Run the controller through SEEDS seeds of faults in virtual time, from SEED on.
	@# It puts functions in the place of libdispatch's, and so cannot have that linked in.
	@swift build -c $(SIMULATION) --product swiftlet-simulate
	@Tests/Simulation/simulate "$$(swift build -c $(SIMULATION) --show-bin-path)/swiftlet-simulate" $(SEEDS) $(SEED)

soak: setup-test $(TMPDIR) ## Run the controller for MINUTES at 60 times the clock, under faults, and see that nothing grows.
	@swift build --build-tests
	@SWIFTLET_SOAK_MINUTES=$(MINUTES) SWIFTLET_SOAK_HOURS=24 SWIFTLET_SEED=$(SEED) \
	    swift test --skip-build --no-parallel --filter SoakTests

# Of one sanitizer alone; the scratch path is its own.
SANITIZED = swift build --sanitize=$(SANITIZER) --scratch-path .build-$(SANITIZER)

sanitize: setup-test $(TMPDIR) ## Run the tests under SANITIZER (thread or address, which finds leaks too), or suites: TARGETS, ONLY.
	@# With TARGETS no more is built than their tests need.
	@SWIFTLET_TEST_TARGETS="$(TARGETS)" $(SANITIZED) $(if $(TARGETS),--product swiftletPackageTests,--build-tests)
	@tests="$$($(SANITIZED) --show-bin-path)/swiftletPackageTests.xctest"; export $(SANITIZE_$(SANITIZER)); \
	if [ -n "$(ONLY)" ]; then \
	    "$$tests" --testing-library swift-testing --no-parallel $(addprefix --filter ,$(ONLY)); \
	else \
	    .ci/tests "$$tests" $(addprefix --skip ,$(UNSANITIZED_$(SANITIZER))); \
	fi

reference: setup-test $(TMPDIR) ## Write docs/flags.md and docs/fields.md anew, from the options and the schema.
	@swift build --build-tests
	@SWIFTLET_WRITE_REFERENCE=1 swift test --skip-build --no-parallel --filter ReferencePageTests

clean: ## Remove what was built.
	@rm -rf .build .build-* $(TMPDIR)

setup-build:
	@.ci/setup build

setup-test:
	@.ci/setup test
	@.ci/cel-evaluator

setup-image:
	@.ci/setup image

$(TMPDIR):
	@mkdir -p $(TMPDIR)
