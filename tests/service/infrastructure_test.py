#!/usr/bin/env python3
"""What stands around the services: health, reflection, metrics, floods, the second writer.

    infrastructure_test.py --daemon PATH --cli PATH
"""
from __future__ import annotations

import argparse
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import grpc

HEALTH = "/grpc.health.v1.Health/Check"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
LIST_SERVICES = b"\x3a\x01*"
INFO = "/lineage.v1.LineageService/GetServerInfo"
WATCH = "/lineage.v1.WatchService/Watch"
failures = 0


def expect(what: str, condition: object) -> None:
    global failures
    if not condition:
        failures += 1
        print("FAILED:", what)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemon:
    def __init__(self, binary: str, folder: str, *flags: str) -> None:
        port = pathlib.Path(folder) / f"port-{time.monotonic_ns()}"
        self.process = subprocess.Popen([binary, "--listen", "127.0.0.1:0", "--port-file", str(port), "--log-level",
                                         "error", *flags])
        deadline = time.monotonic() + 60
        while not port.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the daemon does not start")
            time.sleep(0.02)
        self.address = f"127.0.0.1:{port.read_text().strip()}"

    def channel(self) -> grpc.Channel:
        # A connection of its own: others may be cut off.
        return grpc.insecure_channel(self.address, [("grpc.use_local_subchannel_pool", 1)])

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def call(channel: grpc.Channel, method: str, request: bytes = b"", metadata=None) -> bytes:
    return channel.unary_unary(method)(request, timeout=10, metadata=metadata)


def code_of(function) -> str:
    try:
        function()
    except grpc.RpcError as error:
        return error.code().name
    return "OK"


