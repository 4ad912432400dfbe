#!/bin/sh
# A role that does not exist is refused by every verb with one line that names it, and exit status 4.
set -eu
. "$(dirname "$0")/lib.sh"

gives 4 cake list
expect_match 'layer-cake: *.layer-cake*' "$err"
gives 0 cake create
gives 0 cake add sleep web -- infinity
refuses 3 "layer-cake: cannot stop \"$home\": nothing is running" stop
refuses 3 "layer-cake: cannot show the status of \"$home\": nothing is running" status
gives 0 cake start
for verb in history log returned explain status stop start restart update delete edit wait; do
    case $verb in
    update) gives 4 cake update wob --description=x ;;
    edit) EDITOR=true gives 4 cake edit wob ;;
    *) gives 4 cake $verb wob ;;
    esac
    expect_match 'layer-cake: *"wob"*' "$err"
    expect 1 "$(echo "$err" | wc -l | tr -d ' ')" "lines on stderr of $verb"
done
gives 2 cake frobnicate
gives 2 cake stat
expect_match '*unknown command "stat"*did you mean*' "$err"
gives 2 cake list --bogus
gives 2 cake
expect running "$(state_of web)"
gives 0 cake down
