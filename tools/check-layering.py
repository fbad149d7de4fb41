#!/usr/bin/env python3
"""Enforces who may include whom: `check-layering.py [ROOT]`. Exit status 1 and file:line for each breach."""

from __future__ import annotations

import pathlib
import re
import sys

# Folder -> the folders whose headers it may include, besides its own. A house read from the bottom.
BASE = {"engine/base"}
MODEL = BASE | {"engine/model"}
LICENSE = MODEL | {"engine/license"}
RECORDS = MODEL | {"engine/records"}
GRAPH = LICENSE | RECORDS | {"engine/graph"}
CATALOG = LICENSE | {"engine/catalog"}
PERMISSION = GRAPH | {"engine/permission"}
AUDIT = PERMISSION | {"engine/audit"}
SEARCH = AUDIT | {"engine/search"}
ENGINE = SEARCH | CATALOG | {"engine/ai_act", "engine/openness", "engine/store", "engine/exchange", "engine/policy", "engine"}
FACADE = RECORDS | {"engine", "engine/graph", "engine/permission", "engine/search", "engine/catalog", "engine/store", "engine/exchange", "engine/license",
                    "engine/policy", "engine/report"}
ALLOWED = {
    "engine/base": set(),
    "engine/model": BASE,
    "engine/license": MODEL,
    "engine/records": MODEL,
    "engine/catalog": LICENSE,
    "engine/graph": LICENSE | RECORDS,
    "engine/permission": GRAPH,
    "engine/audit": PERMISSION,
    "engine/openness": PERMISSION,
    "engine/ai_act": PERMISSION | {"engine/openness"},
    "engine/search": AUDIT,
    "engine/store": RECORDS,
    "engine/exchange": PERMISSION | CATALOG,
    "engine/policy": CATALOG,
    "engine/report": MODEL | {"engine/exchange"},
    "engine": ENGINE,
    "service/safety": set(),
    "service/client": {"service/safety"},
    "service/http": {"service/safety"},
    "service/web_files": {"service/http"},
    "service/wire": FACADE,
    "service/server": FACADE | {"service/http", "service/wire", "service/safety"},
    "service": FACADE | {"service/server", "service/safety"},
    "tools/cli": FACADE | {"service/client", "service/safety", "service/wire"},
}
# Headers that cost seconds a file may stand only in .cc files and in these.
HEAVY = re.compile(r'^\s*#\s*include\s*[<"](boost/graph/|grpcpp/)')
HEAVY_HEADERS = {"engine/graph/boost_graph.h", "service/client/client.h", "service/server/answer_source.h", "service/server/arena_messages.h", "service/server/rpc_table.h",
                 "service/server/state.h"}
GENERATED = re.compile(r'^\s*#\s*include\s*[<"](google/protobuf/|grpc|lineage/v1/)')
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def folder_of(path: str) -> str:
    """The longest known folder that holds `path`; empty if none does."""
    known = [folder for folder in ALLOWED if path.startswith(folder + "/")]
    return max(known, key=len, default="")


def check(root: pathlib.Path) -> list[str]:
    problems: list[str] = []
    for file in sorted([*root.glob("engine/**/*"), *root.glob("service/**/*"), *root.glob("tools/**/*")]):
        if file.suffix not in (".h", ".cc"):
            continue
        name = file.relative_to(root).as_posix()
        own = folder_of(name)
        for number, line in enumerate(file.read_text().splitlines(), 1):
            where = f"{name}:{number}"
            if name.startswith("engine/") and GENERATED.match(line):
                problems.append(f"{where}: generated code and gRPC stay out of engine/; convert in service/")
            if HEAVY.match(line) and file.suffix == ".h" and name not in HEAVY_HEADERS:
                problems.append(f"{where}: Boost.Graph and gRPC headers stand in .cc files only")
            match = INCLUDE.match(line)
            if not match or not own:
                continue
            other = folder_of(match[1])
            if other and other != own and other not in ALLOWED[own]:
                problems.append(f"{where}: {own} may not include {other}; move what is shared further down")
            if other == "" and match[1].startswith("tests/"):
                problems.append(f"{where}: the product may not include its tests")
    return problems


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    if not (root / "engine").is_dir():
        print(f"{root}: no engine/ here; name the root of the source tree")
        return 64
    problems = check(root)
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
