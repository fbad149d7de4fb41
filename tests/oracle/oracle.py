#!/usr/bin/env python3
"""An independent evaluator of docs/semantics.md, by brute force.

It shares nothing with the engine but the two documents that both are written from. It is made
to be read next to the specification, section by section, and not to be fast: what reaches a
vertex is a fixpoint over explicit sets of (term, scope, contested), with no cleverer traversal.

Run as a program it is a driver of its own: one case per line in, one answer per line out.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, NamedTuple, Optional, Union

Json = dict[str, Any]

# --- section 3, words -----------------------------------------------------------------------

RIGHTS: tuple[str, ...] = (
    "use", "commercial-use", "modify", "redistribute", "redistribute-derivatives", "sublicense",
    "provide-as-service", "use-outputs", "train-on-outputs", "patent-grant",
)
SCOPES: tuple[str, ...] = ("work", "derivative", "output", "training")
DEFAULT_SCOPES: tuple[str, ...] = ("work", "derivative")

# Verdicts are small integers, so that "the minimum" of the text is Python's min().
PROHIBITED, UNDETERMINED, CONDITIONAL, PERMITTED = range(4)
VERDICTS: tuple[str, ...] = ("prohibited", "undetermined", "conditional", "permitted")

# Truth values of a condition: false < unknown < true (Kleene).
FALSE, UNKNOWN, TRUE = range(3)

# --- section 1, relations -------------------------------------------------------------------

RELATION_CLASS: dict[str, str] = {
    "quantized_from": "copy", "converted_from": "copy", "bundles": "copy",
    "finetuned_from": "adaptation", "continued_from": "adaptation", "merged_from": "adaptation",
    "pruned_from": "adaptation", "derived_from_dataset": "adaptation",
    "adapter_of": "adapter",
    "distilled_from": "output", "generated_with": "output",
    "trained_on": "training",
    "reimplements": "none", "shares_tokenizer_with": "none", "same_architecture_as": "none",
    "checkpoint_of": "none", "supersedes": "none",
}

# --- section 2, ranks -----------------------------------------------------------------------

RANK: dict[str, int] = {
    "legal-review": 0, "license-file": 1, "terms-of-service": 1, "model-card": 2, "hub-tag": 3,
    "announcement": 4, "curated": 5, "press": 6,
}

# --- section 4, what an edge conveys --------------------------------------------------------

_W, _D, _O, _T = "work", "derivative", "output", "training"
# (row of the table, stance) -> the scopes conveyed. Nothing is conveyed where no row is.
CONVEYS: dict[tuple[str, str], frozenset[str]] = {
    ("copy", "cautious"): frozenset({_W, _D}),
    ("copy", "standard"): frozenset({_W, _D}),
    ("copy", "permissive"): frozenset({_W, _D}),
    ("adaptation", "cautious"): frozenset({_W, _D}),
    ("adaptation", "standard"): frozenset({_D}),
    ("adaptation", "permissive"): frozenset({_D}),
    ("adapter with-base", "cautious"): frozenset({_W, _D}),
    ("adapter with-base", "standard"): frozenset({_W, _D}),
    ("adapter with-base", "permissive"): frozenset({_W, _D}),
    ("adapter alone", "cautious"): frozenset({_D}),
    ("adapter alone", "standard"): frozenset({_D}),
    ("adapter alone", "permissive"): frozenset(),
    ("output", "cautious"): frozenset({_O, _D}),
    ("output", "standard"): frozenset({_O}),
    ("output", "permissive"): frozenset({_O}),
    ("training", "cautious"): frozenset({_W, _D, _T}),
    ("training", "standard"): frozenset({_T}),
    ("training", "permissive"): frozenset({_T}),
}
CONTESTS: dict[tuple[str, str], frozenset[str]] = {
    ("training", "cautious"): frozenset({_W, _D}),
    ("training", "standard"): frozenset({_W, _D}),
}
NOTHING: frozenset[str] = frozenset()

# --- section 5, classes ---------------------------------------------------------------------

CLASSES: tuple[str, ...] = (
    "open-source", "open-content", "responsible-ai", "community", "non-commercial",
    "no-derivatives", "proprietary", "undeclared",
)

# The findings of section 7 that this oracle raises; compare.py compares these and no others.
IMPLEMENTED_FINDINGS: frozenset[str] = frozenset({
    "undeclared-license", "conflicting-claims", "unresolved-upstream", "derivation-cycle",
    "contested-training-data", "share-alike-dropped",
})


class SpecificationGap(ValueError):
    """The case asks for something that the specification does not define."""


# --- licence expressions --------------------------------------------------------------------

class Leaf(NamedTuple):
    """One licence of an expression: `A`, `A+`, `A WITH E`."""
    license: str
    plus: bool
    exception: str  # "" without one


class Both(NamedTuple):
    """`X AND Y ...`"""
    parts: tuple["Expression", ...]


class Either(NamedTuple):
    """`X OR Y ...`"""
    parts: tuple["Expression", ...]


Expression = Union[Leaf, Both, Either]


def text_of(expression: Expression) -> str:
    """The canonical text: flat, parts sorted and without repetition, fully parenthesised."""
    if isinstance(expression, Leaf):
        plus = "+" if expression.plus else ""
        exception = f" WITH {expression.exception}" if expression.exception else ""
        return expression.license + plus + exception
    word = " AND " if isinstance(expression, Both) else " OR "
    return "(" + word.join(text_of(part) for part in expression.parts) + ")"


def joined(kind: type, parts: Iterable[Expression]) -> Expression:
    """The AND or OR of `parts` in canonical form."""
    flat: dict[str, Expression] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, kind) else (part,):  # type: ignore
            flat[text_of(inner)] = inner
    ordered = tuple(flat[key] for key in sorted(flat))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def parse_expression(text: str) -> Expression:
    """SPDX: `+` binds closest, then WITH, then AND, then OR."""
    tokens: list[str] = re.findall(r"[()]|[^\s()]+", text)
    position = 0

    def peek() -> str:
        return tokens[position] if position < len(tokens) else ""

    def take() -> str:
        nonlocal position
        position += 1
        return tokens[position - 1]

    def chain(word: str, kind: type, operand: Any) -> Expression:
        parts = [operand()]
        while peek() == word:
            take()
            parts.append(operand())
        return joined(kind, parts)

    def alternatives() -> Expression:
        return chain("OR", Either, conjunction)

    def conjunction() -> Expression:
        return chain("AND", Both, simple)

    def simple() -> Expression:
        token = take()
        if token == "(":
            inside = alternatives()
            if take() != ")":
                raise ValueError(f"unbalanced parenthesis in {text!r}")
            return inside
        exception = ""
        if peek() == "WITH":
            take()
            exception = take()
        return Leaf(token.rstrip("+"), token.endswith("+"), exception)

    whole = alternatives()
    if position != len(tokens):
        raise ValueError(f"cannot read expression {text!r}")
    return whole


def has_choice(expression: Expression) -> bool:
    if isinstance(expression, Leaf):
        return False
    return isinstance(expression, Either) or any(has_choice(part) for part in expression.parts)


# --- conditions -----------------------------------------------------------------------------

class Compare(NamedTuple):
    """`key operator operand`; the operand is a number or a set of words."""
    key: str
    operator: str
    number: float
    words: frozenset[str]


class AllOf(NamedTuple):
    parts: tuple["Condition", ...]


class AnyOf(NamedTuple):
    parts: tuple["Condition", ...]


Condition = Union[Compare, AllOf, AnyOf]

NUMBER_KEYS = frozenset({"monthly-active-users", "annual-revenue-usd", "share-of-royalty"})
_CONDITION_TOKEN = re.compile(r"[(){},]|<=|>=|!=|[<>=]|[^\s(){},<>=!]+")


def parse_condition(text: str) -> Condition:
    tokens: list[str] = _CONDITION_TOKEN.findall(text)
    position = 0

    def peek() -> str:
        return tokens[position] if position < len(tokens) else ""

    def take() -> str:
        nonlocal position
        position += 1
        return tokens[position - 1]

    def alternatives() -> Condition:
        parts = [conjunction()]
        while peek() == "or":
            take()
            parts.append(conjunction())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def conjunction() -> Condition:
        parts = [comparison()]
        while peek() == "and":
            take()
            parts.append(comparison())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def comparison() -> Condition:
        if peek() == "(":
            take()
            inside = alternatives()
            if take() != ")":
                raise ValueError(f"unbalanced parenthesis in {text!r}")
            return inside
        key, operator = take(), take()
        if operator == "not":
            operator = "not " + take()
        if key in NUMBER_KEYS:
            return Compare(key, operator, float(take()), frozenset())
        # A single word is the set of that word; `=` is `in` and `!=` is `not in`.
        operator = {"=": "in", "!=": "not in"}.get(operator, operator)
        words = []
        if peek() == "{":
            take()
            while peek() != "}":
                word = take()
                if word != ",":
                    words.append(word)
            take()
        else:
            words.append(take())
        return Compare(key, operator, 0.0, frozenset(words))

    whole = alternatives()
    if position != len(tokens):
        raise ValueError(f"cannot read condition {text!r}")
    return whole


def open_keys(condition: Condition, context: Json, policy: frozenset[str],
              groups: dict[str, frozenset[str]]) -> frozenset[str]:
    """The absent keys under parts that are unknown: those that could still decide it."""
    if truth(condition, context, policy, groups) != UNKNOWN:
        return frozenset()
    if isinstance(condition, Compare):
        return frozenset({condition.key})
    return frozenset().union(
        *(open_keys(part, context, policy, groups) for part in condition.parts))


def truth(condition: Condition, context: Json, policy: frozenset[str],
          groups: dict[str, frozenset[str]]) -> int:
    """FALSE, UNKNOWN or TRUE; `policy` is what the word use-policy means in this licence."""
    if isinstance(condition, AllOf):
        return min(truth(part, context, policy, groups) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return max(truth(part, context, policy, groups) for part in condition.parts)
    given = context.get(condition.key)
    if given is None:
        return UNKNOWN
    if condition.key in NUMBER_KEYS:
        holds = {
            "<=": given <= condition.number, "<": given < condition.number,
            ">=": given >= condition.number, ">": given > condition.number,
            "=": given == condition.number, "!=": given != condition.number,
        }[condition.operator]
        return TRUE if holds else FALSE
    meant: set[str] = set()
    for word in condition.words:
        if condition.key == "purpose" and word == "use-policy":
            meant |= policy
        elif condition.key == "region" and word in groups:
            meant |= groups[word]
        else:
            meant.add(word)
    values = {given} if isinstance(given, str) else set(given)
    if condition.operator == "in":
        return TRUE if all(value in meant for value in values) else FALSE
    return TRUE if not any(value in meant for value in values) else FALSE


# --- licences -------------------------------------------------------------------------------

class Answer(NamedTuple):
    """A term that answers one right, in one scope."""
    right: str
    answer: str
    when: Optional[Condition]
    scope: str


class Duty(NamedTuple):
    """A duty, in one scope."""
    kind: str
    scope: str
    satisfied_by: frozenset[str]


@dataclass
class License:
    id: str
    klass: str
    policy: frozenset[str]
    later_versions: frozenset[str]
    answers: list[Answer] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)


def merged_entry(identifier: str, entries: dict[str, Json]) -> Json:
    """A licence's entry with everything that `based_on` copies written out.

    rights become {right: [entries]}; what the entry gives itself replaces the same right, or
    all restrictions, or all duties.
    """
    entry = entries[identifier]
    base: Json = {"rights": {}, "restrictions": [], "duties": [], "use_policy": {}}
    if "based_on" in entry:
        base = merged_entry(entry["based_on"], entries)
    rights: dict[str, list[Json]] = dict(base["rights"])
    given = entry.get("rights", {})
    if given == "unreviewed":
        given = {right: {"answer": "unreviewed"} for right in RIGHTS}
    for right, answers in given.items():
        rights[right] = answers if isinstance(answers, list) else [answers]
    return {
        "rights": rights,
        "restrictions": entry.get("restrictions", base["restrictions"]),
        "duties": entry.get("duties", base["duties"]),
        "use_policy": entry.get("use_policy", base["use_policy"]),
        "class": entry.get("class", base.get("class")),
        "later_versions": entry.get("later_versions", []),
    }


def read_license(identifier: str, entries: dict[str, Json]) -> License:
    entry = merged_entry(identifier, entries)
    license_ = License(
        id=identifier,
        klass=entry["class"],
        policy=frozenset(entry["use_policy"].get("purposes", [])),
        later_versions=frozenset(entry["later_versions"]),
    )
    for right, answers in entry["rights"].items():
        for answer in answers:
            when = parse_condition(answer["when"]) if answer["answer"] == "conditional" else None
            for scope in answer.get("scopes", DEFAULT_SCOPES):
                license_.answers.append(Answer(right, answer["answer"], when, scope))
    for restriction in entry["restrictions"]:
        when = parse_condition(restriction["when"])
        for right in restriction["rights"]:
            for scope in restriction.get("scopes", DEFAULT_SCOPES):
                license_.answers.append(Answer(right, "conditional", when, scope))
    for duty in entry["duties"]:
        for scope in duty.get("scopes", DEFAULT_SCOPES):
            license_.duties.append(
                Duty(duty["duty"], scope, frozenset(duty.get("satisfied_by", []))))
    return license_


# --- artifacts and claims -------------------------------------------------------------------

Vertex = tuple[str, str]  # artifact id, component


class Edge(NamedTuple):
    child: Vertex
    relation: str
    parent: Vertex

    @property
    def klass(self) -> str:
        return RELATION_CLASS[self.relation]


def day(text: str) -> str:
    """A day that can be compared as text; a month or a year is read as its first day."""
    return (str(text) + "-01-01")[:10]


def primary(kind: str) -> str:
    return {"dataset": "data", "code": "code"}.get(kind, "weights")


def organization(identifier: str) -> Optional[str]:
    """The organisation in an artifact's id, or None: `gpt2` and `datasets/c4` have none."""
    parts = identifier.split("/")
    if parts[0] in ("datasets", "services", "code"):
        parts = parts[1:]
    return parts[0] if len(parts) > 1 else None


