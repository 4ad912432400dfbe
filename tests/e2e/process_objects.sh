#!/bin/sh
# An object in a process of its own is spoken to, answers and ends as one of this process does.
set -eu
. "$(dirname "$0")/lib.sh"
family=${FAMILY:?the program}

gives 0 "$family" --scenario=ask
expect '"joe"' "$out"
expect '' "$err"
gives 0 "$family" --scenario=arguments
expect '"true 7 1.500000 text 3000000000 green 24 9 5 none 4 Sum"' "$out"
expect '42' "$("$family" --scenario=machine | json "d['of']")"
expect '42' "$("$family" --scenario=parent | json "d['of']")"

# a process and the one it was made by find each other by names of scope PROCESS
expect '42' "$("$family" --scenario=names | json "d['of']")"
# two that one program has made find each other by names that go further
expect '42' "$("$family" --scenario=siblings | json "d['of']")"

# what it prints is no value
gives 0 "$family" --scenario=printer
expect '"value"' "$out"
expect 'junk on stdout' "$err"
gives 71 "$family" --scenario=throws
expect 'family: object faulted (unhandled exception (broken))' "$err"

# requests that are not answered, and messages that are too large for a frame
gives 71 "$family" --scenario=deadline
expect 'family: timed out' "$err"
gives 0 "$family" --scenario=large
expect '"joe"' "$out"
gives 71 "$family" --scenario=large-argument
expect 'family: cannot start process (worker: its arguments cannot be sent: it is larger than a frame may be (1 MiB))' "$err"

# fifty of them leave no descriptor behind
gives 0 "$family" --scenario=many --count=5
expect '0' "$out"

# lines of the log come from several processes, each with its number
gives 0 "$family" --scenario=ask -dl=TRACE
expect 2 "$(printf '%s\n' "$err" | sed -n 's/^\(\[[0-9]*\]\).*/\1/p' | sort -u | wc -l | tr -d ' ')" 'processes in the log'

# the start and the end of a process are told
gives 0 "$family" --scenario=ask -dl=OBJECT
expect_match '*( <0*>worker - Started process (*) as role family.worker-0*' "$err"
expect_match '*) <0*>worker - Process (*) ended with 0*' "$err"

# the object's name is for a parent to give
gives 2 "$family" --object-name=worker
expect 'family: --object-name is given by a parent process, along with a session' "$err"
expect '' "$(survivors)" 'processes left'
