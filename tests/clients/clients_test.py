#!/usr/bin/env python3
"""Runs the documented clients against the real daemon.

    clients_test.py python --root DIR --daemon PATH
    clients_test.py cpp --root DIR --daemon PATH --build DIR
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
from golden import server  # noqa: E402

WANTED = {
    "python": ["revision 2: claim ", "commercial use: VERDICT_", "release: VERDICT_", "INVALID_ARGUMENT - claims[0].statement: is missing",
               "merged with mpt-7b-chat: VERDICT_PROHIBITED", "  replace mosaicml/mpt-7b-chat", "may be sold: acme/support-bot",
               "models of ours: 1", "asks for something: acme/support-bot, mosaicml/mpt-7b-instruct", "licences fit, such as ", "verdicts would change",
               "following since our claim"],
    "cpp": ["RIGHT_COMMERCIAL_USE VERDICT_PERMITTED"],
}


def documented(root: pathlib.Path, example: str) -> bool:
    """The document shows the file as it is."""
    text = (root / "docs" / "clients.md").read_text()
    blocks = re.findall(r"```\w+\n(.*?)```", text, re.S)
    return (root / "docs" / "examples" / example).read_text() in blocks


def run(*words: object, cwd: object = None) -> str:
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300, cwd=cwd,
                            check=False)
    if result.returncode != 0:
        sys.exit(f"{words[0]}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=WANTED)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--daemon", required=True)
    parser.add_argument("--build")
    arguments = parser.parse_args()
    root = arguments.root
    example = "client.py" if arguments.what == "python" else "client.cc"
    if not documented(root, example):
        sys.exit(f"docs/clients.md does not show docs/examples/{example} as it is")
    with tempfile.TemporaryDirectory() as folder, server(arguments.daemon) as address:
        if arguments.what == "python":
            plugin = run("which", "grpc_python_plugin").strip()
            protos = sorted(path.relative_to(root / "proto") for path in (root / "proto/lineage/v1").glob("*.proto"))
            run("protoc", f"--plugin=protoc-gen-grpc_python={plugin}", "-I", root / "proto", f"--python_out={folder}",
                f"--grpc_python_out={folder}", *protos)
            script = pathlib.Path(folder) / example
            script.write_text((root / "docs/examples" / example).read_text())
            out = run(sys.executable, script, address)
        else:
            run("cmake", "--install", arguments.build, "--prefix", f"{folder}/prefix")
            run("cmake", "-S", root / "tests/clients/cpp", "-B", f"{folder}/build", f"-DCMAKE_PREFIX_PATH={folder}/prefix",
                f"-DEXAMPLE={root}/docs/examples/{example}")
            run("cmake", "--build", f"{folder}/build")
            out = run(f"{folder}/build/client", address, "mosaicml/mpt-7b")
    print(out)
    missing = [words for words in WANTED[arguments.what] if words not in out]
    for words in missing:
        print("missing:", words)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
