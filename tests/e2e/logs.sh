#!/bin/sh
# The log has every line with its time and stream, answers every selector, follows, and is harmless on a terminal.
set -eu
. "$(dirname "$0")/lib.sh"
cat > layer-cake.yaml <<'Y'
roles:
  talker: {command: 'for i in 1 2 3 4 5; do echo "line $$i"; done; echo oops >&2; printf "\033[31mred\007\n"; exec tail -f /dev/null', ready: {log_line: red}}
Y
cake up --detach --wait --timeout=20s
expect 'line 5' "$(cake log talker --back=1h --grep='line 5' --raw)"
expect 2 "$(cake log talker --back=1h --count=2 | wc -l | tr -d ' ')"
expect_in oops "$(cake log talker --start=0)"
expect_in stderr "$(cake log talker --back=1h -o json | grep oops)"
expect_status 2 cake log talker --tail=1 --back=1h
expect_status 2 cake log talker --back=nonsense
expect_status 4 cake log nobody --tail=1
cake stop
