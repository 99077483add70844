# Everything a newcomer needs. Each target does its own set-up; a second run is fast.

CARGO_TARGET_DIR ?= target
export CARGO_TARGET_DIR
# rustup's folder, for a shell that was open before Rust was installed.
export PATH := $(PATH):$(HOME)/.cargo/bin

MODEL := gemma-3-270m
# The features that the tests, clippy and the documentation are built with; one set, so that nothing builds twice.
TEST_FEATURES := --workspace --features soju/nvtx,soju/object-store,soju/stand-in,soju-engine/testing
export TEST_FEATURES

.PHONY: help setup build model demo test bench-clean verify-headers link-check clean

help:
	@echo 'make demo    clean the sample of real Korean web text with the model in the loop, and write a report'
	@echo 'make test    run every test'
	@echo 'make build   build target/release/soju'
	@echo 'make bench-clean'
	@echo '             measure cleaning and dedup beside datatrove, dolma, rensa and text-dedup (15 minutes; needs Python 3.11;'
	@echo '             ARGS=… are for scripts/bench_clean, see its --help)'
	@echo 'make model   fetch the model (Gemma 3 270M, 253 MB; terms: https://ai.google.dev/gemma/terms)'
	@echo 'make setup   install missing system packages (as root; otherwise say which)'
	@echo 'make verify-headers TRTLLM_INCLUDE_DIR=… CUDA_INCLUDE_DIR=…'
	@echo '             compile the C++ shim against TensorRT-LLM'\''s headers (no GPU, nothing is linked)'
	@echo 'make link-check'
	@echo '             test how TensorRT-LLM is found and linked, with a stand-in laid out as an installation'
	@echo 'make clean   remove the build and out/; models stay'

setup:
	@scripts/setup.sh

build: setup
	cargo build --release

model: build
	"$(CARGO_TARGET_DIR)/release/soju" model pull $(MODEL)

demo: model
	"$(CARGO_TARGET_DIR)/release/soju" clean examples/data/*.jsonl.zst --out out/demo --overwrite

# The tests are built first: that build has the debug binary which fetches the model they need.
# Several engines run side by side in them, and OpenMP's threads that spin while they wait would starve each other.
test:
	@scripts/setup.sh test
	cargo test $(TEST_FEATURES) --no-run
	"$(CARGO_TARGET_DIR)/debug/soju" model pull $(MODEL)
	@scripts/fetch-tokenizer.sh
	@scripts/fetch-datasets.sh
	OMP_WAIT_POLICY=passive cargo test $(TEST_FEATURES) --no-fail-fast

# SOJU_BIN and DEDUP_SPEED_BIN name binaries that are built already.
bench-clean:
	@[ -n "$$SOJU_BIN" ] || $(MAKE) --no-print-directory build
	@[ -n "$$DEDUP_SPEED_BIN" ] || cargo build --release -p soju-refine --example dedup_speed
	@python3 scripts/bench_clean $(ARGS)

verify-headers:
	@TRTLLM_INCLUDE_DIR="$(TRTLLM_INCLUDE_DIR)" CUDA_INCLUDE_DIR="$(CUDA_INCLUDE_DIR)" scripts/verify-headers.sh

link-check:
	@scripts/link-check.sh

clean:
	cargo clean
	rm -rf out
