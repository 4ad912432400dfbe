#!/bin/sh
# The shell completes roles, replicas and values where they are wanted.
set -eu
. "$(dirname "$0")/lib.sh"
need bash

gives 0 cake -hp=there create
gives 0 cake -hp=there add sleep web --role-count=2 -- infinity
mkdir bin
ln -s "$LAYER_CAKE" bin/layer-cake
PATH=$work/bin:$PATH
cake completion bash >script

# completes WORD... - what is offered for the last word, one a line
completes() {
    bash -c '
        source ./script
        COMP_WORDS=(layer-cake "$@") COMP_CWORD=$#
        compopt() { :; }
        _layer_cake
        printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}

expect 'web-0
web-1' "$(completes -hp there stop w)"
for verb in scale edit update delete; do
    expect web "$(completes -hp there $verb w)" "$verb"
done
expect 'compose
process-compose
procfile' "$(completes import '' | grep -E 'compose|procfile')"
expect 'there' "$(completes import compose th)"
expect 'json
name
table' "$(completes status -o '')"
expect 'json
table' "$(completes list -o '')"
