#!/bin/sh
# Builds the module: build.sh OUT.wasm
exec "$(dirname "$0")/../cargo-wasm.sh" line-guard "$1"
