#!/bin/sh
# Installs what building soju needs and this machine lacks.
#
#   scripts/setup.sh          what `make demo` needs
#   scripts/setup.sh test     also what `make test` needs
#
# As root on Debian or Ubuntu it installs with apt-get; otherwise it prints the command and exits with 1.
# When nothing is missing it asks no package manager anything.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }

has_libclang() {
    if [ -n "${LIBCLANG_PATH:-}" ]; then
        return 0
    fi
    for file in /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*-linux-gnu/libclang*.so* /usr/lib64/libclang*.so* \
        /usr/lib/libclang*.so* /usr/local/lib/libclang*.so*; do
        # An unmatched pattern stands for itself. libclang-cpp is another library.
        case $file in
        *libclang-cpp*) ;;
        *) if [ -e "$file" ]; then return 0; fi ;;
        esac
    done
    return 1
}

# Fills $missing (in words) and $packages (of Debian).
look() {
    missing= packages=
    need() { missing="$missing, $1" packages="$packages $2"; }
    has c++ || has g++ || has clang++ || need "a C++ compiler" g++
    has make || need make make
    has cmake || need cmake cmake
    has clang || need clang clang
    has_libclang || need libclang libclang-dev
    if ! has python3; then
        need "python3 and pip" "python3 python3-pip"
    elif ! python3 -m pip --version >/dev/null 2>&1; then
        need "pip for python3" python3-pip
    fi
    if [ "$for_test" = yes ] && ! has npm; then
        need "npm (for the tokenizer test)" npm
    fi
    missing=${missing#, } packages=${packages# }
}

case ${1:-} in
'') for_test=no ;;
test) for_test=yes ;;
*)
    echo "usage: scripts/setup.sh [test]" >&2
    exit 2
    ;;
esac

look
if [ -n "$missing" ]; then
    echo "setup: missing: $missing"
    # $packages is a list of words.
    # shellcheck disable=SC2086
    if ! has apt-get; then
        echo "setup: install these with this system's package manager, then run the same command again" >&2
        exit 1
    elif [ "$(id -u)" != 0 ]; then
        echo "setup: run this, then the same command again:" >&2
        echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
        exit 1
    else
        echo "setup: apt-get install $packages"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q -q
        apt-get install -y -q -q --no-install-recommends $packages
    fi
    look
    if [ -n "$missing" ]; then
        echo "setup: still missing after the installation: $missing" >&2
        exit 1
    fi
fi

if ! has cargo; then
    echo "setup: Rust is missing: install it as https://rustup.rs says, open a new shell, run the same command again" >&2
    exit 1
fi
echo "setup: nothing is missing ($(cargo --version), $(cmake --version | sed -n 1p))"
