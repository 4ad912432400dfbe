#!/bin/sh
# A file of another process manager that means harm is refused with file and reason, soon and in little memory, and makes nothing.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir hostile
"$python" - <<'END'
import pathlib
folder = pathlib.Path("hostile")
def put(name, text):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

def each(name, head, tail=""):
    """A document for the two YAML formats, under the key of either."""
    put(f"compose-{name}", "services: {a: {command: x}}\n" + head + tail)
    put(f"process-compose-{name}", "processes: {a: {command: x}}\n" + head + tail)

laughs = "a0: &a0 [" + ",".join(["lol"] * 9) + "]\n"
for n in range(1, 12):
    laughs += f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 9) + "]\n"
each("laughs", laughs)
each("aliases", "a: &a 1\nb: [" + "*a," * 300_000 + "]\n")
each("cycle", "a: &a {b: *a}\n")
each("merge-loop", "a: &a {<<: *a, c: 1}\n")
each("merges", "a: &a {" + ",".join(f"k{n}: 1" for n in range(2000)) + "}\n" + "".join(f"b{n}: {{<<: [" + ",".join(["*a"] * 10) + "]}\n" for n in range(2000)))
each("deep", "a: " + "[" * 100_000 + "]" * 100_000 + "\n")
each("deep-open", "a: " + "{b: " * 100_000)
each("deep-block", "".join(" " * n + f"k{n}:\n" for n in range(1000)))
each("scalar", "a: '" + "x" * 900_000 + "'\nb: " + "y" * 200_000 + "\n")
each("keys", "".join(f"key{n}: 1\n" for n in range(150_000)))
each("tag", "a: !!python/object/apply:os.system [id]\n")
each("control", "a: \"\x01\"\n")
each("no-utf8", "a: ")
for name in ("compose-no-utf8", "process-compose-no-utf8"):
    with open(folder / name, "ab") as file:
        file.write(b"\xff\xfe\n")
put("compose-extends", "services:\n  b: {command: [" + ",".join(["x"] * 40_000) + "]}\n" + "".join(f"  s{n}: {{extends: b, environment: {{A: {n}}}}}\n" for n in range(9000)))
put("process-compose-replicas", "processes: {a: {command: x, replicas: 1000000000}}\n")
put("compose-replicas", "services: {a: {command: x, deploy: {replicas: 1000000000}}}\n")
put("procfile-names", "".join(f"web{n}: run\n" for n in range(60_000)))
put("procfile-control", "web\x1b[31m: x\n\x1b]0;y\x07\n")
put("procfile-nul", b"web: a\0b\n")
put("procfile-large", "web: " + "x" * 2_000_000 + "\n")
put("supervisord-numprocs", "[program:a]\ncommand=x %(process_num)d\nprocess_name=%(process_num)d\nnumprocs=1000000000\n")
put("supervisord-width", "[program:a]\ncommand=x %(process_num)999999999d\n")
put("supervisord-expansion", "[program:a]\nenvironment=A=\"" + "%(program_name)s" * 40_000 + "\"\ncommand=x %(ENV_A)s%(ENV_A)s\n[program:" + "n" * 300_000 + "]\ncommand=%(program_name)s%(program_name)s%(program_name)s%(program_name)s\n")
put("supervisord-sections", "".join(f"[program:p{n}]\ncommand=x\n" for n in range(20_000)))
put("supervisord-keys", "[program:a]\ncommand=x\n" + "".join(f"k{n}=1\n" for n in range(20_000)))
END
ran=0
for file in hostile/*; do
    name=${file#hostile/}
    case $name in
    process-compose-*) format=process-compose ;;
    *) format=${name%%-*} ;;
    esac
    gives 2 "$python" "$e2e/bounded.py" 2 128 "$LAYER_CAKE" import "$format" "$file" --to=made.yaml
    expect_match "*$file?*" "$(printf "%s" "$err" | head -n 1)"
    [ ! -e made.yaml ] || fail "$name has made a file"
    case $err in *"$(printf '\033')"*) fail "$name: control characters are printed" ;; esac
    ran=$((ran + 1))
done
[ "$ran" -gt 30 ] || fail "only $ran files"

# what is no file at all, or never ends
mkfifo pipe
truncate -s 1G sparse
for format in compose process-compose procfile supervisord; do
    for file in pipe /dev/zero . sparse; do
        gives 2 "$python" "$e2e/bounded.py" 2 128 "$LAYER_CAKE" import "$format" "$file" --to=made.yaml
        [ ! -e made.yaml ] || fail "$format $file has made a file"
    done
done
# a supervisord.conf that includes itself, what never ends, and a folder of many
mkdir many
for n in 1 2 3 4 5 6 7 8 9; do for m in 1 2 3 4 5 6 7 8 9; do : >many/$n$m.a && : >many/$n$m.b && : >many/$n$m.c && : >many/$n$m.d; done; done
printf '[include]\nfiles = self.conf /dev/zero pipe many/*\n[program:a]\ncommand=x\n' >self.conf
got=0
"$python" "$e2e/bounded.py" 2 128 "$LAYER_CAKE" import supervisord self.conf >said 2>&1 || got=$?
[ "$got" -eq 2 ] || fail "self.conf: $got, $(cat said)"