def best_and_latest(claims: list[Json]) -> list[Json]:
    """Those of the best rank and, among these, of the latest day."""
    rank = min(RANK[claim["source"]["kind"]] for claim in claims)
    claims = [claim for claim in claims if RANK[claim["source"]["kind"]] == rank]
    latest = max(day(claim["source"]["said"]) for claim in claims)
    return [claim for claim in claims if day(claim["source"]["said"]) == latest]


class Case:
    """A catalogue document, read once for all its questions."""

    def __init__(self, document: Json) -> None:
        entries = {entry["id"]: entry for entry in document.get("licenses", [])}
        self.licenses = {name: read_license(name, entries) for name in entries}
        self.exceptions: dict[str, Json] = {
            entry["id"]: entry for entry in document.get("exceptions", [])}
        self.kinds: dict[str, str] = {}
        self.claims: list[Json] = list(document.get("claims", []))
        for artifact in document.get("artifacts", []):
            self.kinds[artifact["id"]] = artifact["kind"]
            for claim in artifact.get("claims", []):
                self.claims.append({**claim, "subject": artifact["id"]})
        self.party_of: dict[str, str] = {}
        for party in document.get("parties", []):
            for name in party["organizations"]:
                self.party_of[name.lower()] = party["name"]
        self.groups = {
            region["id"]: frozenset(region["members"])
            for region in document.get("regions", []) if "members" in region}
        self.expressions: dict[str, Expression] = {
            claim["license"]: parse_expression(claim["license"])
            for claim in self.claims if "license" in claim}

    def has_choice(self) -> bool:
        return any(has_choice(expression) for expression in self.expressions.values())

    def vertex(self, artifact: str, component: Optional[str] = None) -> Vertex:
        return artifact, component or primary(self.kinds[artifact])


