#!/usr/bin/env python3
"""Random cases: a small catalogue and questions about it, in the form that a driver reads.

A case depends on its seed alone. The numbers below are chosen so that most verdicts hang on one
or two terms: a graph in which everything is prohibited anyway would hide most mistakes.

    generate.py [--seed TEXT] [--count N]     prints cases, one per line
"""

from __future__ import annotations

import argparse
import json
import random
from typing import Any, Optional, Sequence

from oracle import RANK, RELATION_CLASS, RIGHTS, SCOPES, day, parse_expression, text_of

Json = dict[str, Any]

PURPOSES = ("military", "surveillance", "medical", "advertising")
HARMFUL = ("military", "surveillance")
REGIONS = {"EU": ("AT", "BE", "DE"), "NA": ("CA", "US")}
COUNTRIES = ("AT", "BE", "DE", "CA", "US")
ENTITIES = ("individual", "academic")
NUMBERS = {
    "monthly-active-users": ("1e6", "700e6"),
    "annual-revenue-usd": ("1000000", "20e6"),
    "share-of-royalty": ("0.25", "0.5"),
}
CLASSES = ("open-source", "open-content", "responsible-ai", "community", "non-commercial",
           "no-derivatives", "proprietary")
DUTIES = ("attribution", "include-license", "state-changes", "share-alike",
          "pass-on-restrictions", "disclose-source", "name-prefix", "display-notice",
          "no-endorsement", "notify-licensor", "pay-royalty")
TRIGGERS = ("use", "distribution", "service", "modification")
DAYS = ("2023-01-15", "2023-06-01", "2023-11-30", "2024-01-01", "2024-02-29", "2024-07-01",
        "2025-01-01", "2025-03-01", "2025-09-01")
LAST_DAY = "2025-12-31"
# How often each class of relation is drawn.
CLASS_WEIGHTS = {"copy": 24, "adaptation": 30, "adapter": 12, "output": 11, "training": 15,
                 "none": 8}
ORGANIZATIONS = ("acme", "blue", "corvid", "delta")
PREFIX = {"dataset": "datasets/", "service": "services/", "code": "code/"}


def draw_count(draw: random.Random) -> int:
    """Mostly once; at times several edges lie between the same two."""
    return draw.choice((1, 1, 1, 2))


