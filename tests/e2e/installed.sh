#!/bin/sh
# A sample builds outside the tree against what is installed, with either compiler, and runs.
set -eu
. "$(dirname "$0")/lib.sh"
need pkg-config meson

meson install -C "${BUILD:?the build folder}" --no-rebuild --tags devel --destdir "$work/stage" >install.log 2>&1 ||
    fail "$(tail -n 5 install.log)"
pc=$(find "$work/stage" -name layer-cake.pc)
[ -n "$pc" ] || fail 'no layer-cake.pc'
prefix=$(sed -n 's/^prefix=//p' "$pc")
sed -i "s|^prefix=.*|prefix=$work/stage$prefix|" "$pc"
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH

cp "$e2e/../../samples/hello/hello.cpp" .
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    # shellcheck disable=SC2046 # several words
    "$compiler" hello.cpp -o "hello-$compiler" $(pkg-config --cflags --libs layer-cake) 2>errors || fail "$(head -n 20 errors)"
    expect '"hello, there"' "$("./hello-$compiler" --name=there --pause=1ms)"
    gives 0 cake create "$compiler"
    gives 2 cake -hp="$compiler" add "$work/hello-$compiler" --pause=5
    gives 0 cake -hp="$compiler" add "$work/hello-$compiler" greet --pause=5ms
done
