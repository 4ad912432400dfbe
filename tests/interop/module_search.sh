#!/bin/sh
# A module is run from the home's script folder before its own, by the interpreter of the YAML, the environment or PATH.
set -eu
. "$(dirname "$0")/lib.sh"

module() { printf 'import layer_cake as lc\n\ndef main(self) -> str:\n    import sys\n    return "%s by " + sys.orig_argv[0].split("/")[-1]\n\nlc.create(main)\n' "$1"; }
returns() {
    gives 0 cake run --main-role=main
    expect "\"$1\"" "$(cake returned main)"
}
mkdir app venv venv/bin
module own >app/main.py
ln -s "$python" venv/bin/python
ln -s "$python" venv/bin/python-of-yaml

gives 0 cake create
gives 0 cake add app/main.py
returns 'own by python3'
module copied >"$home/script/main.py"
returns 'copied by python3'
rm "$home/script/main.py"
VIRTUAL_ENV=$work/venv returns 'own by python'
gives 0 cake update main --interpreter="$work/venv/bin/python-of-yaml"
VIRTUAL_ENV=$work/venv returns 'own by python-of-yaml'
gives 0 cake update main --interpreter= --environment.VIRTUAL_ENV="$work/venv"
returns 'own by python'

# in a group file: a name beside it, the interpreter for all, and settings that nobody has typed
cp "$programs/factorial.py" .
cat >layer-cake.yaml <<'YAML'
interpreter: venv/bin/python
main_role: factorial
roles:
  factorial: {executable: factorial.py, settings: {n: 5, note: from the file}}
YAML
gives 0 cake -hp=filed up --wait --timeout=20s || true
expect 120 "$(cake -hp=filed returned factorial)"

# one that does not begin: its status is 0, its words are a fault
sed -i 's/n: 5/m: 5/' layer-cake.yaml
cake -hp=filed down || true
gives 71 cake -hp=filed up
expect_match '*unknown arguments (m)*' "$(cake -hp=filed history factorial)"
