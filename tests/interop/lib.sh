# tests/interop/lib.sh - tests/e2e/lib.sh for scripts in this folder. Modules find the peer (peer.py) as layer_cake.
interop=$(cd "$(dirname "$0")" && pwd)
E2E=$interop/../e2e
. "$E2E/lib.sh"
programs=$interop/programs
export PYTHONPATH="$interop" PYTHONDONTWRITEBYTECODE=1
unset VIRTUAL_ENV
# What modules are run by unless a test says otherwise.
mkdir "$work/bin"
ln -s "$python" "$work/bin/python3"
PATH=$work/bin:$PATH
