#!/bin/bash
# Feeds the layering check trees that break each rule, and sees it fail.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

try() { # file, line, expected words
  rm -rf "$tree/engine" "$tree/service"
  mkdir -p "$tree/engine/base" "$tree/engine/model" "$tree/engine/graph" "$tree/service/client"
  printf '%s\n' "$2" >"$tree/$1"
  if out=$(python3 "$root/tools/check-layering.py" "$tree"); then
    echo "not seen: $1: $2"
    exit 1
  fi
  [[ $out == *"$1:1: "*"$3"* ]] || { echo "wrong words: $out"; exit 1; }
}
try engine/base/a.h '#include "engine/model/b.h"' 'may not include engine/model'
try engine/graph/a.cc '#include "engine/catalog/b.h"' 'may not include engine/catalog'
try engine/graph/a.h '#include <boost/graph/graph_traits.hpp>' '.cc files only'
try engine/model/a.cc '#include "lineage/v1/terms.pb.h"' 'stay out of engine'
try service/a.cc '#include "tools/cli/b.h"' 'may not include tools/cli'
try service/client/a.cc '#include "engine/engine.h"' 'may not include engine'
rm -rf "$tree/engine" "$tree/service"
mkdir -p "$tree/engine/model"
echo '#include "engine/base/date.h"' >"$tree/engine/model/a.h"
python3 "$root/tools/check-layering.py" "$tree"
echo "layering self-test: ok"