class View:
    """What holds of a case on one day, at one revision, under one claims policy (section 2)."""

    def __init__(self, case: Case, query: Json) -> None:
        self.case = case
        self.as_of = day(query["as_of"])
        self.revision: Optional[int] = query.get("at_revision")
        self.strictest = query.get("claims_policy", "ranked") == "strictest"
        self.claims = [claim for claim in case.claims if self.is_valid(claim)]
        self.edges = self.existing_edges()
        self.licensors = {artifact: self.licensor_of(artifact) for artifact in case.kinds}
        self.conflicting: set[Vertex] = set()
        self.own = self.own_conclusions()
        # Every vertex that can be asked about or that an edge touches.
        self.vertices: set[Vertex] = {case.vertex(artifact) for artifact in case.kinds}
        self.vertices |= set(self.own)
        self.vertices |= {edge.parent for edge in self.edges}
        self.vertices.add(case.vertex(query["artifact"], query.get("component")))
        self.origins = self.conclusions_by_origin()

    def is_valid(self, claim: Json) -> bool:
        if self.revision is not None and claim.get("revision", 1) > self.revision:
            return False
        first = claim.get("from")
        if first is None and "license" in claim:
            first = claim["source"]["said"]  # other claims hold always
        if first is not None and self.as_of < day(first):
            return False
        return "until" not in claim or self.as_of < day(claim["until"])

    def existing_edges(self) -> list[Edge]:
        said: dict[Edge, list[Json]] = {}
        for claim in self.claims:
            for relation in RELATION_CLASS:
                if relation not in claim:
                    continue
                parents = claim[relation]
                for parent in [parents] if isinstance(parents, str) else parents:
                    edge = Edge(self.case.vertex(claim["subject"]), relation,
                                self.case.vertex(parent, claim.get("component")))
                    said.setdefault(edge, []).append(claim)
        return [edge for edge, claims in said.items()
                if any(not claim.get("denies", False) for claim in best_and_latest(claims))]

    def licensor_of(self, artifact: str) -> Optional[str]:
        claims = [claim for claim in self.claims
                  if claim["subject"] == artifact and "licensor" in claim]
        if claims:
            return min(claim["licensor"] for claim in best_and_latest(claims))
        name = organization(artifact)
        if name is None:
            return None
        return self.case.party_of.get(name.lower(), name.lower())

    def own_conclusions(self) -> dict[Vertex, Expression]:
        """The concluded licence of each component that has a valid licence claim."""
        said: dict[Vertex, list[Json]] = {}
        for claim in self.claims:
            if "license" in claim:
                vertex = self.case.vertex(claim["subject"], claim.get("component"))
                said.setdefault(vertex, []).append(claim)
        concluded: dict[Vertex, Expression] = {}
        for vertex, claims in said.items():
            decisive = best_and_latest(claims)
            if len({text_of(self.case.expressions[c["license"]]) for c in decisive}) > 1:
                self.conflicting.add(vertex)
            together = claims if self.strictest else decisive
            concluded[vertex] = joined(
                Both, (self.case.expressions[claim["license"]] for claim in together))
        return concluded

    def conclusions_by_origin(self) -> dict[Vertex, frozenset[Vertex]]:
        """For each vertex the vertices whose licence claims its conclusion comes from.

        That is itself where it has a claim; for a copy without one, those of its parents, by
        the same rule again. Empty means undeclared. The conclusion is the AND over the set.
        """
        origins: dict[Vertex, frozenset[Vertex]] = {
            vertex: frozenset({vertex} if vertex in self.own else ())
            for vertex in self.vertices}
        changed = True
        while changed:
            changed = False
            for edge in self.edges:
                if edge.klass != "copy" or edge.child in self.own:
                    continue
                more = origins[edge.child] | origins[edge.parent]
                if more != origins[edge.child]:
                    origins[edge.child] = more
                    changed = True
        return origins

    def is_placeholder(self, vertex: Vertex) -> bool:
        return self.case.kinds[vertex[0]] == "unresolved"

    def same_licensor(self, one: Vertex, other: Vertex) -> bool:
        licensor = self.licensors[one[0]]
        return licensor is not None and licensor == self.licensors[other[0]]

    def units(self) -> dict[Vertex, frozenset[Vertex]]:
        """For each vertex all those that lie with it on a cycle of conveying edges."""
        above: dict[Vertex, set[Vertex]] = {vertex: set() for vertex in self.vertices}
        conveying = [edge for edge in self.edges if edge.klass != "none"]
        changed = True
        while changed:
            changed = False
            for edge in conveying:
                size = len(above[edge.child])
                above[edge.child] |= {edge.parent} | above[edge.parent]
                changed = changed or len(above[edge.child]) != size
        return {
            vertex: frozenset(other for other in above[vertex] if vertex in above[other])
            for vertex in self.vertices}


