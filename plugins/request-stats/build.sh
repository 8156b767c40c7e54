#!/bin/sh
# Builds the module: build.sh OUT.wasm
exec "$(dirname "$0")/../cargo-wasm.sh" request-stats "$1"
