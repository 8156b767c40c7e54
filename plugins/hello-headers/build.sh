#!/bin/sh
# Builds the module: build.sh OUT.wasm. Needs the npm package assemblyscript (ASC names its compiler).
set -eu
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")"
exec "${ASC:-../../node_modules/.bin/asc}" assembly/index.ts -o "$out" --use abort=assembly/abort/abort -O3 --shrinkLevel 2 --converge
