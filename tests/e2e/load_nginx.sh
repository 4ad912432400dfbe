#!/bin/sh
# `load` against nginx: over TCP and a unix socket, kept connections and new ones, and more of them than nginx keeps.
set -eu
. "$(dirname "$0")/lib.sh"
need nginx

port=$(free_ports)
mkdir site temporary
printf 'hello\n' >site/index.html
# Of root's, a worker would run as a user who cannot read our folder.
user=''
[ "$(id -u)" -ne 0 ] || user='user root;'
cat >nginx.conf <<END
daemon off;
$user
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 256; }
http {
    access_log off;
    keepalive_requests 10;
    client_body_temp_path temporary/body; proxy_temp_path temporary/proxy; fastcgi_temp_path temporary/fastcgi;
    uwsgi_temp_path temporary/uwsgi; scgi_temp_path temporary/scgi;
    server { listen 127.0.0.1:$port; listen unix:$work/nginx.sock; root $work/site; }
}
END
gives 0 cake create
gives 0 cake add nginx web -- -p "$work/" -c "$work/nginx.conf" -e "$work/error.log"
gives 0 cake update web --ready="{tcp_socket: 127.0.0.1:$port}"
gives 0 cake start --wait --timeout=30s
report() { printf '%s' "$out" | json "$1"; }

# nginx closes a connection after ten requests: none is lost.
gives 0 cake load "http://127.0.0.1:$port/" --clients=8 --requests=100 --expect-status=200 -o json
expect '800 {"200": 800}' "$(report 'd["kinds"]["success"]["count"]') $(report 'd["statuses"]')"
expect true "$(report 'd["connections"] >= 80')"
gives 0 cake load "unix://$work/nginx.sock:/index.html" --clients=4 --requests=50 --expect-status=200 -o json
expect 200 "$(report 'd["kinds"]["success"]["count"]')"
expect true "$(report 'd["body_bytes"] == 200 * 6')"
gives 0 cake load "http://127.0.0.1:$port/" --close --clients=4 --requests=25 -o json
expect '100 100' "$(report 'd["connections"]') $(report 'd["kinds"]["success"]["count"]')"
gives 0 cake load "http://127.0.0.1:$port/" --method=head --clients=1 --requests=5 --expect-status=200 -o json
expect '0 5' "$(report 'd["body_bytes"]') $(report 'd["kinds"]["success"]["count"]')"
gives 0 cake load "http://127.0.0.1:$port/" --body=x --clients=1 --requests=2 --expect-status=405
gives 1 cake load "http://127.0.0.1:$port/none" --clients=1 --requests=2 --expect-status=200
expect 'layer-cake: 2 answers had the status 404, which --expect-status has not' "$err"
gives 0 cake load "http://localhost:$port/" --rate=500@1s --processes=2 -o json
expect true "$(report 'abs(d["offered"]["count"] - 500) < 120 and d["kinds"]["success"]["count"] == d["offered"]["count"]')"
gives 0 cake down
expect '' "$(survivors)" 'what is left'
