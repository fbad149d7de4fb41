#!/usr/bin/env python3
"""Runs what docs/http.md shows: `http.py --daemon PATH FILE`.

Commands stand after `$ `, their output below; a line that ends in … is a beginning. TypeScript is run by Node where there is
one that can take types away (by itself, or with esbuild); its comments after a console.log are the output.
"""
from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ADDRESS = "127.0.0.1:7118"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def commands(block: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    continued = False
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif continued:
            found[-1] = (found[-1][0] + "\n" + line, [])
        else:
            found[-1][1].append(line)
        continued = line.endswith("\\") and (line.startswith("$ ") or continued)
    return found


def fits(shown: list[str], printed: list[str]) -> bool:
    if len(shown) != len(printed):
        return False
    return all(p.startswith(s[:-1]) if s.endswith("…") else s == p for s, p in zip(shown, printed))


def javascript_of(source: str, folder: pathlib.Path) -> list[str] | None:
    """The command that runs TypeScript; None if there is no way."""
    node = shutil.which("node")
    if node is None:
        return None
    script = folder / "example.mts"
    script.write_text(source)
    if subprocess.run([node, "--experimental-strip-types", "-e", ""], capture_output=True, check=False).returncode == 0:
        return [node, "--experimental-strip-types", str(script)]
    here = pathlib.Path(__file__).parents[2] / "service/web/node_modules/.bin/esbuild"
    esbuild = here if here.exists() else shutil.which("esbuild")
    if esbuild is None:
        return None
    made = subprocess.run([str(esbuild), str(script), "--format=esm"], capture_output=True, text=True, check=True).stdout
    (folder / "example.mjs").write_text(made)
    return [node, str(folder / "example.mjs")]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--daemon", required=True)
    parser.add_argument("file", type=pathlib.Path)
    arguments = parser.parse_args()
    if shutil.which("curl") is None:
        print("curl is not installed")
        return 77
    text = arguments.file.read_text()
    failures = run = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port = folder / "port"
        daemon = subprocess.Popen([arguments.daemon, "--store", "memory", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0",
                                   "--http-port-file", str(port), "--read-seconds", "60", "--log-level", "error"])
        try:
            deadline = time.monotonic() + 60
            while not port.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            here = f"127.0.0.1:{port.read_text().strip()}"
            for block in blocks(text, "console"):
                for command, shown in commands(block):
                    run += 1
                    done = subprocess.run(["bash", "-c", command.replace(ADDRESS, here)], capture_output=True, text=True, check=False)
                    if not fits(shown, done.stdout.splitlines()):
                        failures += 1
                        print(f"$ {command}\n--- shown:\n" + "\n".join(shown) + f"\n--- printed:\n{done.stdout}{done.stderr}")
            for block in blocks(text, "ts"):
                command = javascript_of(block.replace(ADDRESS, here), folder)
                if command is None:
                    print("TypeScript was not run: no Node.js that takes types away, and no esbuild in service/web")
                    continue
                run += 1
                shown = re.findall(r"console\.log\(.*\); // (.*)$", block, re.M)
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
                if done.stdout.splitlines() != shown:
                    failures += 1
                    print(f"TypeScript printed:\n{done.stdout}{done.stderr}")
        finally:
            daemon.terminate()
            daemon.wait(30)
    print(f"run: {run}, failures: {failures}")
    return 1 if failures or run < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
