#!/usr/bin/env python3
"""HTTP as strangers use it: the Connect protocol, addresses, the page, and attacks on all of them.

    http_test.py --daemon PATH
"""
from __future__ import annotations

import argparse
import atexit
import gzip
import http.client
import json
import pathlib
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

import grpc

CHECK = "/lineage.v1.PermissionService/Check"
EXPLAIN = "/lineage.v1.PermissionService/Explain"
INFO = "/lineage.v1.LineageService/GetServerInfo"
APPLY = "/lineage.v1.ClaimService/ApplyClaims"
WATCH = "/lineage.v1.WatchService/Watch"
TRAVERSE = "/lineage.v1.LineageService/Traverse"
QUESTION = {"artifact": "mosaicml/mpt-7b-instruct", "rights": ["RIGHT_COMMERCIAL_USE"]}
failures = 0


def expect(what: str, condition: object) -> None:
    global failures
    if not condition:
        failures += 1
        print("FAILED:", what, flush=True)


class Daemon:
    def __init__(self, binary: str, folder: str, *flags: str) -> None:
        self.folder = pathlib.Path(folder)
        stem = f"{time.monotonic_ns()}"
        port, http_port = self.folder / f"port-{stem}", self.folder / f"http-{stem}"
        self.log = self.folder / f"log-{stem}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [binary, "--listen", "127.0.0.1:0", "--port-file", str(port), "--http-listen", "127.0.0.1:0", "--http-port-file",
                 str(http_port), *flags], stderr=log)
        atexit.register(self.process.kill)
        deadline = time.monotonic() + 60
        while not http_port.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the daemon does not start: " + self.log.read_text())
            time.sleep(0.02)
        self.address = f"127.0.0.1:{port.read_text().strip()}"
        self.port = int(http_port.read_text())

    def stop(self) -> tuple[int, float]:
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60), time.monotonic() - began

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None):
        connection = self.connection()
        sent = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer, data

    def rpc(self, path: str, body: object, headers: dict[str, str] | None = None):
        answer, data = self.ask("POST", path, body, headers)
        return answer.status, json.loads(data or b"{}")

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 30)

    def raw(self, request: bytes) -> bytes:
        """All that comes back until the server closes."""
        with self.socket() as s:
            s.sendall(request)
            answer = b""
            try:
                while part := s.recv(65536):
                    answer += part
            except (ConnectionError, socket.timeout):
                pass
            return answer

    def stream(self, path: str, body: dict, headers: dict[str, str] | None = None) -> "Stream":
        return Stream(self, path, body, headers or {})


class Stream:
    """A stream of answers in envelopes."""

    def __init__(self, daemon: Daemon, path: str, body: dict, headers: dict[str, str]) -> None:
        message = json.dumps(body).encode()
        self.connection = daemon.connection()
        self.connection.request("POST", path, struct.pack(">BI", 0, len(message)) + message,
                                {"Content-Type": "application/connect+json", **headers})
        self.answer = self.connection.getresponse()

    def next(self) -> tuple[int, dict]:
        head = self.answer.read(5)
        flags, size = struct.unpack(">BI", head)
        return flags, json.loads(self.answer.read(size))

    def all(self) -> tuple[list[dict], dict]:
        messages = []
        while True:
            flags, message = self.next()
            if flags & 2:
                return messages, message
            messages.append(message)

    def close(self) -> None:
        self.connection.close()
        self.answer.close()


