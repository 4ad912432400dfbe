#!/bin/sh
# A role counts as ready when its check says so and not before: ready.sh tcp_socket|http_get|exec|log_line|notify|fd.
set -eu
. "$(dirname "$0")/lib.sh"

kind=$1
mkfifo gate
port=$(free_ports)
case $kind in
tcp_socket)
    command="read -r _ <gate; exec $programs/listener $port"
    check="tcp_socket: 127.0.0.1:$port"
    ;;
http_get)
    command="read -r _ <gate; exec $programs/listener $port"
    check="http_get: http://127.0.0.1:$port/health"
    ;;
exec)
    command='read -r _ <gate; touch there; exec sleep infinity'
    check='exec: [test, -e, there]'
    ;;
log_line)
    command='echo not yet; read -r _ <gate; echo serving on port 1; exec sleep infinity'
    check='log_line: "on port [0-9]+"'
    ;;
notify)
    command="read -r _ <gate; exec $programs/notifier READY=1"
    check='notify: true'
    ;;
fd)
    command='read -r _ <gate; echo >&5; exec sleep infinity'
    check='fd: 5'
    ;;
esac
cat >layer-cake.yaml <<YAML
roles:
  service:
    command: |
      $command
    ready: {$check, timeout: 20s}
  dependent:
    command: [sleep, infinity]
    depends_on: {service: ready}
YAML

gives 0 cake up --detach --no-start
gives 6 cake up --detach --wait=started --timeout=300ms
expect starting "$(state_of service)"
expect waiting "$(state_of dependent)"
gives 6 cake wait service --timeout=100ms

echo go >gate
gives 0 cake wait service dependent --timeout=20s
expect running "$(state_of service)"
expect running "$(state_of dependent)"
gives 0 cake down
