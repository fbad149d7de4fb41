#!/usr/bin/env python3
"""The oracle's own tests: examples worked out by hand from docs/semantics.md.

Each test says what the text says of it. Nothing expected here was taken from a program.
"""

from __future__ import annotations

import random
import unittest
from typing import Any, Iterator, Optional

from compare import differences, read_reply
from generate import make_case
from oracle import (
    CLASSES, RELATION_CLASS, RIGHTS, SCOPES, VERDICTS, Arrival, Case, Expected, Json, Place,
    Question, Term, Vertex, expect, organization, parse_condition, parse_expression, spoken,
    text_of, truth,
)

P, U, C, X = "permitted", "undetermined", "conditional", "prohibited"


# --- small words to write cases with --------------------------------------------------------

def lic(name: str, rights: Optional[Json] = None, duties: Optional[list[Json]] = None,
        **more: Any) -> Json:
    """A licence that permits everything but what `rights` says: {right: answer or entries}."""
    written: Json = {right: {"answer": P} for right in RIGHTS}
    for right, answer in (rights or {}).items():
        written[right] = {"answer": answer} if isinstance(answer, str) else answer
    return {"id": name, "class": "open-source", "rights": written, "duties": duties or [], **more}


def share_alike(*allowed: str, scopes: tuple[str, ...] = ("derivative",)) -> Json:
    return {"duty": "share-alike", "on": ["distribution"], "scopes": list(scopes),
            "satisfied_by": list(allowed)}


def said(kind: str = "license-file", when: str = "2024-01-01") -> Json:
    return {"kind": kind, "by": "somebody", "said": when, "document": "a page"}


def claim(subject: str, source: Optional[Json] = None, **statement: Any) -> Json:
    return {"subject": subject, "source": source or said(), **statement}


def case(licenses: list[Json], claims: list[Json], **more: Any) -> Json:
    """A case whose artifacts are those that the claims name: checkpoints unless `kinds` says."""
    kinds: dict[str, str] = more.pop("kinds", {})
    names: dict[str, None] = dict.fromkeys(kinds)
    for entry in claims:
        names.setdefault(entry["subject"])
        for relation in RELATION_CLASS:
            if relation in entry:
                names.setdefault(entry[relation])
    return {"licenses": licenses, "claims": claims, "artifacts": [
        {"id": name, "kind": kinds.get(name, "checkpoint")} for name in names], **more}


def ask(document: Json, artifact: str, **query: Any) -> Json:
    query = {"artifact": artifact, "as_of": "2025-06-01", **query}
    return expect({**document, "queries": [query]}).answers[0]


def verdict(document: Json, artifact: str, right: str, **query: Any) -> str:
    return ask(document, artifact, **query)["verdicts"][right]


FREE = lic("Free")

# The table of section 4, copied by hand: class or row -> stance -> scopes conveyed; a scope
# that is contested and not also conveyed stands with a question mark.
TABLE: dict[str, dict[str, str]] = {
    "copy": {"cautious": "work derivative", "standard": "work derivative",
             "permissive": "work derivative"},
    "adaptation": {"cautious": "work derivative", "standard": "derivative",
                   "permissive": "derivative"},
    "with-base": {"cautious": "work derivative", "standard": "work derivative",
                  "permissive": "work derivative"},
    "alone": {"cautious": "derivative", "standard": "derivative", "permissive": ""},
    "output": {"cautious": "output derivative", "standard": "output", "permissive": "output"},
    "training": {"cautious": "work derivative training", "standard": "training ?work ?derivative",
                 "permissive": "training"},
    "none": {"cautious": "", "standard": "", "permissive": ""},
}
ROWS: dict[str, str] = {
    "quantized_from": "copy", "converted_from": "copy", "bundles": "copy",
    "finetuned_from": "adaptation", "continued_from": "adaptation", "merged_from": "adaptation",
    "pruned_from": "adaptation", "derived_from_dataset": "adaptation",
    "distilled_from": "output", "generated_with": "output", "trained_on": "training",
    "reimplements": "none", "shares_tokenizer_with": "none", "same_architecture_as": "none",
    "checkpoint_of": "none", "supersedes": "none",
}


class Conveyance(unittest.TestCase):
    """Section 4, the table."""

    def cell(self, relation: str, scope: str, stance: str, adapter: str) -> str:
        entries = [{"answer": X, "scopes": [scope]}]
        if scope != "work":
            entries.append({"answer": P, "scopes": ["work"]})
        document = case([FREE, lic("Strict", {"use": entries})], [
            claim("one/parent", license="Strict"), claim("two/child", license="Free"),
            claim("two/child", **{relation: "one/parent"})])
        return verdict(document, "two/child", "use", stance=stance, adapter=adapter)

    def check_row(self, relation: str, row: str, adapter: str) -> None:
        for stance, words in TABLE[row].items():
            for scope in SCOPES:
                expected = P
                if scope in words.split():
                    expected = X
                elif "?" + scope in words.split():
                    expected = U  # contested
                with self.subTest(relation=relation, scope=scope, stance=stance):
                    self.assertEqual(expected, self.cell(relation, scope, stance, adapter))

    def test_every_cell(self) -> None:
        self.assertEqual(set(RELATION_CLASS), set(ROWS) | {"adapter_of"})
        for relation, row in ROWS.items():
            self.check_row(relation, row, "with-base")

    def test_every_cell_of_an_adapter(self) -> None:
        self.check_row("adapter_of", "with-base", "with-base")
        self.check_row("adapter_of", "alone", "alone")

    def test_only_work_binds_the_artifact_itself(self) -> None:
        for scope in SCOPES:
            entries = [{"answer": X, "scopes": [scope]}, {"answer": P, "scopes": ["work"]}]
            document = case([lic("L", {"use": entries})], [claim("a/a", license="L")])
            self.assertEqual(X if scope == "work" else P, verdict(document, "a/a", "use"))

    def test_every_edge_of_the_path_must_convey(self) -> None:
        # Output conveys the scope output; the fine-tune behind it conveys derivative alone.
        entries = [{"answer": X, "scopes": ["output"]}, {"answer": P, "scopes": ["work"]}]
        document = case([FREE, lic("Strict", {"use": entries})], [
            claim("a/a", license="Strict"), claim("b/b", license="Free"),
            claim("c/c", license="Free"), claim("b/b", distilled_from="a/a"),
            claim("c/c", finetuned_from="b/b")])
        self.assertEqual(X, verdict(document, "b/b", "use"))
        self.assertEqual(P, verdict(document, "c/c", "use"))

    def test_several_edges_each_convey(self) -> None:
        # Derivative over the fine-tune, output over the distillation: both answers arrive.
        strict = lic("Strict", {
            "use": [{"answer": X, "scopes": ["derivative"]}, {"answer": P, "scopes": ["work"]}],
            "modify": [{"answer": X, "scopes": ["output"]}, {"answer": P, "scopes": ["work"]}]})
        document = case([FREE, strict], [
            claim("a/a", license="Strict"), claim("b/b", license="Free"),
            claim("b/b", distilled_from="a/a"), claim("b/b", finetuned_from="a/a")])
        answer = ask(document, "b/b")
        self.assertEqual((X, X), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))


