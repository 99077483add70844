#!/bin/sh
# Installs the Python package `datasets`, with which a test loads what soju wrote. Running soju does not need it.
#
#   scripts/fetch-datasets.sh          installs it into the user's cache folder, once
#   scripts/fetch-datasets.sh --dir    prints that folder, for PYTHONPATH
set -eu

packages='datasets==5.2.0 pyarrow==26.0.1 zstandard==0.25.0'

case ${XDG_CACHE_HOME:-} in
/*) cache=$XDG_CACHE_HOME ;;
*) cache=${HOME:?set HOME or XDG_CACHE_HOME}/.cache ;;
esac
python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
dir=$cache/soju/python-$python/datasets-5.2.0

if [ "${1:-}" = --dir ]; then
    echo "$dir"
    exit 0
fi
if [ -d "$dir" ]; then
    echo "datasets: already there: $dir"
    exit 0
fi
echo "datasets: fetching $packages"
mkdir -p "${dir%/*}"
work=$(mktemp -d "${dir%/*}/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
# Into a folder of its own: nothing that is installed is touched, and no venv module is needed. pip warns about
# packages outside that the new ones would not fit; they never meet.
# shellcheck disable=SC2086
if ! python3 -m pip install -q --disable-pip-version-check --no-compile --only-binary :all: \
    --target "$work/site" $packages >"$work/log" 2>&1; then
    sed 's/^/  /' "$work/log" >&2
    echo "datasets: pip could not install $packages; check the network and pip's configuration (pip config list)" >&2
    exit 1
fi
chmod 755 "$work/site"
mv "$work/site" "$dir"
echo "datasets: $dir"