class Term(NamedTuple):
    """All terms of one scope that one vertex speaks by one licence, somewhere on their way."""
    speaker: Vertex
    origin: Vertex
    declared: bool  # False: what an undeclared or unresolved vertex speaks
    scope: str
    contested: bool


class Place(NamedTuple):
    """Where a choice is made: the conclusion of one origin, or the silence of one vertex."""
    origin: Vertex
    declared: bool


class Arrival(NamedTuple):
    scope: str
    contested: bool


def spoken(view: View, vertex: Vertex) -> Iterator[Term]:
    for origin in view.origins[vertex]:
        for scope in SCOPES:
            yield Term(vertex, origin, True, scope, False)
    if not view.origins[vertex] or view.is_placeholder(vertex):
        for scope in DEFAULT_SCOPES:
            yield Term(vertex, vertex, False, scope, False)


def spread(view: View, start: dict[Vertex, set[Term]],
           edges: list[tuple[Edge, frozenset[str], frozenset[str]]]) -> dict[Vertex, set[Term]]:
    """Carries terms down the edges (with what each conveys and contests) until nothing moves."""
    at = start
    handled = [0] * len(edges)  # sets only grow: an edge whose parent's did not is skipped
    changed = True
    while changed:
        changed = False
        for number, (edge, conveyed, contested) in enumerate(edges):
            if handled[number] == len(at[edge.parent]):
                continue
            handled[number] = len(at[edge.parent])
            arriving: set[Term] = set()
            for term in at[edge.parent]:
                if view.same_licensor(edge.child, term.origin):
                    continue  # cut: neither binds the child nor goes on through it
                if term.scope in conveyed:
                    arriving.add(term)
                if term.scope in contested and term.declared:
                    arriving.add(term._replace(contested=True))
            if not arriving <= at[edge.child]:
                at[edge.child] |= arriving
                changed = True
    return at


