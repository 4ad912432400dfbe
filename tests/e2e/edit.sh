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

# a draft is not taken out of an open editor
cat >patient <<'SH'
#!/bin/sh
echo open >opened
read -r _ <close
sed -i s/2000/3000/ "$1"
SH
chmod +x patient
mkfifo opened close
LC_EDITOR=$work/patient cake edit web 2>err &
editing=$!
read -r _ <opened
for how in '' --resume --discard; do
    # shellcheck disable=SC2086 # no word when empty
    gives 5 cake edit web $how
    expect_match '*locked by another command*' "$err"
done
echo now >close
wait "$editing" || fail "the edit did not end well: $(cat err)"
expect_match '*3000*' "$(cake check --resolved -hp=.layer-cake)"

# an editor that is not there is one line; the home may be a word
LC_EDITOR=nosuch gives 1 cake edit web
expect 'layer-cake: cannot edit "web": editor "nosuch" not found' "$err"
mv .layer-cake elsewhere
LC_EDITOR=true gives 0 cake edit web elsewhere
LC_EDITOR=true gives 2 cake edit web elsewhere -hp=elsewhere
