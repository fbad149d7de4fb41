#!/usr/bin/env python3
"""Makes a table of what hub-scale printed: `hub_table.py gMODELS.txt`.

Each cell is the best of the formulations that a peer tried, as `median (least–most)` or `p50 / p99`, and how many times the
engine's figure it is.
"""
import pathlib
import re
import sys

PEERS = ["arrays", "boost", "sqlite", "postgresql", "duckdb", "kuzu"]
TITLES = {"arrays": "bare arrays", "boost": "Boost.Graph", "sqlite": "SQLite", "postgresql": "PostgreSQL", "duckdb": "DuckDB",
          "kuzu": "Kuzu"}
UNIT = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
N = r"([\d.]+)"


def sections(text: str) -> dict[str, str]:
    found = {"": ""}
    name = ""
    for line in text.splitlines():
        if match := re.match(r"== ([a-z]+): ", line):
            name = match.group(1)
        found[name] = found.get(name, "") + line + "\n"
    return found


def spell(seconds: float) -> str:
    for unit in ("s", "ms", "us"):
        if seconds >= UNIT[unit] or unit == "us":
            value = seconds / UNIT[unit]
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            return f"{value:,.{digits}f} {'µs' if unit == 'us' else unit}"
    return ""


def best(text: str, pattern: str, unit: str) -> tuple[float, ...] | None:
    """The match with the least first number, in seconds."""
    numbers = [tuple(float(n) * UNIT[unit] for n in match.groups()) for match in re.finditer(pattern, text, re.MULTILINE)]
    return min(numbers, default=None)


# Row: the engine's pattern, its unit; peers' patterns and units. The first group is the figure; of two, the second is p99; of
# three, the others are the least and the most.
ROWS = [
    ("all verdicts (the engine: three stances, duties, classes; peers: one mask)",
     (rf"^all verdicts, .*median +{N} +min +{N} +max +{N}", "ms"),
     {"arrays": (rf"^Q2 bulk \(ids topological\): med {N} ms", "ms"), "boost": (rf"^Q2 id-order out_edges: med {N} ms", "ms"),
      "sqlite": (rf"^Q2-.*: {N} s", "s"), "postgresql": (rf"^Q2-.*: {N} s", "s"), "duckdb": (rf"^Q2-.*: {N} s", "s"),
      "kuzu": (rf"^Q2-.*: {N} s", "s")}),
    ("one model's verdicts, by number; peers: its mask by a walk",
     (rf"^effective permissions in all stances, by number +p50 +{N} +p99 +{N}", "us"),
     {"arrays": (rf"^Q1 by traversal: p50 {N} ns p99 {N}", "ns"), "boost": (rf"^Q1 own BFS.*: p50 {N} ns p99 {N}", "ns"),
      "sqlite": (rf"^Q1 .*p50 {N} us p99 {N}", "us"), "postgresql": (rf"^Q1 (?!point).*p50 {N} us p99 {N}", "us"),
      "duckdb": (rf"^Q1 (?!point).*p50 {N} us p99 {N}", "us"), "kuzu": (rf"^Q1 .*p50 {N} us p99 {N}", "us")}),
    ("one model's permissions, by name", (rf"^effective permissions in all stances, by name +p50 +{N} +p99 +{N}", "us"), {}),
    ("full proof with findings", (rf"^full proof with findings, by name +p50 +{N} +p99 +{N}", "us"), {}),
    ("descendants of the ten top models",
     (rf"^descendants of the ten top models +median +{N} +min +{N} +max +{N}", "ms"),
     {"arrays": (rf"^descendants of the ten top models, bare arrays +median +{N} +min +{N} +max +{N}", "ms"),
      "boost": (rf"^Q4 top-10 in_edges own BFS: med {N} ms", "ms"), "sqlite": (rf"^Q4 top-10: median {N} ms", "ms"),
      "postgresql": (rf"^Q4 top-10: median {N} ms", "ms"), "duckdb": (rf"^Q4 top-10: median {N} ms", "ms"),
      "kuzu": (rf"^Q4 top-10: list \(to JS\) median {N} ms", "ms")}),
    ("laundering audit of all, verdicts given",
     (rf"^laundering audit, verdicts given.*median +{N} +min +{N} +max +{N}", "ms"),
     {"arrays": (rf"^Q5 audit list given eff: {N} ms", "ms"), "sqlite": (rf"^Q5 list given eff: {N} ms", "ms"),
      "postgresql": (rf"^Q5 list given eff: {N} ms", "ms"), "duckdb": (rf"^Q5 given eff: list {N} ms", "ms"),
      "kuzu": (rf"^Q5 list to JS: {N} ms", "ms")}),
    ("an edge added in memory, verdicts right again",
     (rf"^an edge added, verdicts right again +p50 +{N} +p99 +{N}", "us"),
     {"arrays": (rf"^Q6 add random edge, incremental: p50 {N} ns p99 {N}", "ns"),
      "sqlite": (rf"^Q6 random edge, WAL sync=NORMAL: p50 {N} us p99 {N}", "us"),
      "postgresql": (rf"^Q6 random edge, synchronous_commit=off: p50 {N} us p99 {N}", "us")}),
    ("an edge added, durable and visible",
     (rf"^an edge written, durable and visible +p50 +{N} +p99 +{N}", "us"),
     {"sqlite": (rf"^Q6 random edge, WAL sync=FULL.*: p50 {N} us p99 {N}", "us"),
      "postgresql": (rf"^Q6 random edge, synchronous_commit=on: p50 {N} us p99 {N}", "us"),
      "duckdb": (rf"^Q6 random edge.*p50 {N} us p99 {N}", "us"), "kuzu": (rf"^Q6 random edge.*p50 {N} us p99 {N}", "us")}),
    ("a top model relicensed; peers: a bit more in it",
     (rf"^a top model relicensed.*median +{N} +min +{N} +max +{N}", "ms"),
     {"arrays": (rf"^Q6' non-monotone.*median {N} ms", "ms"), "sqlite": (rf"^Q6 worst.*median {N} ms", "ms"),
      "postgresql": (rf"^Q6 worst.*median {N} ms", "ms"), "duckdb": (rf"^Q6 worst.*median {N} ms", "ms"),
      "kuzu": (rf"^Q6 worst.*median {N} ms", "ms")}),
    ("start over what is stored; peers: load", (rf"^the daemon answers after +{N} s", "s"),
     {"arrays": (rf"load .bin {N} ms", "ms"), "sqlite": (rf"^load: .*= {N} s", "s"), "postgresql": (rf"^load: .*= {N} s", "s"),
      "duckdb": (rf"^load: .*= {N} s", "s"), "kuzu": (rf"^load {N} s", "s")}),
]


