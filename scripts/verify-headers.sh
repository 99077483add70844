#!/bin/bash
# Compiles the C++ shim, cxx's glue and shim/verify/contract.cpp twice, without a warning: against TensorRT-LLM's own
# headers and against those of the stand-in. That is how the stand-in is kept true to what it stands in for.
#
#   make verify-headers TRTLLM_INCLUDE_DIR=… CUDA_INCLUDE_DIR=…
#
# Nothing of TensorRT-LLM is linked or run. CXX and CXXFLAGS choose the compiler and its flags.
set -euo pipefail

usage() {
    cat >&2 <<'TEXT'
usage: make verify-headers TRTLLM_INCLUDE_DIR=FOLDER CUDA_INCLUDE_DIR=FOLDER[:FOLDER…]
  TRTLLM_INCLUDE_DIR  holds tensorrt_llm/executor/executor.h: cpp/include of a source checkout, 0.20.0 to 1.2.1
  CUDA_INCLUDE_DIR    hold cuda_fp16.h: a toolkit's include, or the include folders of the Python packages
                      nvidia-cuda-runtime-cu12, nvidia-cuda-nvcc-cu12 and nvidia-cuda-cccl-cu12
TEXT
    exit 2
}

fail() {
    echo "verify-headers: $*" >&2
    exit 1
}

[ -n "${TRTLLM_INCLUDE_DIR:-}" ] && [ -n "${CUDA_INCLUDE_DIR:-}" ] || usage
# Both may be relative to where make was called, which is the root.
headers=$(realpath -m "$TRTLLM_INCLUDE_DIR")
cuda=
found=
IFS=': ' read -r -a folders <<<"$CUDA_INCLUDE_DIR"
for folder in "${folders[@]}"; do
    [ -n "$folder" ] || continue
    folder=$(realpath -m "$folder")
    [ -d "$folder" ] || fail "CUDA_INCLUDE_DIR: $folder is no folder"
    [ ! -e "$folder/cuda_fp16.h" ] || found=$folder
    cuda="$cuda;$folder"
done
[ -n "$found" ] || fail "CUDA_INCLUDE_DIR: no cuda_fp16.h in $CUDA_INCLUDE_DIR"
[ -e "$headers/tensorrt_llm/executor/executor.h" ] ||
    fail "TRTLLM_INCLUDE_DIR: no tensorrt_llm/executor/executor.h in $headers"
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The glue is what the build script makes, in its own output folder.
cargo build -q -p trtllm-sys --features stand-in --message-format=json >"$work/messages" ||
    fail "the build with the stand-in failed; its messages are above"
out=$(python3 - "$work/messages" <<'PY'
import json, sys
for line in open(sys.argv[1]):
    message = json.loads(line) if line.startswith("{") else {}
    if message.get("reason") == "build-script-executed" and "trtllm-sys" in message["package_id"]:
        print(message["out_dir"])
PY
)
glue=$out/cxxbridge/sources/trtllm-sys/src/bridge.rs.cc
[ -e "$glue" ] || fail "no glue at $glue"

cmake -S trtllm-sys/shim -B "$work/build" -G 'Unix Makefiles' -DCMAKE_BUILD_TYPE=Release \
    -DTRTLLM_VERIFY_HEADERS=ON -DTRTLLM_STAND_IN=ON \
    -DTRTLLM_SHIM_GLUE_SOURCE="$glue" \
    -DTRTLLM_SHIM_GLUE_INCLUDE="$out/cxxbridge/include;$out/cxxbridge/crate" \
    -DTRTLLM_INCLUDE_DIR="$headers" -DCUDA_INCLUDE_DIR="${cuda#;}" >"$work/configure" 2>&1 ||
    { cat "$work/configure" >&2 && fail "cmake failed; its messages are above"; }
status=0
cmake --build "$work/build" --target verify-headers --parallel "$(nproc)" -- -k >"$work/log" 2>&1 || status=$?

# Each file as the compiler left it.
python3 - "$work/build" <<'PY'
import json, os, sys
build = sys.argv[1]
kinds = {"verify_headers": "TensorRT-LLM's headers", "verify_stand_in": "the stand-in's headers"}
for command in json.load(open(os.path.join(build, "compile_commands.json"))):
    words = command["command"].split()
    target = words[words.index("-o") + 1]
    kind = next((name for folder, name in kinds.items() if folder in target), None)
    if kind:
        state = "ok    " if os.path.exists(os.path.join(command["directory"], target)) else "FAILED"
        print(f"{state} {os.path.basename(command['file'])} against {kind}")
PY
version=$(sed -n 's/.*kTensorRtLlmVersion *= *"\([^"]*\)".*/\1/p' "$headers/tensorrt_llm/executor/version.h" 2>/dev/null ||
    true)
compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$work/build/CMakeCache.txt")
echo "compiler: $("$compiler" --version | sed -n 1p)"
echo "version:  ${version:-not told (no tensorrt_llm/executor/version.h)}"
if [ "$status" != 0 ]; then
    # Without make's own lines.
    grep -vE '^\[ *[0-9]+%\]|^g?make(\[[0-9]+\])?:' "$work/log" >&2 || true
    fail "the shim does not compile against $headers; the compiler's messages are above"
fi
echo "verify-headers: ok"
