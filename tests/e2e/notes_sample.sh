#!/bin/sh
# samples/notes keeps what it has answered: through kill -9, an older file is upgraded, a bad one named, a copy put back.
set -eu
. "$(dirname "$0")/lib.sh"
need curl
samples=${SAMPLES:?the folder of the built samples}

port=$(free_ports)
cat >layer-cake.yaml <<YAML
roles:
  notes:
    executable: $samples/notes
    settings: {server_address: {host: 127.0.0.1, port: $port}}
    ready: {tcp_socket: $port}
    restart: {policy: on_failure, max: 2}
YAML
gives 0 cake up --detach --wait --timeout=20s
at=http://127.0.0.1:$port/notes
kept=$home/role/notes/model/notes
ask() { curl -sS -m 10 -w ' %{http_code}' "$@"; }
json='Content-Type: application/json'

expect '[] 200' "$(ask "$at")"
expect '{"id":1,"title":"milk","text":"","tags":["shop"]} 200' \
    "$(ask -H "$json" -d '{"title":"milk","tags":["shop"]}' "$at")"
expect '{"id":2,"title":"call","text":"ann","tags":[]} 200' "$(ask -H "$json" -d '{"title":"call","text":"ann"}' "$at")"
expect '{"id":2,"title":"call","text":"bob","tags":["b"]} 200' \
    "$(ask -X PUT -H "$json" -d '{"title":"call","text":"bob","tags":["b"]}' "$at/2")"
expect '1.json 2.json' "$(cd "$kept" && echo *)"

# What was answered outlives the process.
kill -KILL "$(pid_of notes)"
await 'r["notes"].restarts.total == 1 and r["notes"].ready' 20
both='[{"id":1,"title":"milk","text":"","tags":["shop"]},{"id":2,"title":"call","text":"bob","tags":["b"]}] 200'
expect "$both" "$(ask "$at")"

# A snapshot of the running service's model is put back when it is stopped, and not before.
gives 0 cake model notes --get-latest=copy --make-changes
expect '1.json 2.json' "$(cd copy/notes && echo *)"
expect ' 204' "$(ask -X DELETE "$at/1")"
expect_match '*no such note* 404' "$(ask "$at/1")"
expect 2.json "$(cd "$kept" && echo *)"
gives 5 cake model notes --model-path=copy --make-changes
gives 0 cake stop
gives 0 cake model notes --model-path=copy --make-changes
expect '1.json 2.json' "$(cd "$kept" && echo *)"

# A file of the predecessor, which says no schema, and one of the service's first version, which had one tag.
printf '{"value": {"id": 3, "title": "py", "tags": ["x"], "unknown": 1}}' >"$kept/3.json"
schema=$("$python" - <<'PY'
# What samples/notes calls NoteWithOneTag, as home/stored_value.cpp tells a schema.
text, value = "{id:integer8;tag:unicode;text:unicode;title:unicode;}", 0xcbf29ce484222325
for byte in text.encode():
    value = (value ^ byte) * 0x100000001b3 % 2**64
print(f"{value:016x}")
PY
)
printf '{"schema": "%s", "value": {"id": 4, "title": "old", "text": "t", "tag": "one"}}' "$schema" >"$kept/4.json"
gives 0 cake up --detach --wait --timeout=20s
expect '{"id":3,"title":"py","text":"","tags":["x"]} 200' "$(ask "$at/3")"
expect '{"id":4,"title":"old","text":"t","tags":["one"]} 200' "$(ask "$at/4")"
expect '{"id":1,"title":"milk","text":"","tags":["shop"]} 200' "$(ask "$at/1")"

# A file that is no note is named, with the place in it.
gives 0 cake stop
printf '{"value": {"id": 5, "tags": "x"}}' >"$kept/5.json"
gives 1 cake up --detach --wait --timeout=20s
gives 0 cake log notes --tail=50
gives 0 cake returned notes
expect_match '*the notes cannot be read*5.json: value.tags: expected*' "$out"
gives 0 cake down
