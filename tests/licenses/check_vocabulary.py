#!/usr/bin/env python3
"""Checks what the built-in licences say together, beyond what `catalog lint` checks file by file.

usage: check_vocabulary.py [ROOT]       ROOT: the checkout (default: the one this file lies in)

Exit status 77: PyYAML is not there. It complains, one line each, and then exits with 1, about

- a purpose or fact that is defined twice, or two of them with the same words;
- a harmful purpose or a fact that no licence uses (lists that hold every harmful purpose do not count);
- a licence whose use policy was not at hand (it asks for the fact use-policy-checked) and whose list lacks a harmful
  purpose: that purpose would come out as permitted;
- a part of a licence for AI that says `basis: text` although `texts` names no document with its SHA-256 for that part;
- a word in a table (tests/licenses/*.tsv) that is no purpose, fact or key, or a table for a licence that does not exist.
"""

import glob
import os
import re
import sys

try:
    import yaml
except ImportError:
    print("PyYAML is not there: nothing was checked")
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML 1.2: `on`, `no` and the like are words."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

PARTS = ("grant", "duties", "policy", "limits")
# The classes of licences that are written for models, data sets and services of AI; LicenseRef ids alone, because SPDX's
# own texts are named by their ids.
AI_CLASSES = ("responsible-ai", "community", "non-commercial", "proprietary")
KEYS = {"mau", "revenue", "attributable", "royalty", "region", "established", "purpose", "entity"}
VERDICTS = {"permitted", "conditional", "undetermined", "prohibited", "due", "none"}
# Not copied from the licence that `based_on` names.
OWN = {"id", "name", "hub", "aliases", "url", "dated", "later_versions", "later_editions", "file"}


def read(root):
    licenses, words = {}, {"purposes": [], "facts": []}
    for path in sorted(glob.glob(os.path.join(root, "engine/catalog/**/*.yaml"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            data = yaml.load(file, Loader) or {}
        for entry in data.get("licenses", []):
            licenses[entry["id"]] = dict(entry, file=os.path.relpath(path, root))
        for kind, found in words.items():
            found += data.get(kind, [])
    return licenses, words


def resolve(licenses, id_):
    entry = licenses[id_]
    if "based_on" not in entry:
        return entry
    result = {k: v for k, v in resolve(licenses, entry["based_on"]).items() if k not in OWN}
    for key, value in entry.items():
        if key == "rights" and isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = {**result[key], **value}
        else:
            result[key] = value
    return result


def conditions(value):
    """All conditions below a value of an entry."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "when":
                yield inner
            else:
                yield from conditions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from conditions(inner)


def check(root):
    licenses, words = read(root)
    for kind in ("purposes", "facts"):
        by_id, by_words = {}, {}
        for word in words[kind]:
            says = re.sub(r"\W+", " ", word["says"]).strip().lower()
            if word["id"] in by_id:
                same = "the same words" if by_id[word["id"]] == says else "different words"
                yield f"{kind}: {word['id']} is defined twice, with {same}"
            elif says in by_words:
                yield f"{kind}: {word['id']} says what {by_words[says]} says"
            by_id.setdefault(word["id"], says)
            by_words.setdefault(says, word["id"])

    harmful = [word["id"] for word in words["purposes"] if word.get("harmful")]
    used = set()
    for id_, entry in licenses.items():
        whole = resolve(licenses, id_)
        asked = " ".join(conditions([whole.get("rights"), whole.get("restrictions")]))
        policy = (whole.get("use_policy") or {}).get("purposes", [])
        used |= set(re.findall(r"[A-Za-z0-9-]+", asked))
        if "use-policy-checked" in asked:
            missing = [purpose for purpose in harmful if purpose not in policy]
            if missing:
                yield f"{entry['file']}: {id_} does not ask whether the use policy allows: {', '.join(missing)}"
        else:
            used |= set(policy)

        if not id_.startswith("LicenseRef-") or whole.get("class") not in AI_CLASSES:
            continue
        if entry["file"].startswith("engine/catalog/licenses/software-"):
            continue
        basis = whole.get("basis")
        texts = [text for text in whole.get("texts") or [] if re.fullmatch("[0-9a-f]{64}", str(text.get("sha256")))]
        named = {part for text in texts for part in text["parts"]}
        for part in PARTS:
            if (basis if isinstance(basis, str) else (basis or {}).get(part)) != "text" or part in named:
                continue
            if part == "policy" and not whole.get("use_policy"):
                continue
            yield f"{entry['file']}: {id_}: {part} has basis text, but no text of it is named with its SHA-256"

    for word in harmful + [word["id"] for word in words["facts"]]:
        if word not in used:
            yield f"vocabulary: no licence uses {word}"

    known = {id_.lower() for id_ in licenses}
    purposes = {word["id"] for word in words["purposes"]}
    facts = {word["id"] for word in words["facts"]}
    for path in sorted(glob.glob(os.path.join(root, "tests/licenses/*.tsv"))):
        name = os.path.relpath(path, root)
        if os.path.basename(path)[: -len(".tsv")] not in known:
            yield f"{name}: the catalogue has no such licence"
        with open(path, encoding="utf-8") as file:
            rows = [(n, line.rstrip("\n").split("\t")) for n, line in enumerate(file, 1)]
        seen = set()
        for n, row in rows:
            if row[0].startswith("#") or row in ([""], ["as", "right", "context", "verdict", "section"]):
                continue
            if len(row) != 5 or row[3] not in VERDICTS:
                yield f"{name}:{n}: not five columns with a verdict"
                continue
            if tuple(row[:3]) in seen:
                yield f"{name}:{n}: the same question as above"
            seen.add(tuple(row[:3]))
            for item in row[2].split() if row[2] != "-" else []:
                key, _, value = item.partition("=")
                if key not in KEYS | facts:
                    yield f"{name}:{n}: {key} is neither a key nor a fact"
                if key == "purpose":
                    for purpose in value.split(","):
                        if purpose not in purposes:
                            yield f"{name}:{n}: {purpose} is no purpose"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    complaints = list(check(root))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
