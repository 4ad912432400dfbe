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
LC_EDITOR='sed -i s/10ms/many/' gives 2 cake edit greet
expect_match 'layer-cake: role "greet": settings.pause: expected span, found "many"*' "$err"
LC_EDITOR='sed -i s/many/10ms/' gives 0 cake edit greet --resume

gives 0 cake start
gives 0 cake wait weave greet --for=completed --timeout=20s
expect '"hello, joe"' "$(cake returned greet)"
expect '4' "$(cake returned weave | json 'len(d)')"
expect_match '*^ <0*>hello - answered (text=hello, joe)' "$(cake log greet --tags='^')"
expect '' "$(cake log greet --tags='!')"

# samples are a table
tab=$(printf '\t')
expect "0${tab}0
1${tab}0.644217687237691
2${tab}0.9854497299884601
3${tab}0.8632093666488739" "$(cake log weave --sample=row --no-prefix)"

# a change of settings is a change of the process
gives 0 cake update greet --name=ann
gives 0 cake up --dry-run
gives 0 cake down

# how much is logged is the command's to say: every message, or next to nothing
gives 0 cake add "$samples/hello" loud --pause=1ms
gives 0 cake run loud --debug-level=OBJECT
expect_match '*> <*>hello - Sent Greeting to <*< <*>greeter - Received Greeting from <*' "$out"
gives 0 cake run loud -dl=WARNING
expect '' "$(cake log loud --start=-1 --tags='^+')"
gives 2 cake run loud -dl=SOME

# by hand it is the same role: with its settings, its lock, its history, its value
gives 0 "$samples/texture" --home-path=.layer-cake --role-name=weave -dl=FAULT
expect '4' "$(printf %s "$out" | json 'len(d)')"
expect '4' "$(cake returned weave | json 'len(d)')"
expect_match '*(exit 0)' "$(cake history weave | tail -n 1)"
mkfifo told
"$samples/hello" --home-path=.layer-cake --role-name=loud --pause=1h -dl=CONSOLE 2>told &
hello=$!
read -r _ <told
gives 5 "$samples/hello" --home-path=.layer-cake --role-name=loud
expect 'hello: role "loud" is running' "$err"
kill -TERM "$hello"
wait "$hello" || true
expect_match '*(exit 71)' "$(cake history loud | tail -n 1)"
expect_match '*"aborted"*' "$(cake returned loud)"

# it keeps its log itself where asked
gives 0 "$samples/hello" --home-path=.layer-cake --role-name=loud --pause=1ms --keep-logs
expect '' "$err"
expect_match '*^ <0*>hello - answered (text=hello, *' "$(cake log loud --start=-1)"
gives 2 "$samples/hello" --keep-logs
expect 'hello: --keep-logs is for a role: --home-path and --role-name say which' "$err"

# what it refuses to start with is what it returned
sed -i 's/x: 3/x: many/' .layer-cake/layer-cake.yaml
gives 1 cake run weave
expect_match '*settings.x: expected integer4, found*' "$(cake returned weave)"
