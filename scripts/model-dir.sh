#!/bin/sh
# Prints the folder of models, as soju itself finds it.
set -eu
case ${XDG_CACHE_HOME:-} in
/*) cache=$XDG_CACHE_HOME ;;
*) cache=${HOME:+$HOME/.cache} ;;
esac
if [ -n "${SOJU_MODEL_DIR:-}" ]; then
    echo "$SOJU_MODEL_DIR"
elif [ -n "$cache" ]; then
    echo "$cache/soju/models"
else
    echo "no folder for models: set SOJU_MODEL_DIR" >&2
    exit 1
fi