class Contested(unittest.TestCase):
    """Section 4: contested terms, and the undeclared ones that never are."""

    def document(self, license_: Json, *more: Json) -> Json:
        return case([FREE, license_], [
            claim("datasets/a/d", license=license_["id"]), claim("b/b", license="Free"),
            claim("b/b", trained_on="datasets/a/d"), *more], kinds={"datasets/a/d": "dataset"})

    def test_share_alike_leaves_sublicense_open(self) -> None:
        document = self.document(lic("SA", duties=[share_alike("SA")]))
        answer = ask(document, "b/b")
        self.assertEqual(U, answer["verdicts"]["sublicense"])
        self.assertEqual({P}, {v for r, v in answer["verdicts"].items() if r != "sublicense"})
        self.assertEqual([], answer["duties"])  # contested: no duty
        self.assertEqual(["contested-training-data"], answer["findings"])

    def test_share_alike_under_the_other_stances(self) -> None:
        document = self.document(lic("SA", duties=[share_alike("SA")]))
        cautious = ask(document, "b/b", stance="cautious")  # as itself too
        self.assertEqual(U, cautious["verdicts"]["sublicense"])
        self.assertEqual([["datasets/a/d", "SA", "share-alike"]], cautious["duties"])
        self.assertEqual(["contested-training-data", "share-alike-dropped"],
                         cautious["findings"])
        permissive = ask(document, "b/b", stance="permissive")
        self.assertEqual(P, permissive["verdicts"]["sublicense"])
        self.assertEqual([], permissive["findings"])

    def test_contested_condition(self) -> None:
        when = {"answer": C, "when": "monthly-active-users <= 5"}
        document = self.document(lic("L", {"use": when}))
        many = {"monthly-active-users": 6}
        few = {"monthly-active-users": 5}
        self.assertEqual(U, verdict(document, "b/b", "use", context=many))  # false: undetermined
        self.assertEqual(P, verdict(document, "b/b", "use", context=few))
        self.assertEqual(P, verdict(document, "b/b", "use"))  # unknown: no effect
        self.assertEqual({}, ask(document, "b/b")["missing"])
        self.assertEqual(C, verdict(document, "b/b", "use", stance="cautious"))

    def test_contested_goes_on_where_the_scope_is_conveyed(self) -> None:
        # derivative: contested by the training, conveyed by the fine-tune; work: not conveyed.
        license_ = lic("L", {
            "use": [{"answer": X, "scopes": ["derivative"]}, {"answer": P, "scopes": ["work"]}],
            "modify": [{"answer": X, "scopes": ["work"]}]})
        document = self.document(license_, claim("c/c", license="Free"),
                                 claim("c/c", finetuned_from="b/b"))
        self.assertEqual(U, verdict(document, "c/c", "use"))
        self.assertEqual(P, verdict(document, "c/c", "modify"))
        self.assertEqual(U, verdict(document, "b/b", "modify"))

    def test_contested_behind_an_adaptation(self) -> None:
        # datasets/a/d is adapted to datasets/c/e, on which b/b is trained.
        sub = [{"answer": X, "scopes": ["derivative"]}, {"answer": P, "scopes": ["work"]}]
        document = case([FREE, lic("L", {"use": sub})], [
            claim("datasets/a/d", license="L"), claim("datasets/c/e", license="Free"),
            claim("datasets/c/e", derived_from_dataset="datasets/a/d"),
            claim("b/b", license="Free"), claim("b/b", trained_on="datasets/c/e")])
        self.assertEqual(X, verdict(document, "datasets/c/e", "use"))
        self.assertEqual(U, verdict(document, "b/b", "use"))

    def test_contested_twice(self) -> None:
        document = self.document(lic("L", {"use": X}), claim("c/c", license="Free"),
                                 claim("c/c", trained_on="b/b"))
        self.assertEqual(U, verdict(document, "c/c", "use"))
        self.assertEqual(X, verdict(document, "c/c", "use", stance="cautious"))

    def test_undetermined_is_never_contested(self) -> None:
        for answer in (U, "silent", "unreviewed"):
            document = self.document(lic("L", {"use": answer}))
            self.assertEqual(P, verdict(document, "b/b", "use"))
            self.assertEqual(U, verdict(document, "b/b", "use", stance="cautious"))

    def test_the_finding_is_of_prohibitions_and_share_alike(self) -> None:
        unreviewed = {"id": "Generic", "class": "community", "rights": "unreviewed"}
        attribution = lic("BY", duties=[{"duty": "attribution", "on": ["distribution"]}])
        condition = lic("C", {"use": {"answer": C, "when": "monthly-active-users <= 5"}})
        context = {"monthly-active-users": 6}
        for license_, given, expected in (
                (unreviewed, {}, False), (attribution, {}, False), (condition, {}, False),
                (condition, context, True), (lic("L", {"modify": X}), {}, True),
                (lic("SA", duties=[share_alike("SA")]), {}, True)):
            answer = ask(self.document(license_), "b/b", context=given)
            with self.subTest(license=license_["id"], context=given):
                self.assertEqual(["contested-training-data"] if expected else [],
                                 answer["findings"])

    def test_undeclared_training_data_reaches_under_cautious_only(self) -> None:
        document = case([FREE], [claim("b/b", license="Free"),
                                 claim("b/b", trained_on="datasets/a/d")])
        self.assertEqual(U, verdict(document, "b/b", "use", stance="cautious"))
        self.assertEqual(P, verdict(document, "b/b", "use", undeclared=X))
        self.assertEqual(X, verdict(document, "b/b", "use", stance="cautious", undeclared=X))
        self.assertEqual([], ask(document, "b/b", undeclared=X)["findings"])


