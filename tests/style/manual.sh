#!/bin/sh
# manual.sh SOURCE PAGES - every command has a page; every page is clean to mandoc, has its sections in order and examples that are
# not empty; what pages and promises refer to is there.
set -u
source=$1
pages=$2
status=0
complain() {
    echo "$*" >&2
    status=1
}
order='NAME SYNOPSIS DESCRIPTION OPTIONS KEYS ENVIRONMENT FILES EXIT_STATUS EXAMPLES SEE_ALSO'

command -v mandoc >/dev/null || { echo 'mandoc is not installed'; exit 77; }
for command in $("$LAYER_CAKE" help --list); do
    [ -f "$pages/layer-cake-$command.1" ] || complain "no manual page for $command"
done
for page in "$source"/man/layer-cake-*.1.in; do
    command=${page##*/layer-cake-}
    "$LAYER_CAKE" help "${command%.1.in}" >/dev/null 2>&1 || complain "a manual page for no command: $page"
done

for page in "$pages"/*.[157]; do
    name=${page##*/}
    mandoc -T lint -W warning "$page" || complain "$name is not clean"
    ! grep -n '@[A-Z]*@$' "$page" | grep -v '^[0-9]*:\.\\" @' || complain "$name has something that was not filled in"

    last=0
    for section in $(sed -n 's/^\.Sh //p' "$page" | tr ' ' _); do
        place=0
        number=0
        for known in $order; do
            number=$((number + 1))
            [ "$known" != "$section" ] || place=$number
        done
        [ "$section" = KEYS ] && place=4
        [ "$place" -gt 0 ] || { complain "$name has a section $section"; continue; }
        [ "$place" -gt "$last" ] || complain "$name has $section in the wrong place"
        last=$place
    done
    case $name in
    layer-cake-promises.7 | layer-cake-guide.7 | layer-cake-protocol.7) ;; # their examples are tests and samples
    *) sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE ALSO/p' "$page" | sed -n '/^\.Bd/,/^\.Ed/p' | grep -q '^[^.]' || complain "$name has no examples" ;;
    esac

    for reference in $(sed -n 's/^\.*.*Xr \(layer-cake[^ ]*\) \([157]\).*/\1.\2/p' "$page"); do
        [ -f "$pages/$reference" ] || complain "$name refers to $reference, which there is none of"
    done
done

for test in $(grep -oE '^tests/[A-Za-z0-9_/.]+$' "$source/man/layer-cake-promises.7"); do
    [ -f "$source/$test" ] || complain "layer-cake-promises.7 names $test, which is not there"
done
exit $status