class Maker:
    """Draws one case."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        # Few days in a case, so that sources tie and questions fall on an interval's ends.
        self.days = sorted(self.random.sample(DAYS, self.random.randint(2, 5)))
        self.license_ids: list[str] = []
        self.exception_ids: list[str] = []
        self.expressions: list[str] = []
        self.organizations: list[str] = []
        # A case about choices: few artifacts, many ORs, licences that differ in much.
        self.choosy = self.random.random() < 0.15

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def some(self, words: Sequence[str], least: int = 1, most: int = 2) -> list[str]:
        """Between `least` and `most` different words."""
        most = min(most, len(words))
        return self.random.sample(list(words), self.random.randint(min(least, most), most))

    # --- licences ---

    def comparison(self, policy: bool) -> str:
        choose = self.random.choice
        kind = self.random.random()
        if kind < 0.5:
            key = choose(list(NUMBERS))
            operator = self.random.choices(("<=", "<", ">=", ">", "=", "!="),
                                           (8, 3, 3, 3, 1, 1))[0]
            return f"{key} {operator} {choose(NUMBERS[key])}"
        key, words = choose((("region", tuple(REGIONS) + COUNTRIES), ("purpose", PURPOSES),
                             ("entity", ENTITIES)))
        if kind < 0.62:
            return f"{key} {choose(('=', '!='))} {choose(words)}"
        operator = choose(("in", "not in"))
        if key == "purpose" and policy and self.chance(0.6):
            return f"purpose {operator} use-policy"
        if self.chance(0.2):
            return f"{key} {operator} {choose(words)}"
        return f"{key} {operator} {{{', '.join(self.some(words, 1, 3))}}}"

    def condition(self, policy: bool, depth: int = 0) -> str:
        if depth == 2 or self.chance(0.6):
            return self.comparison(policy)
        word = self.random.choice((" and ", " or "))
        parts = []
        for _ in range(self.random.randint(2, 3)):
            part = self.condition(policy, depth + 1)
            # Without parentheses `and` binds closer than `or`: leave them out at times.
            compound = " and " in part or " or " in part
            parts.append(f"({part})" if compound and self.chance(0.7) else part)
        return word.join(parts)

    def scopes(self) -> Optional[list[str]]:
        """None stands for the default."""
        if self.chance(0.5):
            return None
        return sorted(self.some(SCOPES, 1, 3), key=SCOPES.index)

    def clause(self, entry: Json, scopes: Optional[list[str]]) -> Json:
        if scopes is not None:
            entry["scopes"] = scopes
        entry["section"] = str(self.random.randint(1, 9))
        entry["says"] = "A clause."
        return entry

    def answer(self, temper: float, policy: bool, scopes: Optional[list[str]]) -> Json:
        if not self.chance(temper):
            return self.clause({"answer": "permitted"}, scopes)
        answer = self.random.choices(
            ("prohibited", "conditional", "undetermined", "silent", "unreviewed"),
            (40, 40, 8, 6, 6))[0]
        entry: Json = {"answer": answer}
        if answer == "conditional":
            entry["when"] = self.condition(policy)
        return self.clause(entry, scopes)

    def answers(self, temper: float, policy: bool) -> Any:
        """One right's entry, or entries, of which at least one has scope work."""
        first = self.scopes()
        if first is None and self.chance(0.8):
            return self.answer(temper, policy, None)
        if first is not None and "work" in first and self.chance(0.5):
            return self.answer(temper, policy, first)
        entries = [self.answer(temper, policy, first)]
        if first is not None and "work" not in first:
            entries.append(self.answer(temper, policy, ["work"]))
        if self.chance(0.3):
            entries.append(self.answer(temper, policy, self.scopes()))
        return entries

    def duty(self, identifier: str) -> Json:
        kind = self.random.choices(DUTIES, [4 if d == "share-alike" else 1 for d in DUTIES])[0]
        entry: Json = {"duty": kind, "on": self.some(TRIGGERS, 1, 2)}
        if kind in ("name-prefix", "display-notice", "pay-royalty"):
            entry["value"] = {"name-prefix": "Acme", "display-notice": "Built with Acme",
                              "pay-royalty": "5 %"}[kind]
        scopes = self.scopes()
        if kind == "share-alike" and scopes is not None and self.chance(0.5):
            scopes = ["derivative"]  # the usual one
        if kind == "share-alike" or (kind == "pass-on-restrictions" and self.chance(0.5)):
            others = [other for other in self.license_ids if other != identifier]
            entry["satisfied_by"] = [identifier] + self.some(others, 0, 2)
        return self.clause(entry, scopes)

    def duties(self, identifier: str) -> list[Json]:
        return [self.duty(identifier) for _ in range(self.random.choice((0, 0, 1, 1, 2, 3)))]

    def license(self, identifier: str, earlier: Sequence[str]) -> Json:
        temper = self.random.choice((0.1, 0.3) if self.choosy else (0.0, 0.04, 0.1, 0.3))
        entry: Json = {
            "id": identifier,
            "name": f"Licence {identifier[11:]}",
            "url": "https://example.org/license",
            "later_versions": self.some(
                [other for other in self.license_ids if other != identifier], 0, 2),
        }
        if earlier and self.chance(0.12):
            # What it does not give it has from the other, its use policy included.
            entry["based_on"] = self.random.choice(list(earlier))
            if self.chance(0.3):
                entry["class"] = self.random.choice(CLASSES)
            if self.chance(0.7):
                entry["rights"] = {right: self.answers(0.5, False)
                                   for right in self.some(RIGHTS, 1, 3)}
            if self.chance(0.3):
                entry["restrictions"] = self.restrictions(False, self.random.randint(0, 1))
            if self.chance(0.3):
                entry["duties"] = self.duties(identifier)
            return entry
        policy = self.chance(0.4)
        entry["class"] = self.random.choice(CLASSES)
        entry["steward"] = "Example"
        entry["basis"] = "text"
        if policy:
            entry["use_policy"] = {"section": "A", "purposes": self.some(PURPOSES, 1, 3)}
        if self.chance(0.04):
            entry["rights"] = "unreviewed"
            entry["basis"] = "none"
        else:
            entry["rights"] = {right: self.answers(temper, policy) for right in RIGHTS}
        if policy or self.chance(0.1):
            entry["restrictions"] = self.restrictions(policy, self.random.randint(0, 2))
        entry["duties"] = self.duties(identifier)
        return entry

    def restrictions(self, policy: bool, count: int) -> list[Json]:
        entries = []
        for _ in range(count):
            when = self.condition(policy)
            if policy and self.chance(0.7):
                when = "purpose not in use-policy"
            entries.append(self.clause({"when": when, "rights": self.some(RIGHTS, 1, 3)},
                                       self.scopes() if self.chance(0.2) else None))
        return entries

    def exception(self, identifier: str) -> Json:
        entry: Json = {"id": identifier, "name": identifier, "says": "An exception.",
                       "drops_duties": ["share-alike"] if self.chance(0.7)
                       else self.some(DUTIES, 1, 3)}
        if self.chance(0.4):
            entry["scopes"] = self.some(SCOPES, 1, 3)
        return entry

    def leaf(self) -> str:
        text = self.random.choice(self.license_ids)
        if self.chance(0.18):
            text += "+"
        if self.chance(0.12):
            # An exception that nobody reviewed changes nothing.
            known = self.exception_ids and self.chance(0.85)
            text += " WITH " + (self.random.choice(self.exception_ids) if known
                                else "AdditionRef-unheard-of")
        return text

    def expression(self, choices: bool, depth: int = 0) -> str:
        single = 0.25 if self.choosy and depth == 0 else 0.55 if choices else 0.75
        if depth == 2 or self.chance(single):
            return self.leaf()
        word = " OR " if choices and self.chance(0.65) else " AND "
        parts = []
        for _ in range(2 if self.chance(0.8) else 3):
            part = self.expression(choices, depth + 1)
            parts.append(f"({part})" if " AND " in part or " OR " in part else part)
        text = word.join(parts)
        if word == " OR " and self.chance(0.3):
            text = text.replace("(", "").replace(")", "")  # AND binds closer than OR
        return text

    def expression_pool(self) -> list[str]:
        """Expressions of a case. No two of them say the same in another order."""
        choices = self.choosy or self.chance(0.35)
        pool: dict[str, str] = {}
        if not self.choosy:
            for identifier in self.license_ids:
                pool[identifier] = identifier
        for _ in range(self.random.randint(2, 6)):
            text = self.expression(choices)
            pool.setdefault(text_of(parse_expression(text)), text)
        return list(pool.values())

    # --- artifacts and claims ---

    def identifiers(self, count: int) -> list[Json]:
        artifacts = []
        for number in range(count):
            kind = self.random.choices(("checkpoint", "model", "dataset", "service", "code"),
                                       (50, 12, 20, 9, 9))[0]
            owner = ""
            if not self.chance(0.1):
                owner = self.random.choice(self.organizations)
                owner = (owner.capitalize() if self.chance(0.05) else owner) + "/"
            prefix = PREFIX.get(kind, "")
            artifacts.append({"id": f"{prefix}{owner}v{number}", "kind": kind,
                              "name": f"V{number}"})
        return artifacts

    def source(self, kind: Optional[str] = None) -> Json:
        said = self.random.choice(self.days)
        if self.chance(0.05):
            said = said[:self.random.choice((4, 7))]  # the month or the year alone
        if kind is None:
            kind = self.random.choices(
                list(RANK), (5, 15, 8, 30, 15, 10, 12, 5))[0]
        return {"kind": kind, "by": self.random.choice(ORGANIZATIONS), "said": said,
                "document": "https://example.org/document"}

    def claim(self, subject: str, statement: Json, interval: float = 0.15) -> Json:
        entry: Json = {"subject": subject, **statement, "source": self.source()}
        if self.chance(interval):
            first, last = self.random.choice(self.days), self.random.choice(self.days)
            form = self.random.random()
            if form < 0.35:
                entry["from"] = first
            elif form < 0.65:
                begin = day(entry["source"]["said"]) if "license" in statement else "0"
                if begin < last:
                    entry["until"] = last
            elif first < last:
                entry["from"], entry["until"] = first, last
        if self.chance(0.25):
            entry["revision"] = self.random.randint(1, 3)
        if self.chance(0.1):
            entry["where"] = "line 7"
        return entry

    def license_claims(self, subject: str, component: Optional[str]) -> list[Json]:
        beside = {} if component is None else {"component": component}
        claims = []
        for _ in range(self.random.choices((1, 2, 3), (65, 25, 10))[0]):
            statement = {"license": self.random.choice(self.expressions), **beside}
            claims.append(self.claim(subject, statement))
        if len(claims) > 1 and self.chance(0.4) and "until" not in claims[1]:
            # The same rank and day: they agree or they conflict. (An interval that ends was
            # drawn to fit its own source's day.)
            claims[1]["source"] = dict(claims[0]["source"])
            if claims[0]["source"]["kind"] == "license-file" and self.chance(0.3):
                claims[1]["source"]["kind"] = "terms-of-service"
        return claims

    def edge_pairs(self, count: int) -> list[tuple[int, int]]:
        """(child, parent) by number; a parent's number is smaller, except on a cycle."""
        shape = self.random.choice(("chain", "diamond", "tree", "random", "random"))
        pairs: list[tuple[int, int]] = []
        for child in range(1, count):
            if shape == "chain":
                parents = [child - 1]
            elif shape == "tree":
                parents = [self.random.randrange(child)]
            elif shape == "diamond":
                parents = [child - 1] if child % 3 else [child - 1, max(0, child - 2)]
                if child % 3 == 2:
                    parents = [max(0, child - 2)]
            else:
                parents = [self.random.randrange(child)
                           for _ in range(self.random.choice((0, 1, 1, 2, 2, 3)))]
            if shape != "random" and self.chance(0.15):
                parents.append(self.random.randrange(child))
            pairs += [(child, parent) for parent in parents]
        pairs += [pair for pair in pairs if self.chance(0.08)]  # several between the same two
        if count > 1 and self.chance(0.27):
            for _ in range(self.random.randint(1, 2)):
                back = self.random.sample(range(count), 2)
                pairs.append((min(back), max(back)))
                if self.chance(0.6):  # surely a cycle
                    pairs += [(max(back), min(back))] * draw_count(self.random)
        return pairs

    def relation(self) -> str:
        klass = self.random.choices(list(CLASS_WEIGHTS), list(CLASS_WEIGHTS.values()))[0]
        return self.random.choice([r for r in RELATION_CLASS if RELATION_CLASS[r] == klass])

    def edge_claims(self, child: str, parent: str, component: Optional[str]) -> list[Json]:
        relation = self.relation()
        beside = {} if component is None else {"component": component}
        claims = [self.claim(child, {relation: parent, **beside}, 0.08)]
        if self.chance(0.15):
            # Another source, that agrees or denies, on the same day and rank at times.
            claims.append(self.claim(child, {relation: parent, **beside}, 0.08))
            if self.chance(0.7):
                claims[-1]["denies"] = True
            if self.chance(0.3):
                claims[-1]["source"] = dict(claims[0]["source"])
        if self.chance(0.2):
            claims[0]["made"] = self.random.choice(self.days)
        return claims

    def make(self, most: int) -> Json:
        draw = self.random
        self.license_ids = [f"LicenseRef-L{n}" for n in range(1, draw.randint(2, 6) + 1)]
        self.exception_ids = [f"AdditionRef-E{n}" for n in range(1, draw.randint(0, 2) + 1)]
        self.organizations = draw.sample(ORGANIZATIONS, draw.randint(2, 4))
        licenses = [self.license(identifier, self.license_ids[:number])
                    for number, identifier in enumerate(self.license_ids)]
        exceptions = [self.exception(identifier) for identifier in self.exception_ids]
        self.expressions = self.expression_pool()
        parties = []
        if self.chance(0.4):
            parties.append({"name": "Party One",
                            "organizations": self.some(self.organizations, 1, 2)})

        count = draw.randint(2, min(most, 5) if self.choosy else most)
        artifacts = self.identifiers(count)
        names = [artifact["id"] for artifact in artifacts]
        claims: list[Json] = []
        silent = draw.choice((0.0, 0.0, 0.0, 0.05, 0.2))  # the share that nobody licensed
        pairs = self.edge_pairs(count)
        # A component that is licensed by itself, and that an edge can lead to.
        licensed_components: dict[int, str] = {}
        for number, artifact in enumerate(artifacts):
            if self.chance(0.12):
                component = draw.choice([c for c in ("code", "data", "docs", "weights")])
                licensed_components[number] = component
                claims += self.license_claims(artifact["id"], component)
        copies: set[int] = set()
        for child, parent in pairs:
            component = None
            if parent in licensed_components and self.chance(0.5):
                component = licensed_components[parent]
            elif self.chance(0.01):
                component = draw.choice(("weights", "code", "data", "docs"))
            made = self.edge_claims(names[child], names[parent], component)
            if any(RELATION_CLASS.get(key) == "copy" for key in made[0]):
                copies.add(child)
            claims += made
        for number, artifact in enumerate(artifacts):
            if not self.chance(0.55 if number in copies else silent):
                claims += self.license_claims(artifact["id"], None)
            if self.chance(0.12):
                for _ in range(draw.choice((1, 1, 2))):
                    name = draw.choice(list(self.organizations) + ["Party One", "Someone Else"])
                    claims.append(self.claim(artifact["id"], {"licensor": name}))
            if self.chance(0.4):
                parts = self.some(("weights", "code", "data", "docs"), 2, 4)
                claims.append(self.claim(artifact["id"], {"releases": parts}))
            if self.chance(0.03):
                claims.append(self.claim(artifact["id"], {"remark": "A remark."}))
        if self.chance(0.15):
            # A placeholder: only ever a parent, and nobody says anything of it.
            name = draw.choice(("acme/", "blue/", "")) + "unknown"
            artifacts.append({"id": name, "kind": "unresolved", "name": "Unknown"})
            for child in draw.sample(names, min(len(names), draw.randint(1, 2))):
                claims += self.edge_claims(child, name, None)
        draw.shuffle(claims)
        queries = [self.query(artifacts, licensed_components)
                   for _ in range(draw.randint(4, 6))]
        outer = []
        by_id = {artifact["id"]: artifact for artifact in artifacts}
        for claim in claims:
            if self.chance(0.3):  # written beside the artifact
                subject = claim.pop("subject")
                by_id[subject].setdefault("claims", []).append(claim)
            else:
                outer.append(claim)
        draw.shuffle(artifacts)
        return {
            "licenses": licenses, "exceptions": exceptions, "artifacts": artifacts,
            "claims": outer, "parties": parties,
            "purposes": [{"id": purpose, "says": "A purpose.", "harmful": purpose in HARMFUL}
                         for purpose in PURPOSES],
            "regions": [{"id": group, "members": list(members)}
                        for group, members in REGIONS.items()],
            "entities": list(ENTITIES),
            "queries": queries,
        }

    # --- questions ---

    def context(self) -> Json:
        draw = self.random
        given = draw.choice((0.0, 0.5, 0.8, 1.0))
        context: Json = {}
        if self.chance(given):
            context["monthly-active-users"] = draw.choice((0, 1000000, 5e6, 700e6, 700000001))
        if self.chance(given):
            context["annual-revenue-usd"] = draw.choice((0, 999999.5, 1e6, 20000000, 5e9))
        if self.chance(given):
            context["share-of-royalty"] = draw.choice((0, 0.25, 0.3, 0.5, 1))
        if self.chance(given):
            context["region"] = self.some(COUNTRIES, 1, 3)
        if self.chance(given):
            context["purpose"] = self.some(PURPOSES, 1, 2)
        if self.chance(given):
            context["entity"] = draw.choice(ENTITIES)
        return context

    def query(self, artifacts: list[Json], components: dict[int, str]) -> Json:
        draw = self.random
        # The late ones have the most above them.
        number = max(draw.randrange(len(artifacts)) for _ in range(draw.choice((1, 2, 2, 3))))
        query: Json = {"artifact": artifacts[number]["id"]}
        if components and self.chance(0.08):
            number = draw.choice(list(components))
            query = {"artifact": artifacts[number]["id"], "component": components[number]}
        query["stance"] = draw.choices(("cautious", "standard", "permissive"), (3, 5, 2))[0]
        query["as_of"] = LAST_DAY if self.chance(0.72) else draw.choice(self.days)
        if self.chance(0.25):
            query["at_revision"] = draw.randint(1, 3)
        query["claims_policy"] = "strictest" if self.chance(0.15) else "ranked"
        query["undeclared"] = "prohibited" if self.chance(0.15) else "undetermined"
        query["adapter"] = "alone" if self.chance(0.25) else "with-base"
        query["rights"] = (list(RIGHTS) if self.chance(0.3)
                           else self.some(RIGHTS, 1, draw.choice((2, 3, 5, 9))))
        query["context"] = self.context()
        return query


def make_case(seed: str, most_vertices: int = 13) -> Json:
    """The case of a seed; a placeholder may come on top of `most_vertices`."""
    return Maker(seed).make(most_vertices)


def case_seed(seed: int, index: int) -> str:
    return f"{seed}:{index}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Print random cases, one per line.")
    parser.add_argument("--seed", default="1:0", help="the seed of the first case (N:INDEX)")
    parser.add_argument("--count", type=int, default=1)
    arguments = parser.parse_args()
    first, _, index = arguments.seed.partition(":")
    for offset in range(arguments.count):
        print(json.dumps(make_case(case_seed(int(first), int(index or 0) + offset))))


if __name__ == "__main__":
    main()