class SameLicensor(unittest.TestCase):
    """Section 4: the cut, and section 2: who the licensor is."""

    strict = lic("Strict", {"use": X})

    def chain(self, first: str, second: str, third: str, *more: Json, **keys: Any) -> Json:
        return case([FREE, self.strict], [
            claim(first, license="Strict"), claim(second, license="Free"),
            claim(third, license="Free"), claim(second, finetuned_from=first),
            claim(third, finetuned_from=second), *more], **keys)

    def test_cut_at_the_vertex_and_behind_it(self) -> None:
        document = self.chain("acme/a", "acme/b", "other/c")
        self.assertEqual(P, verdict(document, "acme/b", "use"))
        self.assertEqual(P, verdict(document, "other/c", "use"))  # it does not go on through b
        self.assertEqual(X, verdict(document, "acme/a", "use"))   # its own is never cut

    def test_a_third_party_between_does_not_cut(self) -> None:
        document = self.chain("acme/a", "other/b", "acme/c")
        self.assertEqual(X, verdict(document, "other/b", "use"))
        self.assertEqual(P, verdict(document, "acme/c", "use"))

    def test_another_path_is_not_cut(self) -> None:
        document = self.chain("acme/a", "acme/b", "other/c",
                              claim("other/c", merged_from="acme/a"))
        self.assertEqual(X, verdict(document, "other/c", "use"))

    def test_no_licensor_equals_nothing(self) -> None:
        self.assertEqual(X, verdict(self.chain("a", "b", "c"), "b", "use"))
        self.assertIsNone(organization("gpt2"))
        self.assertIsNone(organization("datasets/c4"))
        self.assertEqual("org", organization("code/org/c4"))

    def test_inferred_in_lower_case(self) -> None:
        self.assertEqual(P, verdict(self.chain("ACME/a", "acme/b", "c/c"), "acme/b", "use"))

    def test_a_party_of_two_organizations(self) -> None:
        parties = [{"name": "Acme Inc", "organizations": ["acme", "acme-labs"]}]
        document = self.chain("acme/a", "acme-labs/b", "c/c", parties=parties)
        self.assertEqual(P, verdict(document, "acme-labs/b", "use"))
        del document["parties"]
        self.assertEqual(X, verdict(document, "acme-labs/b", "use"))

    def test_claimed_licensor(self) -> None:
        # The claim of the better rank wins; of one rank and day, the smaller name.
        document = self.chain("acme/a", "b/b", "c/c",
                              claim("b/b", said("press"), licensor="acme"))
        self.assertEqual(P, verdict(document, "b/b", "use"))
        document["claims"].append(claim("b/b", said("model-card"), licensor="zeta"))
        self.assertEqual(X, verdict(document, "b/b", "use"))
        document["claims"].append(claim("b/b", said("model-card"), licensor="acme"))
        self.assertEqual(P, verdict(document, "b/b", "use"))

    def test_undeclared_upstream_of_the_same_licensor_is_cut(self) -> None:
        document = case([FREE], [claim("acme/b", license="Free"),
                                 claim("acme/b", finetuned_from="acme/a")])
        self.assertEqual(P, verdict(document, "acme/b", "use"))


