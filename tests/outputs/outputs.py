#!/usr/bin/env python3
"""Every writer of the command line, over all of Unicode: well-formed, and nothing that acts.

    outputs.py --cli PATH [--seed N] [--hostile-only]

Two packs are asked about in every format. In one each code point that YAML can write stands once in
a display name, a licence as found, a quote, a remark, a source or a section; in the other stand
strings that try to break out of a format, drawn with a fixed seed. What comes out is read back by a
library for its format and must be UTF-8 without controls (but newlines, and tabs where they are
text), bidirectional controls and noncharacters; JSON and YAML must give back the very text.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

DAY = "2026-11-01"
FIELD = 900  # code points a field: at most 3,600 bytes, below the limit of a field
FORMULA = re.compile("^[=+\\-@\t\n\r\uff1d\uff0b\uff0d\uff20]")
# What breaks out of one format or another.
PIECES = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "\r=1", "\uff1d1", '"', "'", '""', ",", ";", "\n", "\r\n", "\t", "\\", "\\N",
          "\\\"", "&", "&#27;", "&amp;", "&lt;", "<", ">", "<b>", "</data>", "]]>", "<!--", "-->", "<?x?>", "--", "::error::x",
          "\n::error::x", "%0A", "%", "]", "[", "{", "}", "|", "#", "#34;", "`", "```", "\n```\n", "*x*", "_x_", "[a](javascript:x)", "![a](b)",
          "- x", "# x", "key: value", ": ", " #c", "!!str", "&a", "*a", "? ", "---", "...", "\x1b[31m", "\x1b]0;x\x07", "\x9b31m", "\x90x\x9c",
          "\x7f", "\x08", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u061c", "\ufeff", "\ufffe", "\uffff", "\ufdd0",
          "\U0001fffe", "\U0010ffff", "\u00ad", "\u3164", "\U000e0041", "\U000e0001", "\ud7ff", "\ue000", "\U0001f600", "\u0301", "\u05d0",
          "end", "subgraph", "click", "%%{init}%%", "$(id)", "{{x}}", "null", "no", "1e5"]

# Verbs that print what the claims say; and all that are about one artifact.
TELLING = ("why", "show", "notice")
VERBS = (*TELLING, "check --for commercial-use", "upstream", "downstream", "openness", "suggest", "repair --for commercial-use", "ai-act")


def acts(c: int) -> bool:
    """A control, a bidirectional control, a noncharacter or a break of lines."""
    return (c < 0x20 or 0x7F <= c <= 0x9F or c in (0x61C, 0x200E, 0x200F, 0x2028, 0x2029) or 0x202A <= c <= 0x202E
            or 0x2066 <= c <= 0x2069 or 0xFDD0 <= c <= 0xFDEF or c & 0xFFFE == 0xFFFE)


def every_code_point() -> str:
    """All but surrogates and NUL, which the reader of YAML refuses."""
    return "".join(map(chr, [*range(1, 0xD800), *range(0xE000, 0x110000)]))


def artifact(number: int, text) -> dict:
    """An artifact all of whose texts come from `text`, a function that gives the next one."""
    source = {"kind": "legal-review", "said": "2024-01-01", "by": text() or "x", "document": text() or "x"}
    parent = {"finetuned_from": f"acme/m{number - 1}"} if number % 20 else {"trained_on": "datasets/acme/d"}
    return {"id": f"acme/m{number}", "kind": "checkpoint", "name": text(), "claims": [
        {"license_as_found": text() or "x", "source": source, "where": text(), "quote": text()},
        {**parent, "source": source, "where": text(), "quote": text()},
        {"remark": text() or "x", "source": source}, {"licensor": text() or "x", "source": source}]}


def write_pack(path: pathlib.Path, artifacts: list[dict]) -> None:
    data = {"id": "datasets/acme/d", "kind": "dataset"}
    # Escaped for YAML by hand: JSON would write two surrogates where YAML wants one code point.
    def scalar(value) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {scalar(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(scalar(item) for item in value) + "]"
        return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in value) + '"'
    with path.open("w", encoding="utf-8") as out:
        out.write("artifacts:\n")
        for one in [data, *artifacts]:
            out.write(f"  - {scalar(one)}\n")


class Outputs:
    def __init__(self, cli: str, pack: pathlib.Path, builtin: bool = False):
        self.words = [cli, *([] if builtin else ["--no-builtin"]), "--no-fail", "--catalog", str(pack), "--as-of", DAY]
        self.problems: list[str] = []
        self.checked = 0

    def run(self, *words: str, tabs: bool = False) -> str:
        done = subprocess.run([*self.words, *words], capture_output=True, timeout=300, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})
        self.what = " ".join(words)
        self.checked += 1
        if done.returncode not in (0, 1, 2, 3):
            self.problem(f"exit status {done.returncode}: {done.stderr[-300:]!r}")
        for stream in (done.stdout, done.stderr):
            try:
                text = stream.decode("utf-8")
            except UnicodeDecodeError as error:
                self.problem(str(error))
                continue
            allowed = "\n\t" if tabs else "\n"
            bad = sorted({ord(c) for c in text if acts(ord(c)) and c not in allowed})
            if bad:
                self.problem(f"stands raw: {[hex(c) for c in bad[:10]]}, {len(bad)} in all")
        return done.stdout.decode("utf-8", "replace")

    def problem(self, text: str) -> None:
        self.problems.append(f"{self.what[:120]}: {text[:400]}")

    def parse(self, reader, text: str):
        try:
            return reader(text)
        except Exception as error:  # noqa: BLE001: whatever the library says is the finding
            self.problem(f"is not well-formed: {type(error).__name__}: {error}")
            return None


def read_csv(text: str) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise ValueError(f"rows of {widths} cells")
    return rows


def read_dot(text: str) -> str:
    done = subprocess.run(["dot", "-Tcanon"], input=text.encode(), capture_output=True, timeout=120)
    if done.returncode or done.stderr:
        raise ValueError(done.stderr[:200])
    return done.stdout.decode()


def read_mermaid(text: str) -> None:
    """Only lines of our own making: what comes from data stands in quoted labels without syntax."""
    label = r"\"[^\"'`<>&{}\[\]()|\\\n]*\""
    line = re.compile(rf"flowchart BT|  n\d+(\[{label}\]|\[\({label}\)\]):::[a-z]+|  more\[{label}\]|  subgraph box\d+\[{label}\]|    n\d+|  end|"
                      r"  n\d+ -\.?->(\|[a-z_]+\|)? (n\d+|more)|  classDef [a-z]+ [^\"]*")
    for one in text.rstrip("\n").split("\n"):
        if not line.fullmatch(one):
            raise ValueError(f"no line of ours: {one[:200]!r}")


def read_github(text: str) -> None:
    for line in text.rstrip("\n").split("\n"):
        if line and not re.fullmatch(r"::(error|warning|notice) title=[^:,]+::.*", line):
            raise ValueError(f"no command of ours: {line[:200]!r}")


def read_markdown(text: str) -> None:
    """Outside of fences every character that is markup is ours: a heading, an item, or escaped."""
    fence = ""
    for line in text.split("\n"):
        run = re.match(r"^ {0,3}(`{3,})", line)
        if fence:
            if run and len(run.group(1)) >= len(fence) and line.strip() == run.group(1):
                fence = ""
            continue
        if run:
            fence = run.group(1)
            continue
        rest = re.sub(r"^(#{1,2}|-) ", "", line)
        if re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~&]", re.sub(r"\\.", "", rest)):
            raise ValueError(f"markup of the data: {line[:200]!r}")
    if fence:
        raise ValueError("a fence has no end")


def same_texts(outputs: Outputs, artifacts: list[dict], document) -> None:
    """What was exported is what was read, to the character."""
    given = {one["id"]: one for one in artifacts}
    found = {one["id"]: one for one in (document or {}).get("artifacts", [])}
    for name, one in given.items():
        other = found.get(name)
        if other is None:
            outputs.problem(f"{name} is missing")
            continue
        if one["name"] != other.get("name", ""):
            outputs.problem(f"{name} has another name")
        for claim in one["claims"]:
            alike = [c for c in other["claims"] if all(c.get(key, "") == value for key, value in claim.items() if key != "source")
                     and all(c["source"].get(key) == value for key, value in claim["source"].items())]
            if not alike:
                outputs.problem(f"{name} lost {list(claim)[0]}")


def check_documents(outputs: Outputs, artifacts: list[dict]) -> None:
    """The formats of whole documents."""
    run, parse = outputs.run, outputs.parse
    same_texts(outputs, artifacts, parse(json.loads, run("export", "-o", "json")))
    same_texts(outputs, artifacts, parse(lambda t: yaml.load(t, Loader=yaml.CSafeLoader), run("export", "-o", "yaml")))
    for name in ("cyclonedx", "spdx"):
        parse(json.loads, run("export", "-o", name))
    for what in ("nodes", "edges", "verdicts"):
        for row in parse(read_csv, run("export", "-o", "csv", "--what", what, tabs=True)) or []:
            for cell in row:
                if FORMULA.match(cell):
                    outputs.problem(f"begins a formula: {cell[:60]!r}")
    parse(json.loads, run("audit", "-o", "sarif"))
    parse(xml.etree.ElementTree.fromstring, run("audit", "-o", "junit"))
    parse(read_github, run("audit", "-o", "github"))
    run("audit")
    for verb in (["audit"], ["claim", "list"], ["search", "acme"]):
        parse(json.loads, run(*verb, "-o", "json"))
        parse(lambda t: [json.loads(line) for line in t.split("\n") if line], run(*verb, "-o", "ndjson"))
        parse(lambda t: yaml.load(t, Loader=yaml.CSafeLoader), run(*verb, "-o", "yaml"))
        for row in parse(read_csv, run(*verb, "-o", "csv", tabs=True)) or []:
            for cell in row:
                if FORMULA.match(cell):
                    outputs.problem(f"begins a formula: {cell[:60]!r}")
        run(*verb)


def check_artifact(outputs: Outputs, name: str, verbs: tuple[str, ...]) -> None:
    """What is said of one artifact."""
    run, parse = outputs.run, outputs.parse
    for verb in verbs:
        words = [verb.split()[0], name, *verb.split()[1:]]
        run(*words)
        parse(json.loads, run(*words, "-o", "json"))
        parse(lambda t: yaml.load(t, Loader=yaml.CSafeLoader), run(*words, "-o", "yaml"))
    for form, reader in (("table", None), ("json", json.loads), ("csv", read_csv)):
        out = run("impact", "use", "--with", f"{name} trained_on datasets/acme/d", "-o", form, tabs=form == "csv")
        if reader:
            parse(reader, out)
    parse(read_markdown, run("notice", name, "-o", "markdown"))
    parse(xml.etree.ElementTree.fromstring, run("graph", name, "-o", "graphml"))
    parse(read_mermaid, run("graph", name, "-o", "mermaid"))
    dot = run("graph", name, "-o", "dot")
    if shutil.which("dot"):
        parse(read_dot, dot)
        parse(xml.etree.ElementTree.fromstring, run("graph", name, "-o", "svg", "--up", "3"))


def check_texts(cli: str, folder: pathlib.Path, text: str) -> Outputs:
    """A licence's text as somebody keeps it, appended to a notice."""
    pack, texts = folder / "texts.yaml", folder / "texts"
    texts.mkdir(exist_ok=True)
    source = {"kind": "legal-review", "said": "2024-01-01", "by": "x", "document": "x"}
    write_pack(pack, [{"id": "acme/m", "kind": "checkpoint", "claims": [{"license": "MIT", "source": source}]}])
    (texts / "MIT.txt").write_text(text, encoding="utf-8", newline="")
    outputs = Outputs(cli, pack, builtin=True)
    for form in ("table", "markdown"):
        out = outputs.run("notice", "acme/m", "--texts", str(texts), "-o", form, tabs=True)
        if form == "markdown":
            outputs.parse(read_markdown, out)
        if "Text of MIT" not in out:
            outputs.problem("the text is missing")
    document = outputs.parse(json.loads, outputs.run("notice", "acme/m", "--texts", str(texts), "-o", "json")) or {}
    if document.get("texts", {}).get("MIT") != text:
        outputs.problem("another text")
    return outputs


