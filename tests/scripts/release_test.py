#!/usr/bin/env python3
"""Checks what tools/release makes of a built tree: `release_test.py ROOT LINEAGE-CLI LINEAGED`.

The same bytes whatever the time, the owner and the order of the files; a bill of materials that follows
CycloneDX's own rules and names what the programs load; sums and a signature that are checked as BUILD.md
says, and fail when a byte is changed. Exit status 77: ssh-keygen or dpkg-query is missing.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

failures = 0


def expect(what: str, condition: object) -> None:
    global failures
    if not condition:
        failures += 1
        print("FAILED:", what)


def load(path: pathlib.Path):
    loader = importlib.machinery.SourceFileLoader("release", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("release", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def tree(folder: pathlib.Path, names: list[str], programs: dict[str, str], moment: int) -> pathlib.Path:
    """A built tree whose files were made in the order of `names`."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in programs:
            shutil.copy(programs[name], path)
            path.chmod(0o700)
        else:
            path.write_text(f"contents of {name}\n")
        os.utime(path, (moment, moment))
    (folder / "usr/bin/link").symlink_to("lineaged")
    return folder


def check_signature(release, folder: pathlib.Path) -> None:
    """As BUILD.md tells who takes a release."""
    for key in ("maintainer", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", folder / key], check=True)
    sums = folder / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(b'x').hexdigest()}  a.tar.gz\n")
    signers = folder / "signers"
    signers.write_text(f'maintainer namespaces="{release.NAMESPACE}" {(folder / "maintainer.pub").read_text()}')

    def verified() -> bool:
        with sums.open("rb") as text:
            return subprocess.run(["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "maintainer", "-n", release.NAMESPACE, "-s", f"{sums}.sig"],
                                  stdin=text, capture_output=True, check=False).returncode == 0

    release.sign(sums, str(folder / "maintainer"))
    expect("the maintainer's signature", verified())
    sums.write_text(sums.read_text().replace("a.tar", "b.tar"))
    expect("no signature of other sums", not verified())
    release.sign(sums, str(folder / "stranger"))
    expect("no signature by another key", not verified())


def main() -> int:
    if not all(shutil.which(word) for word in ("ssh-keygen", "dpkg-query", "ldd")):
        return 77
    root = pathlib.Path(sys.argv[1])
    programs = {"usr/bin/lineage-cli": sys.argv[2], "usr/bin/lineaged": sys.argv[3]}
    release = load(root / "tools/release")
    names = [*programs, "usr/share/doc/a", "usr/share/doc/b/c", "usr/include/d.h"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        one = tree(folder / "one", names, programs, 1_700_000_000)
        other = tree(folder / "other", names[::-1], programs, 1_600_000_000)
        packed = release.pack(one, "lineage-0", 1_650_000_000)
        expect("equal bytes, whenever and in whatever order", packed == release.pack(other, "lineage-0", 1_650_000_000))
        expect("no difference", release.difference(one, other) == [])
        (other / "usr/share/doc/a").write_text("changed\n")
        expect("a difference is named", release.difference(one, other) == ["usr/share/doc/a"])
        expect("other bytes", packed != release.pack(other, "lineage-0", 1_650_000_000))
        archive = folder / "archive.tar.gz"
        archive.write_bytes(packed)
        listed = subprocess.run(["tar", "tvzf", archive], capture_output=True, text=True, check=True).stdout
        expect("files of root", all(line.split()[1] == "root/root" for line in listed.splitlines()))
        expect("programs can be run, and read by all", any(line.startswith("-rwxr-xr-x") and line.endswith("usr/bin/lineaged") for line in listed.splitlines()))

        bill = release.bill(one, "a.tar.gz", 1_650_000_000, "0" * 40)
        expect("the same bill", bill == release.bill(one, "a.tar.gz", 1_650_000_000, "0" * 40))
        document = json.loads(bill)
        found = {component["name"] for component in document["components"]}
        expect(f"what is loaded, not {sorted(found)}", {"libc6", "libstdc++6"} <= found and any(name.startswith("libgrpc++") for name in found))
        expect("what is compiled in", "libabsl-dev" in found)
        references = [component["bom-ref"] for component in document["components"]]
        expect("references are unique", len(references) == len(set(references)))
        check_bill(root, document)
        check_signature(release, folder)
    print("failures:", failures)
    return 1 if failures else 0


def check_bill(root: pathlib.Path, document: dict) -> None:
    """Against the published schema, where the check of exports has fetched it."""
    data = root / "build/npm/schemas/node_modules/@cyclonedx/cdxgen/data"
    try:
        import jsonschema
        schema, *others = (json.loads((data / name).read_text()) for name in ("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json"))
    except (ImportError, OSError):
        print("CycloneDX's schema is not at hand: not validated")
        return
    store = dict(zip(("http://cyclonedx.org/schema/spdx.schema.json", "http://cyclonedx.org/schema/jsf-0.82.schema.json"), others))
    validator = jsonschema.Draft7Validator(schema, resolver=jsonschema.RefResolver.from_schema(schema, store=store))
    for problem in list(validator.iter_errors(document))[:5]:
        expect(f"schema: {'/'.join(map(str, problem.absolute_path))}: {problem.message[:200]}", False)


if __name__ == "__main__":
    sys.exit(main())
