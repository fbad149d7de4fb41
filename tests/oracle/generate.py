#!/usr/bin/env python3
"""Random cases: a small catalogue and questions about it, in the form that a driver reads.

A case depends on its seed alone. The numbers below are chosen so that most verdicts hang on one
or two terms: a graph in which everything is prohibited anyway would hide most mistakes.

    generate.py [--seed TEXT] [--count N]     prints cases, one per line
"""

from __future__ import annotations

import argparse
import copy
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
FACTS = ("competes-with-licensor", "performs-similarly", "human-review")
NUMBERS = {
    "monthly-active-users": ("1e6", "700e6"),
    "annual-revenue-usd": ("1000000", "20e6"),
    "attributable-revenue-usd": ("1000000", "20e6"),
    "share-of-royalty": ("0.25", "0.5"),
}
CLASSES = ("open-source", "open-content", "responsible-ai", "community", "non-commercial",
           "no-derivatives", "proprietary")
DUTIES = ("attribution", "include-license", "state-changes", "share-alike",
          "pass-on-restrictions", "disclose-source", "name-prefix", "display-notice",
          "no-endorsement", "notify-licensor", "pay-royalty")
DUTY_WEIGHTS = [{"share-alike": 8, "pass-on-restrictions": 4}.get(duty, 1) for duty in DUTIES]
TRIGGERS = ("use", "distribution", "service", "modification")
IMPOSITIONS = ("patent-termination", "advertising", "acknowledgment", "choice-of-law")
DAYS = ("2023-01-15", "2023-06-01", "2023-11-30", "2024-01-01", "2024-02-29", "2024-07-01",
        "2025-01-01", "2025-03-01", "2025-09-01")
LAST_DAY = "2025-12-31"
SWITCHES = ("weights-derive-from-data", "training-excepted", "outputs-derive",
            "contract-runs-with-outputs", "database-right", "weights-protected")
# How often each class of relation is drawn.
CLASS_WEIGHTS = {"copy": 17, "inside": 12, "beside": 11, "adaptation": 28, "adapter": 7,
                 "output": 10, "training": 11, "none": 4}
