#!/bin/sh
# An object program's command line is its settings, and what it returns is on stdout.
set -eu
. "$(dirname "$0")/lib.sh"
samples=${SAMPLES:?the folder of the built samples}

gives 0 "$samples/hello"
expect '"hello, world"' "$out"
expect '' "$err"
gives 0 "$samples/hello" --name=joe -p=1ms
expect '"hello, joe"' "$out"
gives 0 "$samples/texture" 3 2 --full-output --child-process
expect_match '{"value":\["vector<vector<float8>>",\[\[*\],\[*\]\],\[\]\]}' "$out"
expect '[3, 3]' "$("$samples/texture" --x=3 --y=2 | json '[len(row) for row in d]')"
expect '{"brown": false}' "$("$samples/toaster" --time=10s --cancel-after=1ms | json d)"

# wrong arguments
gives 2 "$samples/texture" --x=a
expect 'texture: cannot decode value for "--x" (integer4): expected integer4, found a' "$err"
gives 2 "$samples/texture" --xx=1
expect 'texture: unknown argument "--xx"' "$err"
gives 2 "$samples/texture" 1 2 3
expect 'texture: unknown argument "3": 2 words at most' "$err"
gives 2 "$samples/hello" --pause=5
expect_match 'hello: cannot decode value for "--pause" (span): *' "$err"
gives 71 "$samples/texture" --xx=1 --full-output --child-process
expect_match '{"value":\["layer_cake.point_runtime.Faulted",{*unknown argument*' "$out"
gives 0 "$samples/texture" --help
expect_match '*--x=integer4*default 1*--debug-level=*' "$out"

# the log
gives 0 "$samples/hello" --pause=1ms --debug-level=CONSOLE
expect_match '\[[0-9]*\] 20*-*T*:*.* ^ <0*>hello - answered (text=hello, world)' "$err"
gives 0 "$samples/hello" --pause=1ms -dl=OBJECT
expect_match '*+ <0*>greeter - Created by <0*> <0*>hello - Sent Greeting to <0*X <0*>greeter - Destroyed (stack=*)*' "$err"
