#!/bin/sh
# samples/clients, as a thread, a fiber, on a named thread and as a machine, gets tables and tells them from refusals and
# faults. A server that is not there is one fault.
set -eu
. "$(dirname "$0")/lib.sh"
samples=${SAMPLES:?the folder of the built samples}

ports=$(free_ports 4)
port_of() { echo "$ports" | cut -d' ' -f"$1"; }
cat >layer-cake.yaml <<YAML
roles:
  server:
    executable: $samples/texture_4
    settings: {server_address: {host: 127.0.0.1, port: $(port_of 1)}, pool: {count: 2, responsiveness: 20s}}
    ready: {tcp_socket: $(port_of 1), timeout: 20s}
  narrow:
    executable: $samples/texture_4
    settings: {server_address: {host: 127.0.0.1, port: $(port_of 2)}, pool: {count: 1, responsiveness: 5ms}}
    ready: {tcp_socket: $(port_of 2), timeout: 20s}
  other:
    executable: $samples/customers
    settings: {server_address: {host: 127.0.0.1, port: $(port_of 3)}}
    ready: {tcp_socket: $(port_of 3), timeout: 20s}
  crowd:
    executable: $samples/clients
    type: oneshot
    settings: {server_address: {host: 127.0.0.1, port: $(port_of 1)}, count: 2, requests: 3, slow_down: 10ms}
    depends_on: {server: {condition: ready}}
YAML
gives 0 cake up --detach --wait --timeout=60s
# clients PORT SETTING...
clients() {
    at="{\"host\": \"127.0.0.1\", \"port\": $(port_of "$1")}"
    shift
    "$samples/clients" --server-address="$at" --slow-down=5ms "$@"
}
answers() { json '[d[kind] for kind in ("tables", "refused", "faults", "wrong_tables")]'; }

# As a role: what it returns is kept.
expect '[6, 0, 0, 0]' "$(cake returned crowd --timeout=60s | answers)" role

for where in thread fiber named_thread machine; do
    gives 0 clients 1 --where=$where --count=3 --requests=5 --big-table=20
    expect '[15, 0, 0, 0]' "$(echo "$out" | answers)" "$where"
    gives 0 clients 2 --where=$where --count=20 --requests=5 --big-table=300
    honest='sum(d.values()) == 100 and d["refused"] > 0 and d["wrong_tables"] == 0'
    expect true "$(echo "$out" | json "$honest")" "refused: $where: $out"
    gives 0 clients 3 --where=$where --count=2 --requests=2
    expect '[0, 0, 4, 0]' "$(echo "$out" | answers)" "faults: $where"
    gives 71 clients 4 --where=$where --count=3
    missing=\"127.0.0.1:$(port_of 4)\"
    expect "clients: cannot connect to $missing (nothing listens at $missing)" "$err" "no server: $where"
done
gives 2 clients 1 --big-table=0
expect 'clients: cannot simulate (count, requests and big_table are 1-1000 each)' "$err"
gives 0 cake down
