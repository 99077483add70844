#!/bin/bash
# Tests the build script of trtllm-sys with the feature `link`: finding an installation, C++ ABI, cmake, linking and
# run-time path; and the sentences with which a build ends.
#
# What is linked here is NOT TensorRT-LLM: it is the stand-in as shared libraries, laid out as an installation, with
# empty files in place of CUDA's headers and libraries. It says nothing about TensorRT-LLM itself.
set -euo pipefail
cd "$(dirname "$0")/.."

# A folder of its own, so that the other builds' C++ is not compiled again and again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/link-check
export CARGO_TERM_COLOR=never
# No installation of this machine, no flags of this shell.
unset TRTLLM_ROOT TRTLLM_INCLUDE_DIR TRTLLM_LIB_DIR VIRTUAL_ENV CUDA_INCLUDE_DIR CUDA_HOME CUDA_PATH CXXFLAGS \
    LD_LIBRARY_PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
old_abi=-D_GLIBCXX_USE_CXX11_ABI=0
# Nothing is measured here; unoptimized dependencies are built in a third of the time.
quick=(--config 'profile.dev.package."*".opt-level=0' --config 'profile.dev.opt-level=0')

fail() {
    echo "link-check: $*" >&2
    exit 1
}

step() { printf '\n--- %s\n' "$*"; }

# An installation in $1, compiled with the flags $2.
install() {
    local root=$1 flags=$2 build=$1.build
    # The library gets TensorRT-LLM's name, whatever it is called at home.
    mkdir -p "$build.project"
    cat >"$build.project/CMakeLists.txt" <<TEXT
cmake_minimum_required(VERSION 3.18)
project(link_check LANGUAGES CXX)
add_subdirectory("$PWD/trtllm-sys/shim/stand_in" stand_in)
set_target_properties(trtllm_stand_in PROPERTIES OUTPUT_NAME tensorrt_llm)
TEXT
    cmake -S "$build.project" -B "$build" -DCMAKE_BUILD_TYPE=Release -DTRTLLM_STAND_IN_SHARED=ON \
        -DCMAKE_CXX_FLAGS="$flags" >"$build.log" 2>&1 &&
        cmake --build "$build" --parallel "$(nproc)" >>"$build.log" 2>&1 ||
        { cat "$build.log" >&2 && fail "the stand-in could not be built as shared libraries"; }
    mkdir -p "$root/libs"
    cp -r trtllm-sys/shim/stand_in/include "$root/include"
    find "$build" -name 'lib*.so*' -exec cp -P {} "$root/libs" \;
    [ -e "$root/libs/libtensorrt_llm.so" ] || fail "the stand-in has no libtensorrt_llm.so"
    empty_library "$root/libs/libnvinfer_plugin_tensorrt_llm.so"
}

# A library without content, where there is none.
empty_library() {
    mkdir -p "$(dirname "$1")"
    [ -e "$1" ] || "${CXX:-c++}" -shared -fPIC -Wl,-soname,"$(basename "$1")" -x c++ /dev/null -o "$1"
}

# CUDA as far as the build script looks at it. There is no libnvidia-ml: a build must get by without.
empty_cuda() {
    mkdir -p "$1/include"
    touch "$1/include/cuda_fp16.h"
    empty_library "$1/lib64/libcudart.so"
    empty_library "$1/lib64/stubs/libcuda.so"
}

# Builds and runs the tests of trtllm-sys against the installation $1; "NAME=VALUE" words follow.
test_against() {
    local root=$1
    shift
    env "$@" TRTLLM_ROOT="$root" CUDA_HOME="$work/cuda" \
        cargo test "${quick[@]}" -p trtllm-sys --features link,stand-in --lib --test coverage 2>&1 | tee "$work/test.log" |
        grep -E '^(test result|error|warning: trtllm|   Compiling trtllm)|panicked|FAILED' || true
    [ "${PIPESTATUS[0]}" = 0 ] || { cat "$work/test.log" >&2 && fail "the tests failed against $root"; }
    # The library must be what the test binary loads, by its RPATH (RUNPATH would not reach what it needs itself).
    local binary
    binary=$(sed -n 's/.*Running unittests src\/lib.rs (\(.*\))/\1/p' "$work/test.log")
    [ -n "$binary" ] || fail "no unit tests were run"
    readelf -d "$binary" >"$work/dynamic"
    grep -q 'NEEDED.*\[libtensorrt_llm.so\]' "$work/dynamic" || fail "$binary does not need libtensorrt_llm.so"
    grep -q "(RPATH).*$root/libs" "$work/dynamic" || fail "$binary has no RPATH to $root/libs"
    ! grep -q "(RPATH).*stubs" "$work/dynamic" || fail "$binary has CUDA's stubs in its RPATH"
    ldd "$binary" | grep "libtensorrt_llm.so => $root/libs" || fail "$binary loads another libtensorrt_llm.so"
}

