# tests/torture/lib.sh - as the e2e scripts; these take longer.
torture=$(cd "$(dirname "$0")" && pwd)
. "$torture/../e2e/lib.sh"
e2e=$torture/../e2e
programs=$e2e/programs
