#!/bin/sh
# edit keeps what the editor saved; a bad edit is shown with its place, changes nothing, and can be resumed.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add sleep web -- 1000
cat >editor <<'SH'
#!/bin/sh
cp "$1" "$EDITED.before"
cat "$EDITED" >"$1"
SH
chmod +x editor
export LC_EDITOR="$work/editor" EDITED="$work/text"
printf 'executable: sleep\narguments: [infinity]\n' >text
gives 0 cake edit web
expect_match '*1000*' "$(cat text.before)"
expect_match '*infinity*' "$(cake check --resolved -hp=.layer-cake)"
cp .layer-cake/layer-cake.yaml good

printf 'executable: sleep\narguements: [infinity]\n' >text
gives 2 cake edit web
expect_match '*:2:1:*"arguements"*arguments*' "$err"
cmp good .layer-cake/layer-cake.yaml
printf 'executable: sleep\narguments: [2000]\n' >text
gives 0 cake edit web --resume
expect_match '*arguements*' "$(cat text.before)"
expect_match '*2000*' "$(cake check --resolved -hp=.layer-cake)"

cp .layer-cake/layer-cake.yaml good
LC_EDITOR=false gives 1 cake edit web
cmp good .layer-cake/layer-cake.yaml
LC_EDITOR=true gives 0 cake edit web
cmp good .layer-cake/layer-cake.yaml
