#!/usr/bin/env python3
"""Shows that binaries are hardened as Debian's are: `hardening.py BINARY...`, by readelf and objdump.

Position independent; the stack not executable; all symbols bound at the start and read-only from then
on; stack protector and checked functions of the C library used; on x86-64 every function that can be
jumped to begins with endbr64. The mark by which a kernel would enforce the last (IBT in the ELF
notes) is not asked for: the start-up objects of Debian 12's C library lack it, and linkers drop it then.
"""

from __future__ import annotations

import re
import subprocess
import sys


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def problems_of(binary: str) -> list[str]:
    header = output("readelf", "-hW", binary)
    segments = output("readelf", "-lW", binary)
    dynamic = output("readelf", "-dW", binary)
    symbols = output("readelf", "-sW", "--dyn-syms", binary)
    problems = []

    def need(good: object, what: str) -> None:
        if not good:
            problems.append(f"{binary}: {what}")

    need(re.search(r"Type:\s+DYN", header) and re.search(r"FLAGS_1.*\bPIE\b", dynamic), "is not position independent (-pie)")
    need(re.search(r"GNU_STACK.*\bRW\s", segments), "has an executable stack")
    need("GNU_RELRO" in segments, "has no part that is read-only after the start (-z relro)")
    need(re.search(r"FLAGS\).*BIND_NOW|FLAGS_1.*\bNOW\b", dynamic), "binds symbols lazily (-z now)")
    need("TEXTREL" not in dynamic, "relocates its code")
    need("__stack_chk_fail" in symbols, "has no stack protector (-fstack-protector-strong)")
    checked = set(re.findall(r"\b(__\w+_chk)\b", symbols))
    need(checked, "uses no checked functions of the C library (-D_FORTIFY_SOURCE=2)")
    if re.search(r"Machine:.*X86-64", header):
        code = output("objdump", "-d", "--no-show-raw-insn", "--disassemble=main", binary)
        need(re.search(r"<main>:\n\s+\w+:\s+endbr64", code), "has functions without endbr64 (-fcf-protection)")
    return problems


def main() -> int:
    problems = [problem for binary in sys.argv[1:] for problem in problems_of(binary)]
    print("\n".join(problems) if problems else f"{len(sys.argv) - 1} binaries are hardened")
    return 1 if problems or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