def packs_of_everything() -> list[list[dict]]:
    every = every_code_point()
    chunks = iter([every[i:i + FIELD] for i in range(0, len(every), FIELD)])
    whole: list[dict] = []
    for first in chunks:
        own = [first]
        whole.append(artifact(len(whole), lambda: own.pop() if own else next(chunks, "")))
    return [whole[i:i + 20] for i in range(0, len(whole), 20)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--seed", type=int, default=20261101)
    parser.add_argument("--hostile-only", action="store_true", help="only the strings that are drawn")
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    hostile_text = lambda: "".join(draw.choices(PIECES, k=draw.randint(1, 6)))  # noqa: E731
    whole = [] if arguments.hostile_only else packs_of_everything()
    packs = [(f"all, part {i}", pack, TELLING, 7) for i, pack in enumerate(whole)]
    packs += [("hostile", [artifact(i, hostile_text) for i in range(40)], VERBS, 4)]
    problems: list[str] = []
    checked = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for what, artifacts, verbs, step in packs:
            write_pack(folder / "pack.yaml", artifacts)
            outputs = Outputs(arguments.cli, folder / "pack.yaml")
            check_documents(outputs, artifacts)
            for one in artifacts[::step]:
                check_artifact(outputs, one["id"], verbs)
            problems += [f"{what}: {problem}" for problem in outputs.problems]
            checked += outputs.checked
        for text in (every_code_point(), "\n".join(hostile_text() for _ in range(500))):
            outputs = check_texts(arguments.cli, folder, text)
            problems += [f"text: {problem}" for problem in outputs.problems]
            checked += outputs.checked
    for problem in problems[:60]:
        print(problem)
    print(f"{checked} outputs, {len(problems)} problems")
    return 1 if problems or checked < (100 if arguments.hostile_only else 400) else 0


if __name__ == "__main__":
    sys.exit(main())
