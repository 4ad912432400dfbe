#!/bin/sh
# A group carried to another place as one image runs there as it did, with its programs, resources and the models asked for.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir -p app/templates
cat >app/service.sh <<'END'
#!/bin/sh
if [ -f helper.sh ]; then . ./helper.sh; else . ./app/helper.sh; fi
cat templates/page app/templates/page 2>/dev/null
cat "$LAYER_CAKE_HOME/resource/service.sh/shared"
cat "$LAYER_CAKE_HOME/role/service/model/kept"
echo "$greeting"
exec sleep 1000
END
printf 'greeting="from here"\n' >app/helper.sh
printf 'the page\n' >app/templates/page
printf 'print("a job of python")\n' >app/job.py
chmod +x app/service.sh
printf 'shared text\n' >shared
printf 'kept text\n' >kept
cake create
cake add ./app/service.sh service --environment='{SECRET: hush}' --ready='{log_line: from here}'
cake add "$python" job --type=oneshot -- app/job.py
cake resource service.sh shared -mc
cake model service kept -mc
cake model job kept -mc
ln -s kept "$home/role/service/model/link"
printf 'x' >"$home/role/service/model/ümlaut"

gives 0 cake export image group.tar.zst --model=service
digest=${out%% *}
expect "$digest  group.tar.zst" "$out"
expect 64 "${#digest}"
expect 600 "$(stat -c %a group.tar.zst)"
gives 0 cake export image again.tar.zst --model=service -o json
expect "$digest" "$(printf '%s' "$out" | json "d['digest']")" 'the digest of the same'
if command -v zstd >/dev/null; then
    tar --zstd -tf group.tar.zst >listed 2>said || fail 'tar does not read it'
    expect '' "$(cat said)"
    expect_match '*role/service/model/link*' "$(cat listed)"
    expect "$digest  -" "$(tar --zstd -xOf group.tar.zst layer-cake-manifest.jsonl | sha256sum)" 'the digest by hand'
    ! grep -q role/job listed || fail 'a model that was not asked for'
fi

# elsewhere, with what it was made from gone
mkdir there
mv app gone
refuses 2 "layer-cake: cannot import \"group.tar.zst\": its digest is $digest" import image group.tar.zst -hp=there/home --digest=00
[ ! -e there/home ] || fail 'a refused image has left a home'
gives 0 cake import image group.tar.zst -hp=there/home --digest="$digest"
expect '' "$err"
expect '' "$(find there -name '.layer-cake-*')"
refuses 5 "layer-cake: cannot import \"group.tar.zst\": \"$work/there/home\" exists already" import image group.tar.zst -hp=there/home
expect kept "$(readlink there/home/role/service/model/link)"
expect x "$(cat there/home/role/service/model/ümlaut)"
expect '' "$(ls there/home/role/job/model)"
home=$work/there/home
cake start -hp="$home" --wait
cake wait job -hp="$home" --for=completed
expect_match '*a job of python*' "$(cake log job -hp="$home")"
said=$(cake log service -hp="$home")
expect_match '*the page*' "$said"
expect_match '*shared text*' "$said"
expect_match '*kept text*' "$said"
expect_match '*from here*' "$said"

# of a group that runs, models are snapshots; nothing is left of them
cake export image while.tar.zst -hp="$home" --all-models
expect '' "$(find "$home" -name '.layer-cake-*')"
cake stop -hp="$home"
cake import image while.tar.zst -hp=third
expect 'kept text' "$(cat third/role/service/model/kept)"

# what a machine lacks is said
cake create -hp=lacking
cake add sleep s -hp=lacking -- 1
sed -i 's|executable: .*|executable: /usr/bin/no-such-program|' lacking/layer-cake.yaml
cake export image lacking.tar.zst -hp=lacking
gives 0 cake import image lacking.tar.zst -hp=fourth
expect 'layer-cake: role "s": program "/usr/bin/no-such-program" is not on this machine' "$err"

refuses 2 'layer-cake: export needs one of home, image, kubernetes, procfile, systemd' export
refuses 2 'layer-cake: export image needs the name of one file' export image
refuses 4 "layer-cake: cannot export \"nosuch/x\": cannot write \"nosuch/x\": no such file or directory" export image nosuch/x -hp=third
