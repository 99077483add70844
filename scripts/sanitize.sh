#!/bin/bash
# trtllm-sys on the stand-in under the sanitizers: address (with leaks) and undefined behaviour, on both sides of the
# bridge.
#
#   scripts/sanitize.sh              the tests under the sanitizers, and 100,000 requests with cancels
#   scripts/sanitize.sh valgrind     the 100,000 requests under valgrind instead (no sanitizer)
#
# REQUESTS changes the number. Needs clang, for valgrind valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."

requests=${REQUESTS:-100000}
target=$(rustc -vV | sed -n 's/^host: //p')
base=${CARGO_TARGET_DIR:-target}

# bindgen's and the documents' tests have nothing to do with memory, and libclang leaks on purpose.
tests=(--lib --test generation --test options --test failures --test life --test speculative --test tensors
    --test logits --test statistics)

sanitized() {
    # The sanitizer's runtime is part of the stable toolchain, but its flag is not yet stable.
    export RUSTC_BOOTSTRAP=1
    export RUSTFLAGS='-Zsanitizer=address -Cforce-frame-pointers=yes -Cdebuginfo=1'
    export CC=clang CXX=clang++
    # Undefined behaviour traps: that needs no runtime of clang's beside that of rustc.
    export CXXFLAGS='-fsanitize=address,undefined -fsanitize-trap=undefined -fno-sanitize=vptr -fno-omit-frame-pointer -g1'
    export CFLAGS="$CXXFLAGS"
    export CARGO_TARGET_DIR=$base/sanitized
    export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1
    # --target keeps the flags away from build scripts; what is checked here need not be fast.
    local options=(-p trtllm-sys --features stand-in --target "$target" --config 'profile.dev.package."*".opt-level=0')
    cargo test "${options[@]}" "${tests[@]}"
    cargo run -q "${options[@]}" --example churn -- "$requests"
}

under_valgrind() {
    command -v valgrind >/dev/null || {
        echo 'sanitize: valgrind is missing: install it with this system'"'"'s package manager' >&2
        exit 1
    }
    cargo build -p trtllm-sys --features stand-in --example churn
    # "Possibly lost" is the handle of the main thread, which Rust's runtime keeps.
    valgrind --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
        --error-exitcode=9 --quiet \
        "$base/debug/examples/churn" "$requests"
    echo 'sanitize: valgrind found no error and no leak'
}

case ${1:-} in
'') sanitized ;;
valgrind) under_valgrind ;;
*)
    echo 'usage: scripts/sanitize.sh [valgrind]' >&2
    exit 2
    ;;
esac