class Claims(unittest.TestCase):
    """Section 2."""

    licenses = [lic("Strict", {"use": X}), FREE, lic("Open", {"modify": X})]

    def test_rank_before_day(self) -> None:
        document = case(self.licenses, [
            claim("a/a", said("license-file", "2023-01-01"), license="Strict"),
            claim("a/a", said("model-card", "2024-01-01"), license="Free")])
        self.assertEqual(X, verdict(document, "a/a", "use"))
        self.assertEqual([], ask(document, "a/a")["findings"])

    def test_latest_day_of_one_rank(self) -> None:
        # Terms of service rank with the licence file. A month is its first day.
        document = case(self.licenses, [
            claim("a/a", said("license-file", "2024-05"), license="Strict"),
            claim("a/a", said("terms-of-service", "2024-05-02"), license="Free")])
        self.assertEqual(P, verdict(document, "a/a", "use"))

    def test_conflict_is_the_stricter_of_both(self) -> None:
        document = case(self.licenses, [
            claim("a/a", said("license-file", "2024-05-01"), license="Strict"),
            claim("a/a", said("terms-of-service", "2024-05"), license="Open")])
        answer = ask(document, "a/a")
        self.assertEqual((X, X), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))
        self.assertEqual(["conflicting-claims"], answer["findings"])

    def test_agreement_is_no_conflict(self) -> None:
        document = case(self.licenses, [claim("a/a", license="Free"),
                                        claim("a/a", license="Free")])
        self.assertEqual([], ask(document, "a/a")["findings"])

    def test_strictest_policy_takes_all(self) -> None:
        document = case(self.licenses, [
            claim("a/a", said("license-file"), license="Free"),
            claim("a/a", said("press", "2020"), license="Strict")])
        self.assertEqual(P, verdict(document, "a/a", "use"))
        self.assertEqual(X, verdict(document, "a/a", "use", claims_policy="strictest"))

    def test_as_of(self) -> None:
        # Strict from the day it was said until 2024-06-01; a claim without `from` after that.
        document = case(self.licenses, [
            claim("a/a", said(when="2024-01-01"), license="Strict", until="2024-06-01"),
            claim("a/a", said("press", "2024-03-01"), license="Free")])
        self.assertEqual("undeclared", ask(document, "a/a", as_of="2023-12-31")["class"])
        self.assertEqual(X, verdict(document, "a/a", "use", as_of="2024-01-01"))
        self.assertEqual(X, verdict(document, "a/a", "use", as_of="2024-05-31"))
        self.assertEqual(P, verdict(document, "a/a", "use", as_of="2024-06-01"))

    def test_an_edge_holds_always_unless_it_says(self) -> None:
        document = case(self.licenses, [
            claim("a/a", said(when="2020"), license="Strict"),
            claim("b/b", said(when="2020"), license="Free"),
            claim("b/b", said(when="2024-01-01"), finetuned_from="a/a")])
        self.assertEqual(X, verdict(document, "b/b", "use", as_of="2021-01-01"))
        document["claims"][2]["from"] = "2024-01-01"
        self.assertEqual(P, verdict(document, "b/b", "use", as_of="2021-01-01"))

    def test_at_revision(self) -> None:
        document = case(self.licenses, [
            claim("a/a", said(when="2024-01-01"), license="Free"),
            claim("a/a", said(when="2024-02-01"), license="Strict", revision=3)])
        self.assertEqual(P, verdict(document, "a/a", "use", at_revision=2))
        self.assertEqual(X, verdict(document, "a/a", "use", at_revision=3))
        self.assertEqual(X, verdict(document, "a/a", "use"))

    def test_denied_edges(self) -> None:
        def document(denial: Json) -> Json:
            return case(self.licenses, [
                claim("a/a", license="Strict"), claim("b/b", license="Free"),
                claim("b/b", said("model-card", "2024-03-01"), finetuned_from="a/a"),
                claim("b/b", denial, finetuned_from="a/a", denies=True)])
        # A worse rank loses, a better one wins, a later day wins; on a tie the edge exists.
        for kind, when, expected in (("hub-tag", "2025-01-01", X), ("license-file", "2020", P),
                                     ("model-card", "2024-03-02", P),
                                     ("model-card", "2024-02-28", X),
                                     ("model-card", "2024-03", X)):
            with self.subTest(kind=kind, when=when):
                self.assertEqual(expected, verdict(document(said(kind, when)), "b/b", "use"))

    def test_a_denial_concerns_one_relation_alone(self) -> None:
        document = case(self.licenses, [
            claim("a/a", license="Strict"), claim("b/b", license="Free"),
            claim("b/b", said("press"), finetuned_from="a/a"),
            claim("b/b", said("legal-review"), merged_from="a/a", denies=True)])
        self.assertEqual(X, verdict(document, "b/b", "use"))


