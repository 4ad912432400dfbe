#!/bin/sh
# Words that contradict each other or are too many are refused, by name, and change nothing.
set -eu
. "$(dirname "$0")/lib.sh"

gives 2 cake create --roles='{a: {command: x}}'
gives 2 cake create x y
gives 2 cake create x -hp=y
gives 2 cake create ''
expect 'layer-cake: cannot create "": not a path' "$err"
[ -z "$(ls -A | grep -v '^\.\(out\|err\)$')" ] || fail "something was created: $(ls -A)"

# a main role can be named before it is added; it is missed when the group is to start
gives 0 cake create --main-role=web
gives 0 cake add sleep helper -- infinity
gives 2 cake start
expect_match '*main_role "web"*' "$err"
gives 2 cake check
expect_match '*main_role "web"*' "$err"
gives 0 cake add /bin/true web
gives 0 cake check
gives 0 cake run
gives 0 cake delete web
gives 0 cake update group --main-role=

cp .layer-cake/layer-cake.yaml before
refuses 2 'layer-cake: cannot add "sleep": its name is given twice ("w1", --role-name)' add sleep w1 -rn=q1
refuses 2 'layer-cake: --home-path is given twice, as "zz" and as ".layer-cake"' list --home-path=zz -hp=.layer-cake
gives 0 cake list --home-path=.layer-cake -hp=.layer-cake
refuses 2 'layer-cake: "helper=2": role "helper" is given twice' scale helper=1 helper=2
gives 2 cake update helper --umask=0022 --umask=0027
expect_match '*--umask is given twice*' "$err"
gives 2 cake destroy .layer-cake zzz
gives 2 cake destroy .layer-cake -hp=other
refuses 2 'layer-cake: cannot add "late": role "late" depends on "zzz", which is not defined' \
    add sleep late --depends-on='[zzz]'
gives 2 cake update helper --shutdown.timeot=1s
expect_match '*(did you mean "--shutdown.timeout"?)*' "$err"
gives 2 cake up --wait=foo
case $err in *stopped*) fail "a goal that up does not have: $err" ;; esac
cmp before .layer-cake/layer-cake.yaml
gives 0 cake list

# the predecessor's spellings
gives 0 cake log helper --from_=2026-01-01 --span=1d
gives 0 cake start
gives 6 cake returned helper --timeout=0.2
gives 0 cake down

# text is not printed as JSON
for words in 'help' 'completion bash' 'check --reference'; do
    # shellcheck disable=SC2086 # words
    gives 2 cake $words -o json
done
gives 4 cake check -hp=nosuch

# what a copy of the home lacks is made again, or empty
rmdir .layer-cake/lock 2>/dev/null || rm -rf .layer-cake/lock
rm -r .layer-cake/role/helper
gives 0 cake history helper
expect '' "$out"
gives 0 cake start
gives 0 cake down
