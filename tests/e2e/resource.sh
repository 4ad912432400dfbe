#!/bin/sh
# The files of an executable are made like their source, each change shown before it is made, and are left alone while it runs.
set -eu
. "$(dirname "$0")/lib.sh"

cake create
printf '#!/bin/sh\nexec sleep 1000\n' >zombie.sh
chmod +x zombie.sh
cake add ./zombie.sh z
target=$home/resource/zombie.sh

# nothing yet; an executable that nobody has is no executable
gives 0 cake resource zombie.sh
expect '' "$out"
refuses 4 'layer-cake: cannot work on the resources of "zombi.sh": no role has that executable (did you mean "zombie.sh"?)' resource zombi.sh
refuses 2 'layer-cake: resource needs the name of an executable' resource

mkdir -p media/sub
printf 'one' >media/a.txt
printf 'two' >media/sub/b.txt
chmod 600 media/sub/b.txt
ln -s sub/b.txt media/link

# first the preview, which changes nothing
gives 0 cake resource zombie.sh media
expect "AddFolder(path=$work/media, target=$target)" "$out"
expect_match '*5 changes, 6 bytes to copy: --make-changes makes them*' "$err"
[ ! -e "$target" ] || fail 'a preview has made something'
gives 0 cake resource zombie.sh media -mc
expect '' "$out$err"
expect 'two' "$(cat "$target/media/link")"
gives 0 cake resource zombie.sh media
expect '' "$out$err" 'what is in step'

# listings
gives 0 cake resource zombie.sh
expect media "$out"
gives 0 cake resource zombie.sh -rl
expect 'media
media/a.txt
media/link
media/sub
media/sub/b.txt' "$out"
gives 0 cake resource zombie.sh -fp -ll -rl
expect_match "drwx*media
-rw*$target/media/a.txt
lrwx*media/link -> sub/b.txt
drwx*sub
-rw------- $(id -u)/$(id -g) $target/media/sub/b.txt" "$out"
gives 0 cake resource zombie.sh -rl -o json
expect '0600' "$(printf '%s' "$out" | json "[e for e in d['entries'] if e['path'] == 'media/sub/b.txt'][0]['mode']")"

# each kind of change
inode=$(stat -c %i "$target/media/a.txt")
printf 'longer' >media/sub/b.txt
chmod 640 media/sub/b.txt
mv media/a.txt media/renamed.txt
printf 'new' >"$(printf 'media/two\nlines')"
rm media/link
mkdir media/link
gives 0 cake resource zombie.sh media
expect_match "RenameFile(path=$target/media/a.txt, target=$target/media/renamed.txt)*" "$(printf '%s\n' "$out" | grep Rename)"
expect_match "UpdateFile(path=$work/media/sub/b.txt, modified=20*Z, target=$target/media/sub)" "$(printf '%s\n' "$out" | grep Update)"
expect "ReplaceWithFolder(path=$work/media/link, target=$target/media)" "$(printf '%s\n' "$out" | grep Replace)"
expect "AddFile(path=$work/media/two\\x0alines, target=$target/media)" "$(printf '%s\n' "$out" | grep AddFile)"
gives 0 cake resource zombie.sh media -o json
expect 'rename_file' "$(printf '%s' "$out" | json "[c['change'] for c in d['changes'] if c['renamed_from']][0]")"
gives 0 cake resource zombie.sh media --make-changes
diff -r media "$target/media" || fail 'the copy differs'
expect "$inode" "$(stat -c %i "$target/media/renamed.txt")"
expect 640 "$(stat -c %a "$target/media/sub/b.txt")"
chmod 600 media/sub/b.txt
gives 0 cake resource zombie.sh media
expect "UpdateMode(target=$target/media/sub/b.txt, mode=0600)" "$out"

# the contents of a folder instead, and what is no longer selected goes
gives 0 cake resource zombie.sh --resource-path=media/sub
expect_match "RenameFile(path=$target/media/sub/b.txt, target=$target/b.txt)
RemoveFolder(path=$target/media, modified=20*, contents=5)" "$out"
gives 0 cake resource zombie.sh -rp=media/sub -mc
expect b.txt "$(ls "$target")"

# nothing is changed while a role of it runs, or while another command changes it
cake start --wait
refuses 5 'layer-cake: cannot work on the resources of "zombie.sh": role "z" is running' resource zombie.sh media -mc
gives 0 cake resource zombie.sh media
cake stop

# and all of it goes when told to
gives 0 cake resource zombie.sh --clear-all
expect_match "RemoveFile(path=$target/b.txt, *" "$out"
[ -e "$target/b.txt" ] || fail 'a preview has removed something'
gives 0 cake resource zombie.sh -ca -mc
expect '' "$(ls "$target")"
refuses 2 'layer-cake: cannot work on the resources of "zombie.sh": --long-listing lists and --clear-all changes: give one of them' resource zombie.sh -ll -ca
refuses 4 "layer-cake: cannot work on the resources of \"zombie.sh\": cannot read \"nosuch\": no such file or directory" resource zombie.sh nosuch