def reflect(channel: grpc.Channel, metadata=None) -> bytes:
    return b"".join(channel.stream_stream(REFLECTION)(iter([LIST_SERVICES]), timeout=10, metadata=metadata))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--cli", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        metrics_port = free_port()
        daemon = Daemon(arguments.daemon, folder, "--store", f"{folder}/store", "--metrics-listen",
                        f"127.0.0.1:{metrics_port}", "--max-watches", "20")
        channel = daemon.channel()
        expect("healthy", call(channel, HEALTH) == b"\x08\x01")
        expect("an unknown method", code_of(lambda: call(channel, "/lineage.v1.LineageService/No")) == "UNIMPLEMENTED")
        expect("garbage", code_of(lambda: call(channel, INFO, b"\xff\xff\xff")) != "OK")
        names = reflect(channel)
        for service in ("Lineage", "Permission", "Audit", "Claim", "Watch"):
            expect(f"reflection of {service}", f"lineage.v1.{service}Service".encode() in names)

        # A request id comes back.
        response, rpc = channel.unary_unary(INFO).with_call(b"", timeout=10, metadata=[("x-request-id", "abc-1")])
        expect("request id", ("x-request-id", "abc-1") in [tuple(item) for item in rpc.initial_metadata()])

        # Headers that are too large harm nobody else.
        huge = [(f"x-{i}", "y" * 4000) for i in range(20)]
        expect("huge headers", code_of(lambda: call(daemon.channel(), INFO, metadata=huge)) != "UNKNOWN")
        expect("after huge headers", call(daemon.channel(), HEALTH) == b"\x08\x01")

        # A flood of streams: the first ones are served, the rest is refused, the others go on.
        channels = [daemon.channel() for _ in range(4)]
        streams = [channels[i % 4].unary_stream(WATCH)(b"", timeout=60) for i in range(60)]
        codes: list[str] = []

        def first(stream) -> None:
            try:
                next(stream)
                codes.append("OK")
            except grpc.RpcError as error:
                codes.append(error.code().name)

        threads = [threading.Thread(target=first, args=(stream,)) for stream in streams]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect(f"20 of 60 watches are served, not {codes.count('OK')}", codes.count("OK") == 20)
        expect("the others are refused", codes.count("RESOURCE_EXHAUSTED") == 40)
        expect("requests beside the flood", call(daemon.channel(), HEALTH) == b"\x08\x01")
        for stream in streams:
            stream.cancel()
        deadline = time.monotonic() + 20
        text = ""
        while time.monotonic() < deadline and "lineage_watches 0" not in text:
            time.sleep(0.1)
            text = urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=10).read().decode()
        expect("watches end when their readers go", "lineage_watches 0" in text)
        expect("revision metric", "lineage_revision 1" in text)
        expect("latency per method", 'lineage_request_seconds_count{method="LineageService.GetServerInfo"}' in text)
        expect("requests per code", 'method="WatchService.Watch"' in text and 'code="8"' in text)

        # Half a request makes no scrape wait, however many there are; odd ones are refused.
        def raw(request: bytes) -> bytes:
            with socket.create_connection(("127.0.0.1", metrics_port), 10) as s:
                s.sendall(request)
                s.settimeout(10)
                answer = b""
                while part := s.recv(65536):
                    answer += part
                return answer

        half = []
        for i in range(200):
            half.append(socket.create_connection(("127.0.0.1", metrics_port), 10))
            half[-1].sendall((b"", b"GET", b"GET /metrics HTTP/1.1\r\nHost: x\r\n")[i % 3])
        for _ in range(5):
            began = time.monotonic()
            text = urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=9).read().decode()
            # Sooner than any half request runs out of time, so that it was not waited for.
            expect("a scrape beside half requests", "lineage_revision 1" in text and time.monotonic() - began < 9)
        closed = sum(1 for s in half[:150] if not s.settimeout(5) and not s.recv(1))
        expect(f"the oldest half requests are closed, not {closed}", closed == 150)
        for s in half:
            s.close()
        tail = b"Host: x\r\nConnection: close\r\n\r\n"
        expect("another path", raw(b"GET / HTTP/1.1\r\n" + tail).startswith(b"HTTP/1.1 404"))
        expect("another method", raw(b"DELETE /metrics HTTP/1.1\r\n" + tail).startswith(b"HTTP/1.1 405"))
        head = raw(b"HEAD /metrics HTTP/1.1\r\n" + tail)
        expect("the head alone", head.startswith(b"HTTP/1.1 200") and head.endswith(b"\r\n\r\n"))
        for bad in (b"\x16\x03\x01garbage\r\n\r\n", b"GET /metrics HTTP/1.1\r\nx: " + b"y" * 20000 + b"\r\n\r\n"):
            try:
                expect("garbage", not raw(bad).startswith(b"HTTP/1.1 200"))
            except ConnectionError:
                pass  # closed at once

        # The unit leaves no core dump either.
        unit = pathlib.Path(__file__).parents[2] / "service/lineaged.service"
        expect("the unit limits core dumps", "\nLimitCORE=0\n" in unit.read_text())

        # The store has one writer.
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LINEAGE_CONFIG": ""}
        second = subprocess.run([arguments.cli, "--store", f"{folder}/store", "claim", "add", "mpt-7b", "--license", "MIT",
                                 "--by", "x", "--document", "y"], capture_output=True, text=True, env=environment,
                                check=False, timeout=60)
        expect("a second writer", second.returncode == 1 and f"process {daemon.process.pid}" in second.stderr)
        reader = subprocess.run([arguments.cli, "--store", f"{folder}/store", "store", "verify"], capture_output=True,
                                text=True, env=environment, check=False, timeout=60)
        expect("a reader beside it", reader.returncode == 0 and "intact: 1 revisions" in reader.stdout)
        expect("a clean stop", daemon.stop() == 0)

        # With access control, reflection and services want a token; health does not.
        made = subprocess.run([arguments.daemon, "new-token", "ci", "reader"], capture_output=True, text=True, check=True)
        line = next(text for text in made.stderr.splitlines() if "sha256" in text)
        access = pathlib.Path(folder) / "access.yaml"
        access.write_text(f"tokens:\n{line}\n")
        daemon = Daemon(arguments.daemon, folder, "--store", "memory", "--access-file", str(access))
        channel = daemon.channel()
        token = [("authorization", f"Bearer {made.stdout.strip()}")]
        expect("health without a token", call(channel, HEALTH) == b"\x08\x01")
        expect("no token", code_of(lambda: call(channel, INFO)) == "UNAUTHENTICATED")
        expect("a token", code_of(lambda: call(channel, INFO, metadata=token)) == "OK")
        expect("reflection without a token", code_of(lambda: reflect(channel)) == "CANCELLED")
        expect("reflection with a token", b"lineage.v1" in reflect(channel, token))
        expect("a clean stop", daemon.stop() == 0)
    print("failures:", failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
