#!/bin/sh
# Builds the module: build.sh OUT.wasm. Needs clang 19 with its WebAssembly libraries (Debian: clang-19 lld-19 wasi-libc
# libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32).
set -eu
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")"
exec "${CXX:-clang++-19}" --target=wasm32-wasi -std=c++20 -Oz -flto -fno-exceptions -fno-rtti -Wall -Wextra \
  -mexec-model=reactor -Wl,--export=malloc -Wl,--strip-debug -o "$out" probe.cc command.cc
