#!/usr/bin/env python3
"""Starts the daemon over scratch stores, and drives its page in a browser (run.mjs).

    browser.py --daemon PATH [--only WORD] [--shots DIR]

Exit status 77: Node.js, the page's packages or Chromium is missing, or the daemon was built without the page; nothing was checked.
"""
from __future__ import annotations

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = HERE.parents[1] / "service" / "web" / "node_modules"


def start(binary: str, folder: pathlib.Path, *flags: str) -> tuple[subprocess.Popen, str]:
    folder.mkdir()
    port = folder / "http-port"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [binary, "--store", str(folder / "store"), "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--http-port-file", str(port), *flags], stderr=log)
    deadline = time.monotonic() + 120
    while not port.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit("the daemon does not start: " + (folder / "log").read_text())
        time.sleep(0.05)
    return process, f"http://127.0.0.1:{port.read_text().strip()}"


def missing(url: str) -> str:
    if shutil.which("node") is None:
        return "node"
    if not (PACKAGES / "playwright-core").is_dir():
        return "the page's packages (npm ci in service/web)"
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return "chromium"
    if b"no-page" in urllib.request.urlopen(url + "/", timeout=30).read():
        return "the page in the daemon (npm ci in service/web, then build)"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--only")
    parser.add_argument("--shots")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        made = subprocess.run([arguments.daemon, "new-token", "web", "writer"], capture_output=True, text=True, check=True)
        entry = next(line for line in made.stderr.splitlines() if line.lstrip().startswith("- {"))
        access = folder / "access.yaml"
        access.write_text("tokens:\n" + entry + "\n")
        access.chmod(0o600)
        processes = []
        try:
            process, url = start(arguments.daemon, folder / "open")
            processes.append(process)
            if lacking := missing(url):
                print(f"missing: {lacking}; nothing was checked", file=sys.stderr)
                return 77
            process, closed = start(arguments.daemon, folder / "closed", "--access-file", str(access))
            processes.append(process)
            command = ["node", str(HERE / "run.mjs"), "--url", url, "--closed-url", closed, "--token", made.stdout.strip()]
            if arguments.only:
                command += ["--only", arguments.only]
            if arguments.shots:
                command += ["--shots", arguments.shots]
            return subprocess.run(command, check=False).returncode
        finally:
            for one in processes:
                one.terminate()
                one.wait(30)


if __name__ == "__main__":
    sys.exit(main())