def until(condition, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def get(path: str, host: str = "127.0.0.1", more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n".encode()


def metric(metrics_port: int, name: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", metrics_port, timeout=20)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return float(re.search(rf"^{name} (\S+)$", text, re.M)[1])


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_unary(daemon: Daemon) -> None:
    status, answer = daemon.rpc(CHECK, QUESTION, {"Connect-Protocol-Version": "1", "X-Request-Id": "abc-1"})
    expect("a check", status == 200 and answer["verdict"] == "VERDICT_PERMITTED" and answer["complete"])
    answer, _ = daemon.ask("POST", CHECK, QUESTION, {"X-Request-Id": "abc-1"})
    expect("the request id comes back", answer.getheader("X-Request-Id") == "abc-1")
    # The same bytes over both.
    request = b"\x0a\x18mosaicml/mpt-7b-instruct\x1a\x01\x02"
    over_grpc = grpc.insecure_channel(daemon.address).unary_unary(CHECK)(request, timeout=20)
    answer, over_http = daemon.ask("POST", CHECK, request, {"Content-Type": "application/proto"})
    expect("as gRPC answers", answer.status == 200 and over_http == over_grpc and len(over_http) > 1000)

    status, error = daemon.rpc(CHECK, {**QUESTION, "artifact": "no/such"})
    expect("not found", status == 404 and error["code"] == "not_found" and "no/such" in error["message"])
    expect("with details", error["details"][0]["type"] == "google.rpc.ErrorInfo" and
           error["details"][0]["debug"]["reason"] == "ARTIFACT_NOT_FOUND" and "=" not in error["details"][0]["value"])
    status, error = daemon.rpc(CHECK, {"artifact": "mpt-7b"})
    expect("bad fields", status == 400 and any(d["type"] == "google.rpc.BadRequest" for d in error["details"]))
    for what, body in (("an unknown field", {**QUESTION, "asOf": "2026-01-01"}), ("no object", [1]), ("a deep one", None)):
        data = b'{"options":' * 3000 + b"1" + b"}" * 3000 if body is None else json.dumps(body).encode()
        status, error = daemon.rpc(CHECK, data, {"Content-Type": "application/json"})
        expect(what, status == 400 and error["code"] == "invalid_argument")
    for what, data in (("nothing", b""), ("no JSON", b"{"), ("no UTF-8", b'{"artifact":"\xff\xfe"}')):
        status, error = daemon.rpc(CHECK, data, {"Content-Type": "application/json"})
        expect(what, status == 400 and error["code"] == "invalid_argument")
    for what, data in (("no protobuf", b"\xff\xff\xff"), ("no UTF-8 in it", b"\x0a\x02\xff\xfe")):
        answer, _ = daemon.ask("POST", CHECK, data, {"Content-Type": "application/proto"})
        expect(what, answer.status == 400)
    answer, _ = daemon.ask("POST", CHECK, b"{}", {"Content-Type": "text/plain"})
    expect("another type", answer.status == 415 and "application/json" in answer.getheader("Accept-Post"))
    answer, _ = daemon.ask("GET", CHECK)
    expect("another method", answer.status == 405 and answer.getheader("Allow") == "POST")
    for what, path, headers, wanted, code in (
            ("an unknown RPC", "/lineage.v1.PermissionService/No", {}, 404, "unimplemented"),
            ("an upload", "/lineage.v1.ClaimService/ImportDocument", {}, 501, "unimplemented"),
            ("another version", CHECK, {"Connect-Protocol-Version": "2"}, 400, "invalid_argument"),
            ("a bad time", CHECK, {"Connect-Timeout-Ms": "1e3"}, 400, "invalid_argument"),
            ("a long time", CHECK, {"Connect-Timeout-Ms": "9" * 11}, 400, "invalid_argument"),
            ("no time", CHECK, {"Connect-Timeout-Ms": "0"}, 504, "deadline_exceeded"),
            ("compressed", CHECK, {"Content-Encoding": "gzip"}, 501, "unimplemented")):
        status, error = daemon.rpc(path, QUESTION, headers)
        expect(what, status == wanted and error["code"] == code)

    answer, data = daemon.ask("POST", EXPLAIN, {"artifact": "mpt-7b"}, {"Accept-Encoding": "br, gzip;q=0.5"})
    expect("compressed for who takes it", answer.getheader("Content-Encoding") == "gzip" and
           json.loads(gzip.decompress(data))["explanation"]["complete"])
    answer, data = daemon.ask("POST", EXPLAIN, {"artifact": "mpt-7b"}, {"Accept-Encoding": "gzip;q=0, identity"})
    expect("not for who does not", answer.getheader("Content-Encoding") is None and json.loads(data))
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "X-Frame-Options"):
        expect(f"answers carry {name}", answer.getheader(name))


def test_streams(daemon: Daemon, metrics_port: int) -> None:
    messages, end = daemon.stream(TRAVERSE, {"artifact": "mpt-7b-instruct", "direction": "DIRECTION_UPSTREAM"}).all()
    expect("a walk", end == {} and messages[-1]["complete"] and messages[0]["steps"][0]["depth"] == 1)
    messages, end = daemon.stream("/lineage.v1.PermissionService/StreamSearch",
                                  {"search": {"filter": "kind = checkpoint", "pageSize": 7}}).all()
    expect("a search in many messages", end == {} and len(messages) > 5 and all(len(m.get("hits", [])) <= 7 for m in messages))
    messages, end = daemon.stream(TRAVERSE, {"artifact": "no/such", "direction": "DIRECTION_UPSTREAM"}).all()
    expect("an error ends a stream", messages == [] and end["error"]["code"] == "not_found")
    messages, end = daemon.stream(TRAVERSE, {"artefact": "x"}).all()
    expect("a bad request ends it too", end["error"]["code"] == "invalid_argument")
    for what, body in (("no envelope", b"{}"), ("a long one", struct.pack(">BI", 0, 2**32 - 1) + b"{}"),
                       ("flags", struct.pack(">BI", 7, 2) + b"{}")):
        answer, data = daemon.ask("POST", TRAVERSE, body, {"Content-Type": "application/connect+json"})
        expect(what, answer.status == 200 and data[0] == 2 and b"invalid_argument" in data)
    watch = daemon.stream(WATCH, {"verdicts": True})
    flags, first = watch.next()
    expect("a watch begins with a token", flags == 0 and first["revisionToken"])
    expect("a watch is counted", metric(metrics_port, "lineage_watches") == 1)
    status, written = daemon.rpc(APPLY, {"claims": [{
        "subject": "acme/bot", "license": {"expression": "MIT"},
        "source": {"kind": "SOURCE_KIND_MODEL_CARD", "by": "acme", "document": "card", "said": "2026-01-01"}}]})
    expect(f"a write: {written}", status == 200 and written["commit"]["author"] == "anonymous")
    flags, seen = watch.next()
    expect("the watch shows it", flags == 0 and seen["claims"][0]["subject"] == "acme/bot")
    watch.close()
    expect("a watch ends when its reader goes", until(lambda: metric(metrics_port, "lineage_watches") == 0))
    _, end = daemon.stream(WATCH, {}, {"Connect-Timeout-Ms": "300"}).all()
    expect("a watch ends at its deadline", end["error"]["code"] == "deadline_exceeded")


def test_addresses(daemon: Daemon) -> None:
    why, data = daemon.ask("GET", "/v1/why/mosaicml/mpt-7b-instruct?for=commercial_use,modify&mau=50M&as_of=2026-01-01")
    explained = json.loads(data)["explanation"]
    expect("why", why.status == 200 and explained["asOf"] == "2026-01-01" and len(explained["verdicts"]) == 2)
    for path in ("/v1/why/mosaicml%2Fmpt-7b-instruct", "/v1/why/mosaicml%2fmpt%2D7b-instruct", "/v1/why/mpt-7b-instruct"):
        answer, data = daemon.ask("GET", path)
        expect(path, json.loads(data)["explanation"]["artifact"]["id"] == "mosaicml/mpt-7b-instruct")
    answer, data = daemon.ask("GET", "/v1/artifacts/mpt-7b")
    expect("an artifact", json.loads(data)["artifact"]["id"] == "mosaicml/mpt-7b")
    answer, data = daemon.ask("GET", "/v1/graph/mosaicml/mpt-7b-instruct.svg?max_nodes=20")
    expect("a drawing", answer.getheader("Content-Type") == "image/svg+xml" and b"<svg" in data)
    answer, data = daemon.ask("GET", "/v1/notice/mosaicml/mpt-7b-instruct.md?as=sell")
    expect("a notice", answer.getheader("Content-Type").startswith("text/markdown") and data.startswith(b"# Notices for"))
    for path, status in (("/v1/why/", 400), ("/v1/why/mpt-7b?asof=2026-01-01", 400), ("/v1/why/mpt-7b?for=fly", 400),
                         ("/v1/why/mpt-7b?as_of=tomorrow", 400), ("/v1/why/no/such", 404), ("/v1/graph/mpt-7b.png", 400),
                         ("/v1/graph/mpt-7b.svg?max_nodes=100000", 400), ("/v1/no/thing", 404), ("/v1/why/a%00b", 400)):
        answer, data = daemon.ask("GET", path)
        expect(f"{path}: {status}, not {answer.status}", answer.status == status and json.loads(data)["code"])
    # What was answered is asked again, and again after a write.
    tag = why.getheader("ETag")
    answer, data = daemon.ask("GET", "/v1/why/mpt-7b", headers={"If-None-Match": f'"x", {tag}'})
    expect("unchanged", answer.status == 304 and data == b"" and answer.getheader("ETag") == tag)
    daemon.rpc(APPLY, {"artifacts": [{"id": "acme/new", "kind": "ARTIFACT_KIND_CHECKPOINT"}]})
    answer, _ = daemon.ask("GET", "/v1/why/mpt-7b", headers={"If-None-Match": tag})
    expect("changed by a write", answer.status == 200 and answer.getheader("ETag") != tag)
    answer, data = daemon.ask("HEAD", "/v1/why/mpt-7b")
    expect("the head alone", answer.status == 200 and int(answer.getheader("Content-Length")) > 1000 and data == b"")


def test_page(daemon: Daemon) -> None:
    answer, page = daemon.ask("GET", "/")
    policy = answer.getheader("Content-Security-Policy")
    expect("the page", answer.status == 200 and b"<html" in page and answer.getheader("Cache-Control") == "no-cache")
    expect("its policy", "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy)
    expect("deep links", daemon.ask("GET", "/ui/artifact/acme/bot?as_of=2026-01-01")[1] == page)
    answer, data = daemon.ask("GET", "/", headers={"If-None-Match": answer.getheader("ETag")})
    expect("the page unchanged", answer.status == 304)
    asset = re.search(rb'"(/?assets/[^"]+)"', page)[1].decode()
    asset = asset if asset.startswith("/") else "/" + asset
    answer, plain = daemon.ask("GET", asset)
    expect("an asset stays", answer.status == 200 and "immutable" in answer.getheader("Cache-Control"))
    answer, small = daemon.ask("GET", asset, headers={"Accept-Encoding": "gzip"})
    expect("compressed", answer.getheader("Content-Encoding") != "gzip" or gzip.decompress(small) == plain)
    expect("no other method", daemon.ask("POST", "/", b"x")[0].status == 405)
    expect("nothing else", daemon.ask("GET", "/assets/none.js")[0].status == 404)
    document = json.loads(daemon.ask("GET", "/openapi.json")[1])
    rpcs = [path for path in document["paths"] if path.startswith("/lineage.v1.")]
    expect(f"all RPCs are described, not {len(rpcs)}", len(rpcs) >= 29)
    for reference in set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))):
        expect(f"{reference} is described", reference in document["components"]["schemas"])
    for path in rpcs:
        stream = "application/connect+json" in document["paths"][path]["post"]["requestBody"]["content"]
        if not stream:
            # Some ask about everything that is known if nothing is named.
            status, answer = daemon.rpc(path, {}, {"Connect-Timeout-Ms": "2000"})
            expect(f"{path} is served: {status}", status in (200, 400, 404, 504))


