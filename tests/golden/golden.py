#!/usr/bin/env python3
"""Compares what the command line prints with the committed files beside this script.

    golden.py --cli PATH [--daemon PATH] [--update] DIR

Each line of DIR/cases.txt is NAME, the expected exit status and the arguments. With --daemon the same
cases are asked of a server, whose answers may not differ by a byte. With --update the files are
written anew: read the difference before committing it.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time


@contextlib.contextmanager
def server(daemon: str):
    """A daemon over a new store; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        port = pathlib.Path(folder) / "port"
        # What it answers is looked at, not how soon: a busy machine may take its time.
        process = subprocess.Popen([os.path.abspath(daemon), "--read-seconds", "120", "--store", f"{folder}/store", "--listen", "127.0.0.1:0",
                                    "--port-file", str(port), "--log-level", "warning"])
        try:
            deadline = time.monotonic() + 60
            while not port.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit("the daemon does not start")
                time.sleep(0.02)
            yield f"127.0.0.1:{port.read_text().strip()}"
        finally:
            process.terminate()
            process.wait(30)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--daemon")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("dir", type=pathlib.Path)
    arguments = parser.parse_args()

    environment = {"PATH": os.environ["PATH"], "COLUMNS": "100", "LC_ALL": "C.UTF-8",
                   "LINEAGE_CONFIG": ""}
    if arguments.daemon:
        with server(arguments.daemon) as address:
            return compare(arguments, {**environment, "LINEAGE_SERVER": address})
    return compare(arguments, environment)


def compare(arguments: argparse.Namespace, environment: dict[str, str]) -> int:
    failed = passed = 0
    for line in (arguments.dir / "cases.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, status, *words = shlex.split(line)
        run = subprocess.run([os.path.abspath(arguments.cli), *words], capture_output=True, text=True, timeout=60,
                             env=environment, cwd=arguments.dir, check=False)
        path = arguments.dir / f"{name}.out"
        if arguments.update:
            path.write_text(run.stdout)
        wanted = path.read_text() if path.exists() else ""
        problems = list(difflib.unified_diff(wanted.splitlines(), run.stdout.splitlines(),
                                             f"{name}.out", "now", lineterm=""))
        if run.returncode != int(status):
            problems.append(f"exit status {run.returncode}, not {status}: {run.stderr.strip()}")
        if problems:
            failed += 1
            print(f"--- {name}: lineage-cli {shlex.join(words)}", *problems[:60], sep="\n")
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
