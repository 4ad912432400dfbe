#!/bin/sh
# An object program answers HTTP: messages by query, JSON and form, resource routes, and what is wrong as JSON with its status.
set -eu
. "$(dirname "$0")/lib.sh"
service=${SERVICE:?the built program}
command -v curl >/dev/null || skip 'curl is not installed'

mkfifo lines
"$service" --debug-level=CONSOLE --access-log 2>lines &
pid=$!
exec 3<lines
line=''
until case $line in *'listening (port='*) true ;; *) false ;; esac; do
    read -r line <&3 || fail "it has ended: $(cat log)"
    echo "$line" >>log
done
cat <&3 >>log &
reader=$!
exec 3<&-
port=$(sed -n 's/.*listening (port=\([0-9]*\)).*/\1/p' log)
at=http://127.0.0.1:$port

ask() { curl -sS -m 10 -w ' %{http_code}' "$@"; }
table='{"value":["vector<vector<float8>>",[[0.5,0.5]],[]]} 200'
expect "$table" "$(ask "$at/Xy?x=2&y=1")"
expect "$table" "$(ask -H 'Content-Type: application/json' -d '{"value":{"x":2,"y":1}}' "$at/Xy")"
expect "$table" "$(ask -H 'Content-Type: application/json' -d '{"x":2,"y":1}' "$at/Xy")"
expect "$table" "$(ask -d 'x=2&y=1' "$at/Xy")"
expect "$table" "$(ask -H 'Transfer-Encoding: chunked' -d 'x=2&y=1' "$at/Xy")"
expect '[[0.5,0.5]] 200' "$(ask -H 'Accept: application/json;form=plain' "$at/Xy?x=2&y=1")"
expect '{"value":["Customer",{"id":7,"name":"Joe"},[]]} 200' "$(ask "$at/customers/7")"
expect '{"value":["Customer",{"id":7,"name":"J"},[]]} 200' "$(ask "$at/customers/7?brief=true")"
expect '{"value":["Customer",{"id":7,"name":"Ann"},[]]} 200' \
    "$(ask -X PUT -H 'Content-Type: application/json' -d '{"name":"Ann"}' "$at/customers/7")"
expect 'PATCH /what/ever
 200' "$(ask -X PATCH "$at/what/ever")"

expect_match '*no conversion for \\"x\\" (expected integer4, found a)* 400' "$(ask "$at/Xy?x=a")"
expect_match '*unexpected HTTP method* 405' "$(ask -X DELETE "$at/customers/7")"
expect_match '*no such customer* 404' "$(ask "$at/customers/404")"
expect_match '*Busy* 503' "$(ask "$at/Xy?x=-1")"
expect_match '*unexpected content type* 415' "$(ask -H 'Content-Type: text/xml' -d '<x/>' "$at/Xy")"
expect_match '*body is larger than* 413' "$(head -c 1100000 /dev/zero | ask -H 'Content-Type: application/json' --data-binary @- "$at/Xy")"
expect_match '*too long* 414' "$(ask "$at/$(head -c 9000 /dev/zero | tr '\0' a)")"
expect_match '*too long* 431' "$(ask -H "X-Long: $(head -c 17000 /dev/zero | tr '\0' a)" "$at/")"
expect_match '*see Host* 421' "$(ask -H 'Host: evil.example' "$at/Xy")"
# a port that is taken: one line, and the end
gives 1 "$service" --address="127.0.0.1:$port" --debug-level=NONE
expect_match "*cannot listen at \"127.0.0.1:$port\"*address already in use*" "$out$err"

kill -TERM "$pid"
wait "$pid" || true
wait "$reader"
grep -q 'GET /Xy?x=2&y=1 (client=127.0.0.1,status=200,bytes=51,us=' log || fail "no access log: $(cat log)"
if curl -sS -m 5 "$at/Xy" 2>/dev/null; then fail 'it still answers'; fi
