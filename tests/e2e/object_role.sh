#!/bin/sh
# An object program as a role: its settings are checked without running it, and its value and log are kept.
set -eu
. "$(dirname "$0")/lib.sh"
samples=${SAMPLES:?the folder of the built samples}

gives 0 cake create
gives 0 cake add "$samples/texture" weave --x=3 --y=2
gives 0 cake add "$samples/hello" greet --name=joe --pause=10ms -- --debug-level=CONSOLE
expect '3' "$(cake list -ll -o json | json '[r["settings"]["x"] for r in d["roles"] if r["name"] == "weave"][0]')"
expect_match '*
    name="joe"
    pause="10ms"*' "$(cake list -ll)"

# checked by the program's own types
gives 2 cake add "$samples/texture" other --x=a
expect_match 'layer-cake: cannot add "other": --x: expected integer4, found "a"' "$err"
gives 2 cake update weave --x=1.5
gives 2 cake update weave --z=1
gives 0 cake update weave --y=4
cat >wrong.yaml <<YAML
roles:
  weave:
    executable: $samples/texture
    settings: {x: 1,
               y: many}
YAML
gives 2 cake check wrong.yaml
expect 'wrong.yaml:5:19: role "weave": settings.y: expected integer4, found "many"' "$err"
gives 2 cake up wrong.yaml

gives 0 cake start
gives 0 cake wait weave greet --for=completed --timeout=20s
expect '"hello, joe"' "$(cake returned greet)"
expect '4' "$(cake returned weave | json 'len(d)')"
expect_match '*^ <0*>hello - answered (text=hello, joe)' "$(cake log greet --tags='^')"
expect '' "$(cake log greet --tags='!')"

# a change of settings is a change of the process
gives 0 cake update greet --name=ann
gives 0 cake up --dry-run
gives 0 cake down
