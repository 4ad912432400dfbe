"""HTTP servers to be measured with wrk, and what they use: shared by the benchmarks of HTTP."""
import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time

PATH = os.environ["PATH"] + ":/usr/sbin"


def has_tools(*tools):
    for tool in tools:
        if not shutil.which(tool, path=PATH):
            print(tool + " is not installed")
            return False
    return True


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class CountedServer:
    """A server with all its processes, on one processor where told which.

    command(port, folder) gives its arguments; the folder is its own.
    """

    def __init__(self, name, command, processor=None):
        self.name, self.port = name, free_port()
        self.folder = tempfile.mkdtemp(prefix="layer-cake-http-")
        pinned = [] if processor is None else ["taskset", "-c", str(processor)]
        self.process = subprocess.Popen([*pinned, *command(self.port, self.folder)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(self.folder + "/log", "w"))
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise SystemExit(name + " does not listen: " + open(self.folder + "/log").read()[-500:])

    def pids(self):
        found = [self.process.pid]
        for pid in found:
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as f:
                        found += [int(child) for child in f.read().split()]
            except OSError:
                pass
        return found

    def run_time(self):  # nanoseconds
        total = 0
        for pid in self.pids():
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                    total += int(f.read().split()[0])
        return total

    def resident(self):  # bytes
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/smaps_rollup") as f:
                total += sum(int(line.split()[1]) for line in f if line.startswith("Rss:")) * 1024
        return total

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def nginx(port, folder, http, location):
    with open(folder + "/nginx.conf", "w") as f:
        f.write(f"""daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log crit;
worker_rlimit_nofile 20000; events {{ worker_connections 16384; }}
http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/1; proxy_temp_path {folder}/2;
fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5; {http}
server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ {location} }} }} }}
""")
    return [shutil.which("nginx", path=PATH), "-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/log"]


def nginx_before(handlers):
    """nginx in front of Node processes, each with a handler: the text of a JavaScript function."""
    def command(port, folder):
        ports, nodes = [], ""
        for number, handler in enumerate(handlers):
            ports.append(free_port())
            with open(f"{folder}/{number}.js", "w") as f:
                f.write(handler(ports[-1]))
            nodes += f"node {folder}/{number}.js & "
        upstream = "upstream nodes { keepalive 64; " + "".join(f"server 127.0.0.1:{p} max_fails=0; " for p in ports) + "}"
        front = nginx(port, folder, upstream, "proxy_pass http://nodes; proxy_http_version 1.1; proxy_set_header Connection '';")
        return ["sh", "-c", nodes + "exec " + shlex.join(front)]
    return command


def node_server(handler):
    """handler is `declarations; (request, response) => ...`"""
    declarations, _, function = handler.partition(";\n")
    return lambda port: (f"{declarations};\nrequire('http').createServer({function.rstrip().rstrip(';')}"
                         f").listen({port}, '127.0.0.1');\n")


def wrk(server, path, connections, seconds, script="", processor=None):
    """Requests a second, and the server's microseconds for each."""
    pinned = [] if processor is None else ["taskset", "-c", str(processor)]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as f:
        f.write(script)
        f.flush()
        before = server.run_time()
        out = subprocess.run([*pinned, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
                              *(["-s", f.name] if script else []), f"http://127.0.0.1:{server.port}{path}"],
                             capture_output=True, text=True).stdout
        used = server.run_time() - before
    count = int(re.search(r"(\d+) requests in", out)[1])
    if "Non-2xx" in out or count == 0:
        raise SystemExit(f"{server.name} {path}: {out}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), used / 1000 / count
