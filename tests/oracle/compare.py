#!/usr/bin/env python3
"""Checks a driver of the engine against the oracle on random cases.

    compare.py --driver PATH [--graphs 10000] [--seed 1] [--jobs 1] [--keep DIR]

The driver reads one case per line and writes one answer per line, in order. Every case depends
on the seed and its index alone; `--start INDEX --graphs 1` repeats a single one. A case on
which the two differ is shrunk and printed with both answers. The exit status is 0 if all pass.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple, Optional

from generate import case_seed, make_case
from oracle import IMPLEMENTED_FINDINGS, RIGHTS, Leaf, expect, leaves_of, parse_expression

Json = dict[str, Any]

BATCH = 100           # cases given to one process of the driver
BATCH_SECONDS = 120.0
CASE_SECONDS = 10.0   # for one case alone
SHRINK_SECONDS = 60.0
# So many processes lost (died, hung) end the run: it must not take for ever to say "broken".
MOST_LOST = 5


# --- asking the driver ----------------------------------------------------------------------

class Run(NamedTuple):
    lines: list[str]  # complete lines that came out
    trouble: str      # "" if the process ended well


def run_driver(command: list[str], cases: list[Json], seconds: float) -> Run:
    """One process over some cases. All input is written and closed at once, so it does not
    matter whether the driver flushes its lines; a process that hangs is killed."""
    text = "".join(json.dumps(case) + "\n" for case in cases)
    # A session of its own, so that what the driver may have started ends with it.
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", errors="replace", start_new_session=True)
    trouble = ""
    try:
        output, errors = process.communicate(text, timeout=seconds)
        if process.returncode < 0:
            trouble = f"the driver died: {signal.Signals(-process.returncode).name}"
        elif process.returncode > 0:
            trouble = f"the driver ended with status {process.returncode}"
        if trouble and errors.strip():
            trouble += "\n" + "\n".join(errors.strip().splitlines()[-10:])
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        try:
            output, _ = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            output = ""  # something that left the session still holds the pipe
        trouble = f"no end within {seconds:.0f} seconds: the driver was killed"
    lines = output.split("\n")
    lines.pop()  # what follows the last newline is no complete line
    if not trouble and len(lines) != len(cases):
        trouble = f"the driver wrote {len(lines)} lines for {len(cases)} cases"
    return Run(lines, trouble)


class Reply(NamedTuple):
    """What came back for one case: a document, or what went wrong instead."""
    document: Optional[Json]
    trouble: str


def read_reply(line: str) -> Reply:
    try:
        document = json.loads(line)
    except ValueError:
        return Reply(None, f"the driver wrote no JSON: {line[:200]}")
    if not isinstance(document, dict):
        return Reply(None, f"the driver wrote no object: {line[:200]}")
    return Reply(document, "")


def ask_one(command: list[str], case: Json) -> Reply:
    run = run_driver(command, [case], CASE_SECONDS)
    if run.trouble:
        return Reply(None, run.trouble)
    return read_reply(run.lines[0])


def ask_all(command: list[str], cases: list[Json]) -> Iterator[Reply]:
    """The replies in order. If the process is lost over a batch, each case is asked alone, for
    only so is it certain which one it was. After MOST_LOST of them nothing more is asked."""
    run = run_driver(command, cases, BATCH_SECONDS)
    if not run.trouble:
        yield from map(read_reply, run.lines)
        return
    lost = 0
    for case in cases:
        if lost == MOST_LOST:
            yield Reply(None, NOT_ASKED)
            continue
        reply = ask_one(command, case)
        lost += reply.document is None
        yield reply


NOT_ASKED = "not asked: the driver was lost too often"
ORACLE_FAILED = "the oracle failed"


# --- comparing ------------------------------------------------------------------------------

def findings_of(answer: Json) -> list[Any]:
    """A driver's findings without those that are not the oracle's business."""
    raised = answer.get("findings")
    return [finding for finding in raised if not isinstance(finding, list)
            or finding[:1] == [] or finding[0] in IMPLEMENTED_FINDINGS] if isinstance(
                raised, list) else [raised]


def differences(expected: Json, reply: Reply) -> list[str]:
    """What differs, one line each; nothing if the two agree."""
    if reply.document is None:
        return [reply.trouble]
    if "error" in reply.document:
        return [f"error: {reply.document['error']}"]
    answers = reply.document.get("answers")
    if not isinstance(answers, list) or len(answers) != len(expected["answers"]):
        return ["the reply has not one answer for each query"]
    found = []
    for number, (ours, theirs) in enumerate(zip(expected["answers"], answers)):
        if not isinstance(theirs, dict):
            found.append(f"query {number}: the answer is no object")
            continue
        verdicts = theirs.get("verdicts")
        if not isinstance(verdicts, dict):
            verdicts = {}
        for right in RIGHTS:
            if ours["verdicts"][right] != verdicts.get(right):
                found.append(f"query {number}: verdict of {right}: oracle "
                             f"{ours['verdicts'][right]}, driver {verdicts.get(right)}")
        theirs = {**theirs, "findings": findings_of(theirs)}
        for key in ("joint", "class", "openness", "missing", "duties", "contested_duties",
                    "findings", "gate"):
            if ours.get(key) != theirs.get(key):
                found.append(f"query {number}: {key}: oracle {json.dumps(ours.get(key))}, "
                             f"driver {json.dumps(theirs.get(key))}")
    if expected.get("compared") != reply.document.get("compared"):
        found.append(f"compared: oracle {json.dumps(expected.get('compared'))}, "
                     f"driver {json.dumps(reply.document.get('compared'))}")
    return found


# --- shrinking ------------------------------------------------------------------------------

def nature(found: list[str]) -> str:
    """Coarsely what is wrong, so that shrinking does not trade one fault for another."""
    if not found:
        return "none"
    parts = found[0].split(":")
    if parts[0].startswith("query"):
        return parts[1].split(" of ")[0] if len(parts) > 2 else "answers"
    return parts[0]


def claims_of(case: Json) -> list[Json]:
    return case["claims"] + [claim for artifact in case["artifacts"]
                             for claim in artifact.get("claims", [])]


def mentioned(case: Json) -> set[str]:
    """The licences that an expression or another licence needs."""
    texts = [claim["license"] for claim in claims_of(case) if "license" in claim]
    texts += [item[side] for item in case.get("compare", []) for side in ("a", "b")]
    names = {leaf.license for text in texts for leaf in leaves_of(parse_expression(text))}
    return names | {entry[key] for entry in case["licenses"]
                    for key in ("based_on", "edition_of") if key in entry}


def without_license(case: Json, index: int) -> Optional[Json]:
    smaller = copy.deepcopy(case)
    name = smaller["licenses"].pop(index)["id"]
    if name in mentioned(smaller):
        return None
    for entry in smaller["licenses"]:
        for key in ("later_versions", "later_editions"):
            if key in entry:
                entry[key] = [other for other in entry[key] if other != name]
        for duty in entry.get("duties", []):
            if "satisfied_by" in duty:
                duty["satisfied_by"] = [item for item in duty["satisfied_by"] if name != (
                    item["license"] if isinstance(item, dict) else item)]
    return smaller


def without_artifact(case: Json, index: int) -> Optional[Json]:
    smaller = copy.deepcopy(case)
    name = smaller["artifacts"].pop(index)["id"]
    smaller["queries"] = [q for q in smaller["queries"] if q["artifact"] != name]
    if not smaller["queries"] and not smaller.get("compare"):
        return None

    def stays(claim: Json) -> bool:
        return claim.get("subject") != name and not any(
            value == name for key, value in claim.items() if key != "licensor")

    smaller["claims"] = [claim for claim in smaller["claims"] if stays(claim)]
    for artifact in smaller["artifacts"]:
        if "claims" in artifact:
            artifact["claims"] = [claim for claim in artifact["claims"] if stays(claim)]
    return smaller


def without(case: Json, *path: Any) -> Json:
    """The case less the item or key at the end of a path."""
    smaller = copy.deepcopy(case)
    holder: Any = smaller
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return smaller


def replaced(case: Json, value: Any, *path: Any) -> Json:
    smaller = copy.deepcopy(case)
    holder: Any = smaller
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return smaller


def parts_of(text: str) -> list[str]:
    """The licences named in an expression that is not a single one."""
    expression = parse_expression(text)
    if isinstance(expression, Leaf):
        return [expression.license] if text != expression.license else []
    return sorted({leaf.license for leaf in leaves_of(expression)})


OPTIONAL_KEYS = ("only_licensor", "edition_of", "revocable", "osi_approved",
                 "models_from_outputs", "formats_are_copies", "parts_keep_license",
                 "copies_keep_license",
                 "not_to_improve_others", "imposes", "further_restrictions", "use_policy")


def smaller_cases(case: Json) -> Iterator[Callable[[], Optional[Json]]]:
    """What could be left out, the largest first; later items first, so that indices hold."""
    def down(items: list[Any]) -> Iterator[int]:
        return iter(range(len(items) - 1, -1, -1))

    for key in ("queries", "compare"):
        if len(case["queries"]) + len(case.get("compare", [])) > 1:
            for i in down(case.get(key, [])):
                yield lambda key=key, i=i: without(case, key, i)
    for i in down(case["artifacts"]):
        yield lambda i=i: without_artifact(case, i)
    for i in down(case["claims"]):
        yield lambda i=i: without(case, "claims", i)
    for i in down(case["artifacts"]):
        for j in down(case["artifacts"][i].get("claims", [])):
            yield lambda i=i, j=j: without(case, "artifacts", i, "claims", j)
    for i in down(case["licenses"]):
        yield lambda i=i: without_license(case, i)
    for key in ("parties", "exceptions"):
        for i in down(case[key]):
            yield lambda key=key, i=i: without(case, key, i)
    for i, claim in enumerate(case["claims"]):
        if "license" in claim:
            for part in parts_of(claim["license"]):
                yield lambda i=i, part=part: replaced(case, part, "claims", i, "license")
        for key in ("from", "until", "revision", "where", "made"):
            if key in claim:
                yield lambda i=i, key=key: without(case, "claims", i, key)
    for i, artifact in enumerate(case["artifacts"]):
        for j, claim in enumerate(artifact.get("claims", [])):
            for part in parts_of(claim["license"]) if "license" in claim else []:
                yield lambda i=i, j=j, part=part: replaced(
                    case, part, "artifacts", i, "claims", j, "license")
    plain = {"answer": "permitted", "section": "1", "says": "A clause."}
    for i, entry in enumerate(case["licenses"]):
        for key in ("restrictions", "duties", "later_versions", "later_editions", "imposes"):
            for j in down(entry.get(key, [])):
                yield lambda i=i, key=key, j=j: without(case, "licenses", i, key, j)
        for j, duty in enumerate(entry.get("duties", [])):
            for k in down(duty.get("satisfied_by", [])):
                if k:  # the first is the licence itself
                    yield lambda i=i, j=j, k=k: without(
                        case, "licenses", i, "duties", j, "satisfied_by", k)
        for key in OPTIONAL_KEYS:
            if key in entry and "based_on" not in entry:
                yield lambda i=i, key=key: without(case, "licenses", i, key)
        if isinstance(entry.get("rights"), dict) and "based_on" not in entry:
            for right, answers in entry["rights"].items():
                if answers != plain:
                    yield lambda i=i, right=right: replaced(
                        case, plain, "licenses", i, "rights", right)
    for i, query in enumerate(case["queries"]):
        for key in query.get("context", {}):
            yield lambda i=i, key=key: without(case, "queries", i, "context", key)
        for key in ("at_revision", "gate"):
            if key in query:
                yield lambda i=i, key=key: without(case, "queries", i, key)
    for i, item in enumerate(case.get("compare", [])):
        for side in ("a", "b"):
            for part in parts_of(item[side]):
                yield lambda i=i, side=side, part=part: replaced(
                    case, part, "compare", i, side)


def shrink(case: Json, fails: Callable[[Json], bool]) -> Json:
    """Greedy: takes the first smaller case that still fails, as long as there is one. A pass
    goes on behind what was just left out, and passes repeat until one changes nothing."""
    deadline = time.monotonic() + SHRINK_SECONDS
    position = 0
    untried = True
    while time.monotonic() < deadline:
        candidates = list(smaller_cases(case))
        if position >= len(candidates):
            if untried:
                return case
            position, untried = 0, True
            continue
        smaller = candidates[position]()
        if smaller is not None and fails(smaller):
            case, untried = smaller, False
        else:
            position += 1
    return case


# --- the run --------------------------------------------------------------------------------

class Chunk(NamedTuple):
    command: list[str]
    seed: int
    start: int
    count: int
    vertices: int


class Outcome(NamedTuple):
    passed: int
    queries: int
    failed: list[tuple[int, list[str]]]  # index of the case, what differs
    given_up: bool


def check_chunk(chunk: Chunk) -> Outcome:
    indices = range(chunk.start, chunk.start + chunk.count)
    cases = [make_case(case_seed(chunk.seed, index), chunk.vertices) for index in indices]
    passed = queries = 0
    failed = []
    given_up = False
    for index, case, reply in zip(indices, cases, ask_all(chunk.command, cases)):
        if reply.trouble == NOT_ASKED:
            given_up = True
            continue
        queries += len(case["queries"])
        try:
            found = differences(expect(case), reply)
        except Exception as problem:  # a fault of the oracle must not pass for agreement
            found = [f"{ORACLE_FAILED}: {type(problem).__name__}: {problem}"]
        if found:
            failed.append((index, found))
        else:
            passed += 1
    return Outcome(passed, queries, failed, given_up)


def report(arguments: argparse.Namespace, command: list[str], index: int,
           found: list[str]) -> None:
    """Shrinks a failing case and prints it with both answers."""
    case = make_case(case_seed(arguments.seed, index), arguments.vertices)
    kind = nature(found)
    if kind == ORACLE_FAILED:
        print(f"--- seed {arguments.seed}, case {index}: {found[0]}")
        print(json.dumps(case), flush=True)
        return

    def fails(candidate: Json) -> bool:
        try:
            expected = expect(candidate)
        except (KeyError, ValueError):
            return False  # no case any more
        return nature(differences(expected, ask_one(command, candidate))) == kind

    if fails(case):  # else it depends on what was asked before: shown as it is
        case = shrink(case, fails)
    expected, reply = expect(case), ask_one(command, case)
    print(f"--- seed {arguments.seed}, case {index}, shrunk")
    for line in differences(expected, reply) or ["alone, the case passes; in its batch:"] + found:
        print(f"  {line}")
    document = {
        "seed": arguments.seed, "index": index, "differences": differences(expected, reply),
        "case": case, "oracle": expected,
        "driver": reply.document if reply.document is not None else reply.trouble,
    }
    print(json.dumps(document), flush=True)
    if arguments.keep:
        path = Path(arguments.keep) / f"case-{arguments.seed}-{index}.json"
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        print(f"  kept as {path}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check a driver of the engine on random cases.")
    parser.add_argument("--driver", required=True,
                        help="the program, or a command line such as 'python3 oracle.py'")
    parser.add_argument("--graphs", type=int, default=10000, help="how many cases")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="index of the first case")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes")
    parser.add_argument("--keep", metavar="DIR", help="write failing cases there, shrunk")
    parser.add_argument("--show", type=int, default=5, help="how many failing cases to shrink")
    parser.add_argument("--vertices", type=int, default=13, help="most artifacts of a case")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    if Path(arguments.driver).exists():
        command = [os.path.abspath(arguments.driver)]
    else:
        command = shlex.split(arguments.driver)
    if arguments.keep:
        Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    end = arguments.start + arguments.graphs
    print(f"seed {arguments.seed}, cases {arguments.start} to {end - 1}", flush=True)
    try:
        run_driver(command, [], CASE_SECONDS)
    except OSError as problem:
        print(f"cannot start the driver: {problem}")
        print(f"0 passed, {arguments.graphs} failed")
        return 2

    chunks = [Chunk(command, arguments.seed, start, min(BATCH, end - start), arguments.vertices)
              for start in range(arguments.start, end, BATCH)]
    began = time.monotonic()
    passed = queries = asked = 0
    failed: list[tuple[int, list[str]]] = []
    announced = began
    executor = ProcessPoolExecutor(max(1, arguments.jobs))
    try:
        for chunk, outcome in zip(chunks, executor.map(check_chunk, chunks)):
            passed += outcome.passed
            queries += outcome.queries
            failed += outcome.failed
            asked += outcome.passed + len(outcome.failed)
            if time.monotonic() - announced > 30:
                announced = time.monotonic()
                print(f"... {asked} asked, {len(failed)} failed", file=sys.stderr, flush=True)
            if outcome.given_up:
                print(f"case {chunk.start} and after: {NOT_ASKED}")
                break
    except BrokenProcessPool as problem:
        print(f"a worker process was lost: {problem}")
    executor.shutdown(cancel_futures=True)
    seconds = time.monotonic() - began

    for index, found in failed[:arguments.show]:
        report(arguments, command, index, found)
    if len(failed) > arguments.show:
        print(f"--- further failing cases: {len(failed) - arguments.show}, the first of them:")
        for index, found in failed[arguments.show:arguments.show + 50]:
            print(f"  case {index}: {found[0].splitlines()[0]}")
    print(f"{asked} graphs, {queries} queries in {seconds:.1f} s")
    # What was not asked has not passed.
    print(f"{passed} passed, {arguments.graphs - passed} failed")
    return 0 if passed == arguments.graphs else 1


if __name__ == "__main__":
    sys.exit(main())
