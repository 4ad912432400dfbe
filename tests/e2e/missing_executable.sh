#!/bin/sh
# A missing executable is one precise line and exit status 1; the rest of the group runs.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  web: {command: [./web]}
  db: {command: [sleep, infinity]}
YAML

gives 1 cake up --detach --wait
expect "layer-cake: cannot start \"web\": executable \"./web\" not found" "$(echo "$err" | grep ^layer-cake:)"
expect failed "$(state_of web)"
expect running "$(state_of db)"
gives 0 cake explain web
expect_match '*executable "*/web" not found*' "$out"

# Mended, it starts.
printf '#!/bin/sh\nexec sleep infinity\n' >web
gives 1 cake start web
expect_match 'layer-cake: cannot start "web": *"./web"*not executable*' "$(echo "$err" | grep ^layer-cake:)"
chmod +x web
gives 0 cake start web
expect running "$(state_of web)"
gives 0 cake down

refuses 4 'layer-cake: cannot add "nothing": executable "nothing-of-that-name" not found' add nothing-of-that-name nothing