class CopiesAndUndeclared(unittest.TestCase):
    """Sections 2 and 4."""

    def test_undeclared_copy_speaks_its_parents_conclusion(self) -> None:
        # All of it binds the copy: not only what a copy edge would carry on.
        document = case([lic("Strict", {"use": X}, [{"duty": "attribution", "on": ["use"]}])], [
            claim("a/a", license="Strict"), claim("b/b", quantized_from="a/a")])
        answer = ask(document, "b/b")
        self.assertEqual(X, answer["verdicts"]["use"])
        self.assertEqual(P, answer["verdicts"]["modify"])
        self.assertEqual("open-source", answer["class"])
        self.assertEqual([], answer["findings"])
        self.assertEqual([["a/a", "Strict", "attribution"]], answer["duties"])

    def test_taken_licence_is_not_cut_at_the_copy_but_behind_it(self) -> None:
        # b takes a's licence. Its licensor is a's, so it is cut again at c of the same house.
        document = case([FREE, lic("Strict", {"use": X})], [
            claim("acme/a", license="Strict"), claim("acme/b", quantized_from="acme/a"),
            claim("acme/c", license="Free"), claim("acme/c", finetuned_from="acme/b"),
            claim("x/d", license="Free"), claim("x/d", finetuned_from="acme/b")])
        self.assertEqual(X, verdict(document, "acme/b", "use"))
        self.assertEqual(P, verdict(document, "acme/c", "use"))
        self.assertEqual(X, verdict(document, "x/d", "use"))  # spoken by b, though cut from a

    def test_copy_of_a_copy(self) -> None:
        document = case([lic("Strict", {"use": X}, [{"duty": "attribution", "on": ["use"]}])], [
            claim("a/a", license="Strict"), claim("b/b", quantized_from="a/a"),
            claim("c/c", converted_from="b/b")])
        answer = ask(document, "c/c")
        self.assertEqual(X, answer["verdicts"]["use"])
        self.assertEqual([["a/a", "Strict", "attribution"]], answer["duties"])

    def test_copy_of_two(self) -> None:
        document = case([lic("L1", {"use": X}), lic("L2", {"modify": X})], [
            claim("a/a", license="L1"), claim("b/b", license="L2"),
            claim("c/c", bundles="a/a"), claim("c/c", bundles="b/b"),
            claim("c/c", bundles="d/d")])
        answer = ask(document, "c/c")
        self.assertEqual((X, X), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))
        # d/d is undeclared: that its copy has a conclusion does not silence it.
        self.assertEqual(U, answer["verdicts"]["redistribute"])
        self.assertEqual("undeclared", answer["class"])

    def test_an_own_licence_does_not_take(self) -> None:
        document = case([FREE, lic("L1", {"use": X})], [
            claim("acme/a", license="L1"), claim("acme/b", license="Free"),
            claim("acme/b", quantized_from="acme/a")])
        self.assertEqual(P, verdict(document, "acme/b", "use"))

    def test_copies_of_each_other_are_undeclared(self) -> None:
        document = case([], [claim("a/a", bundles="b/b"), claim("b/b", bundles="a/a")])
        answer = ask(document, "a/a")
        self.assertEqual({U}, set(answer["verdicts"].values()))
        self.assertEqual(["derivation-cycle"], answer["findings"])  # it is a copy

    def test_undeclared(self) -> None:
        document = case([FREE], [claim("b/b", license="Free"), claim("b/b", merged_from="a/a"),
                                 claim("c/c", license="Free"), claim("c/c", distilled_from="a/a")])
        own = ask(document, "a/a")
        self.assertEqual({U}, set(own["verdicts"].values()))
        self.assertEqual(("undeclared", "undeclared"), (own["class"], own["openness"]))
        self.assertEqual(["undeclared-license"], own["findings"])
        self.assertEqual({X}, set(ask(document, "a/a", undeclared=X)["verdicts"].values()))
        self.assertEqual(U, verdict(document, "b/b", "use"))
        self.assertEqual(P, verdict(document, "c/c", "use"))  # output carries no such scope
        self.assertEqual(U, verdict(document, "c/c", "use", stance="cautious"))

    def test_unresolved_parent(self) -> None:
        document = case([FREE], [claim("b/b", license="Free"), claim("b/b", merged_from="a/a")],
                        kinds={"a/a": "unresolved"})
        answer = ask(document, "b/b")
        self.assertEqual({U}, set(answer["verdicts"].values()))
        self.assertEqual(["unresolved-upstream"], answer["findings"])

    def test_components(self) -> None:
        # The code of a/a is prohibited for use, its weights are free.
        document = case([FREE, lic("Strict", {"use": X})], [
            claim("a/a", license="Free"), claim("a/a", license="Strict", component="code"),
            claim("b/b", license="Free"), claim("b/b", finetuned_from="a/a"),
            claim("c/c", license="Free"), claim("c/c", merged_from="a/a", component="code")])
        self.assertEqual(P, verdict(document, "a/a", "use"))
        self.assertEqual(X, verdict(document, "a/a", "use", component="code"))
        self.assertEqual(P, verdict(document, "b/b", "use"))
        self.assertEqual(X, verdict(document, "c/c", "use"))


