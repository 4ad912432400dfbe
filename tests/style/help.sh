#!/bin/sh
# The help of every command fits 80 columns, is the same both ways, and says nothing on stderr.
set -u
status=0
complain() {
    echo "$*" >&2
    status=1
}
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

commands=$("$LAYER_CAKE" help --list 2>"$errors") || complain 'help --list fails'
[ -n "$commands" ] || complain 'help --list is empty'
for command in '' $commands; do
    # shellcheck disable=SC2086 # none or one word
    text=$("$LAYER_CAKE" help $command 2>>"$errors") || complain "help $command fails"
    # shellcheck disable=SC2086
    again=$("$LAYER_CAKE" $command --help 2>>"$errors") || complain "$command --help fails"
    [ "$text" = "$again" ] || complain "help $command and $command --help differ"
    wide=$(printf '%s\n' "$text" | grep -nE '.{81}') && complain "help $command is wider than 80 columns:
$wide"
done
[ ! -s "$errors" ] || complain "stderr: $(cat "$errors")"
exit $status
