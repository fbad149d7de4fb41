#!/usr/bin/env python3
"""Counts the instructions of the hottest paths and compares them with what they were.

    compare.py [--update] PROGRAM COUNTS.json

Unlike times, instructions are the same on every machine of one kind, busy or not. A path that takes a tenth more than it did
fails; --update records what it takes now, with the reason in the commit. Exit status 77: valgrind is missing.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOLERANCE = 0.10  # other patch levels of the compiler and the libraries stay within it


def count(program: str, path: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--toggle-collect=HotPath_{path}", f"--callgrind-out-file={out}",
                        program, path], check=True, capture_output=True, text=True)
        found = re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.MULTILINE)
        return int(found.group(1)) if found else 0


def main() -> int:
    update = sys.argv[1:2] == ["--update"]
    program, file = sys.argv[-2:]
    if shutil.which("valgrind") is None:
        print("SKIPPED: valgrind is missing, no instruction was counted")
        return 77
    recorded = json.loads(pathlib.Path(file).read_text())
    failed = False
    for path, was in recorded.items():
        now = count(program, path)
        if now == 0:
            print(f"{path}: nothing was counted")
            failed = True
            continue
        change = now / was - 1 if was else 0.0
        verdict = "ok"
        if change > TOLERANCE:
            verdict, failed = f"FAILED: at most {TOLERANCE:.0%} more are allowed", True
        elif change < -TOLERANCE:
            verdict = "ok, and so much less that it should be recorded (--update)"
        print(f"{path}: {now:,} instructions, {change:+.1%}: {verdict}")
        recorded[path] = now
    if update:
        pathlib.Path(file).write_text(json.dumps(recorded, indent=2) + "\n")
        return 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
