#!/bin/sh
# log -f shows lines of several roles as they are written, across restarts, and ends with the group.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo gate-a gate-b
cat >layer-cake.yaml <<'YAML'
roles:
  a: {command: 'while read -r line; do echo $$line; done <gate-a; exec sleep infinity'}
  b: {command: 'while read -r line; do echo $$line; done <gate-b; exec sleep infinity'}
YAML

gives 0 cake up --detach
exec 7>gate-a 8>gate-b
echo early >&7
mkfifo seen
cake log -f a b >seen &
exec 9<seen
next() { read -r next_line <&9; echo "$next_line"; }
expect_match '* a | early' "$(next)"
echo one >&7
expect_match '* a | one' "$(next)"
echo two >&8
expect_match '* b | two' "$(next)"
echo three >&7
expect_match '* a | three' "$(next)"
exec 7>&- 8>&-
gives 0 cake down
! read -r line <&9 || fail "a line after the end: $line"
