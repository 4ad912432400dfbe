#!/bin/sh
# A role with a user of its own has its folders of the home, and can read nothing else of it.
set -eu
. "$(dirname "$0")/lib.sh"
samples=${SAMPLES:?the folder of the built samples}
[ "$(id -u)" -eq 0 ] || skip "only root's group can give a role another user"
command -v setpriv >/dev/null || skip "no setpriv"
as_nobody() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }
as_nobody true 2>/dev/null || skip "nobody cannot be become here"

chmod 711 "$work"
cp "$samples/hello" hello
as_nobody ./hello --help >/dev/null 2>&1 || skip "nobody cannot run a program here"
cat >look.sh <<'SH'
home=$LAYER_CAKE_HOME
exec >"$home/role/look/model/said"
refused() { if "$@" >/dev/null 2>&1; then echo "not refused: $*"; fi; }
refused cat "$home/layer-cake.yaml"
refused ls "$home"
refused ls "$home/role"
refused ls "$home/lock"
refused ls "$home/resource"
refused ls "$home/role/plain"
refused cat "$home/role/plain/model/secret"
refused cat "$home/role/look/history"
refused ls "$home/role/look/logs"
refused touch "$home/file" "$home/role/file" "$home/role/look/file" "$home/resource/file"
refused mv "$home/role/look/model" "$home/role/look/tmp/elsewhere"
cat "$home/role/look/model/given"
echo mine >"$home/role/look/model/kept"
echo mine >"$home/role/look/tmp/passing"
id -un
SH
cat >layer-cake.yaml <<'YAML'
roles:
  plain: {command: [sleep, infinity]}
  greet: {executable: ./hello, settings: {name: joe, pause: 1ms}, user: nobody}
  look: {command: [sh, look.sh], working_dir: ., user: nobody, type: oneshot}
main_role: plain
YAML
gives 0 cake up --no-start
echo secret >.layer-cake/role/plain/model/secret
echo given >.layer-cake/role/look/model/given
echo elsewhere >shared
ln shared .layer-cake/role/look/model/linked # also a file of elsewhere
gives 0 cake start
gives 0 cake wait greet look --for=completed --timeout=20s
expect 'given
nobody' "$(cat .layer-cake/role/look/model/said)"
expect '"hello, joe"' "$(cake returned greet)"
expect_match '*hello - answered (text=hello, joe)*' "$(cake log greet)"
owner() { stat -c %U ".layer-cake/role/$1"; }
expect 'nobody nobody nobody nobody root root root' \
    "$(echo "$(owner look/model) $(owner look/model/given) $(owner look/tmp) $(owner greet/lock) $(owner look) $(owner look/logs) $(owner look/history)")"
expect root "$(stat -c %U shared)"
expect mine "$(cat .layer-cake/role/look/model/kept)"

# without it all is root's again
sed -i 's/, user: nobody//' layer-cake.yaml
gives 0 cake up --detach
gives 0 cake start greet
gives 0 cake wait greet --for=completed --timeout=20s
expect '"hello, joe"' "$(cake returned greet)"
expect 'root root' "$(echo "$(owner greet/model) $(owner greet/lock/head)")"
gives 0 cake down
