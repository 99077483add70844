#!/bin/bash
# Compares soju's dedup with rensa and text-dedup: same machine, same corpus, one core, one run, medians of rounds.
#
#   scripts/bench-dedup.sh [--documents N] [--rounds N] [--core N] [DOCS.jsonl…]
#
# The peers come from the package index into a virtual environment outside the tree ($SOJU_BENCH_VENV, else in the user's
# cache folder). SOJU_BIN and DEDUP_SPEED_BIN name binaries that are built already.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${SOJU_BENCH_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/soju/bench-dedup-venv}
if ! "$venv/bin/python" -c 'import rensa, text_dedup, zstandard' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet 'rensa==0.5.0' 'text-dedup==0.4.0' zstandard
fi
target=${CARGO_TARGET_DIR:-target}
if [ -z "${SOJU_BIN:-}" ]; then
    cargo build --release -p soju --no-default-features
    SOJU_BIN=$target/release/soju
fi
if [ -z "${DEDUP_SPEED_BIN:-}" ]; then
    cargo build --release -p soju-refine --example dedup_speed
    DEDUP_SPEED_BIN=$target/release/examples/dedup_speed
fi
exec "$venv/bin/python" scripts/bench_dedup.py --soju "$SOJU_BIN" --speed "$DEDUP_SPEED_BIN" "$@"
