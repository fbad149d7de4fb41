#!/bin/bash
# tools/ci: the script behind the GitHub Action and the pre-commit hook. Usage: ci_test.sh ROOT CLI
set -euo pipefail
root=$1
export LINEAGE_CLI=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_DATA_HOME=$work/data HOME=$work
script=$root/tools/ci/lineage-policy
mkdir -p "$work/acme/bot" "$work/acme/chat"
printf -- '---\nlicense: apache-2.0\nbase_model: mosaicml/mpt-7b-instruct\n---\n' >"$work/acme/bot/README.md"
printf '{"_name_or_path": "mosaicml/mpt-7b-chat"}' >"$work/acme/chat/config.json"
cat >"$work/policy.yaml" <<'POLICY'
policy: test
rights: [commercial-use]
classes: {deny: [non-commercial]}
findings: {unverified-training-data: ignore}
POLICY

fail() {
  echo "ci_test: $*" >&2
  exit 1
}
expect() { # status, then the command
  local want=$1 status=0
  shift
  "$@" >"$work/out" 2>"$work/err" || status=$?
  [[ $status == "$want" ]] || { cat "$work/out" "$work/err" >&2; fail "$*: status $status instead of $want"; }
}
expect 0 "$script" --policy "$work/policy.yaml" "$work/acme/bot/README.md"
expect 2 "$script" --policy "$work/policy.yaml" -o github "$work/acme/chat/config.json" "$work/acme/chat"
grep -q '^::error ' "$work/out" || fail "no annotation"
[[ $(grep -c 'local/chat' "$work/out") -ge 1 ]] || fail "the model is not named"
expect 0 "$script" --policy "$work/policy.yaml"
expect 64 "$script" "$work/acme/bot"
expect 4 "$script" --policy "$work/policy.yaml" no/such-model
# What is only not known fails, unless it is let pass.
expect 3 "$script" --policy "$work/policy.yaml" EleutherAI/pythia
expect 0 "$script" --policy "$work/policy.yaml" --allow-open EleutherAI/pythia
# The definitions are well-formed and name things that exist.
/usr/bin/python3 - "$root" <<'PYTHON'
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
action = (root / "tools/ci/github-action/action.yml").read_text()
assert "../lineage-policy" in action and "using: composite" in action
hooks = root / ".pre-commit-hooks.yaml"
assert hooks.resolve() == root.resolve() / "tools/ci/pre-commit-hooks.yaml"
entries = re.findall(r"entry: (\S+)", hooks.read_text())
assert len(entries) == 2 and all((root / entry).is_file() for entry in entries), entries
PYTHON
echo "ci_test: passed"
