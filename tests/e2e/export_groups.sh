#!/bin/sh
# A group becomes systemd units that systemd-analyze accepts, a Procfile that runs, and manifests.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir app
printf '#!/bin/sh\nexec sleep infinity\n' >app/web
chmod +x app/web
cat >layer-cake.yaml <<'YAML'
name: my shop
environment: {LEVEL: "50% $$x"}
roles:
  web:
    command: [./web, --title, 'a "b" $$c %d; #x', '', "it's"]
    working_dir: app
    replicas: 2
    ports: {http: 8080}
    ready: {http_get: {port: http, path: /up}, timeout: 20s}
    depends_on: {db: ready, migrate: completed}
    restart: {policy: always, regular_steps: 5s, max: 5, window: 1m}
    shutdown: {signal: SIGINT, timeout: 1500ms, scope: process, command: "kill -INT $$LAYER_CAKE_PID"}
    limits: {nofile: 1024, core: unlimited, nproc: 100, memory: 1G, nice: 5}
    umask: "0027"
    x-kubernetes: {image: web:1}
  migrate: {command: 'echo "up %h"; true', type: oneshot}
  db: {command: [sleep, infinity], ready: {notify: true}, watchdog: 30s, restart: on_failure}
  probe: {command: [sleep, infinity], ready: {exec: 'test -e "it''s" || true'}, restart: {policy: on_failure, step_limit: 3}}
  tcp: {command: [sleep, infinity], ready: {tcp_socket: 8081}}
YAML

# verify FOLDER - systemd accepts what lies in it, without a word.
verify() {
    command -v systemd-analyze >/dev/null || return 0
    said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$1"/* 2>&1) || fail "systemd-analyze: $said"
    expect '' "$(echo "$said" | grep -F "$1" || true)" 'what systemd-analyze says of the units'
}
for mode in single split; do
    gives 0 cake export systemd --mode=$mode --to=units.$mode
    verify "$work/units.$mode"
done
expect my_shop.service "$(cd units.single && echo *)"
expect 'my_shop-db.service my_shop-migrate.service my_shop-probe.service my_shop-tcp.service my_shop-web-0.service my_shop-web-1.service my_shop.target' \
    "$(cd units.split && echo *)"
expect_match "*ExecStart=$work/app/web --title*" "$(cat units.split/my_shop-web-0.service)"

# The one unit's command runs the group and tells systemd of it.
command=$(sed -n 's/^ExecStart=//p' units.single/my_shop.service)
expect_match "* up $work/layer-cake.yaml --home-path=$home" "$command"

# A Procfile, run as its reader would.
cat >line.yaml <<'YAML'
roles: {say: {command: [sh, -c, 'echo "$$A $$1" >said', x, 'y  z'], environment: {A: "it's"}}}
YAML
gives 0 cake export procfile line.yaml
sh -c "${out#say: }"
expect "it's y  z" "$(cat said)"

# Manifests, as YAML that any reader takes.
gives 0 cake export kubernetes
expect_match '*kind: Deployment*kind: Service*' "$out"
expect_match '*role "migrate" is not carried: it has no x-kubernetes*' "$err"
gives 0 cake export kubernetes -o json
expect kubernetes.yaml "$(printf '%s' "$out" | json 'd["files"][0]["name"]')"

# Of a home, and what cannot be.
cake create -hp="$work/other" >/dev/null
cake add sleep idle -hp="$work/other" -- infinity
gives 0 cake export systemd -hp="$work/other"
expect_match "*run --home-path=$work/other*" "$out"
gives 2 cake export kubernetes line.yaml
expect_match '*no role has an image: write x-kubernetes: {image: NAME}*' "$err"
gives 4 cake export systemd -hp="$work/none"