def cell(found: tuple[float, ...] | None, engine: float) -> str:
    if found is None:
        return ""
    text = spell(found[0])
    if len(found) == 2:
        text += f" / {spell(found[1])}"
    elif len(found) == 3:
        text += f" ({spell(found[1])}–{spell(found[2])})"
    times = found[0] / max(engine, 1e-9)
    return f"{text}, x{times:,.2g}" if times < 100 else f"{text}, x{times:,.0f}"


def main() -> int:
    text = pathlib.Path(sys.argv[1]).read_text()
    parts = sections(text)
    ours = parts.get("engine", "") + parts.get("store", "") + parts.get("daemon", "")
    print("; ".join(" ".join(line.split()) for line in parts[""].splitlines() if line) + "\n")
    print("| | engine | " + " | ".join(TITLES[peer] for peer in PEERS) + " |")
    print("|---" * (len(PEERS) + 2) + "|")
    for title, (pattern, unit), peers in ROWS:
        engine = best(ours, pattern, unit)
        if engine is None:
            continue
        cells = [cell(engine, engine[0]).rsplit(", x", 1)[0]]
        for peer in PEERS:
            # Bare arrays of the walk are measured by the engine's own program, over the same ids.
            where = ours if peer == "arrays" and "descendants" in title else parts.get(peer, "")
            cells.append(cell(best(where, *peers[peer]) if peer in peers else None, engine[0]))
        print(f"| {title} | " + " | ".join(cells) + " |")
    for line in ours.splitlines():
        if line.startswith(("  times", "graph built", "records ", "the daemon answers", "written", "opened", "daemon ", "echo ", "ratio")):
            print(("\n" if line.startswith("records ") else "") + "- " + " ".join(line.split()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
