#!/usr/bin/env python3
"""Runs the commands that the documents show and compares what they print: `transcripts.py --cli BINARY [--update] FILE…`.

A block of kind `console` that begins with "$ lineage-cli", or with "$ tools/lineage", which builds and runs it, is run. A last line "…" stands for the rest. --update writes what
is printed into the blocks, as many lines as stood there; a block that holds nothing but "…N" gets N lines.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"```console\n\$ ((?:lineage-cli|tools/lineage) .*?)\n((?:.*\n)*?)```", re.M)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    run = failures = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
        for file in options.files:
            text = file.read_text()

            def check(block: re.Match[str]) -> str:
                nonlocal run, failures
                run += 1
                command = block.group(1).replace("\\\n", " ")
                words = [os.path.abspath(options.cli), *shlex.split(command)[1:]]
                done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment,
                                      cwd=file.parent.resolve())
                printed = (done.stdout + done.stderr).splitlines()
                shown = block.group(2).splitlines()
                if len(shown) == 1 and re.fullmatch(r"…\d+", shown[0]):
                    keep = int(shown[0][1:])
                    shown = ["…"] * (keep + 1) if keep < len(printed) else printed
                cut = bool(shown) and shown[-1] == "…"
                wanted = shown[:-1] if cut else shown
                found = printed[:len(wanted)] if cut else printed
                if options.update:
                    body = "\n".join([*found, "…"] if cut and len(printed) > len(wanted) else printed)
                    return f"```console\n$ {block.group(1)}\n{body}\n```"
                if found != wanted:
                    failures += 1
                    print(f"{file}: $ {command}\nprints\n" + "\n".join(found) + "\ninstead of\n" + "\n".join(wanted))
                return block.group(0)

            changed = BLOCK.sub(check, text)
            if options.update:
                file.write_text(changed)
        del folder
    print(f"{run} transcripts, {failures} differ")
    return 1 if failures or not run else 0


if __name__ == "__main__":
    sys.exit(main())
