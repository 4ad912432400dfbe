#!/bin/sh
# An image runs on a machine that has layer-cake and nothing else: its programs bring their libraries along.
set -eu
. "$(dirname "$0")/lib.sh"
command -v cc >/dev/null || skip 'no compiler'
need unshare
enter='unshare --mount'
[ "$(id -u)" -eq 0 ] || enter='unshare --user --map-root-user --mount'
$enter true 2>/dev/null || skip 'no namespaces here'

# a program with a library of its own, which says what it finds
mkdir app
printf 'int answer(void) { return 42; }\n' >lib.c
cat >main.c <<'END'
#include <stdio.h>
#include <stdlib.h>
int answer(void);
int main(void) {
    char path[4096], text[100] = "";
    snprintf(path, sizeof path, "%s/role/tool/model/kept", getenv("LAYER_CAKE_HOME"));
    FILE* file = fopen(path, "r");
    printf("%d %s\n", answer(), file && fgets(text, sizeof text, file) ? text : "nothing");
    return 0;
}
END
cc -shared -fPIC -Wl,-soname,libanswer.so.1 -o app/libanswer.so.1 lib.c
cc -o app/tool main.c app/libanswer.so.1 -Wl,-rpath,"$work/app"
printf 'kept text' >kept
cake create
cake add ./app/tool tool --type=oneshot
cake model tool kept -mc
cake export image group.tar.zst --all-models
rm -rf app

# the machine: layer-cake, and what the loader needs to start it
mkdir -p machine/bin machine/proc machine/dev machine/tmp machine/srv
cp "$LAYER_CAKE" machine/bin/layer-cake
ldd "$LAYER_CAKE" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "machine$(dirname "$library")"
    cp -L "$library" "machine$library"
done
cp group.tar.zst machine/
there() {
    # shellcheck disable=SC2086,SC2016 # several words; for the inner shell
    $enter sh -c 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" /bin/layer-cake "$@"' "$work/machine" "$@"
}
gives 0 there import image /group.tar.zst -hp=/srv/home
expect '' "$err"
gives 0 there run -hp=/srv/home
gives 0 there log tool -hp=/srv/home --no-prefix
expect_match '*42 kept text' "$out"
