#!/usr/bin/env python3
"""An independent evaluator of docs/semantics.md, by brute force.

It shares nothing with the engine but the two documents that both are written from. It is made
to be read next to the specification, section by section: what reaches a vertex is a fixpoint
over explicit sets of states (form and marks), with no cleverer traversal; a set of states is
one integer with a bit for each, and what an edge makes of a state is worked out once.

Run as a program it is a driver of its own: one case per line in, one reply per line out.
"""

from __future__ import annotations

import copy
import json
import re
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Iterable, Iterator, NamedTuple, Optional, Union

Json = dict[str, Any]

# --- section 3, words -----------------------------------------------------------------------

RIGHTS: tuple[str, ...] = (
    "use", "commercial-use", "modify", "redistribute", "redistribute-derivatives", "sublicense",
    "provide-as-service", "use-outputs", "train-on-outputs", "patent-grant",
)
USE, MODIFY, REDISTRIBUTE, REDISTRIBUTE_DERIVATIVES, SUBLICENSE, PATENT_GRANT = (
    RIGHTS.index(right) for right in ("use", "modify", "redistribute", "redistribute-derivatives",
                                      "sublicense", "patent-grant"))
ALL_RIGHTS: tuple[int, ...] = tuple(range(len(RIGHTS)))

SCOPES: tuple[str, ...] = ("own", "work", "derivative", "output", "training")
DEFAULT_SCOPES: tuple[str, ...] = ("work", "derivative")

# Verdicts are small integers, so that "the minimum" of the text is Python's min().
PROHIBITED, UNDETERMINED, CONDITIONAL, PERMITTED = range(4)
VERDICTS: tuple[str, ...] = ("prohibited", "undetermined", "conditional", "permitted")

# Truth values of a condition: false < unknown < true (Kleene).
FALSE, UNKNOWN, TRUE = range(3)

# --- section 1, relations -------------------------------------------------------------------

RELATION_CLASS: dict[str, str] = {
    "quantized_from": "copy", "converted_from": "copy",
    "incorporates": "inside",
    "bundles": "beside",
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
    "announcement": 4, "curated": 5, "unsourced": 6, "press": 7,
}

# --- section 5, classes ---------------------------------------------------------------------

CLASSES: tuple[str, ...] = (
    "open-source", "open-content", "responsible-ai", "community", "non-commercial",
    "no-derivatives", "proprietary", "undeclared",
)

# --- section 7, findings --------------------------------------------------------------------

NONE, NOTE, WARNING, ERROR = range(4)
SEVERITIES: tuple[str, ...] = ("", "note", "warning", "error")

# The findings of section 7 that this oracle raises; compare.py compares these and no others.
IMPLEMENTED_FINDINGS: frozenset[str] = frozenset({
    "share-alike-dropped", "restrictions-dropped", "claims-more-than-inherited",
    "further-restrictions", "forbidden-step", "not-redistributable", "irreconcilable-upstreams",
    "edition-differs", "improves-another-model", "competing-use", "undeclared-license",
    "unknown-license", "unknown-upstream-license", "conflicting-claims", "disputed-license",
    "license-changed-after-derivation", "unresolved-upstream", "derivation-cycle",
    "contested-training-data", "unverified-training-data", "license-replaced",
    "another-vendors-agreement",
})


# --- licence expressions --------------------------------------------------------------------

# What changes under which terms a work may be passed on.
WEIGHTY_DUTIES = ("share-alike", "pass-on-restrictions", "disclose-source")


class Leaf(NamedTuple):
    """One licence of an expression: `A`, `A+`, `A WITH E`."""
    license: str
    plus: bool
    exception: str  # "" without one


# Named tuples are equal if their fields are: the word keeps an AND from equalling an OR.
class Both(NamedTuple):
    """`X AND Y ...`"""
    parts: tuple["Expression", ...]
    word: str = " AND "


class Either(NamedTuple):
    """`X OR Y ...`"""
    parts: tuple["Expression", ...]
    word: str = " OR "


Expression = Union[Leaf, Both, Either]


@lru_cache(maxsize=20000)
def text_of(expression: Expression) -> str:
    """The canonical text: flat, parts sorted and without repetition, and no more parentheses
    than needed: AND binds closer than OR."""
    if isinstance(expression, Leaf):
        plus = "+" if expression.plus else ""
        exception = f" WITH {expression.exception}" if expression.exception else ""
        return expression.license + plus + exception
    return expression.word.join(
        f"({text_of(part)})" if isinstance(part, Either) else text_of(part)
        for part in expression.parts)


def joined(kind: type, parts: Iterable[Expression]) -> Expression:
    """The AND or OR of `parts` in canonical form."""
    flat: dict[str, Expression] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, kind) else (part,):  # type: ignore
            flat[text_of(inner)] = inner
    ordered = tuple(flat[key] for key in sorted(flat))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


@lru_cache(maxsize=20000)
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


@lru_cache(maxsize=20000)
def leaves_of(expression: Expression) -> frozenset[Leaf]:
    if isinstance(expression, Leaf):
        return frozenset({expression})
    return frozenset().union(*(leaves_of(part) for part in expression.parts))


# --- conditions -----------------------------------------------------------------------------

class Compare(NamedTuple):
    """`key operator operand`; the operand is a number or a set of words."""
    key: str
    operator: str
    number: float
    words: frozenset[str]


class AllOf(NamedTuple):
    parts: tuple["Condition", ...]
    word: str = "and"


class AnyOf(NamedTuple):
    parts: tuple["Condition", ...]
    word: str = "or"


class Not(NamedTuple):
    """No text writes it; the rules of section 7 ask where a condition fails."""
    part: "Condition"


Condition = Union[Compare, AllOf, AnyOf, Not]
# What holds always, and never.
ALWAYS: Condition = AllOf(())
NEVER: Condition = AnyOf(())

NUMBER_KEYS = frozenset({"monthly-active-users", "annual-revenue-usd",
                         "attributable-revenue-usd", "share-of-royalty"})
SET_KEYS = frozenset({"region", "established-in", "purpose"})
WORD_KEYS = frozenset({"entity"})
# Any other key is a fact, yes or no.
COMPETES, SIMILAR = "competes-with-licensor", "performs-similarly"
_CONDITION_TOKEN = re.compile(r"[(){},]|<=|>=|!=|[<>=]|[^\s(){},<>=!]+")


def all_of(parts: Iterable[Condition]) -> Condition:
    kept: dict[Condition, None] = {}
    for part in parts:
        if part == NEVER:
            return NEVER
        if part != ALWAYS:
            kept[part] = None
    return next(iter(kept)) if len(kept) == 1 else AllOf(tuple(kept))


def any_of(parts: Iterable[Condition]) -> Condition:
    kept: dict[Condition, None] = {}
    for part in parts:
        if part == ALWAYS:
            return ALWAYS
        if part != NEVER:
            kept[part] = None
    return next(iter(kept)) if len(kept) == 1 else AnyOf(tuple(kept))


class Vocabulary(NamedTuple):
    """What words of a condition stand for: a licence's use policy, and groups of regions."""
    policy: frozenset[str]
    groups: dict[str, frozenset[str]]


def parse_condition(text: str, vocabulary: Vocabulary) -> Condition:
    """`and` binds closer than `or`. Words that stand for several are replaced by these."""
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
        meant: set[str] = set()
        for word in words:
            if key == "purpose" and word == "use-policy":
                meant |= vocabulary.policy
            elif key in ("region", "established-in") and word in vocabulary.groups:
                meant |= vocabulary.groups[word]
            else:
                meant.add(word)
        return Compare(key, operator, 0.0, frozenset(meant))

    whole = alternatives()
    if position != len(tokens):
        raise ValueError(f"cannot read condition {text!r}")
    return whole


def truth(condition: Condition, context: Json) -> int:
    """FALSE, UNKNOWN or TRUE."""
    if isinstance(condition, AllOf):
        return min((truth(part, context) for part in condition.parts), default=TRUE)
    if isinstance(condition, AnyOf):
        return max((truth(part, context) for part in condition.parts), default=FALSE)
    if isinstance(condition, Not):
        return TRUE - truth(condition.part, context)
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
    values = (given,) if isinstance(given, str) else given
    if condition.operator == "in":
        return TRUE if all(value in condition.words for value in values) else FALSE
    return TRUE if not any(value in condition.words for value in values) else FALSE


def open_keys(condition: Condition, context: Json) -> frozenset[str]:
    """The absent keys under parts that are unknown: those that could still decide it."""
    if truth(condition, context) != UNKNOWN:
        return frozenset()
    if isinstance(condition, Compare):
        return frozenset({condition.key})
    if isinstance(condition, Not):
        return open_keys(condition.part, context)
    return frozenset().union(*(open_keys(part, context) for part in condition.parts))


def first_open(condition: Condition, context: Json) -> str:
    """One key that could still decide an unknown condition."""
    if isinstance(condition, Compare):
        return condition.key
    if isinstance(condition, Not):
        return first_open(condition.part, context)
    return next(first_open(part, context) for part in condition.parts
                if truth(part, context) == UNKNOWN)