def test_requests(daemon: Daemon) -> None:
    for what, request, status in (
            ("no host", b"GET / HTTP/1.1\r\n\r\n", 400),
            ("two hosts", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: localhost\r\n\r\n", 400),
            ("another version", b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
            ("garbage", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
            ("a bad line", b"GET  / HTTP/1.1\r\n\r\n", 400),
            ("a control character", b"GET / HTTP/1.1\r\nHost: localhost\r\nx: a\x00b\r\n\r\n", 400),
            ("no path", b"GET localhost HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400),
            ("a huge header", b"GET / HTTP/1.1\r\nHost: localhost\r\nx: " + b"y" * 200_000 + b"\r\n\r\n", 431),
            ("a huge body", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", 413),
            ("a negative length", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
            ("two lengths", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("length and chunks",
             b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            ("a bad chunk", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400),
            ("a huge chunk", b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", None),
            ("an odd expectation", b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: cake\r\nContent-Length: 1\r\n\r\n", 417)):
        answer = daemon.raw(request)
        wanted = f"HTTP/1.1 {status}".encode() if status else b"HTTP/1.1 4"
        expect(f"{what}: {answer[:40]!r}", answer.startswith(wanted))
    chunks = b"".join(f"{len(part):x};x=y\r\n".encode() + part + b"\r\n" for part in (b"{", b"}")) + b"0\r\nTrailer: x\r\n\r\n"
    answer = daemon.raw(f"POST {INFO} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n".encode() + chunks)
    expect("chunks", answer.startswith(b"HTTP/1.1 200") and b"catalogEdition" in answer)
    with daemon.socket() as s:
        s.sendall(f"POST {INFO} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                  "Expect: 100-continue\r\n\r\n".encode())
        expect("go on", s.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n")
        s.sendall(b"{}")
        expect("and then the answer", s.recv(12) == b"HTTP/1.1 200")
    # Many at once are answered in their order.
    many = b"".join(f"GET /v1/why/mpt-7b?for={right} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
                    for right in ("use", "modify", "no") * 50) + get("/healthz")
    answer = daemon.raw(many)
    codes = re.findall(rb"HTTP/1\.1 (\d+)", answer)
    expect(f"pipelined: {len(codes)}", codes == [b"200", b"200", b"400"] * 50 + [b"200"])
    # HTTP/1.0, half-closed, kept open.
    answer = daemon.raw(b"GET /healthz HTTP/1.0\r\n\r\n")
    expect("HTTP/1.0", answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"ok\n") and b"Connection: close" in answer)
    with daemon.socket() as s:
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        s.shutdown(socket.SHUT_WR)
        expect("who closes one side gets the answer", s.recv(12) == b"HTTP/1.1 200")
    connection = daemon.connection()
    for _ in range(20):
        connection.request("GET", "/healthz")
        expect("kept alive", connection.getresponse().read() == b"ok\n")
    connection.close()
    # Tricks with paths: names, never files.
    for path in ("/../etc/passwd", "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/ui/..%2f..%2fetc/passwd",
                 "/assets/..%5c..%5cetc", "/%00", "/assets/a%00.js", "/ui/%0d%0aSet-Cookie:x", "/%", "/%zz", "/%c0%ae%c0%ae/x",
                 "//etc/passwd", "/assets//etc/passwd", "/.git/config", "/assets/%252e%252e/x"):
        answer = daemon.raw(get(path))
        expect(f"{path}: {answer[:30]!r}", re.match(rb"HTTP/1\.1 (400|404)", answer) and b"root:" not in answer)
    expect("an absolute address", daemon.raw(get("http://localhost/healthz")).startswith(b"HTTP/1.1 200"))


def test_browsers(daemon: Daemon) -> None:
    for host, status in (("evil.example", 421), ("127.evil.example:80", 421), ("localhost:1", 200), ("[::1]:1", 200),
                         ("127.0.0.1", 200), ("", 421), ("127.0.0.1@evil.example", 421)):
        answer = daemon.raw(get("/healthz", host))
        expect(f"host {host!r}: {answer[:30]!r}", answer.startswith(f"HTTP/1.1 {status}".encode()))
    own = f"http://127.0.0.1:{daemon.port}"
    for origin, status in ((own, 200), ("https://evil.example", 403), ("null", 403), ("http://127.0.0.1:1", 403)):
        answer, _ = daemon.ask("POST", INFO, {}, {"Origin": origin})
        expect(f"origin {origin}: {answer.status}", answer.status == status)
        expect("nothing is shared", answer.getheader("Access-Control-Allow-Origin") is None)
    answer, _ = daemon.ask("OPTIONS", INFO, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
    expect("no preflight", answer.getheader("Access-Control-Allow-Methods") is None)


def test_slow(binary: str, folder: str) -> None:
    """A second for headers, three for a body, 16 connections."""
    metrics_port = free_port()
    daemon = Daemon(binary, folder, "--store", "memory", "--http-request-seconds", "1", "--max-http-connections", "16",
                    "--metrics-listen", f"127.0.0.1:{metrics_port}", "--watch-stall-seconds", "2", "--read-seconds", "60",
                    "--workers", "2", "--max-watches", "40")
    silent = daemon.socket()
    slow_header = daemon.socket()
    slow_header.sendall(b"GET /healthz HT")
    slow_body = daemon.socket()
    slow_body.sendall(f"POST {INFO} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{{".encode())
    began = time.monotonic()

    def drip(s: socket.socket, byte: bytes) -> None:
        try:
            while True:
                s.sendall(byte)
                time.sleep(0.1)
        except OSError:
            pass

    for s in (slow_header, slow_body):
        threading.Thread(target=drip, args=(s, b"a"), daemon=True).start()
    expect("a silent one is closed", silent.recv(100) == b"")
    expect("a slow header is told", slow_header.recv(12) == b"HTTP/1.1 408")
    expect("and not at once", 0.5 < time.monotonic() - began)
    expect("a slow body is told", slow_body.recv(12) == b"HTTP/1.1 408")

    # Many that say nothing, or half of something: others are answered.
    crowd = []
    for i in range(200):
        crowd.append(daemon.socket())
        crowd[-1].sendall((b"", b"G", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")[i % 3])
        if i % 20 == 19:
            expect("beside a crowd", daemon.ask("GET", "/healthz")[0].status == 200)
    for s in crowd:
        s.close()
    # As many as may be that wait for answers: others are turned away, and come in when one goes.
    watches = [daemon.stream(WATCH, {}) for _ in range(16)]
    for watch in watches:
        watch.next()
    try:
        turned_away = daemon.ask("GET", "/healthz")[0].status != 200
    except (ConnectionError, http.client.HTTPException):
        turned_away = True
    expect("all places are taken", turned_away)
    watches[0].close()

    def comes_in() -> bool:
        try:
            return daemon.ask("GET", "/healthz")[0].status == 200
        except (ConnectionError, http.client.HTTPException):
            return False

    expect("a place is free again", until(comes_in))
    for watch in watches:
        watch.close()
    expect("watches end", until(lambda: metric(metrics_port, "lineage_watches") == 0))

    # A reader that takes nothing of a large answer is let go, and what was made for it.
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", daemon.port))
    body = b'{"pageSize": 1000}'
    reader.sendall(f"POST /lineage.v1.LineageService/ListLicenses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    message = json.dumps({"search": {"filter": "", "pageSize": 1000}}).encode()
    message = struct.pack(">BI", 0, len(message)) + message
    stream = socket.socket()
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stream.connect(("127.0.0.1", daemon.port))
    stream.sendall(f"POST /lineage.v1.PermissionService/StreamSearch HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                   f"application/connect+json\r\nContent-Length: {len(message)}\r\n\r\n".encode() + message)
    expect("it is under way", until(lambda: metric(metrics_port, "lineage_requests_in_flight") >= 1, 5))
    expect("who takes nothing is let go", until(lambda: metric(metrics_port, "lineage_requests_in_flight") == 0, 30))
    reader.close()
    stream.close()

    # Work stops when the client goes: a question about a merge of thousands, with a minute's time.
    parents = [{"subject": "acme/merge", "edge": {"relation": "RELATION_MERGED_FROM", "parent": f"acme/p{i}"},
                "source": {"kind": "SOURCE_KIND_MODEL_CARD", "by": "acme", "document": "x", "said": "2026-01-01"}}
               for i in range(4990)]
    body = json.dumps({"artifacts": ["acme/merge"] * 1000, "options": {"hypothesis": {"claims": parents}}}).encode()
    connection = daemon.connection()
    connection.request("POST", "/lineage.v1.PermissionService/BatchGetEffectivePermissions", body,
                       {"Content-Type": "application/json"})
    expect("long work is under way", until(lambda: metric(metrics_port, "lineage_requests_in_flight") == 1, 10))
    time.sleep(0.3)
    expect("still", metric(metrics_port, "lineage_requests_in_flight") == 1)
    connection.close()
    expect("work stops when the client goes", until(lambda: metric(metrics_port, "lineage_requests_in_flight") == 0, 10))
    expect("health beside all that", daemon.ask("GET", "/healthz")[0].status == 200)

    # A stop, with streams, half requests and long work.
    half = daemon.socket()
    half.sendall(b"GET / HT")
    watch = daemon.stream(WATCH, {})
    watch.next()
    connection = daemon.connection()
    connection.request("POST", "/lineage.v1.PermissionService/BatchGetEffectivePermissions", body,
                       {"Content-Type": "application/json"})
    time.sleep(0.3)
    status, took = daemon.stop()
    expect(f"a clean stop within the drain: {status}, {took:.1f} s", status == 0 and took < 9.5)
    _, end = watch.all()
    expect("a watch is told", end["error"]["code"] == "unavailable")


def test_access(binary: str, folder: str) -> None:
    access = pathlib.Path(folder) / "access.yaml"
    tokens, lines = {}, {}
    for role in ("reader", "writer"):
        made = subprocess.run([binary, "new-token", f"the-{role}", role], capture_output=True, text=True, check=True)
        tokens[role] = {"Authorization": "Bearer " + made.stdout.strip()}
        lines[role] = next(text for text in made.stderr.splitlines() if "sha256" in text)
    access.write_text("tokens:\n" + "\n".join(lines.values()) + "\n")
    access.chmod(0o600)
    daemon = Daemon(binary, folder, "--store", "memory", "--read-seconds", "60", "--access-file", str(access), "--http-cors-origins",
                    "https://tools.example, https://b.example", "--log-level", "debug")
    expect("health without a token", daemon.ask("GET", "/healthz")[0].status == 200)
    answer, data = daemon.ask("POST", CHECK, QUESTION)
    expect("no token", answer.status == 401 and answer.getheader("WWW-Authenticate") == "Bearer" and
           json.loads(data)["code"] == "unauthenticated")
    for path in ("/v1/why/mpt-7b", "/v1/artifacts/mpt-7b", "/v1/graph/mpt-7b.svg", "/v1/notice/mpt-7b.md"):
        expect(f"no token: {path}", daemon.ask("GET", path)[0].status == 401)
    expect("a wrong token", daemon.rpc(CHECK, QUESTION, {"Authorization": "Bearer x"})[0] == 401)
    for trick in ({"X-Forwarded-User": "the-writer"}, {"Cookie": "token=" + tokens["reader"]["Authorization"][7:]}):
        expect("no header is trusted", daemon.rpc(CHECK, QUESTION, trick)[0] == 401)
    expect("nor the address", daemon.ask("GET", "/v1/why/mpt-7b?access_token=x")[0].status in (400, 401))
    expect("a reader", daemon.rpc(CHECK, QUESTION, tokens["reader"])[0] == 200)
    write = {"artifacts": [{"id": "acme/bot", "kind": "ARTIFACT_KIND_CHECKPOINT"}]}
    status, error = daemon.rpc(APPLY, write, tokens["reader"])
    expect("a reader does not write", status == 403 and error["code"] == "permission_denied")
    status, written = daemon.rpc(APPLY, write, tokens["writer"])
    expect("a writer does, under its own name", status == 200 and written["commit"]["author"] == "the-writer")
    answer, _ = daemon.ask("GET", "/v1/why/mpt-7b", headers=tokens["reader"])
    tag = {"If-None-Match": answer.getheader("ETag")}
    expect("nothing is told without a token", daemon.ask("GET", "/v1/why/mpt-7b", headers=tag)[0].status == 401)
    _, end = daemon.stream(WATCH, {}).all()
    expect("no stream without a token", end["error"]["code"] == "unauthenticated")
    # Any host, since tokens tell who asks; pages of listed origins may ask.
    expect("any host", daemon.raw(get("/healthz", "lineage.example")).startswith(b"HTTP/1.1 200"))
    answer, _ = daemon.ask("OPTIONS", CHECK, headers={"Origin": "https://b.example", "Access-Control-Request-Method": "POST"})
    expect("a preflight", answer.status == 204 and answer.getheader("Access-Control-Allow-Origin") == "https://b.example" and
           "Authorization" in answer.getheader("Access-Control-Allow-Headers"))
    answer, _ = daemon.ask("POST", CHECK, QUESTION, {**tokens["reader"], "Origin": "https://b.example"})
    expect("a listed origin", answer.status == 200 and answer.getheader("Access-Control-Allow-Origin") == "https://b.example")
    answer, _ = daemon.ask("POST", CHECK, QUESTION, {**tokens["reader"], "Origin": "https://b.example.evil"})
    expect("no other", answer.status == 403 and answer.getheader("Access-Control-Allow-Origin") is None)
    # Who is struck from the list sees nothing more.
    watch = daemon.stream(WATCH, {}, tokens["reader"])
    watch.next()
    access.write_text("tokens:\n" + lines["writer"] + "\n")
    daemon.process.send_signal(signal.SIGHUP)
    _, end = watch.all()
    expect("a stream ends with its token", end["error"]["code"] == "unauthenticated")
    expect("and the token", until(lambda: daemon.rpc(CHECK, QUESTION, tokens["reader"])[0] == 401))
    expect("a clean stop", daemon.stop()[0] == 0)
    log = daemon.log.read_text()
    secrets = [header["Authorization"][7:] for header in tokens.values()]
    expect("no token in the log", not any(secret in log for secret in secrets))
    expect("calls in the log", '"caller":"the-writer"' in log and "ClaimService.ApplyClaims" in log)


def certificate(folder: pathlib.Path, name: str, common_name: str, ca: str = "") -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
               "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem"), "-subj", f"/CN={common_name}",
               "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    if ca:
        command += ["-CA", str(folder / f"{ca}.pem"), "-CAkey", str(folder / f"{ca}.key"), "-addext", "basicConstraints=CA:FALSE"]
    subprocess.run(command, check=True, capture_output=True)
    (folder / f"{name}.key").chmod(0o600)


def test_tls(binary: str, folder: str) -> None:
    place = pathlib.Path(folder) / "tls"
    place.mkdir()
    certificate(place, "ca", "test ca")
    certificate(place, "server", "first", "ca")
    certificate(place, "client", "platform-team", "ca")
    certificate(place, "stranger", "stranger", "ca")
    certificate(place, "other-ca", "other ca")
    certificate(place, "forged", "platform-team", "other-ca")
    access = place / "access.yaml"
    access.write_text("certificates:\n  - {common_name: platform-team, role: writer}\n")
    access.chmod(0o600)
    daemon = Daemon(binary, folder, "--store", "memory", "--tls-certificate", str(place / "server.pem"), "--tls-key",
                    str(place / "server.key"), "--tls-client-ca", str(place / "ca.pem"), "--access-file", str(access))

    def ask(client: str = "", version: ssl.TLSVersion | None = None):
        context = ssl.create_default_context(cafile=str(place / "ca.pem"))
        if client:
            context.load_cert_chain(str(place / f"{client}.pem"), str(place / f"{client}.key"))
        if version:
            context.minimum_version = context.maximum_version = version
        connection = http.client.HTTPSConnection("localhost", daemon.port, timeout=20, context=context)
        try:
            connection.request("POST", INFO, b"{}", {"Content-Type": "application/json"})
            subject = dict(pair[0] for pair in connection.sock.getpeercert()["subject"])["commonName"]
            return connection.getresponse().status, subject
        except (ssl.SSLError, ConnectionError, http.client.HTTPException) as error:
            return type(error).__name__, ""
        finally:
            connection.close()

    expect(f"a known client: {ask('client')}", ask("client") == (200, "first"))
    expect("TLS 1.2", ask("client", ssl.TLSVersion.TLSv1_2) == (200, "first"))
    expect("an unknown one", ask("stranger")[0] == 401)
    expect("none", ask()[0] not in (200, 401))
    expect("one of another CA", ask("forged")[0] not in (200, 401))
    expect("plain text", b"200" not in daemon.raw(get("/healthz"))[:20])
    certificate(place, "new", "second", "ca")
    (place / "new.key").replace(place / "server.key")
    (place / "new.pem").replace(place / "server.pem")
    daemon.process.send_signal(signal.SIGHUP)
    expect("a new certificate is taken up", until(lambda: ask("client") == (200, "second")))
    (place / "server.pem").write_text("")
    daemon.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    expect("a broken one is not", ask("client") == (200, "second"))
    silent = [daemon.socket() for _ in range(20)]
    expect("beside half handshakes", ask("client")[0] == 200)
    for s in silent:
        s.close()
    expect("a clean stop", daemon.stop()[0] == 0)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--daemon", required=True)
    binary = parser.parse_args().daemon
    with tempfile.TemporaryDirectory() as folder:
        metrics_port = free_port()
        daemon = Daemon(binary, folder, "--store", "memory", "--read-seconds", "60", "--metrics-listen", f"127.0.0.1:{metrics_port}")
        test_unary(daemon)
        test_streams(daemon, metrics_port)
        test_addresses(daemon)
        test_page(daemon)
        test_requests(daemon)
        test_browsers(daemon)
        expect("a clean stop", daemon.stop()[0] == 0)
        # Whatever strangers send: one JSON object a line.
        log = daemon.log.read_text().splitlines()
        expect("the log is JSON", len(log) >= 3 and all(line.startswith("{") and json.loads(line) for line in log))
        test_access(binary, folder)
        test_tls(binary, folder)
        test_slow(binary, folder)
    print("failures:", failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
