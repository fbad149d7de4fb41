#!/usr/bin/env python3
"""Validates what the command line exports against the published schemas: `validate.py --cli BINARY --folder BUILD`.

The schemas come out of npm packages, fetched once into BUILD. Exit status 77: they cannot be had, nothing was checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is missing: not checked", file=sys.stderr)
    sys.exit(77)

# What they are, as the registry says and as they were when they were read.
PACKAGES = {
    "@cyclonedx/cdxgen@12.8.4": "sha512-9EMER2beUSU7fvKgVaYOnYCFqAHrY3bQ7ERenh29/Edku0ctEXzYdov6vCmjmo/hSBH+JtvA7+j1U884MVYFOA==",
    "@microsoft/jest-sarif@1.0.0-beta.0": "sha512-A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A==",
}
DAY = ["--as-of", "2026-11-01"]
ARTIFACTS = ["mpt-7b-instruct", "bigscience/bloom", "wizardcoder-15b-v1.0", "stable-diffusion-v1-5", "dolly-v1-6b", "flan-t5-xl"]


def fetch(folder: pathlib.Path) -> pathlib.Path:
    """The folder that holds the packages. Only their files are wanted: nothing of them is run."""
    modules = folder / "node_modules"
    stamp = folder / "packages.txt"
    if stamp.exists() and stamp.read_text() == "\n".join(PACKAGES):
        return modules
    if shutil.which("npm") is None:
        print("npm is missing: not checked", file=sys.stderr)
        sys.exit(77)
    modules.mkdir(parents=True, exist_ok=True)
    for package, integrity in PACKAGES.items():
        packed = subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, package],
                                capture_output=True, text=True, check=False)
        name = packed.stdout.strip().splitlines()[-1:] or [""]
        if packed.returncode != 0 or not (folder / name[0]).is_file():
            print(f"{package} cannot be fetched: not checked", file=sys.stderr)
            sys.exit(77)
        digest = hashlib.sha512((folder / name[0]).read_bytes()).digest()
        if "sha512-" + base64.b64encode(digest).decode() != integrity:
            sys.exit(f"{package} is not what it was when it was read: its digest is another")
        target = modules / package.rsplit("@", 1)[0]
        target.mkdir(parents=True, exist_ok=True)
        subprocess.run(["tar", "xzf", folder / name[0], "-C", target, "--strip-components=1"], check=True)
    stamp.write_text("\n".join(PACKAGES))
    return modules


def validators(modules: pathlib.Path) -> dict[str, jsonschema.Validator]:
    data = modules / "@cyclonedx/cdxgen/data"
    load = lambda path: json.loads(path.read_text())  # noqa: E731
    bom = load(data / "bom-1.6.schema.json")
    store = {"http://cyclonedx.org/schema/" + name: load(data / name) for name in ("spdx.schema.json", "jsf-0.82.schema.json")}
    sarif = load(next((modules / "@microsoft/jest-sarif/lib/schemas").glob("sarif-2.1.0*.json")))
    return {
        "cyclonedx": jsonschema.Draft7Validator(bom, resolver=jsonschema.RefResolver.from_schema(bom, store=store)),
        "spdx": jsonschema.Draft202012Validator(load(data / "spdx-export.schema.json")),
        "sarif": jsonschema.Draft7Validator(sarif),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--folder", required=True, type=pathlib.Path)
    options = parser.parse_args()
    by_format = validators(fetch(options.folder))
    failures = 0

    def check(name: str, validator: jsonschema.Validator, document: object) -> int:
        problems = list(validator.iter_errors(document))
        for problem in problems[:5]:
            print(f"{name}: {'/'.join(map(str, problem.absolute_path))}: {problem.message[:300]}")
        return len(problems)

    def ask(*arguments: str) -> object:
        done = subprocess.run([options.cli, *arguments, *DAY, "--no-fail"], capture_output=True, text=True, check=False,
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}: exit status {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    for name in ("cyclonedx", "spdx"):
        for artifact in ARTIFACTS:
            failures += check(f"{artifact}, {name}", by_format[name], ask("export", artifact, "-o", name))
    failures += check("everything, cyclonedx", by_format["cyclonedx"], ask("export", "-o", "cyclonedx"))
    failures += check("everything, sarif", by_format["sarif"], ask("audit", "-o", "sarif"))

    # A validator that finds nothing wrong with anything would be worth nothing.
    broken = ask("export", "mpt-7b-instruct", "-o", "cyclonedx")
    broken["components"][0]["type"] = "nonsense"
    if not list(by_format["cyclonedx"].iter_errors(broken)):
        print("a broken document passed")
        failures += 1
    broken = ask("export", "mpt-7b-instruct", "-o", "spdx")
    for element in broken["@graph"]:
        element.pop("creationInfo", None)
    if not list(by_format["spdx"].iter_errors(broken)):
        print("a broken document passed")
        failures += 1
    print(f"{failures} problems")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
