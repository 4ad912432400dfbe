#!/bin/sh
# A role whose folder is a link, or no folder, fails alone and says so; the others run, and nothing is written behind a link.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir precious
cat >layer-cake.yaml <<'YAML'
roles:
  linked: {command: 'echo out; exec sleep infinity'}
  filed: {command: [sleep, infinity]}
  other: {command: 'echo out; exec sleep infinity'}
YAML
gives 0 cake up --no-start
# replaced ROLE - its folder leads to what is none of the home's
replaced() { rm -rf "$home/role/$1" && ln -s "$work/precious" "$home/role/$1"; }
replaced linked
rm -rf "$home/role/filed"
echo mine >"$home/role/filed"

gives 1 cake start
for role in linked filed; do
    expect_match "*layer-cake: cannot start \"$role\": \"$home/role/$role\" is not a folder*" "$err"
    expect failed "$(state_of $role)"
done
expect running "$(state_of other)"
expect '' "$(ls -A precious)" 'what was written behind the link'

# The same while the group runs.
replaced other
gives 1 cake restart other
expect_match '*layer-cake: cannot * "other": "*/role/other" is not a folder' "$err"
expect '' "$(ls -A precious)" 'what was written behind the link of a running role'
touch precious/file
gives 0 cake list -ll other
expect_match 'other *0/0/0' "$out"

# Mended, they start.
rm precious/file "$home/role/filed" "$home/role/linked" "$home/role/other"
gives 0 cake start
expect out "$(cake log linked --stdout --no-prefix)"
gives 0 cake history other
gives 0 cake down
expect '' "$(ls -A precious)" 'what was written behind a link'
