#!/bin/sh
# Commands that cross each other, thousands of them, are serialised or refused: no hang, no lost change, no role with two lives at once.
set -eu
. "$(dirname "$0")/lib.sh"
need flock

gives 0 cake create
gives 0 cake add sleep steady -- infinity
"$python" - "$LAYER_CAKE" "$home" "${ROUNDS:-200}" <<'PY' || fail 'they were not told apart'
import collections, random, subprocess, sys, threading

program, home, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
wrong = []
told = collections.Counter()
command = "flock -n -E 99 lock.$LAYER_CAKE_ROLE sleep infinity || { [ $? -ne 99 ] || echo $LAYER_CAKE_ROLE >>twice; }"


def work(seed):
    chance = random.Random(seed)
    for _ in range(rounds):
        name = f"role-{chance.randrange(4)}"
        words = chance.choice([
            ["add", "/bin/sh", name, "--", "-c", command], ["delete", name], ["update", name, f"--description=text-{seed}"],
            ["start", name], ["stop", name], ["restart", name], ["start"], ["list"], ["status"], ["history", "steady"],
            ["scale", f"{name}=2"], ["stop"], ["down"]])
        try:
            done = subprocess.run([program, "-hp=" + home] + words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
        except subprocess.TimeoutExpired:
            wrong.append(f"{words} hangs")
            return
        told[words[0], done.returncode] += 1
        if done.returncode not in range(0, 7):
            wrong.append(f"{words} ended with {done.returncode}: {done.stderr.decode()}")


threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(told.items()), file=sys.stderr)
sys.exit("\n".join(wrong) if wrong else 0)
PY
gives 0 cake down
expect '' "$(survivors)" 'what is left'
[ ! -e twice ] || fail "two lives at once: $(sort twice | uniq -c)"
gives 0 cake check -hp="$home"
# Fifty changes of different roles at once are all there.
for n in $(seq 50); do cake add sleep "many-$n" -- infinity & done
wait
expect 50 "$(cake list many | wc -l | tr -d ' ')" 'roles'
for n in $(seq 50); do cake update "many-$n\$" --description="text-$n" & done
wait
expect 50 "$(cake check --resolved -o json -hp="$home" | json "sum(d['roles'][f'many-{n}'].get('description') == f'text-{n}' for n in range(1, 51))")" 'changes'