class Expressions(unittest.TestCase):
    """Section 3."""

    def test_precedence(self) -> None:
        def same(one: str, other: str) -> bool:
            return text_of(parse_expression(one)) == text_of(parse_expression(other))
        self.assertTrue(same("C OR B WITH E AND A+", "(A+ AND (B WITH E)) OR C"))
        self.assertTrue(same("A AND (B OR C)", "(C OR B) AND (A)"))
        self.assertFalse(same("A AND (B OR C)", "A AND B OR C"))
        self.assertFalse(same("A", "A+"))

    def test_or_alone_and_joint(self) -> None:
        # A prohibits use, B modify: each alone can be had, both together cannot.
        document = case([lic("A", {"use": X}), lic("B", {"modify": X})],
                        [claim("a/a", license="A OR B")])
        answer = ask(document, "a/a", rights=["use", "modify"])
        self.assertEqual((P, P), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))
        self.assertEqual(X, answer["joint"])
        self.assertEqual(P, ask(document, "a/a", rights=["use"])["joint"])
        self.assertEqual(P, ask(document, "a/a", rights=["use", "redistribute"])["joint"])

    def test_joint_takes_the_branch_that_is_best_together(self) -> None:
        document = case([lic("A", {"use": X}), lic("B", {"use": U, "modify": U})],
                        [claim("a/a", license="A OR B")])
        self.assertEqual(U, ask(document, "a/a", rights=["use", "modify"])["joint"])

    def test_or_is_valued_by_what_arrives(self) -> None:
        # A prohibits use of the work, B of derivatives: the fine-tune's licensee takes A.
        document = case(
            [FREE, lic("A", {"use": [{"answer": X, "scopes": ["work"]}]}),
             lic("B", {"use": [{"answer": P, "scopes": ["work"]},
                               {"answer": X, "scopes": ["derivative"]}]})],
            [claim("a/a", license="A OR B"), claim("b/b", license="Free"),
             claim("b/b", finetuned_from="a/a"), claim("c/c", license="Free"),
             claim("c/c", quantized_from="a/a")])
        self.assertEqual(P, verdict(document, "a/a", "use"))
        self.assertEqual(P, verdict(document, "b/b", "use"))
        self.assertEqual(X, verdict(document, "c/c", "use"))  # both scopes: neither branch does

    def test_choices_in_different_places_are_independent(self) -> None:
        document = case([lic("A", {"use": X}), lic("B", {"modify": X})], [
            claim("a/a", license="A OR B"), claim("b/b", license="A OR B"),
            claim("b/b", finetuned_from="a/a")])
        answer = ask(document, "b/b", rights=["use"])
        self.assertEqual((P, P), (answer["joint"], answer["verdicts"]["modify"]))

    def test_and_is_the_minimum_with_the_duties_of_both(self) -> None:
        duty = [{"duty": "attribution", "on": ["use"]}]
        other = [{"duty": "display-notice", "on": ["use"], "value": "x"}]
        document = case([lic("A", {"use": X}, duty), lic("B", {"use": U, "modify": U}, other)],
                        [claim("a/a", license="A AND B")])
        answer = ask(document, "a/a")
        self.assertEqual((X, U), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))
        self.assertEqual([["a/a", "A", "attribution"], ["a/a", "B", "display-notice"]],
                         answer["duties"])

    def share_alike_case(self, upstream: str, own: str, **more: Any) -> Json:
        licenses = [FREE, lic("SA", duties=[share_alike("SA", "Like")], later_versions=["SA2"]),
                    lic("SA2"), lic("Like")]
        return case(licenses, [claim("a/a", license=upstream), claim("b/b", license=own),
                               claim("b/b", finetuned_from="a/a")], **more)

    def test_share_alike_dropped(self) -> None:
        for own, dropped in (("SA", False), ("Like", False), ("Free", True), ("SA2", True),
                             ("Free OR Like", False), ("Free AND Like", False),
                             ("Free AND SA2", True)):
            with self.subTest(own=own):
                self.assertEqual(["share-alike-dropped"] if dropped else [],
                                 ask(self.share_alike_case("SA", own), "b/b")["findings"])

    def test_the_licence_that_a_copy_took_is_its_own(self) -> None:
        document = self.share_alike_case("SA", "Free")
        document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
        document["claims"] += [claim("c/c", bundles="a/a"), claim("c/c", bundles="b/b")]
        self.assertEqual([], ask(document, "c/c")["findings"])  # SA AND Free

    def test_no_licence_is_in_no_set(self) -> None:
        document = self.share_alike_case("SA", "Free")
        del document["claims"][1]
        self.assertEqual(["share-alike-dropped", "undeclared-license"],
                         ask(document, "b/b")["findings"])

    def test_plus_widens_share_alike(self) -> None:
        self.assertEqual([], ask(self.share_alike_case("SA+", "SA2"), "b/b")["findings"])

    def test_exception_drops_the_duty_in_its_scopes(self) -> None:
        exceptions = [{"id": "E", "drops_duties": ["share-alike"]},
                      {"id": "F", "drops_duties": ["share-alike"], "scopes": ["output"]}]
        for exception, duties in (("E", []), ("F", [["a/a", "SA", "share-alike"]]),
                                  ("Unknown", [["a/a", "SA", "share-alike"]])):
            document = self.share_alike_case(f"SA WITH {exception}", "Free",
                                             exceptions=exceptions)
            answer = ask(document, "b/b")
            self.assertEqual(duties, answer["duties"])
            self.assertEqual(["share-alike-dropped"] if duties else [], answer["findings"])

    def test_several_entries_and_restrictions_the_strictest_counts(self) -> None:
        entries = [{"answer": P}, {"answer": C, "when": "region in EU"}]
        restrictions = [{"when": "purpose not in use-policy", "rights": ["use", "modify"]}]
        document = case([lic("L", {"use": entries}, restrictions=restrictions,
                             use_policy={"purposes": ["military"]})],
                        [claim("a/a", license="L")],
                        regions=[{"id": "EU", "members": ["AT", "BE"]}])
        answer = ask(document, "a/a")
        self.assertEqual({"use": ["purpose", "region"], "modify": ["purpose"]},
                         answer["missing"])
        context = {"purpose": ["medical"], "region": ["AT"]}
        self.assertEqual(P, verdict(document, "a/a", "use", context=context))
        context = {"purpose": ["medical", "military"], "region": ["AT"]}
        self.assertEqual(X, verdict(document, "a/a", "use", context=context))
        context = {"region": ["AT", "US"]}
        self.assertEqual(X, verdict(document, "a/a", "use", context=context))
        self.assertEqual({"modify": ["purpose"]}, ask(document, "a/a", context=context)["missing"])

    def test_based_on(self) -> None:
        base = lic("Base", {"use": X, "modify": X}, [{"duty": "attribution", "on": ["use"]}],
                   **{"class": "community"})
        licenses = [base, {"id": "Other", "based_on": "Base",
                           "rights": {"use": {"answer": P}}}]
        document = case(licenses, [claim("a/a", license="Other")])
        answer = ask(document, "a/a")
        self.assertEqual((P, X), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))
        self.assertEqual("community", answer["class"])
        self.assertEqual([["a/a", "Other", "attribution"]], answer["duties"])
        licenses[1]["duties"] = []
        self.assertEqual([], ask(document, "a/a")["duties"])


