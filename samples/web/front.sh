#!/bin/sh
# Writes nginx's configuration for the ports it is told, then becomes nginx.
set -eu
folder="${LAYER_CAKE_HOME:?run by layer-cake}/role/${LAYER_CAKE_ROLE:?}/tmp"
mkdir -p "$folder"
cat > "$folder/nginx.conf" <<CONF
daemon off;
pid $folder/nginx.pid;
error_log stderr info;
worker_processes 1;
events { worker_connections 64; }
http {
    access_log /dev/stdout;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    upstream files {
        server 127.0.0.1:$FILES_PORT;
        server 127.0.0.1:$((FILES_PORT + 1));
    }
    server {
        listen 127.0.0.1:$FRONT_PORT;
        location / { proxy_pass http://files; }
    }
}
CONF
PATH=$PATH:/usr/sbin:/sbin
exec nginx -e stderr -c "$folder/nginx.conf"