ORGANIZATIONS = ("acme", "blue", "corvid", "delta")
PREFIX = {"dataset": "datasets/", "service": "services/", "code": "code/"}
UNKNOWN_LICENSES = ("house terms", "see the website")
UNKNOWN_ID = "LicenseRef-unheard-of"
STEPS = {"fine-tune": 5, "copy": 3, "merge": 3, "data": 1, "bundle": 1}


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
        self.parties: list[Json] = []
        self.family: list[str] = []  # an agreement without a day, and its editions
        # What a case is about. Choices: few artifacts, many ORs, licences that differ in much.
        # Outputs: few artifacts, most of which something was generated with or trained on.
        about = self.random.random()
        self.choosy = about < 0.15
        self.outputs = about > 0.75
        # How often a licence of the case has one of the keys that are no right and no duty.
        self.keyed = self.random.choice((0.1, 0.25, 0.5))
        self.imposed = self.random.sample(IMPOSITIONS, 2)

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
        if kind < 0.15:
            fact = choose(FACTS)
            likely = "no" if fact == "competes-with-licensor" else "yes"
            value = likely if self.chance(0.8) else choose(("yes", "no"))
            return f"{fact} {'=' if self.chance(0.85) else '!='} {value}"
        if kind < 0.5:
            key = choose(list(NUMBERS))
            if self.chance(0.12):  # between two limits
                return f"{key} > {NUMBERS[key][0]} and {key} < {NUMBERS[key][1]}"
            operator = self.random.choices(("<=", "<", ">=", ">", "=", "!="),
                                           (8, 3, 3, 3, 1, 1))[0]
            return f"{key} {operator} {choose(NUMBERS[key])}"
        key, words = choose((("region", tuple(REGIONS) + COUNTRIES),
                             ("established-in", tuple(REGIONS) + COUNTRIES),
                             ("purpose", PURPOSES), ("purpose", PURPOSES), ("entity", ENTITIES)))
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
            (40, 40, 20, 10, 10) if self.outputs else (40, 40, 8, 6, 6))[0]
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
        kind = self.random.choices(DUTIES, DUTY_WEIGHTS)[0]
        entry: Json = {"duty": kind, "on": self.some(TRIGGERS, 1, 2)}
        if kind in ("name-prefix", "display-notice", "pay-royalty"):
            entry["value"] = {"name-prefix": "Acme", "display-notice": "Built with Acme",
                              "pay-royalty": "5 %"}[kind]
        scopes = self.scopes()
        if kind == "share-alike" and scopes is not None and self.chance(0.5):
            scopes = ["derivative"]  # the usual one
        if kind == "share-alike" or (kind == "pass-on-restrictions" and self.chance(0.4)):
            others = [other for other in self.license_ids if other != identifier]
            entry["satisfied_by"] = [identifier] + self.some(others, 0, 3)
        if kind == "share-alike":
            entry["satisfied_by"][1:] = [
                self.clause({"license": other,
                             "on": self.random.choice(("merge", "combine", "notice", "adaptation"))}, None)
                if self.chance(0.35) else other for other in entry["satisfied_by"][1:]]
            if self.chance(0.35):
                entry["in_collections"] = "contested"
        return self.clause(entry, scopes)

    def duties(self, identifier: str) -> list[Json]:
        return [self.duty(identifier) for _ in range(self.random.choice((0, 0, 0, 1, 1, 2, 3)))]

    def license(self, identifier: str, earlier: Sequence[Json]) -> Json:
        temper = self.random.choice((0.1, 0.3) if self.choosy else (0.0, 0.0, 0.04, 0.1, 0.3))
        if self.outputs:  # the first licence is the model's, the others stay out of the way
            temper = 0.0 if earlier else 0.4
        entry: Json = {
            "id": identifier,
            "name": f"Licence {identifier[11:]}",
            "url": "https://example.org/license",
            "later_versions": self.some(
                [other for other in self.license_ids if other != identifier], 0, 2),
        }
        if self.family and identifier in self.family[1:]:
            self.edition(entry)
        bases = [other for other in earlier if "edition_of" not in other]
        if bases and self.chance(0.12):
            # What it does not give it has from the other, its use policy included.
            entry["based_on"] = self.random.choice(bases)["id"]
            if self.chance(0.3):
                entry["class"] = self.random.choice(CLASSES)
            if self.chance(0.7):
                entry["rights"] = {right: self.answers(0.5, False)
                                   for right in self.some(RIGHTS, 1, 3)}
            if self.chance(0.3):
                entry["restrictions"] = self.restrictions(False, self.random.randint(0, 1))
            if self.chance(0.3):
                entry["duties"] = self.duties(identifier)
            if self.chance(0.3):
                self.keys_of_a_text(entry)
            return entry
        relatives = [other for other in earlier
                     if "edition_of" in entry and "based_on" not in other
                     and entry["edition_of"] in (other["id"], other.get("edition_of"))]
        if relatives and self.chance(0.6):
            # Editions differ in little.
            for key, value in copy.deepcopy(self.random.choice(relatives)).items():
                entry.setdefault(key, value)
            if isinstance(entry["rights"], dict):
                for right in self.some(RIGHTS, 0, 2):
                    entry["rights"][right] = self.answers(0.6, False)
            return entry
        policy = self.chance(0.4)
        entry["class"] = self.random.choice(CLASSES)
        entry["steward"] = "Example"
        entry["basis"] = "none" if self.chance(0.03) else "text"
        if policy:
            entry["use_policy"] = {"section": "A", "purposes": self.some(PURPOSES, 1, 3)
                                   if self.chance(0.7) else list(PURPOSES)}
        if self.chance(0.04):
            entry["rights"] = "unreviewed"
            entry["basis"] = "none"
        else:
            entry["rights"] = {right: self.answers(temper, policy) for right in RIGHTS}
            if self.chance(0.2):
                # A contract about outputs.
                entry["rights"]["train-on-outputs"] = [self.clause(
                    {"answer": "conditional", "when": "competes-with-licensor = no"
                     + (" or " + self.comparison(policy) if self.chance(0.2) else "")},
                    ["work", "output"])]
            if self.chance(0.08):
                # No derivatives, in one way or another.
                right = self.random.choice(("modify", "redistribute-derivatives"))
                entry["rights"][right] = self.clause(
                    {"answer": "prohibited"}, None if self.chance(0.7) else ["work"])
        if policy or self.chance(0.1):
            entry["restrictions"] = self.restrictions(policy, self.random.randint(0, 2))
        entry["duties"] = self.duties(identifier)
        self.keys_of_a_text(entry)
        return entry

    def edition(self, entry: Json) -> None:
        entry["edition_of"] = self.family[0]
        others = [other for other in self.family[1:] if other != entry["id"]]
        if others and self.chance(0.5):
            entry["later_editions"] = self.some(others, 1, 2)

    def keys_of_a_text(self, entry: Json) -> None:
        """What a licence says beside rights and duties."""
        draw = self.random

        def sometimes(factor: float = 1.0) -> bool:
            return self.chance(self.keyed * factor)

        if self.parties and sometimes(0.6):
            entry["only_licensor"] = draw.choice(self.parties)["name"]
        if self.chance(0.9) if self.outputs and entry["id"] == self.license_ids[0] else (
                sometimes()):
            entry["models_from_outputs"] = self.clause(
                {"limit": "similar"} if self.chance(0.5) else {}, None)
        if sometimes(1.5):
            entry["formats_are_copies"] = self.clause({}, None)
        if sometimes(0.8):
            entry["parts_keep_license"] = self.clause({}, None)
        if sometimes(0.6):
            entry["copies_keep_license"] = self.clause({}, None)
            if self.chance(0.7):
                entry.setdefault("formats_are_copies", self.clause({}, None))
        if sometimes():
            entry["not_to_improve_others"] = self.clause({}, None)
        if sometimes():
            entry["imposes"] = [self.clause({"imposes": kind}, None)
                                for kind in self.some(self.imposed, 1, 2)]
        if sometimes():
            further = entry["further_restrictions"] = self.clause({}, None)
            if self.chance(0.6):
                further["on"] = draw.choice((["copy"], ["adaptation"], ["copy", "adaptation"]))
            if self.chance(0.4):
                further["allows"] = self.some(self.imposed, 1, 2)
            if "copy" in further.get("on", ["copy"]) and self.chance(0.6):
                entry.setdefault("formats_are_copies", self.clause({}, None))
        if self.chance(0.4):
            entry["revocable"] = self.chance(0.25)
        if self.chance(0.25):
            entry["osi_approved"] = True

    def restrictions(self, policy: bool, count: int) -> list[Json]:
        entries = []
        for _ in range(count):
            when = self.condition(policy)
            if policy and self.chance(0.7):
                when = "purpose not in use-policy"
            rights = self.some(RIGHTS, 1, 3)
            if self.chance(0.3):
                rights = ["modify", "redistribute-derivatives"][:self.random.randint(1, 2)]
            scopes = self.scopes() if self.chance(0.3) else None
            entries.append(self.clause({"when": when, "rights": rights},
                                       ["work"] if self.chance(0.15) else scopes))
        return entries

    def exception(self, identifier: str) -> Json:
        entry: Json = {"id": identifier, "name": identifier, "says": "An exception.",
                       "drops_duties": ["share-alike"] if self.chance(0.7)
                       else self.some(DUTIES, 1, 3)}
        if self.chance(0.4):
            entry["scopes"] = self.some(SCOPES, 1, 3)
        if self.chance(0.5):
            entry["for"] = "linking"
        if self.chance(0.6):
            entry["drops_impositions"] = self.some(self.imposed, 1, 2)
        return entry

    def leaf(self) -> str:
        text = self.random.choice(self.license_ids)
        if self.chance(0.18):
            text += "+"
        if self.chance(0.2 if self.exception_ids else 0.06):
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

    def identifiers(self, count: int, kinds: dict[int, str]) -> list[Json]:
        artifacts = []
        owner = ""
        for number in range(count):
            kind = kinds.get(number) or self.random.choices(
                ("checkpoint", "model", "dataset", "service", "code"), (48, 10, 24, 10, 8))[0]
            if self.chance(0.1):
                owner = ""
            elif not (self.outputs and number > 1 and self.chance(0.6)):  # else the same again
                owner = self.random.choice(self.organizations)
                owner = (owner.capitalize() if self.chance(0.05) else owner) + "/"
            prefix = PREFIX.get(kind, "")
            artifacts.append({"id": f"{prefix}{owner}v{number}", "kind": kind,
                              "name": f"V{number}"})
            if self.chance(0.4):
                artifacts[-1]["released"] = self.random.choice(self.days)
        return artifacts

    def source(self, kind: Optional[str] = None) -> Json:
        said = self.random.choice(self.days)
        if self.chance(0.05):
            said = said[:self.random.choice((4, 7))]  # the month or the year alone
        if kind is None:
            kind = self.random.choices(
                list(RANK), (5, 15, 8, 30, 15, 10, 10, 2, 5))[0]
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
                begin = day(entry["source"]["said"])
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
            statement: Json = {"license": self.random.choice(self.expressions), **beside}
            if self.chance(0.03):
                statement = {"license_as_found": self.random.choice(UNKNOWN_LICENSES), **beside}
            claims.append(self.claim(subject, statement))
            if claims[:-1] and self.chance(0.3):
                # The same party as before, and at times the same words.
                claims[-1]["source"]["by"] = claims[0]["source"]["by"]
                if "license" in claims[0] and self.chance(0.4):
                    claims[-1].pop("license_as_found", None)
                    claims[-1]["license"] = claims[0]["license"]
        if len(claims) > 1 and self.chance(0.4) and "until" not in claims[1]:
            # The same rank and day: they agree or they conflict. (An interval that ends was
            # drawn to fit its own source's day.)
            claims[1]["source"] = dict(claims[0]["source"])
            if claims[0]["source"]["kind"] == "license-file" and self.chance(0.3):
                claims[1]["source"]["kind"] = "terms-of-service"
        elif self.chance(0.25):
            # It was licensed otherwise before.
            first, then = sorted(self.random.sample(self.days, 2))
            claims = claims[:1]
            earlier = {"subject": subject, **beside, "source": self.source(),
                       "license": self.random.choice(self.expressions), "from": first}
            if self.chance(0.7):
                earlier["until"] = then
            claims[0].pop("until", None)
            claims[0]["from"] = then
            if self.chance(0.35):
                # From the beginning, but of a worse rank: it counts when the other has ended.
                claims[0]["from"] = first
                earlier["source"]["kind"], claims[0]["source"]["kind"] = "license-file", "hub-tag"
            claims.append(earlier)
        return claims

    def patterns(self, count: int) -> tuple[list[tuple[int, int, str]], dict[int, str]]:
        """Shapes that matter and that chance draws too rarely: edges, and the kinds they need."""
        draw = self.random
        edges: list[tuple[int, int, str]] = []
        kinds: dict[int, str] = {}
        if self.outputs:
            return self.chain_of_outputs(count)
        if count >= 3 and self.chance(0.35):
            # Data made with a model, a model trained on it, and perhaps one made from that.
            some = sorted(draw.sample(range(count), min(count, draw.choice((3, 3, 4)))))
            edges.append((some[1], some[0], draw.choice(("generated_with", "generated_with",
                                                         "distilled_from"))))
            edges.append((some[2], some[1], "trained_on"))
            kinds[some[1]] = "dataset"
            if len(some) == 4:
                edges.append((some[3], some[2], draw.choice(
                    ("finetuned_from", "converted_from", "distilled_from", "generated_with",
                     "incorporates", "merged_from"))))
        if self.chance(0.25):
            # Data that holds data.
            parent, child = sorted(draw.sample(range(count), 2))
            edges.append((child, parent, "bundles"))
            if not kinds:
                kinds = {parent: "dataset", child: "dataset"}
        if count >= 3 and self.chance(0.2):
            first, second, child = sorted(draw.sample(range(count), 3))
            edges += [(child, first, "merged_from"), (child, second, "merged_from")]
        return edges, kinds

    def chain_of_outputs(self, count: int) -> tuple[list[tuple[int, int, str]], dict[int, str]]:
        """Something made with a model, changed in between, trained on, and so on again."""
        between = ("derived_from_dataset", "derived_from_dataset", "finetuned_from", "bundles",
                   "bundles", "incorporates", "incorporates", "converted_from", "adapter_of",
                   "adapter_of", "adapter_of", "generated_with", "trained_on", "merged_from",
                   "supersedes")
        edges: list[tuple[int, int, str]] = []
        kinds: dict[int, str] = {}
        relation = ""
        for child in range(1, count):
            parent = child - 1 if self.chance(0.85) else self.random.randrange(child)
            if relation in ("", "trained_on") or self.chance(0.2):
                relation = self.random.choice(("generated_with", "generated_with",
                                               "distilled_from"))
            elif self.chance(0.55 if relation in between else 0.35):
                relation = "trained_on"
            else:
                relation = self.random.choice(between)
            if relation == "generated_with" and self.chance(0.7):
                kinds[child] = "dataset"
            edges.append((child, parent, relation))
        return edges, kinds

    def edge_pairs(self, count: int) -> list[tuple[int, int]]:
        """(child, parent) by number; a parent's number is smaller, except on a cycle."""
        shape = self.random.choice(("chain", "diamond", "tree", "random", "random"))
        pairs: list[tuple[int, int]] = []
        for child in range(1, count if not self.outputs or self.chance(0.15) else 1):
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

    def edge_claims(self, child: str, parent: str, component: Optional[str],
                    relation: Optional[str] = None) -> list[Json]:
        relation = relation or self.relation()
        beside = {} if component is None else {"component": component}
        claims = [self.claim(child, {relation: parent, **beside}, 0.08)]
        if self.chance(0.15):
            # Another source, that agrees or denies, on the same day and rank at times.
            claims.append(self.claim(child, {relation: parent, **beside}, 0.08))
            if self.chance(0.7):
                claims[-1]["denies"] = True
            if self.chance(0.3):
                claims[-1]["source"] = dict(claims[0]["source"])
        if self.chance(0.35):
            claims[0]["made"] = self.random.choice(self.days)
            if len(claims) > 1 and self.chance(0.3):
                claims[1]["made"] = self.random.choice(self.days)
            elif self.chance(0.25):
                # The same said twice, of two days.
                claims.append({**claims[0], "made": self.random.choice(self.days)})
        return claims

    def make(self, most: int) -> Json:
        draw = self.random
        self.license_ids = [f"LicenseRef-L{n}" for n in range(1, draw.randint(2, 6) + 1)]
        self.exception_ids = [f"AdditionRef-E{n}" for n in range(1, draw.randint(0, 2) + 1)]
        self.organizations = draw.sample(ORGANIZATIONS, draw.randint(2, 4))
        if self.chance(0.6):
            self.parties.append({"name": "Party One",
                                 "organizations": self.some(self.organizations, 1, 2)})
            rest = [name for name in self.organizations
                    if name not in self.parties[0]["organizations"]]
            if rest and self.chance(0.5):
                self.parties.append({"name": "Party Two",
                                     "organizations": self.some(rest, 1, 1)})
        if len(self.license_ids) > 2 and self.chance(0.3):
            self.family = self.license_ids[:draw.choice((2, 3, 3, 4))]
        licenses: list[Json] = []
        for identifier in self.license_ids:
            licenses.append(self.license(identifier, licenses))
        exceptions = [self.exception(identifier) for identifier in self.exception_ids]
        self.expressions = self.expression_pool()

        count = draw.randint(2, min(most, 5) if self.choosy
                             else min(most, 7) if self.outputs else most)
        patterns, kinds = self.patterns(count)
        artifacts = self.identifiers(count, kinds)
        names = [artifact["id"] for artifact in artifacts]
        claims: list[Json] = []
        # The share that nobody licensed.
        silent = 0.0 if self.outputs else draw.choice((0.0, 0.0, 0.0, 0.05, 0.2))
        pairs: list[tuple[int, int, Optional[str]]] = [
            (child, parent, None) for child, parent in self.edge_pairs(count)]
        pairs += patterns
        # A component that is licensed by itself, and that an edge can lead to.
        licensed_components: dict[int, str] = {}
        for number, artifact in enumerate(artifacts):
            if self.chance(0.12):
                component = draw.choice([c for c in ("code", "data", "docs", "weights")])
                licensed_components[number] = component
                claims += self.license_claims(artifact["id"], component)
        copies: set[int] = set()
        for child, parent, relation in pairs:
            component = None
            if parent in licensed_components and self.chance(0.5):
                component = licensed_components[parent]
            elif self.chance(0.01):
                component = draw.choice(("weights", "code", "data", "docs"))
            made = self.edge_claims(names[child], names[parent], component, relation)
            if any(RELATION_CLASS.get(key) == "copy" for key in made[0]):
                copies.add(child)
            claims += made
        for number, artifact in enumerate(artifacts):
            if not self.chance(0.45 if number in copies else silent):
                if self.outputs and self.chance(0.8):
                    pool = self.license_ids[:1] if number == 0 else self.license_ids[1:]
                    claims.append(self.claim(artifact["id"], {"license": draw.choice(pool)}))
                else:
                    claims += self.license_claims(artifact["id"], None)
            if self.chance(0.12):
                for _ in range(draw.choice((1, 1, 2))):
                    name = draw.choice(list(self.organizations) + ["Party One", "Someone Else"])
                    claims.append(self.claim(artifact["id"], {"licensor": name}))
            if self.chance(0.3 if artifact["kind"] == "dataset" else 0.02):
                claims.append(self.claim(artifact["id"], {
                    "contents": "others" if self.chance(0.8) else "own"}))
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
            "claims": outer, "parties": self.parties,
            "purposes": [{"id": purpose, "says": "A purpose.", "harmful": purpose in HARMFUL}
                         for purpose in PURPOSES],
            "regions": [{"id": group, "members": list(members)}
                        for group, members in REGIONS.items()],
            "entities": list(ENTITIES),
            "facts": [{"id": fact, "says": "A fact."} for fact in FACTS],
            "queries": queries,
            "compare": [self.comparison_of_two()
                        for _ in range(draw.choice((0, 0, 1, 1, 2, 3)))],
        }

    # --- questions ---

    def comparison_of_two(self) -> Json:
        def operand() -> str:
            if self.chance(0.04):
                return UNKNOWN_ID
            return self.random.choice(self.expressions if self.chance(0.5)
                                      else self.license_ids)

        a = operand()
        return {"a": a, "b": a if self.chance(0.15) else operand(),
                "step": self.random.choices(list(STEPS), list(STEPS.values()))[0]}

    def context(self) -> Json:
        draw = self.random
        given = draw.choice((0.0, 0.5, 0.8, 1.0))
        context: Json = {}
        if self.chance(given):
            context["monthly-active-users"] = draw.choice((0, 1000000, 5e6, 700e6, 700000001))
        if self.chance(given):
            context["annual-revenue-usd"] = draw.choice((0, 999999.5, 1e6, 20000000, 5e9))
        if self.chance(given):
            context["attributable-revenue-usd"] = draw.choice((0, 1e6, 20000001))
        if self.chance(given):
            context["share-of-royalty"] = draw.choice((0, 0.25, 0.3, 0.5, 1))
        if self.chance(given):
            context["region"] = self.some(COUNTRIES, 1, 3)
        if self.chance(given):
            context["established-in"] = self.some(COUNTRIES, 1, 2)
        if self.chance(given):
            context["purpose"] = self.some(PURPOSES, 1, 2)
        if self.chance(given):
            context["entity"] = draw.choice(ENTITIES)
        for fact in FACTS:
            if self.chance(0.8 * given):
                context[fact] = draw.choice(("yes", "no"))
        return context

    def query(self, artifacts: list[Json], components: dict[int, str]) -> Json:
        draw = self.random
        # The late ones have the most above them.
        number = max(draw.randrange(len(artifacts)) for _ in range(draw.choice((1, 2, 2, 3))))
        query: Json = {"artifact": artifacts[number]["id"]}
        if components and self.chance(0.08):
            number = draw.choice(list(components))
            query = {"artifact": artifacts[number]["id"], "component": components[number]}
        query["stance"] = draw.choices(("cautious", "standard", "permissive"),
                                       (2, 5, 4) if self.outputs else (3, 5, 2))[0]
        if self.chance(0.3):
            query["theory"] = {name: draw.choice(("yes", "open", "no"))
                               for name in self.some(SWITCHES, 1, 3)}
        query["as_of"] = LAST_DAY if self.chance(0.72) else draw.choice(self.days)
        if self.chance(0.25):
            query["at_revision"] = draw.randint(1, 3)
        query["claims_policy"] = "strictest" if self.chance(0.15) else "ranked"
        query["undeclared"] = "prohibited" if self.chance(0.15) else "undetermined"
        alone = self.chance(0.5 if self.outputs else 0.25)
        query["adapter"] = "alone" if alone else "with-base"
        query["rights"] = (list(RIGHTS) if self.chance(0.3)
                           else self.some(RIGHTS, 1, draw.choice((2, 3, 5, 9))))
        query["context"] = self.context()
        query["maker"] = self.chance(0.4)
        if self.chance(0.6):
            query["gate"] = {"maker": self.chance(0.6)}
            if self.chance(0.85):
                query["gate"]["as"] = draw.choice(("share", "sell", "service", "service"))
                if self.chance(0.5):  # so that the rights asked imply no other
                    query["rights"] = self.some(("use", "modify", "commercial-use"), 1, 2)
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
