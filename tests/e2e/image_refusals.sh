#!/bin/sh
# An image that is damaged, or that would write anywhere else than it may, makes no home and leaves nothing.
set -eu
. "$(dirname "$0")/lib.sh"
need zstd

mkdir good
cake create
cake add sleep web -- infinity
printf 'a text' >text
cake model web text -mc
cake export image good.tar.zst --all-models
printf secret >outside

"$python" "$e2e/programs/hostile_images.py" good.tar.zst hostile
ran=0
for image in hostile/*.tar.zst; do
    got=0
    cake import image "$image" -hp=taken >said 2>&1 </dev/null || got=$?
    case $(basename "$image") in
    fine.*) [ "$got" -eq 0 ] || fail "$(basename "$image") is refused: $(cat said)" && cake destroy taken ;;
    *)
        [ "$got" -eq 2 ] || fail "$(basename "$image"): exit status $got: $(cat said)"
        case $(basename "$image") in
        definition-*) expect_match "*$image/layer-cake.yaml:*: ?*" "$(cat said)" ;;
        *)
            expect_match "layer-cake: cannot import \"$image\": ?*" "$(cat said)"
            expect 1 "$(wc -l <said)"
            ;;
        esac
        [ ! -e taken ] || fail "$(basename "$image") has made a home"
        ;;
    esac
    expect '' "$(find . -maxdepth 2 -name '.layer-cake-*')" "what $(basename "$image") has left"
    ran=$((ran + 1))
done
[ "$ran" -gt 60 ] || fail "only $ran images"
expect secret "$(cat outside)"
[ ! -e /tmp/layer-cake-evil ] || fail 'something outside was written'

# what is no image, or none at all
printf 'no archive' >junk
: >empty
mkfifo pipe
for file in junk empty pipe . /dev/zero; do
    gives 2 cake import image "$file" -hp=taken
    [ ! -e taken ] || fail "$file has made a home"
done
gives 4 cake import image nosuch -hp=taken
refuses 2 'layer-cake: cannot import "good.tar.zst": its files are larger than 3 bytes together' import image good.tar.zst -hp=taken --max-size=3
