#!/usr/bin/env python3
"""Keeps the tables of docs/openness.md true.

    openness.py --cli PATH [--update] PAGE MOT

Between its markers the page lists every model that `search openness = open-source` finds, with its answer by each definition and
what holds it down, and every record of MOT (tests/data/model_openness.tsv) whose class by the Model Openness Tool differs from
ours. Both are asked of the built-in catalogue on DAY. With --update the tables are written anew: read the difference before
committing it.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import pathlib
import subprocess
import sys

DAY = "2026-11-01"
MODELS = ("model", "checkpoint", "service", "unresolved")


class Catalogue:
    """The built-in catalogue on DAY, asked through the command line."""

    def __init__(self, cli: str):
        self.cli = os.path.abspath(cli)
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LINEAGE_CONFIG": "", "HOME": "/nonexistent"}

    def ask(self, *words: str) -> dict:
        run = subprocess.run([self.cli, *words, "--as-of", DAY, "-o", "json"], capture_output=True, text=True, timeout=120,
                             env=self.environment, check=False)
        if run.returncode not in (0, 2, 3):
            sys.exit(f"lineage-cli {' '.join(words)}: {run.stderr}")
        return json.loads(run.stdout)

    def openness(self, artifact: str) -> dict[str, dict]:
        return {d["definition"]: d for d in self.ask("openness", artifact)["definitions"]}


def reason(answer: dict) -> str:
    """Why an answer is no yes, in a few words."""
    if answer["limited_by"]:
        return f"its base `{answer['limited_by']['artifact']}` ({answer['limited_by']['value']})"
    worst = [n for n in answer["missing"] if n["answer"] == "no"] or answer["missing"]
    if not worst:
        return "–"
    words = worst[0]["part"] or worst[0]["needs"]
    why = worst[0]["why"].split("; ")[0]
    return f"{words}: {why}" + (f" (+{len(worst) - 1})" if len(worst) > 1 else "")


def models(catalogue: Catalogue) -> list[str]:
    hits = catalogue.ask("search", "openness = open-source", "--limit", "100000")["hits"]
    lines = ["| model | `open-weights` | `osaid-1.0` | why not | `mof-1.0` | why no better |", "|---|---|---|---|---|---|"]
    for artifact in sorted((h["artifact"] for h in hits if h["kind"] in MODELS), key=str.lower):
        answers = catalogue.openness(artifact)
        osaid, mof = answers["osaid-1.0"], answers["mof-1.0"]
        lines.append(f"| `{artifact}` | {answers['open-weights']['value']} | {osaid['value']} | {reason(osaid)} | "
                     f"{mof['value']} | {reason(mof)} |")
    return lines


def differences(catalogue: Catalogue, mot: pathlib.Path) -> list[str]:
    same: dict[str, int] = {}
    rows = []
    total = 0
    for line in mot.read_text().splitlines():
        if line.startswith("#"):
            continue
        total += 1
        record, artifact, theirs = line.split("\t")
        mof = catalogue.openness(artifact)["mof-1.0"]
        if mof["value"] == theirs:
            same[theirs] = same.get(theirs, 0) + 1
        elif theirs == "none" and mof["value"] == "unknown":
            same["none there, unknown here"] = same.get("none there, unknown here", 0) + 1
        else:
            rows.append(f"| {record} | `{artifact}` | {theirs} | {mof['value']} | {reason(mof)} |")
    counts = ", ".join(f"{count} {name}" for name, count in sorted(same.items()))
    return [f"Of {total} records {total - len(rows)} agree ({counts}).", "",
            "| record | artifact | by the tool | here | because of |", "|---|---|---|---|---|", *rows]


def replace(page: str, name: str, lines: list[str]) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    if begin not in page or end not in page:
        sys.exit(f"the page has no markers of {name}")
    head, rest = page.split(begin, 1)
    return head + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("mot", type=pathlib.Path)
    arguments = parser.parse_args()
    catalogue = Catalogue(arguments.cli)
    before = arguments.page.read_text()
    after = replace(before, "models", models(catalogue))
    after = replace(after, "differences", differences(catalogue, arguments.mot))
    if arguments.update:
        arguments.page.write_text(after)
        return 0
    problems = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "the page", "the catalogue", lineterm="", n=0))
    print(*problems[:80], sep="\n")
    print("the page is stale: run this with --update" if problems else "the page is true")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
