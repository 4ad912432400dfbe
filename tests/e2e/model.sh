#!/bin/sh
# The files of a role are replaced while it is down, and snapshotted while it runs.
set -eu
. "$(dirname "$0")/lib.sh"

cake create
cake add sh web --role-count=2 -- -c 'exec sleep 1000'
model=$home/role/web-0/model
mkdir data
printf '1' >data/one
gives 0 cake model web-0 data/one
expect "AddFile(path=$work/data/one, target=$model)" "$out"
cake model web-0 --model-path=data -mc
expect one "$(cake model web-0)"
expect '' "$(cake model web-1)"
refuses 2 'layer-cake: cannot work on the model of "web": "web" means several roles (web-0, web-1)' model web

# a snapshot, first shown; what it replaces is shown too
gives 0 cake model web-0 --get-latest=backup
expect "AddFile(path=$model/one, target=$work/backup)" "$out"
[ ! -e backup ] || fail 'a preview has made a folder'
cake model web-0 -gl=backup -mc
expect 1 "$(cat backup/one)"
printf 'alien' >backup/alien
gives 0 cake model web-0 -gl=backup
expect_match "RemoveFile(path=$work/backup/alien*" "$out"
inode=$(stat -c %i backup/one)
printf '2' >"$model/two"
cake model web-0 -gl=backup -mc
expect 'one
two' "$(ls backup)"
expect "$inode" "$(stat -c %i backup/one)" 'an unchanged file of a snapshot'

# while it runs: refused, but for the snapshot and for another role
cake start --wait
refuses 5 'layer-cake: cannot work on the model of "web-0": role "web-0" is running' model web-0 data/one -mc
refuses 5 'layer-cake: cannot work on the model of "web-0": role "web-0" is running' model web-0 -ca -mc
cake model web-0 -gl=backup -mc
cake stop web-1
cake model web-1 data/one -mc
expect 1 "$(cat "$home/role/web-1/model/one")"
cake stop

# while another command changes the files, neither is the role started nor are they changed by a second one
cat >held.py <<'END'
import fcntl, struct, subprocess, sys
with open(sys.argv[1], "w") as file:
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
    sys.exit(subprocess.run(sys.argv[2:]).returncode)
END
gives 5 "$python" held.py "$home/lock/files.model.web-0" "$LAYER_CAKE" model web-0 data/one -mc
expect 'layer-cake: cannot work on the model of "web-0": another command is changing its files' "$err"
gives 1 "$python" held.py "$home/lock/files.model.web-0" "$LAYER_CAKE" start web-0 --wait
expect_match '*cannot start "web-0": its model is being replaced*' "$err"
gives 0 "$python" held.py "$home/lock/files.model.web-0" "$LAYER_CAKE" start web-1 --wait
cake stop

refuses 2 'layer-cake: cannot work on the model of "web-0": give words, --model-path, --get-latest or --clear-all: one of them' model web-0 data/one -ca
(cd backup && refuses 2 'layer-cake: cannot work on the model of "web-0": cannot replace ".": it is the current folder' model web-0 -hp="$home" -gl=. -mc)
for folder in "$work" "$home" "$model" "$model/new"; do
    (cd / && gives 2 cake model web-0 -hp="$home" -gl="$folder" -mc)
done
refuses 2 "layer-cake: cannot work on the model of \"web-0\": \"$home\" holds what is to be changed, and cannot be copied into itself" model web-0 --model-path=.
refuses 2 "layer-cake: cannot work on the model of \"web-0\": \"$work\" holds what is to be changed, and cannot be copied into itself" model web-0 "$work"
cake model web-0 -ca -mc
expect '' "$(ls "$model")"
