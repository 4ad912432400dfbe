#!/usr/bin/env python3
"""hostile_images.py GOOD FOLDER - writes images that must be refused, made of a good one; those called fine.* must not."""
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile

good = pathlib.Path(sys.argv[1]).read_bytes()
folder = pathlib.Path(sys.argv[2])
folder.mkdir()


def pack(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def unpack(data):
    return subprocess.run(["zstd", "-q", "-d", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


plain = unpack(good)


def put(name, data):
    (folder / f"{name}.tar.zst").write_bytes(data)


def entries():
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return [(m, tar.extractfile(m).read() if m.isfile() else None) for m in tar.getmembers()]


def build(all_entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in all_entries:
            tar.addfile(member, io.BytesIO(content) if content is not None else None)
    return pack(out.getvalue())


def member(name, kind=tarfile.REGTYPE, content=None, mode=0o644, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname = kind, mode, link
    info.size = len(content) if content is not None else 0
    return info, content


def manifest_of(all_entries):
    lines = []
    for m, content in all_entries:
        line = {"path": m.name.rstrip("/"), "kind": "folder" if m.isdir() else "link" if m.issym() else "file",
                "mode": f"{m.mode:04o}"}
        if content is not None:
            line |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if m.issym():
            line["link"] = m.linkname
        lines.append(json.dumps(line) + "\n")
    return "".join(lines).encode()


def with_manifest(all_entries, wrong=None):
    text = manifest_of(all_entries) if wrong is None else wrong
    return build(all_entries + [member("layer-cake-manifest.jsonl", content=text)])


body = entries()[:-1]
put("fine", with_manifest(body))
put("fine.itself", good)


def hostile(name, *new):
    put(name, with_manifest(body[:2] + sorted(body[2:] + list(new), key=lambda e: e[0].name.rstrip("/").split("/"))))


for number, path in enumerate(["/tmp/layer-cake-evil", "../evil", "role/web/model/../../../../evil", "role/web/model/./x",
                               "role//web", "evil", "layer-cake.yaml/x", "role/web/logs", "role/../x", "role/web/model/\0x",
                               "lock/group", "control.sock", "role/-rf/model", "role/group/model",
                               "role/web/model/" + "x" * 256, "role/web/model/" + "d/" * 300 + "x"]):
    hostile(f"path-{number}", member(path, content=b"evil"))
    put(f"path-last-{number}", with_manifest(body + [member(path, content=b"evil")]))
for number, text in enumerate(["/etc/passwd", "../x", "..", "x/../../..", "a/../x", "", "/"]):
    hostile(f"link-{number}", member("role/web/model/l", tarfile.SYMTYPE, link=text))
# Through a link that was unpacked before.
put("through-link", with_manifest(body + [member("script", tarfile.DIRTYPE, mode=0o755),
                                          member("script/l", tarfile.SYMTYPE, link="."),
                                          member("script/l/x", content=b"evil")]))
put("link-for-section", with_manifest(body + [member("script", tarfile.SYMTYPE, link="role")]))
for name, kind in [("fifo", tarfile.FIFOTYPE), ("block", tarfile.BLKTYPE), ("char", tarfile.CHRTYPE),
                   ("hard", tarfile.LNKTYPE)]:
    put(f"kind-{name}", with_manifest(body + [member("script", tarfile.DIRTYPE, mode=0o755),
                                              member("script/x", kind, link="layer-cake.yaml")]))
for number, mode in enumerate([0o4755, 0o2755, 0o1777]):
    put(f"mode-{number}", with_manifest(body + [member("script", tarfile.DIRTYPE, mode=0o755),
                                                member("script/x", content=b"", mode=mode)]))
put("no-folder", with_manifest(body + [member("script/x", content=b"")]))
put("twice", with_manifest(body + [body[-1]]))
put("twice-definition", with_manifest(body[:2] + [body[1]] + body[2:]))
put("order", with_manifest(body[:2] + body[:1:-1]))
put("no-manifest", build(body))
put("no-head", with_manifest(body[1:]))
put("no-definition", with_manifest(body[:1] + body[2:]))
put("after", build(body + [member("layer-cake-manifest.jsonl", content=manifest_of(body)),
                           member("script", tarfile.DIRTYPE, mode=0o755)]))
put("missing", with_manifest(body[:-1], manifest_of(body)))
put("more", with_manifest(body, manifest_of(body[:-1])))
put("content", with_manifest(body[:-1] + [(body[-1][0], body[-1][1][::-1])], manifest_of(body)))
put("manifest-json", with_manifest(body, b"[" * 100_000 + b"\n"))
put("manifest-half", with_manifest(body, manifest_of(body)[:-1]))
put("manifest-hash", with_manifest(body, manifest_of(body).replace(b'"size": ', b'"size": 1')))
head = json.loads(body[0][1])
for name, change in [("format", {"schema": "layer-cake.image/99"}), ("nothing", {"schema": None})]:
    content = json.dumps(head | change).encode()
    put(f"head-{name}", with_manifest([member("layer-cake-image.json", content=content)] + body[1:]))
for name, text in [("yaml", b"roles: ["), ("role", b"roles: {other: {command: [sleep, 1]}}\n"), ("key", b"rolls: {}\n"),
                   ("laughs", b"a: &a [x]\nb: *a\nroles: {}\n")]:
    put("undefined-role" if name == "role" else f"definition-{name}", with_manifest([body[0], member("layer-cake.yaml", content=text)] + body[2:]))
for cut in range(0, len(good), max(1, len(good) // 24)):
    put(f"cut-{cut}", good[:cut])
for cut in range(0, len(plain) - 2048, 2048):
    put(f"cut-plain-{cut}", pack(plain[:cut]))
