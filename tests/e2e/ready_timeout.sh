#!/bin/sh
# A role that does not become ready in time has failed, and what depends on it never starts.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  mute: {command: [sleep, infinity], ready: {log_line: never, timeout: 200ms}}
  dependent: {command: [sleep, infinity], depends_on: {mute: ready}}
  other: {command: [sleep, infinity]}
YAML

gives 1 cake up --detach --wait --timeout=20s
expect_match '*cannot start "mute": *ready*' "$err"
expect failed "$(state_of mute)"
expect running "$(state_of other)"
gives 0 cake history mute
expect_match '*ready*' "$out"
gives 0 cake down