# The build must end with an error that holds the text $1; the words after it are for env.
must_fail() {
    local text=$1
    shift
    if env "$@" cargo build "${quick[@]}" -p trtllm-sys --features link,stand-in >"$work/build.log" 2>&1; then
        fail "the build succeeded but should have ended with: $text"
    fi
    grep -E '^error: trtllm-sys|^  the C\+\+ shim could not' "$work/build.log" || true
    grep -qF -- "$text" "$work/build.log" || { cat "$work/build.log" >&2 && fail "the error lacks: $text"; }
}

step 'the stand-in as shared libraries, laid out as an installation'
empty_cuda "$work/cuda"
install "$work/trtllm" ''
(cd "$work" && find trtllm/libs cuda -name '*.so*' -o -name cuda_fp16.h)

step 'an installation: found, checked, linked, loaded'
test_against "$work/trtllm"

step 'nothing installed'
mkdir -p "$work/bin" "$work/site-packages" "$work/empty"
printf '#!/bin/sh\necho %s/site-packages\n' "$work" >"$work/bin/python3"
chmod +x "$work/bin/python3"
if [ -e /app/tensorrt_llm ]; then
    echo "not tried without TRTLLM_ROOT: this machine has /app/tensorrt_llm"
else
    must_fail 'TensorRT-LLM was not found' PATH="$work/bin:$PATH"
fi
must_fail 'TensorRT-LLM was not found' TRTLLM_ROOT="$work/empty"

step 'a library without headers'
mkdir -p "$work/wheel" && cp -r "$work/trtllm/libs" "$work/wheel/libs"
echo '__version__ = "1.2.1"' >"$work/wheel/version.py"
must_fail 'get a source checkout of the same tag (v1.2.1) and set TRTLLM_INCLUDE_DIR' TRTLLM_ROOT="$work/wheel"

step 'no CUDA headers'
[ -e /usr/local/cuda/include/cuda_fp16.h ] ||
    must_fail 'set CUDA_INCLUDE_DIR to the folder with cuda_fp16.h' TRTLLM_ROOT="$work/trtllm" PATH="$work/bin:$PATH"

step 'a version without the executor'
cp -r "$work/trtllm" "$work/newer"
sed -i 's/\(kTensorRtLlmVersion *= *\)"[^"]*"/\1"1.3.0rc22"/' "$work/newer/include/tensorrt_llm/executor/version.h"
must_fail 'TensorRT-LLM 1.3.0rc22' TRTLLM_ROOT="$work/newer"
must_fail 'is without the C++ executor' TRTLLM_ROOT="$work/newer" >/dev/null

step 'headers that do not compile'
cp -r "$work/trtllm" "$work/broken"
echo '#error "broken on purpose"' >>"$work/broken/include/tensorrt_llm/executor/executor.h"
must_fail 'the C++ shim could not be built' TRTLLM_ROOT="$work/broken" CUDA_HOME="$work/cuda"
[ "$(tail -n 1 "$work/build.log" | grep -c 'the C++ shim could not be built')" = 1 ] ||
    fail "the compiler's messages do not end with a sentence"
tail -n 1 "$work/build.log"

step 'a library of the old C++ ABI'
install "$work/old" "$old_abi"
must_fail "set CXXFLAGS=$old_abi" TRTLLM_ROOT="$work/old" CUDA_HOME="$work/cuda"

step 'the same, after doing what the error says'
test_against "$work/old" CXXFLAGS="$old_abi"
must_fail "take $old_abi out of CXXFLAGS" TRTLLM_ROOT="$work/trtllm" CUDA_HOME="$work/cuda" CXXFLAGS="$old_abi"

printf '\nlink-check: ok\n'