class Conditions(unittest.TestCase):
    """Section 3: three-valued, `and` before `or`."""

    def check(self, text: str, context: Json, expected: int) -> None:
        groups = {"EU": frozenset({"AT", "BE"})}
        policy = frozenset({"military"})
        with self.subTest(text=text, context=context):
            self.assertEqual(expected, truth(parse_condition(text), context, policy, groups))

    def test_conditions(self) -> None:
        few, rich = {"monthly-active-users": 5}, {"annual-revenue-usd": 2e6}
        self.check("monthly-active-users <= 700e6", few, 2)
        self.check("monthly-active-users < 5", few, 0)
        self.check("monthly-active-users != 5", few, 0)
        self.check("annual-revenue-usd > 1000000", few, 1)
        # false and unknown = false; true or unknown = true; true and unknown = unknown
        self.check("monthly-active-users > 5 and annual-revenue-usd > 1", few, 0)
        self.check("monthly-active-users = 5 or annual-revenue-usd > 1", few, 2)
        self.check("monthly-active-users = 5 and annual-revenue-usd > 1", few, 1)
        self.check("monthly-active-users > 5 or annual-revenue-usd > 1", few, 1)
        # and before or
        self.check("annual-revenue-usd > 1 or annual-revenue-usd < 0 and entity = x", rich, 2)
        self.check("(annual-revenue-usd > 1 or annual-revenue-usd < 0) and entity = x", rich, 1)

    def test_missing_keys_are_those_that_could_still_decide(self) -> None:
        # The second part is true already, so the region no longer matters.
        when = "monthly-active-users < 5 and (annual-revenue-usd > 1 or region in EU)"
        document = case([lic("L", {"use": {"answer": C, "when": when}})],
                        [claim("a/a", license="L")])
        self.assertEqual({"use": ["annual-revenue-usd", "monthly-active-users", "region"]},
                         ask(document, "a/a")["missing"])
        self.assertEqual({"use": ["monthly-active-users"]},
                         ask(document, "a/a", context={"annual-revenue-usd": 2})["missing"])

    def test_sets(self) -> None:
        self.check("region in {EU, US}", {"region": ["AT", "US"]}, 2)
        self.check("region in {EU}", {"region": ["AT", "US"]}, 0)
        self.check("region not in {EU}", {"region": ["AT", "US"]}, 0)
        self.check("region not in EU", {"region": ["US"]}, 2)
        self.check("purpose not in use-policy", {"purpose": ["medical"]}, 2)
        self.check("purpose in use-policy", {"purpose": ["medical", "military"]}, 0)
        self.check("entity in {academic, individual}", {"entity": "academic"}, 2)
        self.check("entity != academic", {"entity": "academic"}, 0)


class Cycles(unittest.TestCase):
    """Section 4: vertices on a common cycle are one unit."""

    def test_an_edge_of_the_unit_conveys_what_a_copy_does(self) -> None:
        # b is generated with a, and a fine-tuned from b: work and derivative go round.
        document = case([FREE, lic("Strict", {"use": [{"answer": X, "scopes": ["work"]}]})], [
            claim("a/a", license="Strict"), claim("b/b", license="Free"),
            claim("b/b", generated_with="a/a")])
        self.assertEqual(P, verdict(document, "b/b", "use"))
        document["claims"].append(claim("a/a", finetuned_from="b/b"))
        answer = ask(document, "b/b", stance="permissive")
        self.assertEqual(X, answer["verdicts"]["use"])
        self.assertEqual(["derivation-cycle"], answer["findings"])

    def test_a_relation_that_conveys_nothing_does_not_in_a_unit_either(self) -> None:
        # Round the cycle a's terms are cut at acme/b; c supersedes a, which carries nothing.
        document = case([FREE, lic("Strict", {"use": X})], [
            claim("acme/a", license="Strict"), claim("acme/b", license="Free"),
            claim("c/c", license="Free"), claim("acme/b", finetuned_from="acme/a"),
            claim("c/c", finetuned_from="acme/b"), claim("acme/a", finetuned_from="c/c"),
            claim("c/c", supersedes="acme/a")])
        answer = ask(document, "c/c")
        self.assertEqual((P, ["derivation-cycle"]), (answer["verdicts"]["use"], answer["findings"]))

    def test_the_class_goes_round_too(self) -> None:
        document = case([FREE, lic("N", **{"class": "non-commercial"})], [
            claim("a/a", license="N"), claim("b/b", license="Free"),
            claim("b/b", generated_with="a/a")])
        self.assertEqual("open-source", ask(document, "b/b")["class"])
        document["claims"].append(claim("a/a", finetuned_from="b/b"))
        self.assertEqual("non-commercial", ask(document, "b/b")["class"])

    def test_below_the_unit_edges_are_as_ever(self) -> None:
        document = case([FREE, lic("Strict", {"use": [{"answer": X, "scopes": ["work"]}]})], [
            claim("a/a", license="Strict"), claim("b/b", license="Free"),
            claim("b/b", finetuned_from="a/a"), claim("a/a", finetuned_from="b/b"),
            claim("c/c", license="Free"), claim("c/c", finetuned_from="b/b")])
        self.assertEqual(X, verdict(document, "b/b", "use"))
        self.assertEqual(P, verdict(document, "c/c", "use"))  # work ends at the unit's edge
        self.assertEqual([], ask(document, "c/c")["findings"])

    def test_a_relation_that_conveys_nothing_closes_no_cycle(self) -> None:
        document = case([FREE], [
            claim("a/a", license="Free"), claim("b/b", license="Free"),
            claim("b/b", finetuned_from="a/a"), claim("a/a", supersedes="b/b")])
        self.assertEqual([], ask(document, "b/b")["findings"])

    def test_undeclared_in_a_unit(self) -> None:
        # The training edge, in a unit, conveys what a copy does: the undeclared arrives.
        document = case([FREE], [
            claim("b/b", license="Free"), claim("b/b", trained_on="datasets/a/d"),
            claim("datasets/a/d", generated_with="b/b")])
        self.assertEqual(U, verdict(document, "b/b", "use"))


