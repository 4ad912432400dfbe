#!/bin/sh
# A worker in shell: one JSON line in, one out. What it says on stderr is its log.
while read -r line; do
    echo "{\"worker\": \"$LAYER_CAKE_ROLE\", \"characters\": ${#line}}"
done