def comparisons(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons(condition.part)
    else:
        for part in condition.parts:
            yield from comparisons(part)


UNNAMED = "?"  # a country, purpose or entity that no term names


def values_to_try(key: str, condition: Condition) -> list[Any]:
    """One value of each kind that a condition can tell apart (section 7, "A *context*")."""
    if key == COMPETES:
        return ["no"]
    if key == SIMILAR:
        return ["yes"]
    named = [part for part in comparisons(condition) if part.key == key]
    if key in NUMBER_KEYS:
        limits = sorted({part.number for part in named})
        between = [(low + high) / 2 for low, high in zip(limits, limits[1:])]
        return sorted([limits[0] / 2, *limits, *between, limits[-1] * 2 + 1])
    if key in SET_KEYS or key in WORD_KEYS:
        return [*sorted(frozenset().union(*(part.words for part in named))), UNNAMED]
    return ["yes", "no"]


@lru_cache(maxsize=200000)
def holds_somewhere(condition: Condition) -> bool:
    """Whether there is a context, with a value for every key, in which the condition is true."""
    keys = {part.key for part in comparisons(condition)}
    values = {key: values_to_try(key, condition) for key in keys}

    def search(context: Json) -> bool:
        known = truth(condition, context)
        if known != UNKNOWN:  # no further key could change it
            return known == TRUE
        key = first_open(condition, context)
        return any(search({**context, key: value}) for value in values[key])

    return search({})


# --- licences -------------------------------------------------------------------------------

class Answer(NamedTuple):
    """A term that answers one right, in one scope."""
    right: int
    answer: str
    when: Condition
    scope: str

    def permitted_when(self) -> Condition:
        if self.answer == "conditional":
            return self.when
        return ALWAYS if self.answer == "permitted" else NEVER

    def prohibited_when(self) -> Condition:
        if self.answer == "conditional":
            return Not(self.when)
        return ALWAYS if self.answer == "prohibited" else NEVER


class Duty(NamedTuple):
    """A duty, in one scope."""
    kind: str
    scope: str
    on: frozenset[str]
    allowed: frozenset[tuple[str, str]]  # satisfied_by: (licence, "" or on what condition)
    in_collections_contested: bool
    entry: int  # its number in the text: one duty in two scopes is one entry


@dataclass
class License:
    id: str
    in_catalogue: bool = True
    reviewed: bool = True
    klass: str = "undeclared"
    policy: frozenset[str] = frozenset()
    later_versions: frozenset[str] = frozenset()
    only_licensor: Optional[str] = None
    edition_of: Optional[str] = None
    later_editions: frozenset[str] = frozenset()
    revocable: bool = True
    models_from_outputs: str = ""  # "", "any", or "similar": limited to those that perform so
    formats_are_copies: bool = False
    parts_keep_license: bool = False
    copies_keep_license: bool = False
    not_to_improve_others: bool = False
    imposes: frozenset[str] = frozenset()
    # None, or what one may do without adding restrictions: copy, adaptation
    further_restrictions: Optional[frozenset[str]] = None
    allows: frozenset[str] = frozenset()
    answers: list[Answer] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    spoken_scopes: frozenset[str] = frozenset()
    # When the thing itself may be used so: the scopes own and work.
    permits: list[Condition] = field(default_factory=list)
    # When a right is withheld, by the terms of one scope.
    prohibits: dict[str, list[Condition]] = field(default_factory=dict)

    def finish(self) -> License:
        """What follows from its terms."""
        self.spoken_scopes = frozenset(term.scope for term in (*self.answers, *self.duties))
        entries: dict[tuple[str, int], list[Answer]] = {}
        for answer in self.answers:
            entries.setdefault((answer.scope, answer.right), []).append(answer)
        self.permits = [all_of(answer.permitted_when() for scope in ("own", "work")
                               for answer in entries.get((scope, right), ()))
                        for right in ALL_RIGHTS]
        self.prohibits = {
            scope: [any_of(answer.prohibited_when() for answer in entries.get((scope, right), ()))
                    for right in ALL_RIGHTS]
            for scope in SCOPES}
        return self


# What `based_on` does not copy.
NOT_COPIED = ("id", "name", "hub", "aliases", "url", "dated", "later_versions", "later_editions",
              "based_on")


def merged_entry(identifier: str, entries: dict[str, Json]) -> Json:
    """A licence's entry with everything that `based_on` copies written out.

    rights become {right: [entries]}; what the entry gives itself replaces the same right, or
    all restrictions, or all duties.
    """
    entry = entries[identifier]
    merged = dict(entry)
    base: Json = {"rights": {}}
    if "based_on" in entry:
        base = merged_entry(entry["based_on"], entries)
        merged = {**{key: value for key, value in base.items() if key not in NOT_COPIED},
                  **merged}
    rights: dict[str, list[Json]] = dict(base["rights"])
    given = entry.get("rights", {})
    if given == "unreviewed":
        given = {right: {"answer": "unreviewed"} for right in RIGHTS}
    for right, answers in given.items():
        rights[right] = answers if isinstance(answers, list) else [answers]
    merged["rights"] = rights
    return merged


def answer_scopes(right: str, entry: Json, only_licensor: Optional[str]) -> list[str]:
    scopes = list(entry.get("scopes", DEFAULT_SCOPES))
    # Silence about them is no bar to what somebody else grants; of an agreement that one party
    # alone can grant, nobody else grants anything.
    if right in ("sublicense", "patent-grant") and entry.get("answer") in (
            "silent", "undetermined", "unreviewed"):
        return ["own"] if only_licensor is None else list(DEFAULT_SCOPES)
    # Both rights are about what is adapted.
    if right in ("modify", "redistribute-derivatives") and "work" in scopes:
        scopes.append("derivative")
    return sorted(set(scopes), key=SCOPES.index)


def read_license(identifier: str, entries: dict[str, Json],
                 groups: dict[str, frozenset[str]]) -> License:
    stated, entry = entries[identifier], merged_entry(identifier, entries)
    policy = frozenset(entry.get("use_policy", {}).get("purposes", []))
    vocabulary = Vocabulary(policy, groups)
    models = entry.get("models_from_outputs")
    further = entry.get("further_restrictions")
    license_ = License(
        id=identifier,
        reviewed=entry.get("basis") != "none",
        klass=entry["class"],
        policy=policy,
        later_versions=frozenset(entry.get("later_versions", [])),
        only_licensor=entry.get("only_licensor"),
        edition_of=entry.get("edition_of"),
        later_editions=frozenset(entry.get("later_editions", [])),
        # An entry that says osi_approved itself goes by that, whatever it is based on.
        revocable=(not stated["osi_approved"] if "osi_approved" in stated
                   and "revocable" not in stated
                   else entry.get("revocable", not entry.get("osi_approved", False))),
        models_from_outputs=(models.get("limit", "any") if models is not None
                             else "" if entry.get("basis") != "none" else "any"),
        formats_are_copies="formats_are_copies" in entry,
        parts_keep_license="parts_keep_license" in entry,
        copies_keep_license="copies_keep_license" in entry,
        not_to_improve_others="not_to_improve_others" in entry,
        imposes=frozenset(item["imposes"] for item in entry.get("imposes", [])),
        further_restrictions=None if further is None else frozenset(
            further.get("on", ["copy", "adaptation"])),
        allows=frozenset(() if further is None else further.get("allows", [])),
    )
    for right, answers in entry["rights"].items():
        for answer in answers:
            when = ALWAYS
            if answer["answer"] == "conditional":
                when = parse_condition(answer["when"], vocabulary)
            for scope in answer_scopes(right, answer, license_.only_licensor):
                license_.answers.append(
                    Answer(RIGHTS.index(right), answer["answer"], when, scope))
    for restriction in entry.get("restrictions", []):
        when = parse_condition(restriction["when"], vocabulary)
        for right in restriction["rights"]:
            for scope in answer_scopes(right, restriction, license_.only_licensor):
                license_.answers.append(Answer(RIGHTS.index(right), "conditional", when, scope))
    for number, duty in enumerate(entry.get("duties", [])):
        allowed = frozenset(
            (item, "") if isinstance(item, str) else (item["license"], item.get("on", ""))
            for item in duty.get("satisfied_by", []))
        for scope in duty.get("scopes", DEFAULT_SCOPES):
            license_.duties.append(Duty(duty["duty"], scope, frozenset(duty["on"]), allowed,
                                        duty.get("in_collections") == "contested", number))
    return license_.finish()


def unknown_license(identifier: str) -> License:
    """A licence that the catalogue does not know."""
    return License(
        id=identifier, in_catalogue=False, reviewed=False, models_from_outputs="any",
        answers=[Answer(right, "undetermined", ALWAYS, scope)
                 for right in ALL_RIGHTS for scope in DEFAULT_SCOPES]).finish()


# --- artifacts and claims -------------------------------------------------------------------

Vertex = tuple[str, str]  # artifact id, component


class Edge(NamedTuple):
    child: Vertex
    relation: str
    parent: Vertex
    made: Optional[str]  # the day of derivation, if it is known and not after the day asked

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


def rank(claim: Json) -> int:
    return RANK[claim["source"]["kind"]]


def said(claim: Json) -> str:
    return day(claim["source"]["said"])


def best_and_latest(claims: list[Json]) -> list[Json]:
    """Those of the best rank and, among these, of the latest day."""
    best = min(rank(claim) for claim in claims)
    claims = [claim for claim in claims if rank(claim) == best]
    latest = max(said(claim) for claim in claims)
    return [claim for claim in claims if said(claim) == latest]


def is_license_claim(claim: Json) -> bool:
    return "license" in claim or "license_as_found" in claim


def first_day(claim: Json) -> str:
    """The first day of a claim's interval; "" without one. Other claims than those of a licence
    hold always."""
    if "from" in claim:
        return day(claim["from"])
    return said(claim) if is_license_claim(claim) else ""


def end_day(claim: Json) -> str:
    """The day that a claim no longer holds on; later than all days if it has no end."""
    return day(claim["until"]) if "until" in claim else "9999"


def holds_on(claim: Json, when: str) -> bool:
    return first_day(claim) <= when < end_day(claim)


def expression_of(claim: Json) -> Expression:
    if "license" in claim:
        return parse_expression(claim["license"])
    # A licence that no entry is of, written as one word.
    return Leaf("as-found:" + "_".join(claim["license_as_found"].split()), False, "")


class Catalogue:
    """Licences and exceptions, and the answers about pairs of them that were worked out."""

    def __init__(self, document: Json) -> None:
        groups = {region["id"]: frozenset(region["members"])
                  for region in document.get("regions", []) if "members" in region}
        entries = {entry["id"]: entry for entry in document.get("licenses", [])}
        self.licenses = {name: read_license(name, entries, groups) for name in entries}
        self.exceptions: dict[str, Json] = {
            entry["id"]: entry for entry in document.get("exceptions", [])}
        self.pairs: dict[tuple[str, str, str], Pair] = {}

    def license(self, leaf: Leaf) -> License:
        if leaf.license not in self.licenses:
            self.licenses[leaf.license] = unknown_license(leaf.license)
        return self.licenses[leaf.license]

    def is_dropped(self, leaf: Leaf, duty: Duty, place: str) -> bool:
        """Whether the leaf's exception drops a duty of what arrives at this place."""
        exception = self.exceptions.get(leaf.exception)
        return (exception is not None
                and duty.kind in exception.get("drops_duties", [])
                and duty.scope in exception.get("scopes", ["derivative"])
                and (exception.get("for") != "linking" or place != "none"))

    def duties_by(self, leaf: Leaf, way: State) -> list[Duty]:
        """A licence's duties that arrive in a way."""
        return [duty for duty in self.license(leaf).duties
                if duty.scope == BINDING[way.form] and is_about(way, duty)
                and not self.is_dropped(leaf, duty, way.place)]

    def imposes(self, leaf: Leaf, place: str) -> frozenset[str]:
        """What a licence imposes, less what its exception drops in the same cases."""
        imposed = self.license(leaf).imposes
        exception = self.exceptions.get(leaf.exception)
        if exception is not None and (exception.get("for") != "linking" or place != "none"):
            imposed -= frozenset(exception.get("drops_impositions", []))
        return imposed

    def allowed_by(self, leaf: Leaf, duty: Duty) -> dict[str, str]:
        """A share-alike duty's set: licence -> "" or on what condition; `+` widens it."""
        allowed: dict[str, str] = {leaf.license: ""}
        for name, on in sorted(duty.allowed):  # "" comes first and stays
            allowed.setdefault(name, on)
        if leaf.plus or leaf.license.endswith("-or-later"):
            for name in self.license(leaf).later_versions:
                allowed[name] = ""
        return allowed

    def same_family(self, one: License, other: License) -> bool:
        """Editions of one agreement, the one without a day among them."""
        return (one.edition_of is not None and one.edition_of in (other.edition_of, other.id)
                or other.edition_of is not None and other.edition_of == one.id)

    def branch_known(self, expression: Expression) -> bool:
        """Whether some choice of licences has none that is generic, unreviewed or unknown."""
        if isinstance(expression, Leaf):
            return self.license(expression).reviewed
        known = [self.branch_known(part) for part in expression.parts]
        return all(known) if isinstance(expression, Both) else any(known)

    def value(self, expression: Expression, right: int, context: Json) -> int:
        """What an expression answers for the thing itself: the scopes own and work."""
        if isinstance(expression, Leaf):
            return min((value_of(answer, context) for answer in self.license(expression).answers
                        if answer.right == right and answer.scope in ("own", "work")),
                       default=PERMITTED)
        values = [self.value(part, right, context) for part in expression.parts]
        return min(values) if isinstance(expression, Both) else max(values)

    def joint_value(self, expression: Expression, rights: tuple[int, ...]) -> int:
        """The same of several rights under one choice."""
        if isinstance(expression, Leaf):
            return min(self.value(expression, right, {}) for right in rights)
        values = [self.joint_value(part, rights) for part in expression.parts]
        return min(values) if isinstance(expression, Both) else max(values)


def value_of(answer: Answer, context: Json) -> int:
    """Section 3, the value of an answer."""
    if answer.answer == "permitted":
        return PERMITTED
    if answer.answer == "prohibited":
        return PROHIBITED
    if answer.answer in ("undetermined", "silent", "unreviewed"):
        return UNDETERMINED
    return {FALSE: PROHIBITED, UNKNOWN: CONDITIONAL, TRUE: PERMITTED}[
        truth(answer.when, context)]


class Case:
    """Artifacts and claims, read once for all questions about them."""

    def __init__(self, document: Json, catalogue: Optional[Catalogue] = None) -> None:
        self.catalogue = catalogue or Catalogue(document)
        self.kinds: dict[str, str] = {}
        self.released: dict[str, str] = {}
        self.claims: list[Json] = list(document.get("claims", []))
        for artifact in document.get("artifacts", []):
            self.kinds[artifact["id"]] = artifact["kind"]
            if "released" in artifact:
                self.released[artifact["id"]] = day(artifact["released"])
            for claim in artifact.get("claims", []):
                self.claims.append({**claim, "subject": artifact["id"]})
        self.party_of: dict[str, str] = {}
        for party in document.get("parties", []):
            for name in party["organizations"]:
                self.party_of[name.lower()] = party["name"]
        self.views: dict[tuple[str, Optional[int], bool], View] = {}

    def party(self, claim: Json) -> str:
        """Who says it: the party that lists this name as an organisation, or the name."""
        by = claim["source"]["by"].lower()
        return self.party_of.get(by, by)

    def vertex(self, artifact: str, component: Optional[str] = None) -> Vertex:
        return artifact, component or primary(self.kinds[artifact])

    def view(self, query: Json) -> View:
        key = (day(query["as_of"]), query.get("at_revision"),
               query.get("claims_policy", "ranked") == "strictest")
        if key not in self.views:
            self.views[key] = View(self, *key)
        return self.views[key]


class Place(NamedTuple):
    """Where a choice of licence is made: what one artifact was concluded to be under (today, or
    for an edge that conveys by another licence); or the silence of one vertex."""
    origin: Vertex
    expression: Optional[Expression]  # None: silence


class View:
    """What holds of a case on one day, at one revision, under one claims policy (section 2)."""

    def __init__(self, case: Case, as_of: str, revision: Optional[int], strictest: bool) -> None:
        self.case = case
        self.as_of = as_of
        self.strictest = strictest
        self.recorded = [claim for claim in case.claims
                         if revision is None or claim.get("revision", 1) <= revision]
        self.claims = [claim for claim in self.recorded if holds_on(claim, as_of)]
        self.license_claims: dict[Vertex, list[Json]] = {}  # recorded, of any day
        for claim in self.recorded:
            if is_license_claim(claim):
                vertex = case.vertex(claim["subject"], claim.get("component"))
                self.license_claims.setdefault(vertex, []).append(claim)
        self.edges = self.existing_edges()
        self.licensors = {artifact: self.licensor_of(artifact) for artifact in case.kinds}
        self.holds_others_works = {
            claim["subject"] for claim in self.claims
            if claim.get("contents") == "others" and case.kinds[claim["subject"]] == "dataset"}
        self.own: dict[Vertex, Expression] = {}
        for vertex in self.license_claims:
            concluded = self.concluded(vertex, as_of)
            if concluded is not None:
                self.own[vertex] = concluded
        # Every vertex that somebody licensed or that an edge touches, and every main one.
        self.vertices: set[Vertex] = {case.vertex(artifact) for artifact in case.kinds}
        self.vertices |= set(self.own)
        self.vertices |= {edge.parent for edge in self.edges}
        self.origins = self.conclusions_by_origin()
        self.above = self.vertices_above()
        self.spoken: dict[Edge, list[Place]] = {
            edge: self.spoken_over(edge) for edge in self.edges}

    # --- claims ---

    def existing_edges(self) -> list[Edge]:
        stated: dict[tuple[Vertex, str, Vertex], list[Json]] = {}
        for claim in self.claims:
            for relation in RELATION_CLASS.keys() & claim.keys():
                parents = claim[relation]
                for parent in [parents] if isinstance(parents, str) else parents:
                    key = (self.case.vertex(claim["subject"]), relation,
                           self.case.vertex(parent, claim.get("component")))
                    stated.setdefault(key, []).append(claim)
        edges = []
        for key, claims in stated.items():
            decisive = [claim for claim in best_and_latest(claims)
                        if not claim.get("denies", False)]
            if decisive:
                made = {day(claim["made"]) for claim in decisive if "made" in claim}
                known = len(made) == 1 and min(made) <= self.as_of
                edges.append(Edge(*key, min(made) if known else None))
        return edges

    def licensor_of(self, artifact: str) -> Optional[str]:
        claims = [claim for claim in self.claims
                  if claim["subject"] == artifact and "licensor" in claim]
        if claims:
            return min(claim["licensor"] for claim in best_and_latest(claims))
        name = organization(artifact)
        if name is None:
            return None
        return self.case.party_of.get(name.lower(), name.lower())

    def term_licensor(self, origin: Vertex, leaf: Optional[Leaf]) -> Optional[str]:
        """Whose a term is that an artifact states; of its silence where there is no licence."""
        if leaf is not None:
            named = self.case.catalogue.license(leaf).only_licensor
            if named is not None:
                return named
        return None if origin[0] in self.holds_others_works else self.licensors[origin[0]]

    def decisive(self, vertex: Vertex, when: str) -> list[Json]:
        """The licence claims that make up the conclusion of one day."""
        claims = [claim for claim in self.license_claims.get(vertex, [])
                  if holds_on(claim, when)]
        return claims if self.strictest or not claims else best_and_latest(claims)

    def concluded(self, vertex: Vertex, when: str) -> Optional[Expression]:
        """What a vertex's own licence claims conclude on a day."""
        claims = self.decisive(vertex, when)
        return joined(Both, map(expression_of, claims)) if claims else None

    def concluded_until(self, vertex: Vertex, last: str) -> list[Expression]:
        """All that a vertex's claims concluded on any day up to the last one given."""
        claims = self.license_claims.get(vertex, [])
        # Between these days nothing changes.
        days = {first_day(claim) for claim in claims} | {end_day(claim) for claim in claims}
        found = (self.concluded(vertex, when) for when in sorted(days) if when <= last)
        return [expression for expression in found if expression is not None]

    def is_conflicting(self, vertex: Vertex) -> bool:
        claims = [claim for claim in self.license_claims.get(vertex, [])
                  if holds_on(claim, self.as_of)]
        return bool(claims) and len(
            {text_of(expression_of(claim)) for claim in best_and_latest(claims)}) > 1

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

    def conclusion(self, vertex: Vertex) -> Optional[Expression]:
        """A vertex's conclusion, its own or taken; None if it is undeclared."""
        origins = self.origins.get(vertex, frozenset())
        return joined(Both, (self.own[origin] for origin in origins)) if origins else None

    def is_placeholder(self, vertex: Vertex) -> bool:
        return self.case.kinds[vertex[0]] == "unresolved"

    # --- the licence by which an edge conveys ---

    def speaks_itself(self, vertex: Vertex) -> list[Place]:
        """What a vertex speaks of itself: today's conclusions, or silence."""
        places = [Place(origin, self.own[origin]) for origin in self.origins.get(vertex, ())]
        if not places or self.is_placeholder(vertex):
            places.append(Place(vertex, None))
        return places

    def spoken_over(self, edge: Edge) -> list[Place]:
        places = self.speaks_itself(edge.parent)
        if edge.parent not in self.own:
            return places
        place = Place(edge.parent, self.conveyed_by(edge, self.own[edge.parent]))
        return [other if other.expression is None else place for other in places]

    def concluded_before_release(self, edge: Edge) -> Optional[Expression]:
        """What a parent was under all the time from its first licence to its child's release."""
        released = self.case.released.get(edge.child[0])
        if released is None or released > self.as_of:
            return None
        claims = self.license_claims.get(edge.parent, [])
        days = sorted({first_day(claim) for claim in claims} | {end_day(claim) for claim in claims})
        found = [self.concluded(edge.parent, when) for when in days if when <= released]
        while found and found[0] is None:
            found.pop(0)
        if not found or None in found or len({text_of(one) for one in found if one}) > 1:
            return None
        return found[0]

    def conveyed_by(self, edge: Edge, today: Expression) -> Expression:
        then = None if edge.made is None else self.concluded(edge.parent, edge.made)
        if edge.klass == "output":
            if then is not None:
                return then
            last = min(self.case.released.get(edge.child[0], self.as_of), self.as_of)
            earlier = self.concluded_until(edge.parent, last)
            return joined(Both, earlier) if earlier else today
        if edge.made is None:
            then = self.concluded_before_release(edge)
        if then is None or text_of(then) == text_of(today):
            return today
        if any(self.case.catalogue.license(leaf).revocable for leaf in leaves_of(then)):
            return today
        return joined(Either, (then, today))

    # --- cycles ---

    def vertices_above(self) -> dict[Vertex, set[Vertex]]:
        """For each vertex all that lie above it along conveying edges."""
        above: dict[Vertex, set[Vertex]] = {vertex: set() for vertex in self.vertices}
        conveying = [edge for edge in self.edges if edge.klass != "none"]
        changed = True
        while changed:
            changed = False
            for edge in conveying:
                size = len(above[edge.child])
                above[edge.child] |= {edge.parent} | above[edge.parent]
                changed = changed or len(above[edge.child]) != size
        return above

    def in_one_unit(self, one: Vertex, other: Vertex) -> bool:
        """Whether the two lie on a common cycle."""
        return other in self.above[one] and one in self.above[other]


# --- section 4, forms and marks -------------------------------------------------------------

# What binds, and the scope of the terms that bind so. The others are on their way.
BINDING: dict[str, str] = {
    "own": "own", "work": "work", "derivative": "derivative", "made": "derivative",
    "from-outputs": "output", "training": "training",
}
FORMS: tuple[str, ...] = (*BINDING, "output", "source", "dormant")
EXACT, FORMAT, ADAPTED, MERGED = range(4)
PLACES: tuple[str, ...] = ("none", "inside", "beside")


class State(NamedTuple):
    """A term's form and its marks. That of a term that arrives is a *way*."""
    form: str
    contested: bool = False
    similar: bool = False  # perhaps-similar
    change: int = EXACT
    place: str = "none"
    sharing: bool = False  # left for the rights to share alone


STATES: tuple[State, ...] = tuple(
    State(form, contested, similar, change, place, sharing)
    for sharing in (False, True) for form in FORMS for contested in (False, True) for similar in (False, True)
    for change in range(4) for place in PLACES)
BIT: dict[State, int] = {state: 1 << number for number, state in enumerate(STATES)}


def mask_of(states: Iterable[State]) -> int:
    mask = 0
    for state in states:
        mask |= BIT[state]
    return mask


def states_in(mask: int) -> Iterator[State]:
    while mask:
        lowest = mask & -mask
        yield STATES[lowest.bit_length() - 1]
        mask ^= lowest


# A licence's terms start so; source only where a licence of the place says models_from_outputs.
STARTING = mask_of(State(form) for form in ("work", "derivative", "output", "training"))
STARTING_SOURCE = mask_of([State("source")])
STARTING_SILENCE = mask_of(State(form) for form in DEFAULT_SCOPES)
# A vertex's own terms bind it by these.
OF_ITSELF = mask_of(State(form) for form in ("own", "work"))

YES, CAUTIOUS_ONLY, BUT_PERMISSIVE, NO = "yes", "cautious only", "but under permissive", "no"
IF_OUTPUTS_DERIVE = "if outputs derive"


class Theory(NamedTuple):
    """A setting, yes, open or no, for each switch."""
    weights_derive_from_data: str
    training_excepted: str
    outputs_derive: str
    contract_runs_with_outputs: str
    database_right: str
    weights_protected: str


PRESETS: dict[str, Theory] = {
    "cautious": Theory("yes", "no", "yes", "yes", "yes", "yes"),
    "standard": Theory("open", "open", "open", "open", "open", "yes"),
    "permissive": Theory("no", "yes", "no", "no", "no", "yes"),
}
SHARING = frozenset(map(RIGHTS.index, ("redistribute", "redistribute-derivatives", "sublicense")))
# Forms that rest on a right in the weights they are about.
RESTS_ON_WEIGHTS = ("work", "derivative", "made", "source", "dormant")

# The table: row -> what it does with the columns work; derivative; made; output, source.
TABLE: dict[str, tuple[str, str, str, str]] = {
    "copy": (YES, YES, YES, YES),
    "inside": (YES, YES, YES, YES),
    "beside": (YES, YES, YES, YES),
    "adaptation": (CAUTIOUS_ONLY, YES, YES, YES),
    "adapter": (YES, YES, YES, YES),
    "adapter alone": (NO, BUT_PERMISSIVE, BUT_PERMISSIVE, BUT_PERMISSIVE),
    "output": (NO, NO, IF_OUTPUTS_DERIVE, NO),
    "training": (NO, NO, NO, NO),  # by the theory
    "none": (NO, NO, NO, NO),
}
COLUMN: dict[str, int] = {"work": 0, "derivative": 1, "made": 2, "output": 3, "source": 3}
CHANGE: dict[str, int] = {
    "beside": EXACT, "inside": EXACT, "copy": FORMAT, "adaptation": ADAPTED, "adapter": ADAPTED,
    "adapter alone": ADAPTED, "output": ADAPTED, "training": ADAPTED,
}


class Step(NamedTuple):
    """All that matters of an edge for what it does with a form."""
    row: str
    relation: str
    stance: str
    theory: Theory
    of_weights: bool     # the parent's component is weights
    same_licensor: bool  # of child and parent
    in_unit: bool        # both lie on a common cycle


def conveys(cell: str, step: Step) -> bool:
    return (cell == YES or cell == CAUTIOUS_ONLY and step.stance == "cautious"
            or cell == BUT_PERMISSIVE and step.stance != "permissive"
            or cell == IF_OUTPUTS_DERIVE and step.theory.outputs_derive == "yes")


def conveys_anything(step: Step) -> bool:
    return step.row in ("output", "training") or any(
        conveys(cell, step) for cell in TABLE[step.row])


def by_training(theory: Theory) -> Iterator[str]:
    """The marks in which the work arrives at what was trained on it."""
    order = ("yes", "open", "no")
    derive = theory.weights_derive_from_data
    others = {  # for rights other than to share
        "no": derive,
        "open": max(derive, "open", key=order.index),
        "yes": "no",
    }[theory.training_excepted]
    if derive == "yes":
        yield "" if others == "yes" else "sharing"
    if derive != "no":
        yield "contested" if others != "no" else "contested sharing"


def by_switch(step: Step, setting: str) -> Iterator[str]:
    """Whether something runs with outputs to this party, and contested."""
    if step.same_licensor or setting == "yes":
        yield ""
    elif setting == "open":
        yield "contested"


def forms_after(step: Step, form: str) -> Iterator[tuple[str, str]]:
    """What an edge makes of a form: the form, and the marks that it gets ("" for none)."""
    rests = step.of_weights and form in RESTS_ON_WEIGHTS
    if rests and step.theory.weights_protected == "no":
        return
    for below, mark in forms_by_table(step, form):
        yield below, mark + (
            " contested" if rests and step.theory.weights_protected == "open" else "")


def forms_by_table(step: Step, form: str) -> Iterator[tuple[str, str]]:
    if form in COLUMN:
        if conveys(TABLE[step.row][COLUMN[form]], step):
            yield form, ""
        if step.row == "training" and form in ("work", "derivative", "made"):
            for mark in by_training(step.theory):
                yield form, mark
        if step.in_unit and step.row != "none" and form in ("work", "derivative", "made"):
            yield form, ""
    if form == "training" and step.row == "training":
        yield form, ""
    if form == "output" and step.row == "output":
        yield "from-outputs", ""
    if form in ("source", "made") and step.relation == "generated_with":
        yield "dormant", ""
    if form in ("source", "made") and step.relation == "distilled_from":
        yield "made", ""
    if form == "from-outputs" and conveys_anything(step):
        for mark in by_switch(step, step.theory.contract_runs_with_outputs):
            yield form, mark
    if form == "dormant":
        if (step.row in ("copy", "inside", "beside", "adaptation", "adapter", "adapter alone")
                and conveys_anything(step)):
            yield form, ""
        if step.relation == "trained_on":
            for mark in by_switch(step, step.theory.outputs_derive):
                yield "made", "perhaps-similar " + mark


@lru_cache(maxsize=None)
def moved_state(step: Step, state: State) -> int:
    change = MERGED if step.relation == "merged_from" else CHANGE.get(step.row, EXACT)
    place = state.place
    if change >= ADAPTED:
        place = "none"  # only edges nearer than this one count
    elif step.row in PLACES:
        place = PLACES[max(PLACES.index(place), PLACES.index(step.row))]
    mask = 0
    for form, mark in forms_after(step, state.form):
        mask |= BIT[State(form, state.contested or "contested" in mark,
                          state.similar or "perhaps-similar" in mark,
                          max(state.change, change), place,
                          state.sharing or "sharing" in mark)]
    return mask


@lru_cache(maxsize=500000)
def moved(step: Step, mask: int) -> int:
    """The states in which what was in these states arrives over an edge."""
    result = 0
    for state in states_in(mask):
        result |= moved_state(step, state)
    return result


@lru_cache(maxsize=500000)
def ways_in(mask: int, models_from_outputs: str, performs_similarly: Optional[str]
            ) -> tuple[State, ...]:
    """The ways in which a licence's terms bind, of the states in which they arrive.

    The form made is of a licence whose definition counts models made from outputs. Under a
    limited definition what is perhaps similar binds only what is: it does not bind at all where
    the fact is no, and is like any other way where it is yes. So a way that is still marked
    *similar* is one under a limited definition of which nobody said.
    """
    ways: dict[State, None] = {}
    for state in states_in(mask):
        if state.form not in BINDING or state.form == "made" and not models_from_outputs:
            continue
        similar = state.similar and models_from_outputs == "similar"
        if similar and performs_similarly == "no":
            continue
        ways[state._replace(similar=similar and performs_similarly != "yes")] = None
    return tuple(ways)


def is_derivative(way: State, license_: License) -> bool:
    """Whether answers to modify and redistribute-derivatives count for use and redistribute."""
    if way.form == "made":
        return True
    return way.form in ("work", "derivative") and (
        way.change >= ADAPTED or way.change == FORMAT and not license_.formats_are_copies)


def is_about(way: State, duty: Duty) -> bool:
    """A duty that is left for the rights to share alone has to do with sharing."""
    return not way.sharing or "distribution" in duty.on


def is_contested_in_collection(duty: Duty, way: State) -> bool:
    """Of a data set's duty that comes to a data set: whether that it comes is contested."""
    return duty.in_collections_contested and way.place == "beside" and not way.contested


Voice = tuple[Place, Optional[str]]  # what one place says by licences of one licensor


def spread(start: list[tuple[Edge, Any, Voice, int]], edges: list[tuple[Edge, Any]],
           move: Any, licensors: dict[str, Optional[str]]) -> dict[Vertex, dict[Voice, int]]:
    """Carries voices down edges until nothing moves; cuts them where the licensor is the same."""
    at: dict[Vertex, dict[Voice, int]] = {}

    def arrive(edge: Edge, step: Any, voice: Voice, mask: int) -> bool:
        if voice[1] is not None and voice[1] == licensors[edge.child[0]]:
            return False  # cut: neither binds the child nor goes on through it
        here = at.setdefault(edge.child, {})
        before = here.get(voice, 0)
        after = before | move(step, mask)
        if after == before:
            return False
        here[voice] = after
        return True

    for edge, step, voice, mask in start:
        arrive(edge, step, voice, mask)
    changed = True
    while changed:
        changed = False
        for edge, step in edges:
            for voice, mask in list(at.get(edge.parent, {}).items()):
                changed = arrive(edge, step, voice, mask) or changed
    return at


# --- one query ------------------------------------------------------------------------------

class Question:
    """One query, evaluated."""

    def __init__(self, case: Case, query: Json) -> None:
        self.case = case
        self.catalogue = case.catalogue
        self.query = query
        self.view = case.view(query)
        self.context: Json = query.get("context", {})
        # Contested, a term is worth what it would be if nobody competed.
        self.context_contested: Json = {**self.context, COMPETES: "no"}
        # The context in which the artifact was made, which only its maker tells.
        self.maker: bool = query.get("maker", False)
        self.step_context: Json = self.context if self.maker else {}
        self.stance: str = query.get("stance", "standard")
        self.theory = PRESETS[self.stance]._replace(**{
            name.replace("-", "_"): setting
            for name, setting in query.get("theory", {}).items()})
        self.with_base = query.get("adapter", "with-base") == "with-base"
        self.subject = case.vertex(query["artifact"], query.get("component"))
        self.above = self.view.above.get(self.subject, set())
        self.values: dict[tuple[Leaf, int], list[int]] = {}
        self.choices: dict[tuple[Place, tuple[int, ...]], frozenset[Leaf]] = {}
        # Place -> licensor -> states: what reaches the subject; and what binds it as well.
        self.reaching: dict[Place, dict[Optional[str], int]] = {}
        self.arriving: dict[Place, dict[Optional[str], int]] = {}
        self.collect()

    # --- section 4 ---

    def licensors_at(self, place: Place) -> set[Optional[str]]:
        if place.expression is None:
            return {self.view.term_licensor(place.origin, None)}
        return {self.view.term_licensor(place.origin, leaf)
                for leaf in leaves_of(place.expression)}

    def starting(self, place: Place) -> int:
        if place.expression is None:
            return STARTING_SILENCE | STARTING_SOURCE
        if any(self.catalogue.license(leaf).models_from_outputs
               for leaf in leaves_of(place.expression)):
            return STARTING | STARTING_SOURCE
        return STARTING

    def step(self, edge: Edge) -> Step:
        row = edge.klass
        if row == "adapter" and not self.with_base:
            row = "adapter alone"
        child, parent = (self.view.licensors[vertex[0]] for vertex in (edge.child, edge.parent))
        return Step(row, edge.relation, self.stance, self.theory,
                    edge.parent[1] == "weights", child is not None and child == parent,
                    self.view.in_one_unit(edge.child, edge.parent))

    def edges_above(self) -> list[Edge]:
        return [edge for edge in self.view.edges if edge.klass != "none"
                and (edge.child == self.subject or edge.child in self.above)]

    def collect(self) -> None:
        view = self.view
        edges = [(edge, self.step(edge)) for edge in self.edges_above()]
        start = [(edge, step, (place, licensor), self.starting(place))
                 for edge, step in edges
                 if edge.parent != self.subject  # a term reaches others than its speaker
                 for place in view.spoken[edge] for licensor in self.licensors_at(place)]
        at = spread(start, edges, moved, view.licensors)
        for (place, licensor), mask in at.get(self.subject, {}).items():
            if mask:
                self.reaching.setdefault(place, {})[licensor] = mask
                self.arriving.setdefault(place, {})[licensor] = mask
        for place in view.speaks_itself(self.subject):
            here = self.arriving.setdefault(place, {})
            for licensor in self.licensors_at(place):
                here[licensor] = here.get(licensor, 0) | OF_ITSELF

    def states(self, place: Place, leaf: Leaf, masks: dict[Optional[str], int]) -> int:
        return masks.get(self.view.term_licensor(place.origin, leaf), 0)

    def ways(self, leaf: Leaf, mask: int) -> tuple[State, ...]:
        return ways_in(mask, self.catalogue.license(leaf).models_from_outputs,
                       self.context.get(SIMILAR))

    # --- section 5, what a term is worth ---

    def worths(self, leaf: Leaf, way: State) -> Iterator[tuple[int, int, Answer]]:
        """(right, worth, answer) for each right that a term which arrives so counts for."""
        license_ = self.catalogue.license(leaf)
        derivative = is_derivative(way, license_)
        context = self.context_contested if way.contested else self.context
        for answer in license_.answers:
            if answer.scope != BINDING[way.form]:
                continue
            if way.sharing and answer.right not in SHARING:
                continue
            value = worth = value_of(answer, context)
            if way.contested:
                worth = UNDETERMINED if value == PROHIBITED else PERMITTED
            elif way.similar and value == PROHIBITED:
                worth = CONDITIONAL
            yield answer.right, worth, answer
            if derivative and answer.right == REDISTRIBUTE_DERIVATIVES:
                yield REDISTRIBUTE, worth, answer
            if derivative and answer.right == MODIFY:
                step = {**self.step_context, COMPETES: "no"} if way.contested else self.step_context
                if value_of(answer, step) == PROHIBITED:
                    yield USE, worth, answer

    def leaf_values(self, leaf: Leaf, mask: int) -> list[int]:
        """The worth of each right by the terms of one licence that arrive in these states."""
        key = leaf, mask
        if key not in self.values:
            values = [PERMITTED] * len(RIGHTS)
            # What does not matter for a worth is left out, so that few ways differ.
            ways = {way._replace(place="none", change=ADAPTED if is_derivative(
                way, self.catalogue.license(leaf)) else EXACT) for way in self.ways(leaf, mask)}
            for way in ways:
                for right, worth, _ in self.worths(leaf, way):
                    values[right] = min(values[right], worth)
            self.values[key] = values
        return self.values[key]

    def silence(self, place: Place, rights: tuple[int, ...]) -> int:
        """What an undeclared or unresolved vertex is worth here: nothing if contested."""
        masks = self.arriving[place].values()
        sharing = any(right in SHARING for right in rights)
        if not any(state.form in BINDING and not state.contested
                   and (sharing or not state.sharing)
                   for mask in masks for state in states_in(mask)):
            return PERMITTED
        prohibited = self.query.get("undeclared", "undetermined") == "prohibited"
        return PROHIBITED if prohibited else UNDETERMINED

    # --- section 3, expressions ---

    def worth(self, place: Place, expression: Expression, rights: tuple[int, ...]) -> int:
        """The joint worth of an expression for the rights asked: an AND is the minimum, an OR
        its best branch."""
        if isinstance(expression, Leaf):
            values = self.leaf_values(expression,
                                      self.states(place, expression, self.arriving[place]))
            return min([values[right] for right in rights])
        parts = [self.worth(place, part, rights) for part in expression.parts]
        return min(parts) if isinstance(expression, Both) else max(parts)

    def choose(self, place: Place, expression: Expression,
               rights: tuple[int, ...]) -> frozenset[Leaf]:
        """The licences that are chosen where these rights are asked together."""
        if isinstance(expression, Leaf):
            return frozenset({expression})
        if isinstance(expression, Both):
            return frozenset().union(*(self.choose(place, part, rights)
                                       for part in expression.parts))
        worths = [self.worth(place, part, rights) for part in expression.parts]
        best = [self.choose(place, part, rights)
                for part, worth in zip(expression.parts, worths) if worth == max(worths)]
        if len(best) == 1:
            return best[0]
        return min(best, key=lambda leaves: self.count_duties(place, leaves))  # the first of ties

    def chosen(self, place: Place, rights: tuple[int, ...]) -> frozenset[Leaf]:
        if place.expression is None:
            return frozenset()
        key = place, rights
        if key not in self.choices:
            self.choices[key] = self.choose(place, place.expression, rights)
        return self.choices[key]

    def duties_arriving(self, place: Place, leaf: Leaf,
                        masks: dict[Optional[str], int]) -> Iterator[tuple[Duty, bool]]:
        """Each duty in each way in which it arrives, and whether it is contested."""
        if self.catalogue.license(leaf).duties:
            for way in self.ways(leaf, self.states(place, leaf, masks)):
                for duty in self.catalogue.duties_by(leaf, way):
                    yield duty, way.contested or (
                        self.in_collections(place) and is_contested_in_collection(duty, way)
                        and self.theory.database_right == "open")

    def in_collections(self, place: Place) -> bool:
        return all(self.case.kinds[vertex[0]] == "dataset"
                   for vertex in (place.origin, self.subject))

    def count_duties(self, place: Place, leaves: frozenset[Leaf]) -> int:
        """How many duties arrive uncontested (or contested in a collection alone)."""
        return len({(leaf, duty.entry) for leaf in leaves
                    for way in self.ways(leaf, self.states(place, leaf, self.arriving[place]))
                    if not way.contested for duty in self.catalogue.duties_by(leaf, way)})

    # --- section 5, verdicts ---

    def verdict(self, rights: tuple[int, ...]) -> int:
        """The joint verdict of the rights asked together; of one right, its verdict."""
        return min(self.silence(place, rights) if place.expression is None
                   else self.worth(place, place.expression, rights)
                   for place in self.arriving)

    def missing(self, right: int) -> list[str]:
        """The keys and facts that an open condition on this right wants."""
        keys: set[str] = set()
        for place, masks in self.arriving.items():
            for leaf in self.chosen(place, (right,)):
                for way in self.ways(leaf, self.states(place, leaf, masks)):
                    if way.contested:
                        continue
                    for answered, worth, answer in self.worths(leaf, way):
                        if answered == right and worth == CONDITIONAL:
                            keys |= {SIMILAR} if way.similar else set()
                            if answer.answer == "conditional":
                                keys |= open_keys(answer.when, self.context)
        return sorted(keys)

    def duties(self) -> tuple[list[list[str]], list[list[str]]]:
        """The duties that arrive uncontested; and those that arrive contested only."""
        found: dict[bool, set[tuple[str, str, str]]] = {False: set(), True: set()}
        for place, masks in self.arriving.items():
            for leaf in self.chosen(place, ALL_RIGHTS):
                for duty, contested in self.duties_arriving(place, leaf, masks):
                    found[contested].add((place.origin[0], leaf.license, duty.kind))
        return ([list(triple) for triple in sorted(found[False])],
                [list(triple) for triple in sorted(found[True] - found[False])])

    def class_of(self, place: Place, expression: Expression,
                 arrived: set[Optional[str]]) -> int:
        if isinstance(expression, Leaf):
            if self.view.term_licensor(place.origin, expression) not in arrived:
                return CLASSES.index("open-source")  # cut
            return CLASSES.index(self.catalogue.license(expression).klass)
        parts = [self.class_of(place, part, arrived) for part in expression.parts]
        return max(parts) if isinstance(expression, Both) else min(parts)

    def klass(self) -> str:
        view = self.view
        followed = {"copy", "inside", "beside", "adaptation"}
        if self.with_base:
            followed.add("adapter")
        edges = [(edge, None) for edge in self.edges_above()
                 if edge.klass in followed or view.in_one_unit(edge.child, edge.parent)]
        start = [(edge, None, (place, licensor), 1) for edge, _ in edges
                 if edge.parent != self.subject
                 for place in view.spoken[edge] for licensor in self.licensors_at(place)]
        at = spread(start, edges, lambda _, mask: mask, view.licensors)
        arrived: dict[Place, set[Optional[str]]] = {}
        for place in view.speaks_itself(self.subject):
            arrived.setdefault(place, set()).update(self.licensors_at(place))
        for place, licensor in at.get(self.subject, {}):
            arrived.setdefault(place, set()).add(licensor)
        return CLASSES[max(
            CLASSES.index("undeclared") if place.expression is None
            else self.class_of(place, place.expression, licensors)
            for place, licensors in arrived.items())]

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

    # --- section 7, findings ---

    def judge(self) -> Judge:
        above = [Above(place.expression,
                       {leaf: self.states(place, leaf, masks)
                        for leaf in leaves_of(place.expression)},
                       self.chosen(place, ALL_RIGHTS), self.in_collections(place),
                       place.origin)
                 for place, masks in self.reaching.items() if place.expression is not None]
        return Judge(self.catalogue, above, self.view.conclusion(self.subject), self.context,
                     self.step_context, self.theory.database_right)

    def another_vendors_agreement(self) -> bool:
        """Whether its own licence is an agreement that another party alone can grant, and nothing
        from above, in any branch, is under it."""
        own = self.view.own.get(self.subject)
        licensor = self.view.licensors.get(self.subject[0])
        if own is None or licensor is None:
            return False
        held = [self.catalogue.license(leaf) for vertex in self.above - {self.subject}
                if vertex in self.view.own for leaf in leaves_of(self.view.own[vertex])]
        return any(
            license_.only_licensor not in (None, licensor)
            and not any(license_.id == other.id or self.catalogue.same_family(license_, other)
                        for other in held)
            for license_ in map(self.catalogue.license, leaves_of(own)))

    def contested_training_data(self) -> bool:
        """Whether a prohibition or share-alike comes contested as work, derivative or made."""
        for place, masks in self.reaching.items():
            for leaf in self.chosen(place, ALL_RIGHTS):
                for way in self.ways(leaf, self.states(place, leaf, masks)):
                    if not way.contested or way.form not in ("work", "derivative", "made"):
                        continue
                    if any(worth == UNDETERMINED for _, worth, _ in self.worths(leaf, way)):
                        return True
                    if any(duty.kind == "share-alike"
                           for duty in self.catalogue.duties_by(leaf, way)):
                        return True
        return False

    def competing_use(self) -> int:
        """The severity of `competing-use`."""
        fact = self.context.get(COMPETES)
        if fact == "no":
            return NONE
        severity = NONE
        for place, masks in self.reaching.items():
            for leaf in self.chosen(place, ALL_RIGHTS):
                for way in self.ways(leaf, self.states(place, leaf, masks)):
                    if way.form == "from-outputs" and any(
                            self.could_be_made_false(answer)
                            for answer in self.catalogue.license(leaf).answers
                            if answer.scope == "output"):
                        certain = fact == "yes" and not way.contested
                        severity = max(severity, ERROR if certain else NOTE)
        return severity

    def could_be_made_false(self, answer: Answer) -> bool:
        if answer.answer != "conditional" or all(
                part.key != COMPETES for part in comparisons(answer.when)):
            return False
        return truth(answer.when, {**self.context, COMPETES: "yes"}) == FALSE

    def disputed_license(self) -> bool:
        view = self.view
        valid = [claim for claim in view.license_claims.get(self.subject, [])
                 if holds_on(claim, view.as_of)]
        if not valid:
            return False
        decisive = view.decisive(self.subject, view.as_of)
        conclusion = view.own[self.subject]
        for claim in valid:
            expression = expression_of(claim)
            if any(claim is other for other in decisive) or claim["source"]["kind"] == "press":
                continue
            if any(self.case.party(other) == self.case.party(claim) and said(other) > said(claim)
                   and text_of(expression_of(other)) != text_of(expression) for other in valid):
                continue
            if any(self.catalogue.value(expression, right, self.context)
                   < self.catalogue.value(conclusion, right, self.context)
                   for right in ALL_RIGHTS):
                return True
            if any(self.asks_for(expression, kind) and not self.asks_for(conclusion, kind)
                   for kind in WEIGHTY_DUTIES):
                return True
        return False

    def asks_for(self, expression: Expression, kind: str) -> bool:
        if isinstance(expression, Leaf):
            return any(duty.kind == kind for duty in self.catalogue.license(expression).duties)
        quantifier = any if isinstance(expression, Both) else all
        return quantifier(self.asks_for(part, kind) for part in expression.parts)

    def license_changed(self) -> bool:
        view = self.view
        for edge in view.edges:
            if edge.child != self.subject or edge.klass == "none" or edge.parent not in view.own:
                continue
            today = text_of(view.own[edge.parent])
            if edge.made is not None:
                then = view.concluded(edge.parent, edge.made)
                if then is not None and text_of(then) != today:
                    return True
                continue
            proven = view.concluded_before_release(edge)
            if proven is not None and edge.klass != "output":
                if text_of(proven) != today:
                    return True
            elif any(text_of(earlier) != today
                     for earlier in view.concluded_until(edge.parent, view.as_of)):
                return True
        return False

    def is_unknown(self, vertex: Vertex) -> bool:
        """Declared, but so that no branch is known."""
        conclusion = self.view.conclusion(vertex)
        return conclusion is not None and not self.catalogue.branch_known(conclusion)

    def is_undeclared(self, vertex: Vertex) -> bool:
        return self.view.conclusion(vertex) is None

    def unverified_training_data(self) -> bool:
        view = self.view
        sources: set[Vertex] = set()
        for edge in view.edges:
            if edge.klass == "training" and (edge.child == self.subject
                                             or edge.child in self.above):
                sources |= {edge.parent} | view.above[edge.parent]
        return any(self.is_undeclared(vertex) or view.is_placeholder(vertex)
                   or vertex in view.own and self.is_unknown(vertex)  # taken: of its parent
                   for vertex in sources - {self.subject})

    def facts_of_claims(self) -> dict[str, int]:
        """The findings that ask for no rule of section 7."""
        view, subject = self.view, self.subject
        upwards = [edge for edge in view.edges if edge.child == subject]
        raised = {
            "undeclared-license": WARNING * (
                subject not in view.own and all(edge.klass != "copy" for edge in upwards)),
            "unknown-license": WARNING * (subject in view.own and any(
                not self.catalogue.license(leaf).reviewed
                for leaf in leaves_of(view.own[subject]))),
            "unknown-upstream-license": WARNING * any(
                edge.klass in ("copy", "inside", "adaptation", "adapter")
                and not view.is_placeholder(edge.parent)
                and (self.is_undeclared(edge.parent) or self.is_unknown(edge.parent))
                for edge in upwards),
            "conflicting-claims": WARNING * view.is_conflicting(subject),
            "disputed-license": WARNING * self.disputed_license(),
            "license-changed-after-derivation": NOTE * self.license_changed(),
            "unresolved-upstream": WARNING * any(
                view.is_placeholder(edge.parent) for edge in upwards),
            "derivation-cycle": ERROR * (subject in self.above),
            "contested-training-data": NOTE * self.contested_training_data(),
            "unverified-training-data": NOTE * self.unverified_training_data(),
            "competing-use": self.competing_use(),
            "another-vendors-agreement": WARNING * self.another_vendors_agreement(),
        }
        return {name: severity for name, severity in raised.items() if severity}

    # --- section 7, the gate ---

    def gate(self, findings: list[Finding], competing_use: int) -> str:
        gate = self.query["gate"]
        acts = {gate["as"]} if "as" in gate else set()
        rights = self.query.get("rights") or RIGHTS
        if "redistribute" in rights or "redistribute-derivatives" in rights:
            acts.add("share")
        if "provide-as-service" in rights:
            acts.add("service")
        gated = False
        if gate["maker"] != self.maker:
            findings = Question(self.case, {**self.query, "maker": gate["maker"]}).judge().findings()
        for one in findings:
            if one.severity == ERROR:
                gated = gated or (one.id == "forbidden-step"
                                  or bool(acts & {"share", "sell"})
                                  or "service" in acts and one.in_service)
        if gate["maker"]:
            return "prohibited" if gated or acts and competing_use == ERROR else "permitted"
        return "gated" if gated else "permitted"

    # --- all of it ---

    def answer(self) -> Json:
        alone = [self.verdict((right,)) for right in ALL_RIGHTS]
        asked = tuple(RIGHTS.index(right) for right in self.query.get("rights") or RIGHTS)
        klass = self.klass()
        duties, contested_duties = self.duties()
        by_rules = self.judge().findings()
        worst = self.facts_of_claims()
        competing_use = worst.get("competing-use", NONE)
        for one in by_rules:
            worst[one.id] = max(worst.get(one.id, NONE), one.severity)
        answer: Json = {
            "verdicts": {right: VERDICTS[alone[index]] for index, right in enumerate(RIGHTS)},
            "joint": VERDICTS[self.verdict(asked)],
            "class": klass,
            "openness": self.openness(klass),
            "missing": {right: self.missing(index) for index, right in enumerate(RIGHTS)
                        if alone[index] == CONDITIONAL},
            "duties": duties,
            "contested_duties": contested_duties,
            "findings": [[name, SEVERITIES[worst[name]]] for name in sorted(worst)],
        }
        if "gate" in self.query:
            answer["gate"] = self.gate(by_rules, competing_use)
        return answer


# --- section 7, what is offered, and what is held -------------------------------------------

class Above(NamedTuple):
    """One licence from above: an expression, how each leaf arrives, and what is chosen."""
    expression: Expression
    states: dict[Leaf, int]
    chosen: frozenset[Leaf]
    in_collections: bool  # from data set to data set
    origin: Vertex


class Finding(NamedTuple):
    id: str
    severity: int
    in_service: bool = False  # whether it gates `service` too, if it is an error


# Duties that, where they are due for a service, make hosting a distribution.
MAKE_HOSTING_DISTRIBUTION = ("include-license", "pass-on-restrictions", "share-alike",
                             "disclose-source")


def hosting_is_distribution(license_: License) -> bool:
    return any(duty.kind in MAKE_HOSTING_DISTRIBUTION and "service" in duty.on
               for duty in license_.duties)


def severity_of_way(way: State) -> int:
    """The most that a rule broken by this way can find."""
    if not way.contested:
        return WARNING if way.similar else ERROR
    return NOTE if way.form in ("from-outputs", "made") else NONE


def deciding(ways: list[State]) -> tuple[int, list[State]]:
    """Of the ways that a rule looks at those that decide, and the most that it can find."""
    most = max(map(severity_of_way, ways), default=NONE)
    return most, [way for way in ways if severity_of_way(way) == most]


def has_choice(expression: Expression) -> bool:
    if isinstance(expression, Leaf):
        return False
    return isinstance(expression, Either) or any(map(has_choice, expression.parts))


def is_mere_copy(way: State) -> bool:
    """The same work in another format, and nothing else."""
    return way.change == FORMAT and way.place == "none"


# How a part of an offer stands to what a licence from above asks.
MET, DOUBTFUL, EDITION, BROKEN = range(4)


def finding(name: str, level: int, most: int, in_service: bool) -> Finding:
    """What a rule finds that is broken at a level, by ways that can find so much."""
    if level == EDITION:
        return Finding("edition-differs", min(WARNING, most))
    return Finding(name, {MET: NONE, DOUBTFUL: min(WARNING, most), BROKEN: most}[level],
                   in_service)


class Judge:
    """Rules A to H, and what hangs on them, for one offer and the terms from above."""

    def __init__(self, catalogue: Catalogue, above: list[Above], offer: Optional[Expression],
                 context: Json, step_context: Json, database_right: str) -> None:
        self.catalogue = catalogue
        self.offer = offer
        self.context = context
        self.step_context = step_context  # in which the artifact was made
        self.database_right = database_right
        self.above = above
        # The ways that count, of each leaf from above.
        self.ways: list[dict[Leaf, list[State]]] = [
            {leaf: [way for way in self.ways_of(leaf, mask) if self.counts(leaf, way)]
             for leaf, mask in one.states.items()} for one in above]

    def ways_of(self, leaf: Leaf, mask: int) -> tuple[State, ...]:
        return ways_in(mask, self.catalogue.license(leaf).models_from_outputs,
                       self.context.get(SIMILAR))

    def counts(self, leaf: Leaf, way: State) -> bool:
        license_ = self.catalogue.license(leaf)
        return (way.place != "beside"
                and not (way.place == "inside" and license_.parts_keep_license)
                and BINDING[way.form] in license_.spoken_scopes
                and severity_of_way(way) > NONE)

    def chosen(self) -> Iterator[tuple[Leaf, License, list[State]]]:
        for one, ways in zip(self.above, self.ways):
            for leaf in sorted(one.chosen):
                if ways[leaf]:
                    yield leaf, self.catalogue.license(leaf), ways[leaf]

    def duties(self, leaf: Leaf, kind: str,
               ways: list[State]) -> Iterator[tuple[Duty, int, list[State]]]:
        """Each duty of a kind that arrives, with the ways that decide about it."""
        for duty in self.catalogue.license(leaf).duties:
            if duty.kind == kind:
                most, by = deciding([way for way in ways if duty.scope == BINDING[way.form]
                                     and is_about(way, duty) and not self.catalogue.is_dropped(leaf, duty, way.place)])
                if by:
                    yield duty, most, by

    # --- editions ---

    def means(self, part: Leaf, upstream: Leaf) -> bool:
        """Whether a part of the offer is the undated agreement of L, or L is that, or an edition
        to which L lets the licensee move."""
        one, other = self.catalogue.license(part), self.catalogue.license(upstream)
        return one.id != other.id and (
            other.edition_of == one.id or one.edition_of == other.id
            or one.id in other.later_editions)

    def is_another_edition(self, part: Leaf, upstream: Leaf) -> bool:
        """Another dated edition of L's agreement, to which L does not let one move."""
        one, other = self.catalogue.license(part), self.catalogue.license(upstream)
        return (one.id != other.id and one.edition_of is not None
                and one.edition_of == other.edition_of and not self.means(part, upstream))

    def level(self, level: int, part: Leaf, upstream: Leaf) -> int:
        """A level of rules A and B, where the part is unknown or another edition."""
        if not self.catalogue.license(part).reviewed:
            return DOUBTFUL
        if level > MET and self.is_another_edition(part, upstream):
            return EDITION
        return level

    # --- rule A ---

    def leaf_in_set(self, part: Leaf, upstream: Leaf, duty: Duty, making: str) -> int:
        """How a part K of an offer stands to a share-alike duty of L."""
        allowed = self.catalogue.allowed_by(upstream, duty)
        names = [part.license]
        if part.plus:  # whoever takes it may take a later version
            names += sorted(self.catalogue.license(part).later_versions)
        level = MET
        for name in names:
            if self.means(Leaf(name, False, ""), upstream):
                continue
            if name not in allowed:
                level = BROKEN
            else:
                level = max(level, {
                    "": MET, "notice": DOUBTFUL,
                    "adaptation": BROKEN if making == "copied" else MET,
                    "combine": BROKEN if making == "copied" else DOUBTFUL,
                    "merge": {"copied": BROKEN, "adapted": DOUBTFUL, "merged": MET}[making],
                }[allowed[name]])
        level = self.level(level, part, upstream)
        if part.exception not in ("", upstream.exception) and self.catalogue.license(
                part).reviewed:
            reviewed = part.exception in self.catalogue.exceptions
            level = max(level, BROKEN if reviewed else DOUBTFUL)
        return level

    @staticmethod
    def making(ways: list[State]) -> str:
        """What was done with a part, by the ways that decide."""
        if all(way.change == MERGED for way in ways):
            return "merged"
        return "copied" if any(is_mere_copy(way) for way in ways) else "adapted"

    def in_set(self, offer: Expression, upstream: Leaf, duty: Duty, making: str) -> int:
        if isinstance(offer, Leaf):
            return self.leaf_in_set(offer, upstream, duty, making)
        levels = [self.in_set(part, upstream, duty, making) for part in offer.parts]
        if isinstance(offer, Either):
            return max(levels)
        for number, part in enumerate(offer.parts):
            if levels[number] < BROKEN and not all(
                    pair(self.catalogue, other, part, "merge").breaks_nothing()
                    for other in offer.parts if other != part):
                levels[number] = BROKEN
        return min(levels)

    def rule_a(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        assert self.offer is not None
        for duty, most, by in self.duties(leaf, "share-alike", ways):
            level = self.in_set(self.offer, leaf, duty, self.making(by))
            yield finding("share-alike-dropped", level, most, "service" in duty.on)

    def rule_a_in_collections(self) -> Iterator[Finding]:
        """A data set's share-alike duty that comes beside, where the text leaves that open."""
        assert self.offer is not None
        for one in self.above:
            if not one.in_collections or self.database_right == "no":
                continue
            for leaf in one.chosen:
                if self.database_right == "yes":
                    yield from self.rule_a_of_collections_parts(one, leaf)
                    continue
                for way in self.ways_of(leaf, one.states[leaf]):
                    for duty in self.catalogue.duties_by(leaf, way):
                        if (duty.kind == "share-alike" and is_contested_in_collection(duty, way)
                                and self.in_set(self.offer, leaf, duty,
                                                self.making([way])) > MET):
                            yield Finding("share-alike-dropped", NOTE)

    def rule_a_of_collections_parts(self, one: Above, leaf: Leaf) -> Iterator[Finding]:
        assert self.offer is not None
        for duty in self.catalogue.license(leaf).duties:
            most, by = deciding([
                way for way in self.ways_of(leaf, one.states[leaf])
                if duty in self.catalogue.duties_by(leaf, way)
                and duty.kind == "share-alike" and is_contested_in_collection(duty, way)])
            if by:
                level = self.in_set(self.offer, leaf, duty, self.making(by))
                yield finding("share-alike-dropped", level, most, "service" in duty.on)

    # --- rule B ---

    def leaf_passes_on(self, part: Leaf, upstream: Leaf, duty: Duty) -> int:
        own, needed = self.catalogue.license(part), self.catalogue.license(upstream).policy
        passes_on = (any(other.kind == "pass-on-restrictions" for other in own.duties)
                     and needed and needed <= own.policy and own.only_licensor is None)
        level = BROKEN
        if (part.license == upstream.license or self.means(part, upstream)
                or any(name == part.license for name, _ in duty.allowed) or passes_on):
            level = MET
        return self.level(level, part, upstream)

    def passes_on(self, offer: Expression, upstream: Leaf, duty: Duty) -> int:
        if isinstance(offer, Leaf):
            return self.leaf_passes_on(offer, upstream, duty)
        levels = [self.passes_on(part, upstream, duty) for part in offer.parts]
        return max(levels) if isinstance(offer, Either) else min(levels)

    def rule_b(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        assert self.offer is not None
        for duty, most, _ in self.duties(leaf, "pass-on-restrictions", ways):
            yield finding("restrictions-dropped", self.passes_on(self.offer, leaf, duty), most,
                          "service" in duty.on)

    # --- rule C ---

    def permitted(self, offer: Expression, right: int, upstream: Leaf,
                  editions: bool) -> Condition:
        """When the offer permits a right, in the comparison with L: a part that means L grants
        nothing more; nor, without `editions`, does another edition of its agreement."""
        if isinstance(offer, Leaf):
            if self.means(offer, upstream) or (
                    not editions and self.is_another_edition(offer, upstream)):
                return NEVER
            return self.catalogue.license(offer).permits[right]
        parts = (self.permitted(part, right, upstream, editions) for part in offer.parts)
        return all_of(parts) if isinstance(offer, Both) else any_of(parts)

    def withheld(self, upstream: Leaf, ways: list[State], right: int) -> Condition:
        """When L, as it arrives, prohibits a right (section 5, what a term answers)."""
        license_ = self.catalogue.license(upstream)
        found = []
        for way in ways:
            if way.sharing and right not in SHARING:
                continue
            prohibits = license_.prohibits[BINDING[way.form]]
            found.append(prohibits[right])
            if right == REDISTRIBUTE and is_derivative(way, license_):
                found.append(prohibits[REDISTRIBUTE_DERIVATIVES])
            # A context is that of a recipient: nobody says in which the step was made.
            if right == USE and is_derivative(way, license_) and any(
                    answer.right == MODIFY and answer.scope == BINDING[way.form]
                    and value_of(answer, {}) == PROHIBITED for answer in license_.answers):
                found.append(ALWAYS)
        return any_of(found)

    def exceeded(self, expression: Expression, ways: dict[Leaf, list[State]],
                 rights: tuple[int, ...], editions: bool, offer: Expression) -> Condition:
        """When an offer permits one of these rights that an expression from above prohibits."""
        if isinstance(expression, Leaf):
            found = []
            for right in rights:
                withheld = self.withheld(expression, ways[expression], right)
                if withheld != NEVER:
                    found.append(all_of((self.permitted(offer, right, expression, editions),
                                         withheld)))
            return any_of(found)
        parts = (self.exceeded(part, ways, rights, editions, offer) for part in expression.parts)
        return any_of(parts) if isinstance(expression, Both) else all_of(parts)

    def exceeds(self, expression: Expression, ways: dict[Leaf, list[State]],
                editions: bool) -> bool:
        """Each right alone; and all of them, where one branch of a choice has to grant them."""
        assert self.offer is not None
        if any(holds_somewhere(self.exceeded(expression, ways, (right,), editions, self.offer))
               for right in ALL_RIGHTS):
            return True
        branches = self.offer.parts if isinstance(self.offer, Either) else (self.offer,)
        return has_choice(expression) and any(
            holds_somewhere(self.exceeded(expression, ways, ALL_RIGHTS, editions, branch))
            for branch in branches)

    @staticmethod
    def most_of_rule_c(way: State) -> int:
        most = severity_of_way(way)
        return min(most, WARNING) if way.form == "from-outputs" else most

    def rule_c(self) -> Iterator[Finding]:
        for one, ways in zip(self.above, self.ways):
            in_service = any(hosting_is_distribution(self.catalogue.license(leaf))
                             for leaf in ways)
            for most in (ERROR, WARNING, NOTE):
                # The ways that can find this much, and all that could find more.
                able = {leaf: [way for way in its if self.most_of_rule_c(way) >= most]
                        for leaf, its in ways.items()}
                if (most == ERROR or any(len(able[leaf]) != len(before[leaf]) for leaf in able)
                        ) and self.exceeds(one.expression, able, True):
                    level = BROKEN if self.exceeds(one.expression, able, False) else EDITION
                    yield finding("claims-more-than-inherited", level, most, in_service)
                    if level == BROKEN:
                        break
                before = able

    # --- rules D and G, which need no offer ---

    def rule_d(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        license_ = self.catalogue.license(leaf)
        for answer in license_.answers:
            if answer.right == MODIFY and value_of(answer, self.step_context) == PROHIBITED:
                most, _ = deciding([way for way in ways if answer.scope == BINDING[way.form]
                                    and is_derivative(way, license_) and not way.sharing])
                yield finding("forbidden-step", BROKEN, most, True)

    def rule_g(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        license_ = self.catalogue.license(leaf)
        for answer in license_.answers:
            if answer.right == REDISTRIBUTE_DERIVATIVES and answer.answer == "prohibited":
                most, _ = deciding([way for way in ways if answer.scope == BINDING[way.form]
                                    and is_derivative(way, license_) and way.change >= ADAPTED])
                yield finding("not-redistributable", BROKEN, most,
                              hosting_is_distribution(license_))

    # --- rules E and F ---

    def asks(self, leaf: Leaf, kind: str) -> bool:
        return any(duty.kind == kind and not self.catalogue.is_dropped(leaf, duty, "none")
                   for duty in self.catalogue.license(leaf).duties)

    def adds_to(self, part: Leaf, upstream: Leaf) -> bool:
        """Whether K asks or withholds what L does not."""
        own, other = self.catalogue.license(part), self.catalogue.license(upstream)
        if self.asks(part, "share-alike") or (
                self.asks(part, "pass-on-restrictions")
                and not self.asks(upstream, "pass-on-restrictions")):
            return True
        return any(
            holds_somewhere(all_of((
                other.permits[right],
                any_of((own.prohibits["own"][right], own.prohibits["work"][right])))))
            for right in ALL_RIGHTS if right not in (SUBLICENSE, PATENT_GRANT))

    def rule_e(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        assert self.offer is not None
        license_ = self.catalogue.license(leaf)
        if (license_.further_restrictions is None or not license_.formats_are_copies
                or "copy" not in license_.further_restrictions):
            return
        most, _ = deciding([way for way in ways if is_mere_copy(way)])
        if most == NONE:
            return
        level = MET
        for part in leaves_of(self.offer):  # each part of an AND, each branch of an OR
            if (part.license != leaf.license and not self.means(part, leaf)
                    and self.adds_to(part, leaf)):
                level = max(level, EDITION if self.is_another_edition(part, leaf) else BROKEN)
        yield finding("further-restrictions", level, most, hosting_is_distribution(license_))

    def allows(self, offer: Expression, upstream: Leaf, imposed: frozenset[str]) -> bool:
        """Whether an offer is under nothing that lets nobody impose what L imposes."""
        if not isinstance(offer, Leaf):
            parts = [self.allows(part, upstream, imposed) for part in offer.parts]
            return any(parts) if isinstance(offer, Both) else all(parts)
        own, other = self.catalogue.license(offer), self.catalogue.license(upstream)
        return (own.further_restrictions is None or "adaptation" not in own.further_restrictions
                or own.id == other.id or self.catalogue.same_family(own, other)
                or self.means(offer, upstream) or imposed <= own.allows
                or any(duty.kind == "share-alike"
                       and own.id in self.catalogue.allowed_by(upstream, duty)
                       for duty in other.duties))  # it lets itself be offered so

    def rule_f(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        assert self.offer is not None
        license_ = self.catalogue.license(leaf)
        if license_.imposes:
            most, by = deciding([way for way in ways
                                 if way.form in ("work", "derivative", "made")])
            for way in by:
                if not self.allows(self.offer, leaf, self.catalogue.imposes(leaf, way.place)):
                    yield finding("further-restrictions", BROKEN, most,
                                  hosting_is_distribution(license_))

    # --- rule H ---

    def names(self, offer: Expression, upstream: Leaf) -> int:
        """How an offer names L: on every branch of an OR, by one part of an AND."""
        if not isinstance(offer, Leaf):
            levels = [self.names(part, upstream) for part in offer.parts]
            return max(levels) if isinstance(offer, Either) else min(levels)
        if not self.catalogue.license(offer).reviewed:
            return DOUBTFUL
        own = self.catalogue.license(upstream)
        if (offer.license == upstream.license or self.means(offer, upstream)
                or upstream.plus and offer.license in own.later_versions):
            return MET
        return EDITION if self.is_another_edition(offer, upstream) else BROKEN

    def rule_h(self, leaf: Leaf, ways: list[State]) -> Iterator[Finding]:
        assert self.offer is not None
        license_ = self.catalogue.license(leaf)
        alone = license_.copies_keep_license
        if not license_.formats_are_copies or not alone and not any(
                answer.right == SUBLICENSE and answer.scope in ("own", "work")
                and answer.answer == "prohibited" for answer in license_.answers):
            return
        most, _ = deciding([way for way in ways if is_mere_copy(way)
                            and way.form in ("work", "derivative", "made")])
        if most == ERROR:
            yield finding("license-replaced", self.names(self.offer, leaf),
                          ERROR if alone else WARNING, hosting_is_distribution(license_))

    # --- what hangs on the rules ---

    def about_the_offer(self) -> Iterator[Finding]:
        """Rules A, B, C, E, F and H."""
        if self.offer is None:
            return
        for leaf, _, ways in self.chosen():
            yield from self.rule_a(leaf, ways)
            yield from self.rule_b(leaf, ways)
            yield from self.rule_e(leaf, ways)
            yield from self.rule_f(leaf, ways)
            yield from self.rule_h(leaf, ways)
        yield from self.rule_a_in_collections()
        yield from self.rule_c()

    def offering(self, offer: Expression) -> Judge:
        """The same terms from above, and another offer."""
        other = copy.copy(self)
        other.offer = offer
        return other

    def irreconcilable_upstreams(self) -> Iterator[Finding]:
        sets: list[set[str]] = []
        in_service = False
        for leaf, license_, ways in self.chosen():
            for duty, most, _ in self.duties(leaf, "share-alike", ways):
                if most == ERROR:
                    sets.append(set(self.catalogue.allowed_by(leaf, duty)))
                    in_service = in_service or hosting_is_distribution(license_)
        if sets and not any(
                all(one.severity < ERROR
                    for one in self.offering(Leaf(name, False, "")).about_the_offer())
                for name in sorted(set.union(*sets))):
            yield Finding("irreconcilable-upstreams", ERROR, in_service)

    def improves_another_model(self) -> Iterator[Finding]:
        merged = [(one.origin, self.catalogue.license(leaf), way)
                  for one, ways in zip(self.above, self.ways) for leaf in one.chosen
                  for way in ways[leaf] if way.change == MERGED and not way.contested]
        for origin, license_, way in merged:
            if (license_.not_to_improve_others and way.form in ("derivative", "made")
                    and any(another != origin and other.id != license_.id
                            and not self.catalogue.same_family(other, license_)
                            for another, other, _ in merged)):
                yield Finding("improves-another-model", WARNING)

    def rules(self) -> list[Finding]:
        """A to H."""
        found = list(self.about_the_offer())
        for leaf, _, ways in self.chosen():
            found += [*self.rule_d(leaf, ways), *self.rule_g(leaf, ways)]
        return [one for one in found if one.severity]

    def findings(self) -> list[Finding]:
        return [*self.rules(), *self.irreconcilable_upstreams(), *self.improves_another_model()]


# --- section 7, `license compare` -----------------------------------------------------------

STEPS: dict[str, str] = {
    "fine-tune": "finetuned_from", "copy": "converted_from", "merge": "merged_from",
    "data": "trained_on", "bundle": "bundles",
}


class Pair:
    """A step by another maker from a parent under one expression to a child under another."""

    def __init__(self, catalogue: Catalogue, a: Expression, b: Expression, step: str) -> None:
        self.catalogue = catalogue
        self.a, self.b = a, b
        source = {"kind": "license-file", "by": "its maker", "said": "2000-01-01"}
        parent = {"id": "one/parent", "kind": "checkpoint"}
        if step == "data":
            parent = {"id": "datasets/one/parent", "kind": "dataset"}
        document = {
            "artifacts": [parent, {"id": "two/child", "kind": "checkpoint"}],
            "claims": [
                {"subject": parent["id"], "license": text_of(a), "source": source},
                {"subject": "two/child", "license": text_of(b), "source": source},
                {"subject": "two/child", STEPS[step]: parent["id"], "source": source},
            ],
        }
        self.question = Question(Case(document, catalogue), {
            "artifact": "two/child", "stance": "standard", "as_of": "2000-01-01"})
        self.judge = self.question.judge()

    def breaks_nothing(self) -> bool:
        """Whether no rule of A to H finds an error."""
        return all(one.severity < ERROR for one in self.judge.rules())

    def unknown_decides(self) -> bool:
        parent = next(iter(self.question.reaching), None)
        chosen = self.question.chosen(parent, ALL_RIGHTS) if parent else frozenset()
        return any(not self.catalogue.license(leaf).reviewed
                   for leaf in chosen | leaves_of(self.b))

    def held(self, right: int, together: tuple[int, ...]) -> int:
        """What A is worth for a right, by the branch for all that are permitted together."""
        places = [place for place in self.question.reaching if place.expression is not None]
        if right not in together or not places:
            return self.question.verdict((right,))
        (place,) = places
        return min(self.question.worth(place, leaf, (right,))
                   for leaf in self.question.chosen(place, together))

    def answer(self) -> str:
        findings = self.judge.findings()
        if any(one.severity == ERROR for one in findings):
            return "no"
        # Of a choice in A one branch has to do for all that B permits together.
        together: tuple[int, ...] = ()
        for right in ALL_RIGHTS:
            if self.catalogue.joint_value(self.b, (*together, right)) == PERMITTED:
                together = (*together, right)
        offered = {right: self.catalogue.value(self.b, right, {}) for right in ALL_RIGHTS}
        held = {right: self.held(right, together) for right, value in offered.items()
                if value in (PERMITTED, CONDITIONAL)}
        granted = [held[right] for right, value in offered.items() if value == PERMITTED]
        if self.unknown_decides() or UNDETERMINED in held.values():
            return "unknown"
        warned = any(one.severity == WARNING for one in findings)
        if self.question.another_vendors_agreement():
            warned = True
        if warned or min(granted, default=PERMITTED) < PERMITTED:
            return "depends"
        return "yes"


def pair(catalogue: Catalogue, a: Expression, b: Expression, step: str) -> Pair:
    key = text_of(a), text_of(b), step
    if key not in catalogue.pairs:
        catalogue.pairs[key] = Pair(catalogue, a, b, step)
    return catalogue.pairs[key]


# --- a driver -------------------------------------------------------------------------------

def expect(document: Json) -> Json:
    """What the oracle holds of a case, as a driver replies."""
    case = Case(document)
    reply: Json = {"answers": [Question(case, query).answer()
                               for query in document.get("queries", [])]}
    if "compare" in document:
        reply["compared"] = [
            pair(case.catalogue, parse_expression(item["a"]), parse_expression(item["b"]),
                 item.get("step", "fine-tune")).answer() for item in document["compare"]]
    return reply


def main() -> int:
    for line in sys.stdin:
        if line.strip():
            try:
                reply = expect(json.loads(line))
            except (KeyError, ValueError) as problem:
                reply = {"error": f"{type(problem).__name__}: {problem}"}
            print(json.dumps(reply), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
