#!/bin/sh
# Builds one crate of this workspace: cargo-wasm.sh CRATE OUT.wasm. Needs Rust with target wasm32-wasip1.
set -eu
out=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
cd "$(dirname "$0")"
# The machine's own paths would get into panic messages: the same source must give the same bytes everywhere.
# The crates must be there before their folders can be named.
cargo fetch --quiet --locked --target wasm32-wasip1
cargo_home=${CARGO_HOME:-$HOME/.cargo}
flags="--remap-path-prefix=$PWD=/plugins --remap-path-prefix=$cargo_home=/cargo"
for registry in "$cargo_home"/registry/src/*; do flags="$flags --remap-path-prefix=$registry=/crates"; done
flags="$flags --remap-path-prefix=$(rustc --print sysroot)=/rust"
RUSTFLAGS="$flags" cargo build --quiet --locked --release --target wasm32-wasip1 -p "$1"
cp "${CARGO_TARGET_DIR:-target}/wasm32-wasip1/release/$(echo "$1" | tr - _).wasm" "$out"