class ClassAndOpenness(unittest.TestCase):
    """Section 5."""

    licenses = [lic("A"), lic("N", **{"class": "non-commercial"}),
                lic("R", **{"class": "responsible-ai"})]

    def test_along_copies_adaptations_and_adapters_alone(self) -> None:
        for relation, row in list(ROWS.items()) + [("adapter_of", "with-base")]:
            document = case(self.licenses, [claim("a/a", license="N"), claim("b/b", license="A"),
                                            claim("b/b", **{relation: "a/a"})])
            followed = row in ("copy", "adaptation", "with-base")
            with self.subTest(relation=relation):
                self.assertEqual("non-commercial" if followed else "open-source",
                                 ask(document, "b/b", stance="permissive")["class"])
        self.assertEqual("open-source", ask(document, "b/b", adapter="alone")["class"])

    def test_and_or_and_the_cut(self) -> None:
        document = case(self.licenses, [
            claim("a/a", license="N AND A"), claim("b/b", license="N OR R"),
            claim("b/c", license="A"), claim("b/c", finetuned_from="b/b")])
        self.assertEqual("non-commercial", ask(document, "a/a")["class"])
        self.assertEqual("responsible-ai", ask(document, "b/b")["class"])
        self.assertEqual("open-source", ask(document, "b/c")["class"])

    def test_undeclared_is_the_strictest(self) -> None:
        document = case(self.licenses, [claim("a/a", license="A"),
                                        claim("a/a", merged_from="b/b")])
        self.assertEqual("undeclared", ask(document, "a/a")["class"])
        self.assertEqual("undeclared", CLASSES[-1])

    def test_openness(self) -> None:
        document = case(self.licenses, [
            claim("a/a", license="A"), claim("a/a", releases=["weights", "code"]),
            claim("b/b", license="N"), claim("datasets/c", license="A")],
            kinds={"datasets/c": "dataset"})
        self.assertEqual("open-weights", ask(document, "a/a")["openness"])
        document["claims"].append(claim("a/a", said("press"), releases=["data"]))
        self.assertEqual("open-source", ask(document, "a/a")["openness"])
        self.assertEqual("restricted", ask(document, "b/b")["openness"])
        self.assertEqual("open-source", ask(document, "datasets/c")["openness"])


def simple_paths(edges: dict[Vertex, list[Any]], start: Vertex,
                 behind: tuple[Vertex, ...] = ()) -> Iterator[list[Any]]:
    """All paths upwards from a vertex, as lists of (edge, conveyed, contested)."""
    for step in edges.get(start, []):
        parent = step[0].parent
        if parent not in behind and parent != start:
            yield [step]
            for rest in simple_paths(edges, parent, (*behind, start)):
                yield [step, *rest]


class Properties(unittest.TestCase):
    """On random cases."""

    def test_paths_one_by_one(self) -> None:
        """Without cycles, the fixpoint finds what an enumeration of all paths finds."""
        compared = 0
        for number in range(250):
            document = make_case(f"paths:{number}", 9)
            read = Case(document)
            for query in document["queries"][:2]:
                question = Question(read, query)
                view = question.view
                if any(question.units.values()):
                    continue
                edges: dict[Vertex, list[Any]] = {}
                for edge in view.edges:
                    edges.setdefault(edge.child, []).append((edge, *question.conveyance(edge)))
                reaching: dict[Place, set[Arrival]] = {}
                for path in simple_paths(edges, question.subject):
                    for term in spoken(view, path[-1][0].parent):
                        for contested in self.ways(question, path, term):
                            reaching.setdefault(Place(term.origin, term.declared), set()).add(
                                Arrival(term.scope, contested))
                self.assertEqual(reaching, question.reaching)
                compared += 1
        self.assertGreater(compared, 250)

    def ways(self, question: Question, path: list[Any], term: Term) -> Iterator[bool]:
        """Whether a term comes down this path: uncontested (False), contested (True), both."""
        if any(question.view.same_licensor(step[0].child, term.origin) for step in path):
            return
        if all(term.scope in conveyed for _, conveyed, _ in path):
            yield False
        if term.declared and any(term.scope in contested for _, _, contested in path) and all(
                term.scope in conveyed | contested for _, conveyed, contested in path):
            yield True

    def test_stances_are_ordered(self) -> None:
        for number in range(150):
            document = make_case(f"stances:{number}")
            by_stance = []
            for stance in ("cautious", "standard", "permissive"):
                for query in document["queries"]:
                    query["stance"] = stance
                by_stance.append(expect(document).answers)
            for answers in zip(*by_stance):
                for right in RIGHTS:
                    strictness = [VERDICTS.index(answer["verdicts"][right]) for answer in answers]
                    self.assertEqual(sorted(strictness), strictness, (number, right))

    def test_order_does_not_matter(self) -> None:
        for number in range(100):
            document = make_case(f"order:{number}")
            before = expect(document).answers
            for key in ("licenses", "artifacts", "claims", "parties"):
                random.Random(number).shuffle(document[key])
            self.assertEqual(before, expect(document).answers, number)

    def test_a_case_depends_on_its_seed_alone(self) -> None:
        self.assertEqual(make_case("7:7"), make_case("7:7"))
        self.assertNotEqual(make_case("7:7"), make_case("7:8"))


class Comparing(unittest.TestCase):
    """compare.py sees a difference, and nothing else."""

    def test_differences(self) -> None:
        document = case([FREE], [claim("a/a", license="Free")])
        document["queries"] = [{"artifact": "a/a", "as_of": "2025-06-01"}]
        expected = expect(document)
        reply = read_reply('{"answers": []}')
        self.assertEqual(1, len(differences(expected, reply)))
        self.assertEqual(1, len(differences(expected, read_reply("nonsense"))))
        self.assertEqual(["error: no"], differences(expected, read_reply('{"error": "no"}')))
        answer = dict(expected.answers[0])
        good = read_reply("{}")._replace(document={"answers": [answer]})
        self.assertEqual([], differences(expected, good))
        answer["findings"] = ["stale-claim"]  # not the oracle's business
        self.assertEqual([], differences(expected, good))
        answer["findings"] = ["derivation-cycle"]
        self.assertEqual(1, len(differences(expected, good)))
        self.assertEqual([], differences(
            Expected(expected.answers, [["derivation-cycle"]], False), good))
        answer["findings"], answer["duties"] = [], [["a/a", "Free", "attribution"]]
        self.assertEqual(1, len(differences(expected, good)))
        self.assertEqual([], differences(Expected(expected.answers, [[]], True), good))


if __name__ == "__main__":
    unittest.main()