class Question:
    """One query, evaluated."""

    def __init__(self, case: Case, query: Json) -> None:
        self.case = case
        self.query = query
        self.view = View(case, query)
        self.context: Json = query.get("context", {})
        self.stance: str = query.get("stance", "standard")
        self.with_base = query.get("adapter", "with-base") == "with-base"
        self.subject = case.vertex(query["artifact"], query.get("component"))
        self.units = self.view.units()
        self.values: dict[tuple[Leaf, Arrival], list[int]] = {}
        self.reaching: dict[Place, set[Arrival]] = {}
        self.arriving: dict[Place, set[Arrival]] = {}  # reaching, and what binds the subject
        self.collect()

    # --- section 4 ---

    def conveyance(self, edge: Edge) -> tuple[frozenset[str], frozenset[str]]:
        """The scopes that an edge conveys, and those that it contests."""
        row = edge.klass
        if row == "adapter":
            row = "adapter with-base" if self.with_base else "adapter alone"
        conveyed = CONVEYS.get((row, self.stance), NOTHING)
        contested = CONTESTS.get((row, self.stance), NOTHING)
        if edge.klass != "none" and edge.parent in self.units[edge.child]:
            conveyed = conveyed | CONVEYS["copy", self.stance]
        return conveyed, contested

    def collect(self) -> None:
        view = self.view
        at = {vertex: set(spoken(view, vertex)) for vertex in view.vertices}
        at = spread(view, at, [(edge, *self.conveyance(edge)) for edge in view.edges])
        for term in at[self.subject]:
            place = Place(term.origin, term.declared)
            arrival = Arrival(term.scope, term.contested)
            if term.speaker != self.subject:
                self.reaching.setdefault(place, set()).add(arrival)
                self.arriving.setdefault(place, set()).add(arrival)
            elif arrival == Arrival("work", False):  # a vertex's own terms bind it by `work`
                self.arriving.setdefault(place, set()).add(arrival)

    # --- section 3 ---

    def license(self, leaf: Leaf) -> License:
        if leaf.license not in self.case.licenses:
            raise SpecificationGap(f"licence {leaf.license} is not in the case")
        return self.case.licenses[leaf.license]

    def value(self, answer: Answer, license_: License) -> int:
        if answer.answer == "permitted":
            return PERMITTED
        if answer.answer == "prohibited":
            return PROHIBITED
        if answer.answer in ("undetermined", "silent", "unreviewed"):
            return UNDETERMINED
        assert answer.when is not None
        holds = truth(answer.when, self.context, license_.policy, self.case.groups)
        return {FALSE: PROHIBITED, UNKNOWN: CONDITIONAL, TRUE: PERMITTED}[holds]

    def duties_of(self, leaf: Leaf) -> list[Duty]:
        """A licence's duties after its exception, `+` counted in the sets of share-alike."""
        license_ = self.license(leaf)
        exception = self.case.exceptions.get(leaf.exception, {})
        dropped = exception.get("drops_duties", [])
        scopes = exception.get("scopes", ["derivative"])
        duties = []
        for duty in license_.duties:
            if duty.kind in dropped and duty.scope in scopes:
                continue
            if leaf.plus and duty.kind == "share-alike":
                duty = duty._replace(satisfied_by=duty.satisfied_by | license_.later_versions)
            duties.append(duty)
        return duties

    def leaf_values(self, leaf: Leaf, arrival: Arrival) -> list[int]:
        """The value of each right by the terms of one licence that arrive in one way."""
        key = leaf, arrival
        if key in self.values:
            return self.values[key]
        license_ = self.license(leaf)
        values = [PERMITTED] * len(RIGHTS)
        for answer in license_.answers:
            if answer.scope != arrival.scope:
                continue
            value = self.value(answer, license_)
            if arrival.contested:
                # Only a prohibition, or a condition that is false, has an effect contested.
                value = UNDETERMINED if value == PROHIBITED else PERMITTED
            index = RIGHTS.index(answer.right)
            values[index] = min(values[index], value)
        if arrival.contested:
            for duty in self.duties_of(leaf):
                if duty.kind == "share-alike" and duty.scope == arrival.scope:
                    index = RIGHTS.index("sublicense")
                    values[index] = min(values[index], UNDETERMINED)
        self.values[key] = values
        return values

    def joint_value(self, leaf: Leaf, arrivals: set[Arrival], rights: list[int]) -> int:
        return min((self.leaf_values(leaf, arrival)[right]
                    for arrival in arrivals for right in rights), default=PERMITTED)

    def choose(self, expression: Expression, arrivals: set[Arrival],
               rights: list[int]) -> tuple[int, list[frozenset[Leaf]]]:
        """The joint verdict of an expression, and every choice of leaves that is best."""
        if isinstance(expression, Leaf):
            return self.joint_value(expression, arrivals, rights), [frozenset({expression})]
        parts = [self.choose(part, arrivals, rights) for part in expression.parts]
        if isinstance(expression, Both):
            options = [frozenset().union(*combination)
                       for combination in itertools.product(*(part[1] for part in parts))]
            return min(part[0] for part in parts), options
        best = max(part[0] for part in parts)
        return best, [option for part in parts if part[0] == best for option in part[1]]

    def options(self, place: Place, rights: list[int]) -> list[frozenset[Leaf]]:
        if not place.declared:
            return [frozenset()]
        return self.choose(self.view.own[place.origin], self.arriving[place], rights)[1]

    # --- section 5 ---

    def verdict(self, rights: list[int]) -> int:
        """The joint verdict of the rights asked together; of one right, its verdict."""
        worst = PERMITTED
        for place, arrivals in self.arriving.items():
            if place.declared:
                value = self.choose(self.view.own[place.origin], arrivals, rights)[0]
            elif self.query.get("undeclared", "undetermined") == "prohibited":
                value = PROHIBITED
            else:
                value = UNDETERMINED
            worst = min(worst, value)
        return worst

    def preferred(self, place: Place, rights: list[int]) -> frozenset[Leaf]:
        """One of the best choices: fewer duties first, then by text."""
        def order(option: frozenset[Leaf]) -> tuple[int, list[str]]:
            count = len(set(self.duties_arriving(option, self.arriving[place])))
            return count, sorted(text_of(leaf) for leaf in option)
        return min(self.options(place, rights), key=order)

    def duties_arriving(self, leaves: Iterable[Leaf],
                        arrivals: set[Arrival]) -> Iterator[tuple[Leaf, Duty]]:
        """The duties that come uncontested."""
        for leaf in leaves:
            for duty in self.duties_of(leaf):
                if Arrival(duty.scope, False) in arrivals:
                    yield leaf, duty

    def missing(self, right: int) -> list[str]:
        """The context keys that an open condition on this right wants."""
        keys: set[str] = set()
        for place, arrivals in self.arriving.items():
            if not place.declared:
                continue
            for leaf in self.preferred(place, [right]):
                license_ = self.license(leaf)
                for answer in license_.answers:
                    counts = (answer.right == RIGHTS[right]
                              and Arrival(answer.scope, False) in arrivals)
                    if counts and self.value(answer, license_) == CONDITIONAL:
                        assert answer.when is not None
                        keys |= open_keys(answer.when, self.context, license_.policy,
                                          self.case.groups)
        return sorted(keys)

    def duties(self) -> list[list[str]]:
        everything = list(range(len(RIGHTS)))
        found: set[tuple[str, str, str]] = set()
        for place, arrivals in self.arriving.items():
            if place.declared:
                chosen = self.preferred(place, everything)
                for leaf, duty in self.duties_arriving(chosen, arrivals):
                    found.add((place.origin[0], leaf.license, duty.kind))
        return [list(triple) for triple in sorted(found)]

    def class_of(self, expression: Expression) -> int:
        if isinstance(expression, Leaf):
            return CLASSES.index(self.license(expression).klass)
        parts = [self.class_of(part) for part in expression.parts]
        return max(parts) if isinstance(expression, Both) else min(parts)

    def klass(self) -> str:
        view = self.view
        # One scope stands for the class itself; along the edges named, everything passes.
        start = {vertex: {term for term in spoken(view, vertex) if term.scope == "work"}
                 for vertex in view.vertices}
        followed = {"copy", "adaptation", "adapter"} if self.with_base else {"copy", "adaptation"}
        edges = [(edge, frozenset({"work"}), NOTHING) for edge in view.edges
                 if edge.klass in followed
                 or (edge.klass != "none" and edge.parent in self.units[edge.child])]
        strictest = 0
        for term in spread(view, start, edges)[self.subject]:
            if term.declared:
                strictest = max(strictest, self.class_of(view.own[term.origin]))
            else:
                strictest = CLASSES.index("undeclared")
        return CLASSES[strictest]

    def openness(self, klass: str) -> str:
        if klass == "undeclared":
            return "undeclared"
        if klass not in ("open-source", "open-content"):
            return "restricted"
        if self.case.kinds[self.subject[0]] in ("dataset", "code", "service"):
            return klass
        released: set[str] = set()
        for claim in self.view.claims:
            if claim["subject"] == self.subject[0]:
                released |= set(claim.get("releases", []))
        return "open-source" if {"weights", "code", "data"} <= released else "open-weights"

    # --- section 7 ---

    def own_satisfies(self, allowed: frozenset[str]) -> bool:
        """Whether any part of the subject's own (or taken) licence is in a duty's set."""
        def within(expression: Expression) -> bool:
            if isinstance(expression, Leaf):
                return expression.license in allowed
            return any(within(part) for part in expression.parts)
        return any(within(self.view.own[origin]) for origin in self.view.origins[self.subject])

    def share_alike_dropped(self, leaves: Iterable[Leaf], arrivals: set[Arrival]) -> bool:
        return any(duty.kind == "share-alike" and not self.own_satisfies(duty.satisfied_by)
                   for _, duty in self.duties_arriving(leaves, arrivals))

    def contested_arrives(self, leaves: Iterable[Leaf], arrivals: set[Arrival]) -> bool:
        """Whether a prohibition (also a false condition) or share-alike comes contested."""
        for leaf in leaves:
            license_ = self.license(leaf)
            scopes = {answer.scope for answer in license_.answers
                      if self.value(answer, license_) == PROHIBITED}
            scopes |= {duty.scope for duty in self.duties_of(leaf) if duty.kind == "share-alike"}
            if any(Arrival(scope, True) in arrivals for scope in scopes):
                return True
        return False

    def findings(self) -> tuple[list[str], list[str]]:
        """The findings; and those beside them that hang on a tie between choices."""
        view, subject = self.view, self.subject
        found: set[str] = set()
        unsure: set[str] = set()
        is_copy = any(edge.child == subject and edge.klass == "copy" for edge in view.edges)
        if subject not in view.own and not is_copy:
            found.add("undeclared-license")
        if subject in view.conflicting:
            found.add("conflicting-claims")
        if any(edge.child == subject and view.is_placeholder(edge.parent) for edge in view.edges):
            found.add("unresolved-upstream")
        if self.units[subject]:
            found.add("derivation-cycle")
        # These two depend on the choices made; the choice is that for all ten rights.
        everything = list(range(len(RIGHTS)))
        for name, test in (("share-alike-dropped", self.share_alike_dropped),
                           ("contested-training-data", self.contested_arrives)):
            for place, arrivals in self.reaching.items():
                if name == "share-alike-dropped" and place.origin in view.origins[subject]:
                    continue  # the licence that a copy took is its own
                outcomes = {test(option, arrivals) for option in self.options(place, everything)}
                if outcomes == {True}:
                    found.add(name)
                elif True in outcomes:
                    unsure.add(name)
        return sorted(found), sorted(unsure - found)

    def answer(self) -> tuple[Json, list[str]]:
        """The answer as a driver gives it; and the findings that it does not commit itself on."""
        alone = [self.verdict([right]) for right in range(len(RIGHTS))]
        asked = [RIGHTS.index(right) for right in self.query.get("rights") or RIGHTS]
        klass = self.klass()
        findings, unsure = self.findings()
        answer: Json = {
            "verdicts": {right: VERDICTS[alone[index]] for index, right in enumerate(RIGHTS)},
            "joint": VERDICTS[self.verdict(asked)],
            "class": klass,
            "openness": self.openness(klass),
            "missing": {right: self.missing(index) for index, right in enumerate(RIGHTS)
                        if alone[index] == CONDITIONAL},
            "duties": self.duties(),
            "findings": findings,
        }
        return answer, unsure


class Expected(NamedTuple):
    """What the oracle holds of a case, and where it does not commit itself."""
    answers: list[Json]
    unsure: list[list[str]]  # per query: findings that hang on a tie between choices
    has_choice: bool         # an OR is in the case: ties could differ in `missing` and `duties`


def expect(document: Json) -> Expected:
    case = Case(document)
    pairs = [Question(case, query).answer() for query in document.get("queries", [])]
    return Expected([answer for answer, _ in pairs], [unsure for _, unsure in pairs],
                    case.has_choice())


def main() -> int:
    for line in sys.stdin:
        if line.strip():
            try:
                reply: Json = {"answers": expect(json.loads(line)).answers}
            except (KeyError, ValueError) as problem:
                reply = {"error": f"{type(problem).__name__}: {problem}"}
            print(json.dumps(reply), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
