#!/usr/bin/env python3
"""The oracle's own tests: examples worked out by hand from docs/semantics.md.

Each test says what the text says of it. Nothing expected here was taken from a program.
"""

from __future__ import annotations

import copy
import random
import unittest
from typing import Any, Iterator, Optional

from compare import differences, read_reply
from generate import make_case
from oracle import (
    CLASSES, FALSE, PRESETS, RELATION_CLASS, RIGHTS, SCOPES, TRUE, UNKNOWN, VERDICTS, Case, Json,
    Place, Question, Vertex, Vocabulary, expect, moved_state, organization,
    parse_condition, parse_expression, states_in, text_of, truth,
)

P, U, C, X = "permitted", "undetermined", "conditional", "prohibited"
STANCES = ("cautious", "standard", "permissive")
COMPETES, SIMILAR = "competes-with-licensor", "performs-similarly"


# --- small words to write cases with --------------------------------------------------------

def lic(name: str, rights: Optional[Json] = None, duties: Optional[list[Json]] = None,
        **more: Any) -> Json:
    """A licence that permits everything but what `rights` says: {right: answer or entries}."""
    written: Json = {right: {"answer": P} for right in RIGHTS}
    for right, answer in (rights or {}).items():
        written[right] = {"answer": answer} if isinstance(answer, str) else answer
    return {"id": name, "class": "open-source", "basis": "text", "rights": written,
            "duties": duties or [], **more}


def only(scope: str, answer: str = X) -> list[Json]:
    """An answer in one scope; the work is free."""
    entries = [{"answer": answer, "scopes": [scope]}]
    if scope != "work":
        entries.append({"answer": P, "scopes": ["work"]})
    return entries


def when(condition: str, *scopes: str) -> Json:
    entry: Json = {"answer": C, "when": condition}
    if scopes:
        entry["scopes"] = list(scopes)
    return entry


def duty(kind: str, *scopes: str, on: tuple[str, ...] = ("distribution",), **more: Any) -> Json:
    entry: Json = {"duty": kind, "on": list(on), **more}
    if scopes:
        entry["scopes"] = list(scopes)
    return entry


def share_alike(*allowed: Any, scopes: tuple[str, ...] = ("derivative",), **more: Any) -> Json:
    return duty("share-alike", *scopes, satisfied_by=list(allowed), **more)


def said(kind: str = "license-file", when: str = "2024-01-01", by: str = "somebody") -> Json:
    return {"kind": kind, "by": by, "said": when, "document": "a page"}


def claim(subject: str, source: Optional[Json] = None, **statement: Any) -> Json:
    return {"subject": subject, "source": source or said(), **statement}


def case(licenses: list[Json], claims: list[Json], **more: Any) -> Json:
    """A case whose artifacts are those that the claims name: checkpoints unless `kinds` says;
    ids that begin so are data sets, services or code."""
    kinds: dict[str, str] = more.pop("kinds", {})
    names: dict[str, None] = dict.fromkeys(kinds)
    for entry in claims:
        names.setdefault(entry["subject"])
        for relation in RELATION_CLASS:
            if relation in entry:
                names.setdefault(entry[relation])
    prefixes = {"datasets": "dataset", "services": "service", "code": "code"}
    return {"licenses": licenses, "claims": claims, "artifacts": [
        {"id": name, "kind": kinds.get(name, prefixes.get(name.split("/")[0], "checkpoint"))}
        for name in names], **more}


def ask(document: Json, artifact: str, **query: Any) -> Json:
    query = {"artifact": artifact, "as_of": "2025-06-01", **query}
    return expect({**document, "queries": [query]})["answers"][0]


def verdict(document: Json, artifact: str, right: str, **query: Any) -> str:
    return ask(document, artifact, **query)["verdicts"][right]


def found(document: Json, artifact: str, **query: Any) -> dict[str, str]:
    """The findings: id -> severity."""
    return dict(ask(document, artifact, **query)["findings"])


def severity(name: str, document: Json, artifact: str, **query: Any) -> Optional[str]:
    return found(document, artifact, **query).get(name)


def made_from(upstream: str, own: str, licenses: list[Json], relation: str = "finetuned_from",
              **more: Any) -> Json:
    """b/b under `own`, made from a/a under `upstream`."""
    return case(licenses, [claim("a/a", license=upstream), claim("b/b", license=own),
                           claim("b/b", **{relation: "a/a"})], **more)


def compare_two(licenses: list[Json], a: str, b: str, step: str = "fine-tune",
                **more: Any) -> str:
    return expect({"licenses": licenses, **more,
                   "compare": [{"a": a, "b": b, "step": step}]})["compared"][0]


FREE = lic("Free")


# --- section 4: what reaches what -----------------------------------------------------------

# The table, copied by hand: row -> stance -> the columns work; derivative; output. "?" is
# contested.
Y, Q, N = "conveys", "?", "-"
TABLE: dict[str, tuple[tuple[str, str, str], ...]] = {  # cautious, standard, permissive
    "copy": ((Y, Y, Y), (Y, Y, Y), (Y, Y, Y)),
    "inside": ((Y, Y, Y), (Y, Y, Y), (Y, Y, Y)),
    "beside": ((Y, Y, Y), (Y, Y, Y), (Y, Y, Y)),
    "adaptation": ((Y, Y, Y), (N, Y, Y), (N, Y, Y)),
    "with-base": ((Y, Y, Y), (Y, Y, Y), (Y, Y, Y)),
    "alone": ((N, Y, Y), (N, Y, Y), (N, N, N)),
    "output": ((N, N, N), (N, N, N), (N, N, N)),
    "training": ((Y, Y, N), (Q, Q, N), (N, N, N)),
    "none": ((N, N, N), (N, N, N), (N, N, N)),
}
ROWS: dict[str, str] = {
    "quantized_from": "copy", "converted_from": "copy", "incorporates": "inside",
    "bundles": "beside", "finetuned_from": "adaptation", "continued_from": "adaptation",
    "merged_from": "adaptation", "pruned_from": "adaptation",
    "derived_from_dataset": "adaptation", "distilled_from": "output",
    "generated_with": "output", "trained_on": "training", "reimplements": "none",
    "shares_tokenizer_with": "none", "same_architecture_as": "none", "checkpoint_of": "none",
    "supersedes": "none",
}


class Conveyance(unittest.TestCase):
    """Section 4, the table."""

    def cell(self, relation: str, scope: str, stance: str, adapter: str) -> str:
        document = made_from("Strict", "Free", [FREE, lic("Strict", {"use": only(scope)})],
                             relation)
        return verdict(document, "b/b", "use", stance=stance, adapter=adapter)

    def two_steps(self, relation: str, stance: str, adapter: str) -> str:
        """A third party distils what was made so: does the form output come this far?"""
        document = made_from("Strict", "Free", [FREE, lic("Strict", {"use": only("output")})],
                             relation)
        document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
        document["claims"] += [claim("c/c", license="Free"), claim("c/c", distilled_from="b/b")]
        return verdict(document, "c/c", "use", stance=stance, adapter=adapter)

    def check_row(self, relation: str, row: str, adapter: str) -> None:
        meaning = {Y: X, Q: U, N: P}
        for stance, cells in zip(STANCES, TABLE[row]):
            with self.subTest(relation=relation, stance=stance):
                for scope, cell in zip(("work", "derivative"), cells):
                    self.assertEqual(meaning[cell], self.cell(relation, scope, stance, adapter))
                self.assertEqual(P, self.cell(relation, "own", stance, adapter))
                self.assertEqual(X if row == "training" else P,
                                 self.cell(relation, "training", stance, adapter))
                # The form output binds nothing, but over an output edge it becomes from-outputs.
                self.assertEqual(X if row == "output" else P,
                                 self.cell(relation, "output", stance, adapter))
                if row != "output":
                    self.assertEqual(meaning[cells[2]],
                                     self.two_steps(relation, stance, adapter))

    def test_every_cell(self) -> None:
        self.assertEqual(set(RELATION_CLASS), set(ROWS) | {"adapter_of"})
        for relation, row in ROWS.items():
            self.check_row(relation, row, "with-base")

    def test_every_cell_of_an_adapter(self) -> None:
        self.check_row("adapter_of", "with-base", "with-base")
        self.check_row("adapter_of", "alone", "alone")

    def test_own_and_work_bind_the_artifact_itself(self) -> None:
        for scope in SCOPES:
            document = case([lic("L", {"use": only(scope)})], [claim("a/a", license="L")])
            self.assertEqual(X if scope in ("own", "work") else P,
                             verdict(document, "a/a", "use"))

    def test_several_edges_each_convey(self) -> None:
        # Derivative over the fine-tune, output over the distillation: both answers arrive.
        strict = lic("Strict", {"use": only("derivative"), "commercial-use": only("output")})
        document = made_from("Strict", "Free", [FREE, strict])
        document["claims"].append(claim("b/b", distilled_from="a/a"))
        verdicts = ask(document, "b/b")["verdicts"]
        self.assertEqual((X, X), (verdicts["use"], verdicts["commercial-use"]))

    def test_training_passes_training_edges_alone(self) -> None:
        document = made_from("Strict", "Free",
                             [FREE, lic("Strict", {"use": only("training")})], "trained_on")
        document["artifacts"] += [{"id": "c/c", "kind": "checkpoint"},
                                  {"id": "d/d", "kind": "checkpoint"}]
        document["claims"] += [
            claim("c/c", license="Free"), claim("c/c", trained_on="b/b"),
            claim("d/d", license="Free"), claim("d/d", quantized_from="b/b")]
        for stance in STANCES:
            self.assertEqual(X, verdict(document, "c/c", "use", stance=stance))
            self.assertEqual(P, verdict(document, "d/d", "use", stance=stance))

    def test_answers_about_what_is_adapted_have_scope_derivative(self) -> None:
        # An answer to modify or redistribute-derivatives with scope work alone.
        document = made_from("L", "Free", [FREE, lic(
            "L", {"modify": only("work", U), "redistribute-derivatives": only("work"),
                  "use": only("work")},
            restrictions=[{"when": "entity = academic", "rights": ["modify"],
                           "scopes": ["work"]}])])
        verdicts = ask(document, "b/b", context={"entity": "individual"})["verdicts"]
        self.assertEqual(X, verdicts["redistribute-derivatives"])
        self.assertEqual(X, verdicts["modify"])  # the restriction's condition is false
        self.assertEqual(U, verdict(document, "b/b", "modify", context={"entity": "academic"}))
        self.assertEqual(P, verdict(document, "b/b", "use", context={"entity": "academic"}))

    def test_silence_about_sublicensing_and_patents_is_of_the_thing_alone(self) -> None:
        for right in ("sublicense", "patent-grant"):
            for answer in (U, "silent", "unreviewed"):
                document = made_from("L", "Free", [FREE, lic("L", {right: answer})],
                                     "quantized_from")
                self.assertEqual(U, verdict(document, "a/a", right))
                self.assertEqual(P, verdict(document, "b/b", right))
            document = made_from("L", "Free", [FREE, lic("L", {right: X})], "quantized_from")
            self.assertEqual(X, verdict(document, "b/b", right))  # an express bar

    def test_silence_of_an_agreement_that_one_party_alone_can_grant_stays_open_below(self) -> None:
        for right in ("sublicense", "patent-grant"):
            for scopes in ({}, {"scopes": ["own"]}):
                vendor = {**lic("L", {right: {"answer": "silent", **scopes}}), "only_licensor": "V"}
                document = made_from("L", "Free", [FREE, vendor], "finetuned_from")
                self.assertEqual(U, verdict(document, "a/a", right))
                self.assertEqual(U, verdict(document, "b/b", right))


class FromOutputs(unittest.TestCase):
    """Section 4: a contract binds the party that made the outputs."""

    service = lic("Terms", {"use": only("output")}, [duty("attribution", "output")])

    def document(self, *more: Json) -> Json:
        """Data of two/d made with one's service; models of two and of three trained on it."""
        return case([FREE, self.service], [
            claim("services/one/s", license="Terms"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="services/one/s"),
            claim("two/m", license="Free"), claim("two/m", trained_on="datasets/two/d"),
            claim("three/m", license="Free"), claim("three/m", trained_on="datasets/two/d"),
            *more])

    def test_what_was_made_with_the_outputs(self) -> None:
        for stance in STANCES:
            answer = ask(self.document(), "datasets/two/d", stance=stance)
            self.assertEqual(X, answer["verdicts"]["use"])
            self.assertEqual([["services/one/s", "Terms", "attribution"]], answer["duties"])

    def test_the_same_party_goes_on(self) -> None:
        for stance in STANCES:
            self.assertEqual(X, verdict(self.document(), "two/m", "use", stance=stance))

    def test_another_party(self) -> None:
        for stance, expected in zip(STANCES, (X, U, P)):
            answer = ask(self.document(), "three/m", stance=stance)
            self.assertEqual(expected, answer["verdicts"]["use"])
            triple = [["services/one/s", "Terms", "attribution"]]
            self.assertEqual(triple if stance == "cautious" else [], answer["duties"])
            self.assertEqual(triple if stance == "standard" else [], answer["contested_duties"])

    def test_over_every_edge_that_conveys_anything(self) -> None:
        for relation in (*ROWS, "adapter_of"):
            document = self.document(claim("three/x", license="Free"),
                                     claim("three/x", **{relation: "two/m"}),
                                     claim("two/x", license="Free"),
                                     claim("two/x", **{relation: "two/m"}))
            conveys = ROWS.get(relation) != "none"
            with self.subTest(relation=relation):
                self.assertEqual(X if conveys else P, verdict(document, "two/x", "use"))
                self.assertEqual(U if conveys else P, verdict(document, "three/x", "use"))
        self.assertEqual(X, verdict(document, "two/x", "use", adapter="alone"))
        self.assertEqual(P, verdict(document, "two/x", "use", adapter="alone",
                                    stance="permissive"))

    def test_contested_stays(self) -> None:
        document = self.document(claim("three/x", license="Free"),
                                 claim("three/x", quantized_from="three/m"))
        self.assertEqual(U, verdict(document, "three/x", "use"))

    def test_what_the_licensor_makes_of_it_is_cut(self) -> None:
        document = self.document(claim("one/x", license="Free"),
                                 claim("one/x", finetuned_from="two/m"))
        self.assertEqual(P, verdict(document, "one/x", "use", stance="cautious"))

    def test_competition(self) -> None:
        # Contested, the fact is taken to be no, whatever is given.
        terms = lic("Terms", {"train-on-outputs": [
            {"answer": P, "scopes": ["work"]}, when("competes-with-licensor = no", "output")]})
        document = {**self.document(), "licenses": [FREE, terms]}
        right = "train-on-outputs"
        for fact, same, other in (("yes", X, P), ("no", P, P)):
            self.assertEqual(same, verdict(document, "two/m", right, context={COMPETES: fact}))
            self.assertEqual(other, verdict(document, "three/m", right, context={COMPETES: fact}))
        answer = ask(document, "two/m")
        self.assertEqual((C, [COMPETES]), (answer["verdicts"][right], answer["missing"][right]))
        self.assertEqual(P, verdict(document, "three/m", right))


class ModelsFromOutputs(unittest.TestCase):
    """Section 4: licences whose definition counts models made from outputs."""

    def licenses(self, limit: Optional[str] = None, answer: Any = X, **more: Any) -> list[Json]:
        return [FREE, lic("M", {"use": only("derivative", answer) if isinstance(answer, str)
                                else [answer, {"answer": P, "scopes": ["work"]}]},
                          [duty("name-prefix", "derivative", value="M")],
                          models_from_outputs={"limit": limit} if limit else {}, **more)]

    def document(self, licenses: list[Json], *more: Json) -> Json:
        return case(licenses, [
            claim("one/t", license="M"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="one/t"),
            claim("two/m", license="Free"), claim("two/m", trained_on="datasets/two/d"),
            claim("three/m", license="Free"), claim("three/m", trained_on="datasets/two/d"),
            *more])

    def uses(self, document: Json, artifact: str, **query: Any) -> list[str]:
        return [verdict(document, artifact, "use", stance=stance, **query)
                for stance in STANCES]

    def test_outputs_are_no_derivatives(self) -> None:
        document = self.document(self.licenses())
        self.assertEqual([P, P, P], self.uses(document, "datasets/two/d"))
        self.assertEqual([], ask(document, "datasets/two/d")["duties"])

    def test_a_model_trained_on_them_is(self) -> None:
        document = self.document(self.licenses())
        self.assertEqual([X, X, X], self.uses(document, "two/m"))
        self.assertEqual([X, U, P], self.uses(document, "three/m"))
        triple = [["one/t", "M", "name-prefix"]]
        self.assertEqual(triple, ask(document, "two/m")["duties"])
        self.assertEqual(triple, ask(document, "three/m")["contested_duties"])
        for artifact in ("two/m", "three/m"):
            self.assertEqual([], ask(document, artifact, stance="permissive")["contested_duties"])

    def test_without_the_definition_it_is_not(self) -> None:
        licenses = self.licenses()
        del licenses[1]["models_from_outputs"]
        document = self.document(licenses)
        # Nothing was made by adapting the model.
        self.assertEqual([P, P, P], self.uses(document, "two/m"))

    def test_a_limited_definition(self) -> None:
        document = self.document(self.licenses("similar"))
        answer = ask(document, "two/m")
        self.assertEqual((C, [SIMILAR]), (answer["verdicts"]["use"], answer["missing"]["use"]))
        self.assertEqual([["one/t", "M", "name-prefix"]], answer["duties"])
        self.assertEqual(X, verdict(document, "two/m", "use", context={SIMILAR: "yes"}))
        answer = ask(document, "two/m", context={SIMILAR: "no"})
        self.assertEqual((P, []), (answer["verdicts"]["use"], answer["duties"]))
        # Another party, contested: undetermined while nobody says that it is not similar.
        self.assertEqual(U, verdict(document, "three/m", "use"))
        self.assertEqual(U, verdict(document, "three/m", "use", context={SIMILAR: "yes"}))
        answer = ask(document, "three/m", context={SIMILAR: "no"})
        self.assertEqual((P, []), (answer["verdicts"]["use"], answer["contested_duties"]))

    def test_a_limited_definition_and_other_values(self) -> None:
        document = self.document(self.licenses("similar", U))
        self.assertEqual(U, verdict(document, "two/m", "use"))
        self.assertEqual(P, verdict(document, "two/m", "use", context={SIMILAR: "no"}))
        document = self.document(self.licenses("similar", when("region = AT", "derivative")))
        self.assertEqual({"use": [SIMILAR, "region"]}, ask(document, "two/m")["missing"])
        self.assertEqual({"use": [SIMILAR]},
                         ask(document, "two/m", context={"region": ["DE"]})["missing"])
        self.assertEqual(P, verdict(document, "two/m", "use", context={"region": ["AT"]}))
        self.assertEqual({"use": ["region"]},
                         ask(document, "two/m", context={SIMILAR: "yes"})["missing"])

    def test_distillation_makes_a_derivative_at_once(self) -> None:
        for limit in (None, "similar"):
            document = self.document(self.licenses(limit), claim("three/x", license="Free"),
                                     claim("three/x", distilled_from="one/t"))
            self.assertEqual([X, X, X], self.uses(document, "three/x"))  # no mark, no contest

    def test_dormant_terms_pass_what_changes_the_data(self) -> None:
        # Trained on it, four/e is made and contested, and contested again by the next training.
        for relation, expected in (("derived_from_dataset", X), ("bundles", X),
                                   ("incorporates", X), ("converted_from", X),
                                   ("adapter_of", X), ("generated_with", P),
                                   ("trained_on", U), ("supersedes", P)):
            document = self.document(
                self.licenses(), claim("datasets/four/e", license="Free"),
                claim("datasets/four/e", **{relation: "datasets/two/d"}),
                claim("four/x", license="Free"), claim("four/x", trained_on="datasets/four/e"))
            with self.subTest(relation=relation):
                # four trains on what it made of two's data.
                self.assertEqual(expected, verdict(document, "four/x", "use"))
                self.assertEqual(U if relation == "trained_on" else P,
                                 verdict(document, "datasets/four/e", "use"))

    def test_what_is_made_can_be_a_source_again(self) -> None:
        document = self.document(
            self.licenses("similar"),
            claim("three/x", license="Free"), claim("three/x", distilled_from="two/m"),
            claim("datasets/three/e", license="Free"),
            claim("datasets/three/e", generated_with="three/x"),
            claim("three/y", license="Free"), claim("three/y", trained_on="datasets/three/e"))
        self.assertEqual(C, verdict(document, "three/x", "use"))  # the mark stays
        self.assertEqual(P, verdict(document, "datasets/three/e", "use"))
        self.assertEqual(C, verdict(document, "three/y", "use"))

    def test_what_is_made_is_conveyed_as_a_derivative(self) -> None:
        document = self.document(
            self.licenses(), claim("x/f", license="Free"), claim("x/f", finetuned_from="two/m"),
            claim("x/o", license="Free"), claim("x/o", generated_with="two/m"),
            claim("x/t", license="Free"), claim("x/t", trained_on="two/m"))
        self.assertEqual([X, X, X], self.uses(document, "x/f"))
        self.assertEqual([X, P, P], self.uses(document, "x/o"))
        self.assertEqual([X, U, P], self.uses(document, "x/t"))

    def test_a_made_thing_is_a_derivative(self) -> None:
        # modify and redistribute-derivatives count for use and redistribute.
        licenses = [FREE, lic("M", {"modify": X, "redistribute-derivatives": X},
                              models_from_outputs={"limit": "similar"})]
        verdicts = ask(self.document(licenses), "two/m")["verdicts"]
        self.assertEqual((C, C), (verdicts["use"], verdicts["redistribute"]))
        self.assertEqual({SIMILAR}, {key for keys in ask(
            self.document(licenses), "two/m")["missing"].values() for key in keys})

    def test_an_adapter_alone_conveys_no_form(self) -> None:
        document = self.document(
            self.licenses(), claim("datasets/two/e", license="Free"),
            claim("datasets/two/e", adapter_of="datasets/two/d"),
            claim("two/x", license="Free"), claim("two/x", trained_on="datasets/two/e"))
        uses = self.uses(document, "two/x", adapter="alone")
        self.assertEqual([X, X, P], uses)


class Contested(unittest.TestCase):
    """Section 4: contested terms, and the undeclared ones that never are."""

    def document(self, license_: Json, *more: Json) -> Json:
        return case([FREE, license_], [
            claim("datasets/a/d", license=license_["id"]), claim("b/b", license="Free"),
            claim("b/b", trained_on="datasets/a/d"), *more])

    def test_share_alike(self) -> None:
        document = self.document(lic("SA", duties=[share_alike("SA")]))
        answer = ask(document, "b/b")
        self.assertEqual({P}, set(answer["verdicts"].values()))
        self.assertEqual([], answer["duties"])
        self.assertEqual([["datasets/a/d", "SA", "share-alike"]], answer["contested_duties"])
        self.assertEqual([["contested-training-data", "note"]], answer["findings"])

    def test_share_alike_under_the_other_stances(self) -> None:
        document = self.document(lic("SA", duties=[share_alike("SA")]))
        cautious = ask(document, "b/b", stance="cautious")  # as itself too
        self.assertEqual([["datasets/a/d", "SA", "share-alike"]], cautious["duties"])
        self.assertEqual([], cautious["contested_duties"])
        self.assertEqual([["contested-training-data", "note"], ["share-alike-dropped", "error"]],
                         cautious["findings"])
        permissive = ask(document, "b/b", stance="permissive")
        self.assertEqual(([], []), (permissive["findings"], permissive["contested_duties"]))

    def test_contested_condition(self) -> None:
        document = self.document(lic("L", {"use": when("monthly-active-users <= 5")}))
        many = {"monthly-active-users": 6}
        few = {"monthly-active-users": 5}
        self.assertEqual(U, verdict(document, "b/b", "use", context=many))  # false: undetermined
        self.assertEqual(P, verdict(document, "b/b", "use", context=few))
        self.assertEqual(P, verdict(document, "b/b", "use"))  # unknown: no effect
        self.assertEqual({}, ask(document, "b/b")["missing"])
        self.assertEqual(C, verdict(document, "b/b", "use", stance="cautious"))

    def test_contested_goes_on_where_the_form_is_conveyed(self) -> None:
        # derivative: contested by the training, conveyed by the fine-tune; work: not conveyed.
        license_ = lic("L", {"use": only("derivative"), "commercial-use": only("work")})
        document = self.document(license_, claim("c/c", license="Free"),
                                 claim("c/c", finetuned_from="b/b"))
        self.assertEqual(U, verdict(document, "c/c", "use"))
        self.assertEqual(P, verdict(document, "c/c", "commercial-use"))
        self.assertEqual(U, verdict(document, "b/b", "commercial-use"))

    def test_contested_twice(self) -> None:
        document = self.document(lic("L", {"use": X}), claim("c/c", license="Free"),
                                 claim("c/c", trained_on="b/b"))
        self.assertEqual(U, verdict(document, "c/c", "use"))
        self.assertEqual(X, verdict(document, "c/c", "use", stance="cautious"))

    def test_a_step_that_was_forbidden_contested(self) -> None:
        document = self.document(lic("L", {"modify": X, "redistribute-derivatives": X}))
        verdicts = ask(document, "b/b")["verdicts"]
        self.assertEqual((U, U), (verdicts["use"], verdicts["redistribute"]))

    def test_undetermined_is_never_contested(self) -> None:
        for answer in (U, "silent", "unreviewed"):
            document = self.document(lic("L", {"use": answer}))
            self.assertEqual(P, verdict(document, "b/b", "use"))
            self.assertEqual(U, verdict(document, "b/b", "use", stance="cautious"))

    def test_the_finding_is_of_prohibitions_and_share_alike(self) -> None:
        unreviewed = {"id": "Generic", "class": "community", "rights": "unreviewed"}
        attribution = lic("BY", duties=[duty("attribution")])
        condition = lic("C", {"use": when("monthly-active-users <= 5")})
        context = {"monthly-active-users": 6}
        for license_, given, expected in (
                (unreviewed, {}, False), (attribution, {}, False), (condition, {}, False),
                (condition, context, True), (lic("L", {"modify": X}), {}, True),
                (lic("SA", duties=[share_alike("SA")]), {}, True)):
            document = self.document(license_)
            with self.subTest(license=license_["id"], context=given):
                self.assertEqual("note" if expected else None, severity(
                    "contested-training-data", document, "b/b", context=given))

    def test_undeclared_training_data_reaches_under_cautious_only(self) -> None:
        document = case([FREE], [claim("b/b", license="Free"),
                                 claim("b/b", trained_on="datasets/a/d")])
        self.assertEqual(U, verdict(document, "b/b", "use", stance="cautious"))
        self.assertEqual(P, verdict(document, "b/b", "use", undeclared=X))
        self.assertEqual(X, verdict(document, "b/b", "use", stance="cautious", undeclared=X))
        self.assertEqual({"unverified-training-data": "note"},
                         found(document, "b/b", undeclared=X))


class Derivatives(unittest.TestCase):
    """Section 5: what an answer about derivatives counts for, by the mark of change."""

    def verdicts(self, relation: str, **more: Any) -> tuple[str, str]:
        licenses = [FREE, lic("ND", {"modify": X, "redistribute-derivatives": X}, **more)]
        verdicts = ask(made_from("ND", "Free", licenses, relation), "b/b")["verdicts"]
        return verdicts["use"], verdicts["redistribute"]

    def test_change(self) -> None:
        for relation in ("finetuned_from", "merged_from", "adapter_of"):
            self.assertEqual((X, X), self.verdicts(relation))
        for relation in ("incorporates", "bundles"):  # exact
            self.assertEqual((P, P), self.verdicts(relation))
        for relation in ("quantized_from", "converted_from"):
            self.assertEqual((X, X), self.verdicts(relation))
            self.assertEqual((P, P), self.verdicts(relation, formats_are_copies={}))
        # Own: the thing itself is no derivative.
        document = case([lic("ND", {"modify": X, "redistribute-derivatives": X})],
                        [claim("a/a", license="ND")])
        self.assertEqual(P, verdict(document, "a/a", "use"))

    def test_the_greatest_change_of_the_path(self) -> None:
        licenses = [FREE, lic("ND", {"modify": X}, formats_are_copies={})]
        for first, second, expected in (("bundles", "incorporates", P),
                                        ("bundles", "converted_from", P),
                                        ("finetuned_from", "bundles", X),
                                        ("converted_from", "finetuned_from", X)):
            document = made_from("ND", "Free", licenses, first)
            document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
            document["claims"] += [claim("c/c", license="Free"),
                                   claim("c/c", **{second: "b/b"})]
            self.assertEqual(expected, verdict(document, "c/c", "use"), (first, second))

    def test_only_a_prohibited_modify_counts_for_use(self) -> None:
        for answer, expected in ((U, P), (when("purpose = medical"), P)):
            licenses = [FREE, lic("L", {"modify": answer})]
            self.assertEqual(expected, verdict(made_from("L", "Free", licenses), "b/b", "use"))
        licenses = [FREE, lic("L", {"modify": when("purpose = medical")})]
        document = made_from("L", "Free", licenses)
        for purpose, expected in (("medical", P), ("military", X)):
            self.assertEqual(expected, verdict(document, "b/b", "use", maker=True,
                                               context={"purpose": [purpose]}))
            # What is given is about the asker, who need not have made the step.
            self.assertEqual(P, verdict(document, "b/b", "use", context={"purpose": [purpose]}))

    def test_an_open_answer_about_derivatives_counts_for_redistribute(self) -> None:
        licenses = [FREE, lic("L", {"redistribute-derivatives": when("entity = academic")})]
        answer = ask(made_from("L", "Free", licenses), "b/b")
        self.assertEqual({"redistribute": ["entity"], "redistribute-derivatives": ["entity"]},
                         answer["missing"])
        licenses = [FREE, lic("L", {"redistribute-derivatives": U})]
        self.assertEqual(U, verdict(made_from("L", "Free", licenses), "b/b", "redistribute"))


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

    def test_the_licensor_that_a_licence_names(self) -> None:
        # two states Vendor's agreement: its terms are Vendor's, cut at Vendor's and not at two's.
        parties = [{"name": "Vendor", "organizations": ["vendor"]}]
        licenses = [FREE, lic("Strict", {"use": X}, only_licensor="Vendor")]
        document = case(licenses, [
            claim("two/a", license="Strict"), claim("two/b", license="Free"),
            claim("two/b", finetuned_from="two/a"), claim("vendor/c", license="Free"),
            claim("vendor/c", finetuned_from="two/b")], parties=parties)
        self.assertEqual(X, verdict(document, "two/b", "use"))
        self.assertEqual(P, verdict(document, "vendor/c", "use"))
        del licenses[1]["only_licensor"]
        self.assertEqual(P, verdict(document, "two/b", "use"))

    def test_of_an_expression_each_licence_has_its_own(self) -> None:
        # Own terms of acme are cut at acme/b, the vendor's are not; a cut branch is a free one.
        licenses = [FREE, lic("House", {"use": X}),
                    lic("Vendor", {"commercial-use": X}, only_licensor="V",
                        **{"class": "proprietary"})]
        document = case(licenses, [
            claim("acme/a", license="House AND Vendor"), claim("acme/b", license="Free"),
            claim("acme/b", finetuned_from="acme/a"), claim("acme/c", license="House OR Vendor"),
            claim("acme/d", license="Free"), claim("acme/d", finetuned_from="acme/c")])
        answer = ask(document, "acme/b")
        self.assertEqual((P, X), (answer["verdicts"]["use"],
                                  answer["verdicts"]["commercial-use"]))
        self.assertEqual("proprietary", answer["class"])
        answer = ask(document, "acme/d")
        self.assertEqual(P, answer["joint"])
        self.assertEqual("open-source", answer["class"])

    def test_contents_of_others(self) -> None:
        # The collector's own model is bound by a data set that holds others' works.
        def document(*more: Json) -> Json:
            return case([FREE, self.strict], [
                claim("datasets/acme/d", license="Strict"), claim("acme/b", license="Free"),
                claim("acme/b", finetuned_from="datasets/acme/d"),
                claim("datasets/acme/e"), claim("acme/c", license="Free"),
                claim("acme/c", finetuned_from="datasets/acme/e"), *more])
        self.assertEqual(P, verdict(document(), "acme/b", "use"))
        self.assertEqual(P, verdict(document(), "acme/c", "use"))
        others = [claim("datasets/acme/d", said("press"), contents="others"),
                  claim("datasets/acme/e", contents="others")]
        self.assertEqual(X, verdict(document(*others), "acme/b", "use"))
        self.assertEqual(U, verdict(document(*others), "acme/c", "use"))  # its silence as well
        others[0]["until"] = "2025-01-01"  # no longer valid
        self.assertEqual(P, verdict(document(*others), "acme/b", "use"))
        self.assertEqual(P, verdict(document(claim("datasets/acme/d", contents="own")),
                                    "acme/b", "use"))

    def test_contents_of_others_under_a_vendors_agreement(self) -> None:
        # "... but where the licence names one."
        licenses = [FREE, lic("Strict", {"use": X}, only_licensor="acme")]
        document = case(licenses, [
            claim("datasets/acme/d", license="Strict"), claim("acme/b", license="Free"),
            claim("datasets/acme/d", contents="others"),
            claim("acme/b", finetuned_from="datasets/acme/d")])
        self.assertEqual(P, verdict(document, "acme/b", "use"))

    def test_contents_are_of_data_sets(self) -> None:
        document = self.chain("acme/a", "acme/b", "c/c", claim("acme/a", contents="others"))
        self.assertEqual(P, verdict(document, "acme/b", "use"))


# --- section 2 ------------------------------------------------------------------------------

class Claims(unittest.TestCase):
    """Section 2: rank, day, interval, revision."""

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
        self.assertEqual([["conflicting-claims", "warning"]], answer["findings"])

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


class History(unittest.TestCase):
    """Section 2: grants that stay, and outputs under the terms of their day."""

    # a/a: Old (everything but commercial use) in 2024, New (everything but modifying) since 2025.
    def licenses(self, **old: Any) -> list[Json]:
        return [FREE, lic("Old", {"commercial-use": only("derivative")}, **old),
                lic("New", {"use-outputs": only("derivative")})]

    def document(self, made: Optional[str], licenses: list[Json], relation: str = "finetuned_from",
                 **more: Any) -> Json:
        statement: Json = {relation: "a/a"}
        if made is not None:
            statement["made"] = made
        return case(licenses, [
            claim("a/a", said(when="2024-01-01"), license="Old", until="2025-01-01"),
            claim("a/a", said(when="2025-01-01"), license="New"),
            claim("b/b", license="Free"), claim("b/b", **statement)], **more)

    def test_a_grant_stays(self) -> None:
        document = self.document("2024-06-01", self.licenses(revocable=False))
        answer = ask(document, "b/b", rights=["commercial-use", "use-outputs"])
        # Old OR New: each right alone can be had, both together cannot.
        self.assertEqual((P, P, X), (answer["verdicts"]["commercial-use"],
                                     answer["verdicts"]["use-outputs"], answer["joint"]))
        self.assertEqual({"license-changed-after-derivation": "note"}, {
            name: word for name, word in answer["findings"] if name.startswith("license")})

    def test_where_it_does_not(self) -> None:
        irrevocable = {"revocable": False}
        for made, old in ((None, irrevocable), ("2023-06-01", irrevocable),  # undeclared then
                          ("2025-03-01", irrevocable), ("2025-12-01", irrevocable),  # to come
                          ("2024-06-01", {}), ("2024-06-01", {"revocable": True}),
                          ("2024-06-01", {"revocable": True, "osi_approved": True})):
            document = self.document(made, self.licenses(**old))
            verdicts = ask(document, "b/b")["verdicts"]
            with self.subTest(made=made, old=old):
                self.assertEqual((P, X), (verdicts["commercial-use"], verdicts["use-outputs"]))

    def test_approved_licences_are_not_revocable(self) -> None:
        document = self.document("2024-06-01", self.licenses(osi_approved=True))
        self.assertEqual(P, verdict(document, "b/b", "use-outputs"))

    def test_all_licences_of_the_day_must_be_irrevocable(self) -> None:
        licenses = [*self.licenses(revocable=False), lic("Other")]
        for old, expected in (("Old", P), ("Old AND Other", X), ("Old OR Other", X)):
            document = self.document("2024-06-01", licenses)
            document["claims"][0]["license"] = old
            self.assertEqual(expected, verdict(document, "b/b", "use-outputs"), old)

    def test_a_parent_that_is_undeclared_today(self) -> None:
        document = self.document("2024-06-01", self.licenses(revocable=False))
        document["claims"][1]["until"] = "2025-02-01"
        self.assertEqual(U, verdict(document, "b/b", "commercial-use"))

    def test_it_is_no_grant_of_the_parent_itself(self) -> None:
        document = self.document("2024-06-01", self.licenses(revocable=False))
        self.assertEqual(P, verdict(document, "a/a", "commercial-use"))
        # And what lies further down has it by the edge.
        document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
        document["claims"] += [claim("c/c", license="Free"), claim("c/c", finetuned_from="b/b")]
        self.assertEqual(P, verdict(document, "c/c", "use-outputs"))

    def test_a_copy_without_a_licence_takes_todays(self) -> None:
        licenses = self.licenses(revocable=False)
        licenses[2]["rights"]["modify"] = {"answer": X, "scopes": ["own"]}
        document = self.document("2024-06-01", licenses, "quantized_from")
        del document["claims"][2]  # b/b is a copy
        verdicts = ask(document, "b/b")["verdicts"]
        self.assertEqual(X, verdicts["modify"])  # New binds it
        self.assertEqual(P, verdicts["use-outputs"])  # over the edge it comes by Old OR New

    def test_two_edges_two_choices(self) -> None:
        # Over one edge Old OR New, over the other New: use-outputs is withheld.
        document = self.document("2024-06-01", self.licenses(revocable=False))
        document["claims"].append(claim("b/b", merged_from="a/a"))
        self.assertEqual(X, verdict(document, "b/b", "use-outputs"))
        self.assertEqual(P, verdict(document, "b/b", "commercial-use"))

    def test_two_days_of_which_one_is_to_come(self) -> None:
        document = self.document("2024-06-01", self.licenses(revocable=False))
        self.assertEqual(P, verdict(document, "b/b", "use-outputs"))
        document["claims"].append({**document["claims"][3], "made": "2025-12-01"})
        self.assertEqual(X, verdict(document, "b/b", "use-outputs"))

    def test_the_day_of_the_claim_that_decides(self) -> None:
        document = self.document("2024-06-01", self.licenses(revocable=False))
        document["claims"][3]["source"] = said("model-card")
        better = claim("b/b", said("license-file"), finetuned_from="a/a")
        document["claims"].append(better)
        self.assertEqual(X, verdict(document, "b/b", "use-outputs"))  # it knows no day
        better["made"] = "2024-02-01"
        self.assertEqual(P, verdict(document, "b/b", "use-outputs"))
        document["claims"].append({**better, "made": "2024-02-02"})  # two days: unknown
        self.assertEqual(X, verdict(document, "b/b", "use-outputs"))

    def outputs(self, made: Optional[str], **released: str) -> tuple[str, str]:
        """b/b made with a/a's outputs, whose terms forbade this in 2024 and that since 2025."""
        licenses = [FREE, lic("Old", {"commercial-use": only("output")}, revocable=False),
                    lic("New", {"use-outputs": only("output")})]
        document = self.document(made, licenses, "generated_with")
        document["artifacts"][1].update(released)
        verdicts = ask(document, "b/b")["verdicts"]
        return verdicts["commercial-use"], verdicts["use-outputs"]

    def test_outputs_of_their_day(self) -> None:
        self.assertEqual((X, P), self.outputs("2024-06-01"))
        self.assertEqual((P, X), self.outputs("2025-02-01"))
        self.assertEqual((X, X), self.outputs(None))  # until the day asked
        self.assertEqual((X, P), self.outputs(None, released="2024-12-31"))
        self.assertEqual((X, X), self.outputs(None, released="2025-01-01"))  # the last day counts
        self.assertEqual((X, X), self.outputs(None, released="2026-01-01"))
        self.assertEqual((X, X), self.outputs("2023-06-01"))  # undeclared on that day
        self.assertEqual((X, X), self.outputs("2025-12-01"))  # after the day asked: unknown
        self.assertEqual((P, X), self.outputs(None, released="2023-06-01"))  # nothing until then
        self.assertEqual((X, P), self.outputs("2023-06-01", released="2024-06-01"))

    def test_outputs_of_claims_that_lost_on_their_day(self) -> None:
        # Each day's conclusion counts, not each claim: the hub tag never was it.
        licenses = [FREE, lic("Old"), lic("New"), lic("Tag", {"use": only("output")})]
        document = self.document(None, licenses, "generated_with")
        document["claims"].append(claim("a/a", said("hub-tag", "2024-01-01"), license="Tag"))
        self.assertEqual(P, verdict(document, "b/b", "use"))
        document["claims"][0]["until"] = "2024-12-31"  # one day of 2024 on which it is
        self.assertEqual(X, verdict(document, "b/b", "use"))

    def test_retracted_claims_do_not_count(self) -> None:
        licenses = [FREE, lic("Old", {"use": only("output")}), lic("New")]
        document = self.document(None, licenses, "generated_with")
        document["claims"][0]["revision"] = 3
        self.assertEqual(P, verdict(document, "b/b", "use", at_revision=2))
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

    def test_parts_give_a_whole_no_licence(self) -> None:
        for relation in ("bundles", "incorporates"):
            document = case([FREE], [claim("a/a", license="Free"),
                                     claim("b/b", **{relation: "a/a"})])
            answer = ask(document, "b/b")
            self.assertEqual({U}, set(answer["verdicts"].values()))
            self.assertEqual(["undeclared-license", "warning"], answer["findings"][0])

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
            claim("c/c", quantized_from="a/a"), claim("c/c", converted_from="b/b"),
            claim("c/c", quantized_from="d/d")])
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
        document = case([], [claim("a/a", converted_from="b/b"),
                             claim("b/b", converted_from="a/a")])
        answer = ask(document, "a/a")
        self.assertEqual({U}, set(answer["verdicts"].values()))
        self.assertEqual([["derivation-cycle", "error"],  # it is a copy
                          ["unknown-upstream-license", "warning"]], answer["findings"])

    def test_undeclared(self) -> None:
        document = case([FREE], [claim("b/b", license="Free"), claim("b/b", merged_from="a/a"),
                                 claim("c/c", license="Free"), claim("c/c", distilled_from="a/a")])
        own = ask(document, "a/a")
        self.assertEqual({U}, set(own["verdicts"].values()))
        self.assertEqual(("undeclared", "undeclared"), (own["class"], own["openness"]))
        self.assertEqual([["undeclared-license", "warning"]], own["findings"])
        self.assertEqual({X}, set(ask(document, "a/a", undeclared=X)["verdicts"].values()))
        self.assertEqual(U, verdict(document, "b/b", "use"))
        # Nobody knows whether its licence counts models made from outputs.
        for stance in STANCES:
            self.assertEqual(U, verdict(document, "c/c", "use", stance=stance))
        for unread in ({**lic("Q"), "basis": "none", "rights": "unreviewed"}, None):
            document = made_from("Q", "Free", [FREE, *filter(None, [unread])], "distilled_from")
            self.assertEqual(U, verdict(document, "b/b", "use"))

    def test_unresolved_parent(self) -> None:
        document = case([FREE], [claim("b/b", license="Free"), claim("b/b", merged_from="a/a")],
                        kinds={"a/a": "unresolved"})
        answer = ask(document, "b/b")
        self.assertEqual({U}, set(answer["verdicts"].values()))
        self.assertEqual([["unresolved-upstream", "warning"]], answer["findings"])

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


# --- section 3 ------------------------------------------------------------------------------

class Expressions(unittest.TestCase):
    """Section 3."""

    def test_precedence(self) -> None:
        def same(one: str, other: str) -> bool:
            return text_of(parse_expression(one)) == text_of(parse_expression(other))
        self.assertTrue(same("C OR B WITH E AND A+", "(A+ AND (B WITH E)) OR C"))
        self.assertTrue(same("A AND (B OR C)", "(C OR B) AND (A)"))
        self.assertEqual("A+ AND B WITH E OR C",
                         text_of(parse_expression("C OR (B WITH E AND A+)")))
        self.assertEqual("A AND (B OR C)", text_of(parse_expression("(C OR B) AND A")))
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
        licenses = [lic("A", {"use": X}), lic("B", {"sublicense": X}),
                    lic("D", {"sublicense": X, "commercial-use": X})]
        document = case(licenses, [
            claim("a/a", license="A OR B"), claim("b/b", license="A OR D"),
            claim("b/b", finetuned_from="a/a")])
        # B above and A of its own would do for neither alone; B and D do for use.
        self.assertEqual(P, ask(document, "b/b", rights=["use"])["joint"])
        self.assertEqual(P, verdict(document, "b/b", "sublicense"))
        self.assertEqual(X, ask(document, "b/b", rights=["use", "sublicense"])["joint"])

    def test_and_is_the_minimum_with_the_duties_of_both(self) -> None:
        mine = [{"duty": "attribution", "on": ["use"]}]
        other = [{"duty": "display-notice", "on": ["use"], "value": "x"}]
        document = case([lic("A", {"use": X}, mine), lic("B", {"use": U, "modify": U}, other)],
                        [claim("a/a", license="A AND B")])
        answer = ask(document, "a/a")
        self.assertEqual((X, U), (answer["verdicts"]["use"], answer["verdicts"]["modify"]))
        self.assertEqual([["a/a", "A", "attribution"], ["a/a", "B", "display-notice"]],
                         answer["duties"])

    def test_ties_go_to_fewer_duties_then_to_the_first(self) -> None:
        def duties(first: list[Json], second: list[Json]) -> list[Any]:
            document = case([lic("A", duties=first), lic("B", duties=second)],
                            [claim("a/a", license="B OR A")])
            return [[licence, kind] for _, licence, kind in ask(document, "a/a")["duties"]]
        one, two = duty("attribution"), duty("display-notice", value="x")
        self.assertEqual([["B", "display-notice"]], duties([one, two], [two]))
        self.assertEqual([["A", "attribution"]], duties([one], [two]))
        # One entry in two scopes is one, two of a kind are two; what does not arrive is none.
        self.assertEqual([["A", "attribution"]], duties([duty("attribution", "own", "work")], [two]))
        self.assertEqual([["B", "display-notice"]],
                         duties([one, duty("attribution", "own")], [two]))
        self.assertEqual([], duties([duty("attribution", "training"),
                                     duty("state-changes", "output")], [two]))

    def test_and_has_the_duties_of_its_chosen_branches(self) -> None:
        licenses = [lic("A", {"use": X}, [duty("attribution")]), lic("B", duties=[
            duty("state-changes")]), lic("D", duties=[duty("no-endorsement")])]
        document = case(licenses, [claim("a/a", license="D AND (A OR B)")])
        self.assertEqual([["a/a", "B", "state-changes"], ["a/a", "D", "no-endorsement"]],
                         ask(document, "a/a")["duties"])

    def test_exceptions_change_terms_in_their_scopes(self) -> None:
        exceptions = [{"id": "E", "drops_duties": ["share-alike"]},
                      {"id": "F", "drops_duties": ["share-alike"], "scopes": ["output"]}]
        for exception, dropped in (("E", True), ("F", False), ("Unheard-of", False)):
            document = made_from(f"SA WITH {exception}", "Free",
                                 [FREE, lic("SA", duties=[share_alike()])], exceptions=exceptions)
            answer = ask(document, "b/b")
            self.assertEqual([] if dropped else [["a/a", "SA", "share-alike"]],
                             answer["duties"])
            self.assertEqual(None if dropped else "error",
                             dict(answer["findings"]).get("share-alike-dropped"))

    def test_an_exception_for_linking_frees_what_holds_the_work(self) -> None:
        exceptions = [{"id": "E", "drops_duties": ["share-alike"], "for": "linking"}]
        for relation, dropped in (("incorporates", True), ("bundles", True),
                                  ("finetuned_from", False), ("quantized_from", False)):
            document = made_from("SA WITH E", "Free", [FREE, lic("SA", duties=[share_alike(
                scopes=("derivative",))])], relation, exceptions=exceptions)
            with self.subTest(relation=relation):
                self.assertEqual([] if dropped else [["a/a", "SA", "share-alike"]],
                                 ask(document, "b/b")["duties"])
        # Adapted after all: what holds it was changed as a whole.
        document = made_from("SA WITH E", "Free", [FREE, lic("SA", duties=[share_alike()])],
                             "incorporates", exceptions=exceptions)
        document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
        document["claims"] += [claim("c/c", license="Free"), claim("c/c", finetuned_from="b/b")]
        self.assertEqual([["a/a", "SA", "share-alike"]], ask(document, "c/c")["duties"])

    def test_a_licence_that_the_catalogue_does_not_know(self) -> None:
        document = case([FREE, lic("A", {"modify": X})], [
            claim("a/a", license_as_found="House terms"), claim("b/b", license="Free"),
            claim("b/b", finetuned_from="a/a"), claim("c/c", license="Free"),
            claim("c/c", generated_with="a/a")])
        answer = ask(document, "a/a")
        self.assertEqual({U}, set(answer["verdicts"].values()))
        self.assertEqual((["unknown-license", "warning"],), tuple(answer["findings"]))
        self.assertEqual([], answer["duties"])
        answer = ask(document, "b/b")
        self.assertEqual({U}, set(answer["verdicts"].values()))
        self.assertEqual([["unknown-upstream-license", "warning"]], answer["findings"])
        self.assertEqual({P}, set(ask(document, "c/c")["verdicts"].values()))
        # Two that differ conflict; each is undetermined beside the other operands.
        document["claims"] += [claim("a/a", license="A"),
                               claim("a/a", license_as_found="Other terms")]
        answer = ask(document, "a/a")
        self.assertEqual((X, U), (answer["verdicts"]["modify"], answer["verdicts"]["use"]))
        self.assertIn(["conflicting-claims", "warning"], answer["findings"])

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
        # What the text says of itself goes with it, but for what names the entry.
        base["only_licensor"], base["later_versions"] = "V", ["Base2"]
        base["models_from_outputs"] = {"limit": "similar"}
        read = Case(document).catalogue.licenses["Other"]
        self.assertEqual(("V", frozenset(), "similar"), (
            read.only_licensor, read.later_versions, read.models_from_outputs))


class Conditions(unittest.TestCase):
    """Section 3: three-valued, `and` before `or`."""

    def check(self, text: str, context: Json, expected: int) -> None:
        vocabulary = Vocabulary(frozenset({"military"}), {"EU": frozenset({"AT", "BE"})})
        with self.subTest(text=text, context=context):
            self.assertEqual(expected, truth(parse_condition(text, vocabulary), context))

    def test_conditions(self) -> None:
        few, rich = {"monthly-active-users": 5}, {"annual-revenue-usd": 2e6}
        self.check("monthly-active-users <= 700e6", few, TRUE)
        self.check("monthly-active-users < 5", few, FALSE)
        self.check("monthly-active-users != 5", few, FALSE)
        self.check("annual-revenue-usd > 1000000", few, UNKNOWN)
        # false and unknown = false; true or unknown = true; true and unknown = unknown
        self.check("monthly-active-users > 5 and annual-revenue-usd > 1", few, FALSE)
        self.check("monthly-active-users = 5 or annual-revenue-usd > 1", few, TRUE)
        self.check("monthly-active-users = 5 and annual-revenue-usd > 1", few, UNKNOWN)
        self.check("monthly-active-users > 5 or annual-revenue-usd > 1", few, UNKNOWN)
        # and before or
        self.check("annual-revenue-usd > 1 or annual-revenue-usd < 0 and entity = x", rich, TRUE)
        self.check("(annual-revenue-usd > 1 or annual-revenue-usd < 0) and entity = x", rich,
                   UNKNOWN)

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
        self.check("region in {EU, US}", {"region": ["AT", "US"]}, TRUE)
        self.check("region in {EU}", {"region": ["AT", "US"]}, FALSE)
        self.check("region not in {EU}", {"region": ["AT", "US"]}, FALSE)
        self.check("region not in EU", {"region": ["US"]}, TRUE)
        self.check("purpose not in use-policy", {"purpose": ["medical"]}, TRUE)
        self.check("purpose in use-policy", {"purpose": ["medical", "military"]}, FALSE)
        self.check("entity in {academic, individual}", {"entity": "academic"}, TRUE)
        self.check("entity != academic", {"entity": "academic"}, FALSE)
        self.check("established-in in EU", {"established-in": ["BE"], "region": ["US"]}, TRUE)
        self.check("established-in not in {US}", {"region": ["US"]}, UNKNOWN)

    def test_facts(self) -> None:
        self.check("competes-with-licensor = no", {COMPETES: "no"}, TRUE)
        self.check("competes-with-licensor = no", {COMPETES: "yes"}, FALSE)
        self.check("competes-with-licensor != yes", {COMPETES: "yes"}, FALSE)
        self.check("competes-with-licensor = no", {}, UNKNOWN)
        self.check("attributable-revenue-usd < 5", {"attributable-revenue-usd": 4.5}, TRUE)


# --- sections 4 and 5 -----------------------------------------------------------------------

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
        self.assertIn(["derivation-cycle", "error"], answer["findings"])

    def test_a_relation_that_conveys_nothing_does_not_in_a_unit_either(self) -> None:
        # Round the cycle a's terms are cut at acme/b; c supersedes a, which carries nothing.
        document = case([FREE, lic("Strict", {"use": X})], [
            claim("acme/a", license="Strict"), claim("acme/b", license="Free"),
            claim("c/c", license="Free"), claim("acme/b", finetuned_from="acme/a"),
            claim("c/c", finetuned_from="acme/b"), claim("acme/a", finetuned_from="c/c"),
            claim("c/c", supersedes="acme/a")])
        answer = ask(document, "c/c")
        self.assertEqual(P, answer["verdicts"]["use"])
        self.assertEqual([["derivation-cycle", "error"]], answer["findings"])

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
        self.assertNotIn("derivation-cycle", found(document, "c/c"))

    def test_its_own_terms_reach_others_not_itself(self) -> None:
        # Round the cycle a comes back to itself: what forbids to modify a does not count for a.
        document = case([FREE, lic("ND", {"modify": X})], [
            claim("a/a", license="ND"), claim("b/b", license="Free"),
            claim("b/b", finetuned_from="a/a"), claim("a/a", finetuned_from="b/b")])
        self.assertEqual(P, verdict(document, "a/a", "use"))
        self.assertEqual(X, verdict(document, "b/b", "use"))

    def test_a_unit_conveys_nothing_else(self) -> None:
        # Dormant does not pass the generation of e, though d and e are one unit.
        licenses = [FREE, lic("M", {"use": only("derivative")}, models_from_outputs={})]
        document = case(licenses, [
            claim("a/t", license="M"), claim("datasets/b/d", license="Free"),
            claim("datasets/b/d", generated_with="a/t"), claim("datasets/b/e", license="Free"),
            claim("datasets/b/e", generated_with="datasets/b/d"),
            claim("datasets/b/d", derived_from_dataset="datasets/b/e"),
            claim("b/m", license="Free"), claim("b/m", trained_on="datasets/b/e")])
        self.assertEqual(P, verdict(document, "b/m", "use"))
        document["claims"][-1] = claim("b/m", trained_on="datasets/b/d")
        self.assertEqual(X, verdict(document, "b/m", "use"))

    def test_an_adapter_alone_in_a_unit(self) -> None:
        # Permissive, it conveys work, derivative and made there, and nothing else.
        strict = lic("Strict", {"use": only("work"), "commercial-use": only("output")})
        document = case([FREE, strict], [
            claim("a/a", license="Strict"), claim("b/b", license="Free"),
            claim("b/b", adapter_of="a/a"), claim("a/a", trained_on="b/b"),
            claim("c/c", license="Free"), claim("c/c", generated_with="b/b")])
        query = {"stance": "permissive", "adapter": "alone"}
        self.assertEqual(X, verdict(document, "b/b", "use", **query))
        self.assertEqual(P, verdict(document, "c/c", "commercial-use", **query))
        self.assertEqual(X, verdict(document, "c/c", "commercial-use", adapter="alone"))

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
            followed = row in ("copy", "inside", "beside", "adaptation", "with-base")
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

    def test_by_the_licence_that_an_edge_conveys(self) -> None:
        old = lic("Old", revocable=False)
        document = case([*self.licenses, old], [
            claim("a/a", license="Old", until="2024-06-01"),
            claim("a/a", license="N", source=said(when="2024-06-01")),
            claim("b/b", license="A"), claim("b/b", finetuned_from="a/a", made="2024-03-01")])
        self.assertEqual("open-source", ask(document, "b/b")["class"])
        del document["claims"][3]["made"]
        self.assertEqual("non-commercial", ask(document, "b/b")["class"])

    def test_its_own_terms_that_come_round_a_cycle_do_not_count(self) -> None:
        # b/b was made when a/a was under N; a/a holds b/b.
        document = case(self.licenses, [
            claim("a/a", license="N", until="2024-06-01"),
            claim("a/a", license="A", source=said(when="2024-06-01")),
            claim("b/b", license="A"), claim("b/b", generated_with="a/a", made="2024-03-01"),
            claim("a/a", incorporates="b/b")])
        self.assertEqual("non-commercial", ask(document, "b/b")["class"])
        self.assertEqual("open-source", ask(document, "a/a")["class"])

    def test_a_licence_that_nobody_knows(self) -> None:
        document = case([], [claim("a/a", license_as_found="House terms")])
        answer = ask(document, "a/a")
        self.assertEqual(("undeclared", "undeclared"), (answer["class"], answer["openness"]))

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


# --- section 7 ------------------------------------------------------------------------------

NC = lic("NC", {"commercial-use": X})
BUNDLED = {"bundles", "incorporates"}


class RuleA(unittest.TestCase):
    """share-alike-dropped."""

    exceptions = [{"id": "E", "drops_duties": ["attribution"]},
                  {"id": "F", "drops_duties": ["attribution"]}]

    def licenses(self, **more: Any) -> list[Json]:
        return [
            FREE, NC, lic("SA", duties=[share_alike(
                "Like", {"license": "M", "on": "merge"}, {"license": "N", "on": "combine"},
                {"license": "O", "on": "notice"}, {"license": "P", "on": "adaptation"})],
                later_versions=["SA2"], **more),
            lic("SA2"), lic("Like"), lic("M"), lic("N"), lic("O"), lic("P"),
            lic("Other", duties=[share_alike()]), lic("Like2", later_versions=["Like", "SA"]),
            lic("Generic", basis="none")]

    def check(self, own: str, expected: Optional[str], upstream: str = "SA",
              relation: str = "finetuned_from", **more: Any) -> None:
        document = made_from(upstream, own, self.licenses(**more), relation,
                             exceptions=self.exceptions)
        with self.subTest(own=own, upstream=upstream, relation=relation):
            self.assertEqual(expected, severity("share-alike-dropped", document, "b/b"))

    def test_the_set(self) -> None:
        for own, expected in (("SA", None), ("Like", None), ("Free", "error"),
                              ("SA2", "error"), ("M", "warning"), ("N", "warning"),
                              ("O", "warning")):
            self.check(own, expected)

    def test_mere_copies_combine_nothing(self) -> None:
        for own, expected in (("SA", None), ("Like", None), ("M", "error"), ("N", "error"),
                              ("O", "warning"), ("P", "error"), ("Free", "error")):
            self.check(own, expected, relation="converted_from")
        self.check("P", None)

    def test_merged(self) -> None:
        for own, expected in (("M", None), ("N", "warning"), ("Free", "error")):
            self.check(own, expected, relation="merged_from")
        # Merged and fine-tuned as well: not every way is merged.
        document = made_from("SA", "M", self.licenses(), "merged_from")
        document["claims"].append(claim("b/b", finetuned_from="a/a"))
        self.assertEqual("warning", severity("share-alike-dropped", document, "b/b"))

    def test_later_versions(self) -> None:
        self.check("SA2", None, upstream="SA+")
        self.check("SA+", None, upstream="SA+")
        self.check("SA+", "error")     # it would grant SA2 as well
        self.check("Like2", "error")
        self.check("Like2+", "error")  # Like2 is in no set, though its later versions are
        self.check("Like+", None)      # it has no later versions

    def test_choices_and_conjunctions(self) -> None:
        for own, expected in (("Free OR Like", "error"), ("SA OR Like", None),
                              ("N OR Like", "warning"), ("Free AND Like", None),
                              ("Free AND SA2", "error"), ("N AND Like", None),
                              ("Other AND Like", "error"),  # Other's works cannot go into Like
                              ("NC AND Like", "error"),     # nor those of NC
                              ("Free AND N", "warning")):
            self.check(own, expected)

    def test_exceptions(self) -> None:
        self.check("SA WITH E", "error")
        self.check("SA WITH Unheard-of", "warning")
        self.check("SA WITH E", None, upstream="SA WITH E")
        self.check("SA WITH Unheard-of", None, upstream="SA WITH Unheard-of")
        self.check("SA WITH E", "error", upstream="SA WITH F")
        self.check("SA", None, upstream="SA WITH E")
        self.check("Free WITH Unheard-of", "error")

    def test_unknown_licences_can_at_most_be_a_warning(self) -> None:
        for own, expected in (("Generic", "warning"), ("Generic OR Free", "error"),
                              ("Generic AND Free", "warning"), ("Generic AND Like", None)):
            self.check(own, expected)
        document = made_from("SA", "Free", self.licenses())
        document["claims"][1] = claim("b/b", license_as_found="House terms")
        self.assertEqual("warning", severity("share-alike-dropped", document, "b/b"))

    def test_places(self) -> None:
        for relation, expected, kept in (("bundles", None, None), ("incorporates", "error", None),
                                         ("quantized_from", "error", "error")):
            self.check("Free", expected, relation=relation)
            self.check("Free", kept, relation=relation, parts_keep_license={})
        # Further down: a copy keeps the place, an adaptation of the whole adapts its parts.
        for first, second, expected in (
                ("bundles", "quantized_from", None), ("bundles", "incorporates", None),
                ("incorporates", "bundles", None), ("bundles", "finetuned_from", "error"),
                ("incorporates", "finetuned_from", "error"), ("finetuned_from", "bundles", None),
                ("bundles", "adapter_of", "error")):
            document = made_from("SA", "Free", self.licenses(parts_keep_license={}), first)
            document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
            document["claims"] += [claim("c/c", license="Free"),
                                   claim("c/c", **{second: "b/b"})]
            with self.subTest(first=first, second=second):
                self.assertEqual(expected, severity("share-alike-dropped", document, "c/c"))

    def test_without_an_offer(self) -> None:
        document = made_from("SA", "Free", self.licenses())
        del document["claims"][1]
        self.assertIsNone(severity("share-alike-dropped", document, "b/b"))
        # A copy offers what it took.
        document["claims"][1] = claim("b/b", quantized_from="a/a")
        self.assertEqual({}, found(document, "b/b"))
        document["artifacts"].append({"id": "c/c", "kind": "checkpoint"})
        document["claims"] += [claim("c/c", license="Other"),
                               claim("b/b", converted_from="c/c")]
        # SA AND Other: neither goes into the other.
        self.assertEqual({"share-alike-dropped": "error", "irreconcilable-upstreams": "error"},
                         found(document, "b/b"))

    def test_the_branch_that_is_chosen(self) -> None:
        # SA OR Free: Free has fewer duties.
        self.check("NC", None, upstream="SA OR Free")
        self.check("NC", "error", upstream="SA OR NC")  # all ten rights: NC withholds one

    def test_notes_and_warnings_by_ways(self) -> None:
        terms = lic("Terms", duties=[share_alike(scopes=("output",))])
        document = case([FREE, terms], [
            claim("one/s", license="Terms"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="one/s"), claim("two/m", license="Free"),
            claim("two/m", trained_on="datasets/two/d"), claim("three/m", license="Free"),
            claim("three/m", trained_on="datasets/two/d")])
        for artifact, expected in (("datasets/two/d", "error"), ("two/m", "error"),
                                   ("three/m", "note")):
            self.assertEqual(expected, severity("share-alike-dropped", document, artifact))
        self.assertIsNone(severity("share-alike-dropped", document, "three/m",
                                   stance="permissive"))
        for limit, context, two, three in (
                ({}, {}, "error", "note"), ({"limit": "similar"}, {}, "warning", "note"),
                ({"limit": "similar"}, {SIMILAR: "yes"}, "error", "note"),
                ({"limit": "similar"}, {SIMILAR: "no"}, None, None)):
            document["licenses"][1] = lic("Terms", duties=[share_alike()],
                                          models_from_outputs=limit)
            for artifact, expected in (("two/m", two), ("three/m", three)):
                self.assertEqual(expected, severity("share-alike-dropped", document, artifact,
                                                    context=context), (limit, context))

    def test_the_better_ways_decide(self) -> None:
        # Made clean and merged; contested and not merged: the former decides.
        licenses = [FREE, lic("M"), lic("Terms", duties=[share_alike(
            {"license": "M", "on": "merge"})], models_from_outputs={})]
        document = case(licenses, [
            claim("one/s", license="Terms"), claim("three/m", license="M"),
            claim("three/m", merged_from="one/s"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="one/s"),
            claim("three/m", trained_on="datasets/two/d")])
        self.assertIsNone(severity("share-alike-dropped", document, "three/m"))
        del document["claims"][2]
        self.assertEqual("note", severity("share-alike-dropped", document, "three/m"))

    def test_collections(self) -> None:
        def document(child: str, parent: str, **more: Any) -> Json:
            return case([FREE, lic("SA", duties=[share_alike(**more)])], [
                claim(parent, license="SA"), claim(child, license="Free"),
                claim(child, bundles=parent)])
        contested = {"in_collections": "contested"}
        triple = [["datasets/a/d", "SA", "share-alike"]]
        answer = ask(document("datasets/b/d", "datasets/a/d", **contested), "datasets/b/d")
        self.assertEqual([["share-alike-dropped", "note"]], answer["findings"])
        self.assertEqual(([], triple), (answer["duties"], answer["contested_duties"]))
        answer = ask(document("datasets/b/d", "datasets/a/d"), "datasets/b/d")
        self.assertEqual(([], triple, []), (answer["findings"], answer["duties"],
                                            answer["contested_duties"]))
        answer = ask(document("b/m", "datasets/a/d", **contested), "b/m")
        self.assertEqual(([], triple), (answer["findings"], answer["duties"]))
        # Offered under what satisfies it there is nothing to note.
        same = document("datasets/b/d", "datasets/a/d", **contested)
        same["claims"][1]["license"] = "SA"
        self.assertEqual({}, found(same, "datasets/b/d"))


class Irreconcilable(unittest.TestCase):

    def check(self, expected: Optional[str], one: Json, other: Json,
              relation: str = "merged_from", own: str = "Free") -> None:
        document = case([FREE, one, other, lic("Third")], [
            claim("a/a", license=one["id"]), claim("c/c", license=other["id"]),
            claim("b/b", license=own), claim("b/b", finetuned_from="a/a"),
            claim("b/b", **{relation: "c/c"})])
        self.assertEqual(expected, severity("irreconcilable-upstreams", document, "b/b"))

    def test_sets(self) -> None:
        mine = lic("A", duties=[share_alike()])
        self.check("error", mine, lic("B", duties=[share_alike()]))
        self.check(None, mine, lic("B", duties=[share_alike("A")]))
        self.check(None, lic("A", duties=[share_alike("Third")]),
                   lic("B", duties=[share_alike("Third")]))
        # An undated agreement satisfies its edition, though no set names both.
        self.check(None, lic("A", duties=[share_alike()]),
                   lic("B", duties=[share_alike()], edition_of="A"))
        self.check(None, mine, lic("B"))
        # On a condition: a warning is no error.
        self.check(None, mine, lic("B", duties=[share_alike({"license": "A", "on": "notice"})]))

    def test_the_other_rules_count_too(self) -> None:
        mine = lic("A", duties=[share_alike()], further_restrictions={})
        imposes = [{"imposes": "patent-termination"}]
        self.check(None, mine, lic("B"))
        self.check("error", mine, lic("B", imposes=imposes))
        self.check("error", mine, lic("B", {"commercial-use": X}))
        self.check(None, lic("A", {"commercial-use": X}, [share_alike()]),
                   lic("B", {"commercial-use": X}))

    def test_contested_and_beside_are_no_demand(self) -> None:
        mine, other = lic("A", duties=[share_alike()]), lic("B", duties=[share_alike()])
        self.check(None, mine, other, "trained_on")
        self.check(None, mine, other, "bundles")

    def test_it_asks_for_no_offer(self) -> None:
        document = case([lic("A", duties=[share_alike()]), lic("B", duties=[share_alike()])], [
            claim("a/a", license="A"), claim("c/c", license="B"),
            claim("b/b", merged_from="a/a"), claim("b/b", finetuned_from="c/c")])
        self.assertEqual({"irreconcilable-upstreams": "error", "undeclared-license": "warning"},
                         found(document, "b/b"))


class RuleB(unittest.TestCase):
    """restrictions-dropped."""

    def policy(self, *purposes: str) -> Json:
        return {"use_policy": {"section": "A", "purposes": list(purposes)}}

    def check(self, own: str, expected: Optional[str], upstream: str = "R") -> None:
        passing = [duty("pass-on-restrictions")]
        licenses = [
            FREE, lic("R", duties=[duty("pass-on-restrictions", satisfied_by=["Named"])],
                      **self.policy("military", "medical")),
            lic("None", duties=passing), lic("Named"), lic("Generic", basis="none"),
            lic("Same", duties=passing, **self.policy("military", "medical", "advertising")),
            lic("Less", duties=passing, **self.policy("military")),
            lic("Not", **self.policy("military", "medical")),
            lic("Vendor", duties=passing, only_licensor="V",
                **self.policy("military", "medical"))]
        document = made_from(upstream, own, licenses)
        with self.subTest(own=own, upstream=upstream):
            self.assertEqual(expected, severity("restrictions-dropped", document, "b/b"))

    def test_parts(self) -> None:
        for own, expected in (("R", None), ("R WITH Some-exception", None), ("Named", None),
                              ("Same", None), ("Free", "error"), ("Less", "error"),
                              ("Not", "error"), ("Vendor", "error"), ("Generic", "warning")):
            self.check(own, expected)

    def test_purposes_at_least_one(self) -> None:
        self.check("Same", "error", upstream="None")
        self.check("None", None, upstream="None")

    def test_choices_and_conjunctions(self) -> None:
        for own, expected in (("Free AND Same", None), ("Free OR Same", "error"),
                              ("Generic AND Free", "warning"), ("Generic OR Same", "warning")):
            self.check(own, expected)


class RuleC(unittest.TestCase):
    """claims-more-than-inherited."""

    name = "claims-more-than-inherited"

    def check(self, expected: Optional[str], upstream: Any, own: Any = P,
              right: str = "use", relation: str = "finetuned_from") -> None:
        licenses = [lic("L", {right: upstream}, formats_are_copies={}), lic("K", {right: own})]
        document = made_from("L", "K", licenses, relation)
        with self.subTest(upstream=upstream, own=own):
            self.assertEqual(expected, severity(self.name, document, "b/b"))

    def test_answers(self) -> None:
        self.check("error", X)
        self.check(None, X, X)
        self.check(None, X, U)
        self.check(None, U)
        for right in ("sublicense", "patent-grant"):
            self.check("error", X, right=right)
            self.check(None, "silent", right=right)

    def test_scopes(self) -> None:
        self.check(None, only("own"))
        self.check(None, only("work"))            # a fine-tune is no copy
        self.check("error", only("work"), relation="quantized_from")
        self.check("error", only("derivative"))
        self.check(None, X, only("own"))          # the offer's terms: own and work
        self.check("error", X, only("derivative"))
        self.check(None, X, relation="bundles")
        self.check("error", X, relation="incorporates")
        self.check(None, X, relation="trained_on")

    def test_numbers(self) -> None:
        small = when("monthly-active-users <= 700e6")
        self.check("error", small)
        self.check(None, small, small)
        self.check(None, small, when("monthly-active-users < 5"))
        self.check("error", small, when("monthly-active-users <= 700000001"))
        self.check("error", when("monthly-active-users < 700e6"), small)  # at 700e6 itself
        self.check("error", small, when("annual-revenue-usd < 5"))
        self.check(None, when("share-of-royalty > 0.25"), when("share-of-royalty > 0.3"))
        self.check("error", X, when("monthly-active-users > 5 and monthly-active-users < 9"))
        self.check(None, X, when("monthly-active-users < 5 and monthly-active-users > 9"))

    def test_words(self) -> None:
        self.check(None, when("purpose not in {military}"),
                   when("purpose not in {military, medical}"))
        self.check("error", when("purpose not in {military, medical}"),
                   when("purpose not in {military}"))
        self.check(None, when("region in {AT, BE}"), when("region = AT"))
        self.check("error", when("region in {AT, BE}"), when("region not in {DE}"))  # any other
        self.check("error", when("region = AT"), when("established-in = AT"))
        self.check("error", when("entity in {individual}"), when("entity in {academic}"))
        self.check("error", when("entity != individual"))
        self.check(None, when("entity != individual"), when("entity = academic"))

    def test_facts(self) -> None:
        self.check("error", when("human-review = yes"))
        self.check(None, when("human-review = yes"), when("human-review = yes"))
        self.check(None, when("competes-with-licensor = no"))
        self.check("error", when("competes-with-licensor = yes"))
        self.check(None, when("performs-similarly = yes"))
        self.check("error", when("performs-similarly = no"))

    def test_one_context_for_both(self) -> None:
        # L fails for AT alone; K is granted nowhere else than in BE, or to no one.
        self.check(None, when("region != AT"), when("region = BE"))
        self.check(None, X, when("region = AT and region = BE"))
        self.check("error", when("region != AT or purpose = medical"), when("region = AT"))
        self.check(None, when("region != AT or purpose = medical"),
                   when("region = AT and purpose = medical"))

    def expression(self, expected: Optional[str], upstream: str, own: str) -> None:
        licenses = [FREE, NC, lic("NM", {"provide-as-service": X}),
                    lic("Few", {"commercial-use": when("monthly-active-users < 5")})]
        document = made_from(upstream, own, licenses)
        with self.subTest(upstream=upstream, own=own):
            self.assertEqual(expected, severity(self.name, document, "b/b"))

    def test_expressions(self) -> None:
        self.expression("error", "NC", "Free OR NC")
        self.expression(None, "NC", "Free AND NC")
        self.expression(None, "NC AND NM", "NC AND NM")
        self.expression("error", "NC AND NM", "NC")
        self.expression(None, "NC OR Free", "Free")
        # No right that both withhold, but neither branch grants all that is offered.
        self.expression("error", "NC OR NM", "Free")
        self.expression(None, "NC OR NM", "NC OR NM")
        self.expression(None, "NC OR NM", "NC AND NM")
        self.expression("error", "NC OR Few", "Free")
        self.expression(None, "NC OR Few", "Few")
        self.expression("error", "(NC OR Few) AND NM", "Few")

    def test_as_it_arrives(self) -> None:
        # No derivatives: a fine-tune is one, and passing it on is passing a derivative on.
        for right, claimed in (("redistribute-derivatives", "redistribute"), ("modify", "use")):
            licenses = [lic("L", {right: X}, formats_are_copies={}), lic("K", {right: X})]
            for relation, expected in (("finetuned_from", "error"), ("quantized_from", None)):
                self.assertEqual(expected, severity(self.name, made_from(
                    "L", "K", licenses, relation), "b/b"), (right, relation))
            licenses[1]["rights"][claimed] = {"answer": X}
            self.assertIsNone(severity(self.name, made_from("L", "K", licenses), "b/b"))

    def test_ways(self) -> None:
        terms = lic("Terms", {"use": only("output")})
        document = case([FREE, terms], [
            claim("one/s", license="Terms"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="one/s"), claim("two/m", license="Free"),
            claim("two/m", trained_on="datasets/two/d"), claim("three/m", license="Free"),
            claim("three/m", trained_on="datasets/two/d")])
        self.assertEqual("warning", severity(self.name, document, "two/m"))  # a contract is no copy
        self.assertEqual("note", severity(self.name, document, "three/m"))
        document["licenses"][1] = lic("Terms", {"use": only("derivative")},
                                      models_from_outputs={"limit": "similar"})
        self.assertEqual("warning", severity(self.name, document, "two/m"))
        self.assertIsNone(severity(self.name, document, "two/m", context={SIMILAR: "no"}))


class RulesDAndG(unittest.TestCase):
    """forbidden-step and not-redistributable."""

    def severities(self, relation: str, **more: Any) -> tuple[Optional[str], Optional[str]]:
        answer = more.pop("answer", X)
        context = more.pop("context", {})
        maker = more.pop("maker", False)
        licenses = [lic("K", {right: X for right in RIGHTS}),
                    lic("ND", {"modify": answer, "redistribute-derivatives": answer}, **more)]
        findings = found(made_from("ND", "K", licenses, relation), "b/b", context=context,
                         maker=maker)
        return findings.get("forbidden-step"), findings.get("not-redistributable")

    def test_steps(self) -> None:
        for relation in ("finetuned_from", "merged_from", "adapter_of"):
            self.assertEqual(("error", "error"), self.severities(relation))
        for relation in ("quantized_from", "converted_from"):
            self.assertEqual(("error", None), self.severities(relation))
            self.assertEqual((None, None), self.severities(relation, formats_are_copies={}))
        for relation in ("incorporates", "bundles", "trained_on", "generated_with"):
            self.assertEqual((None, None), self.severities(relation))

    def test_conditions(self) -> None:
        condition = when("purpose = medical")
        for purpose, expected in ((None, None), ("medical", None), ("military", "error")):
            context = {} if purpose is None else {"purpose": [purpose]}
            self.assertEqual((expected, None), self.severities(
                "finetuned_from", answer=condition, context=context, maker=True))
            self.assertEqual((None, None), self.severities(
                "finetuned_from", answer=condition, context=context))

    def test_they_need_no_offer(self) -> None:
        document = case([lic("ND", {"modify": X, "redistribute-derivatives": X})], [
            claim("a/a", license="ND"), claim("b/b", finetuned_from="a/a")])
        self.assertEqual({"forbidden-step": "error", "not-redistributable": "error",
                          "undeclared-license": "warning"}, found(document, "b/b"))

    def test_ways(self) -> None:
        document = case([FREE, lic("ND", {"modify": X}, models_from_outputs={})], [
            claim("one/s", license="ND"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="one/s"), claim("two/m", license="Free"),
            claim("two/m", trained_on="datasets/two/d"), claim("three/m", license="Free"),
            claim("three/m", trained_on="datasets/two/d")])
        for artifact, expected in (("datasets/two/d", None), ("two/m", "error"),
                                   ("three/m", "note")):
            self.assertEqual(expected, severity("forbidden-step", document, artifact))


class RuleE(unittest.TestCase):
    """further-restrictions, on copies."""

    def check(self, expected: Optional[str], own: str = "NC", relation: str = "converted_from",
              **more: Any) -> None:
        by = {"further_restrictions": {"on": ["copy"]}, "formats_are_copies": {}, **more}
        licenses = [
            FREE, NC, lic("BY", duties=[duty("attribution")], **by),
            lic("SA", duties=[share_alike("BY")]), lic("R", duties=[duty("pass-on-restrictions")]),
            lic("Few", {"use": when("monthly-active-users < 5")}), lic("Open", {"use": U}),
            lic("Patents", {"patent-grant": X, "sublicense": X})]
        document = made_from("BY", own, licenses, relation)
        with self.subTest(own=own, relation=relation, **more):
            self.assertEqual(expected, severity("further-restrictions", document, "b/b"))

    def test_what_adds(self) -> None:
        for own, expected in (("BY", None), ("Free", None), ("NC", "error"), ("SA", "error"),
                              ("R", "error"), ("Few", "error"), ("Open", None),
                              ("Patents", None), ("Free AND NC", "error"),
                              ("Free OR NC", "error"), ("BY WITH Some-exception", None)):
            self.check(expected, own)

    def test_which_steps(self) -> None:
        for relation in ("finetuned_from", "incorporates", "bundles", "adapter_of"):
            self.check(None, relation=relation)
        self.check("error", relation="quantized_from")

    def test_what_the_licence_says(self) -> None:
        self.check("error", further_restrictions={})  # default: both
        self.check(None, further_restrictions={"on": ["adaptation"]})
        document = made_from("BY", "NC", [NC, lic("BY", further_restrictions={})],
                             "converted_from")
        self.assertIsNone(severity("further-restrictions", document, "b/b"))


class Theories(unittest.TestCase):
    """The switches, one by one."""

    nc = [FREE, NC, lic("SA", duties=[share_alike()])]

    def data(self, expected: str, right: str = "commercial-use", license_: str = "NC",
             **theory: str) -> None:
        document = case(self.nc, [claim("datasets/a/d", license=license_),
                                  claim("b/b", license="Free"), claim("b/b", trained_on="datasets/a/d")])
        given = {name.replace("_", "-"): setting for name, setting in theory.items()}
        with self.subTest(right=right, **theory):
            self.assertEqual(expected, verdict(document, "b/b", right, theory=given))

    def test_weights_and_the_exception(self) -> None:
        self.data("undetermined")
        self.data("undetermined", weights_derive_from_data="yes")
        self.data("prohibited", weights_derive_from_data="yes", training_excepted="no")
        self.data("permitted", weights_derive_from_data="no")
        self.data("permitted", weights_derive_from_data="no", training_excepted="no")
        self.data("permitted", weights_derive_from_data="yes", training_excepted="yes")
        # An exception never frees the sharing.
        document = case([FREE, lic("NR", {"redistribute": X})], [
            claim("datasets/a/d", license="NR"), claim("b/b", license="Free"),
            claim("b/b", trained_on="datasets/a/d")])
        self.assertEqual("prohibited", verdict(document, "b/b", "redistribute", theory={
            "weights-derive-from-data": "yes", "training-excepted": "yes"}))
        self.assertEqual("undetermined", verdict(document, "b/b", "redistribute", theory={
            "training-excepted": "yes"}))

    def test_weights_that_nothing_protects(self) -> None:
        document = made_from("NC", "Free", self.nc)
        for setting, expected in (("yes", "prohibited"), ("open", "undetermined"),
                                  ("no", "permitted")):
            self.assertEqual(expected, verdict(document, "b/b", "commercial-use",
                                               theory={"weights-protected": setting}))
            self.assertEqual("prohibited", verdict(document, "a/a", "commercial-use",
                                                   theory={"weights-protected": setting}))

    def test_presets_are_their_settings(self) -> None:
        for number in range(15):
            document = make_case(f"presets:{number}")
            for query in document["queries"]:
                for stance, theory in PRESETS.items():
                    settings = {name.replace("_", "-"): setting
                                for name, setting in theory._asdict().items()}
                    query = {**query, "stance": stance}
                    query.pop("theory", None)
                    plain = expect({**document, "queries": [query], "compare": []})
                    spelt = expect({**document, "queries": [{**query, "theory": settings}],
                                    "compare": []})
                    self.assertEqual(plain, spelt, number)


class RuleH(unittest.TestCase):
    """license-replaced."""

    def check(self, own: str, expected: Optional[str], upstream: str = "L",
              relation: str = "converted_from", **more: Any) -> None:
        by = {"formats_are_copies": {}, "copies_keep_license": {}, **more}
        rights = {"sublicense": more.pop("sublicense")} if "sublicense" in more else {}
        by = {key: value for key, value in by.items() if value is not None and key != "sublicense"}
        document = made_from(upstream, own, [
            FREE, lic("L", rights, later_versions=["L2"], **by), lic("L2"),
            lic("Generic", basis="none")], relation)
        with self.subTest(own=own, upstream=upstream, relation=relation, **more):
            self.assertEqual(expected, severity("license-replaced", document, "b/b"))

    def test_copies_go_under_it_alone(self) -> None:
        for own, expected in (("L", None), ("Free", "error"), ("L AND Free", None),
                              ("L OR Free", "error"), ("Generic", "warning"), ("L2", "error")):
            self.check(own, expected)
        self.check("L2", None, upstream="L+")
        self.check("Free", None, relation="finetuned_from")
        self.check("Free", None, relation="incorporates")
        self.check("Free", None, formats_are_copies=None)

    def test_without_a_right_to_sublicense(self) -> None:
        self.check("Free", None, copies_keep_license=None)
        self.check("Free", "warning", copies_keep_license=None, sublicense=X)


class RuleF(unittest.TestCase):
    """further-restrictions, by what is imposed."""

    def check(self, expected: Optional[str], own: str = "G", upstream: str = "Apache",
              relation: str = "finetuned_from", **more: Any) -> None:
        imposes = [{"imposes": "patent-termination"}]
        licenses = [
            FREE, lic("Apache", imposes=imposes, **more), lic("G", further_restrictions={}),
            lic("G3", further_restrictions={"allows": ["patent-termination"]}),
            lic("Part", further_restrictions={"allows": ["advertising"]}),
            lic("Copies", further_restrictions={"on": ["copy"]}),
            lic("Names", duties=[share_alike({"license": "G", "on": "notice"})],
                imposes=imposes)]
        exceptions = [{"id": "E", "drops_duties": [], "drops_impositions": ["patent-termination"]},
                      {"id": "Link", "drops_duties": [], "for": "linking",
                       "drops_impositions": ["patent-termination", "advertising"]}]
        document = made_from(upstream, own, licenses, relation, exceptions=exceptions)
        with self.subTest(own=own, upstream=upstream, relation=relation):
            self.assertEqual(expected, severity("further-restrictions", document, "b/b"))

    def test_offers(self) -> None:
        for own, expected in (("G", "error"), ("G3", None), ("Part", "error"), ("Free", None),
                              ("Copies", None), ("Apache", None), ("G AND Free", None),
                              ("G OR Free", "error"), ("G AND Part", "error")):
            self.check(expected, own)

    def test_upstreams(self) -> None:
        self.check(None, upstream="Free")
        self.check(None, upstream="Names")
        self.check("error", upstream="Names", own="Part")
        self.check(None, upstream="Apache WITH E")
        self.check("error", upstream="Apache WITH Link")
        self.check(None, upstream="Apache WITH Link", relation="incorporates")
        self.check("error", upstream="Apache", relation="incorporates")

    def test_forms(self) -> None:
        self.check(None, relation="trained_on")
        self.check(None, relation="generated_with")
        self.check("error", relation="distilled_from", models_from_outputs={})
        self.check(None, relation="bundles")

    def test_family(self) -> None:
        licenses = [lic("G"), lic("G1", imposes=[{"imposes": "advertising"}], edition_of="G"),
                    lic("G2", further_restrictions={}, edition_of="G")]
        self.assertEqual({}, found(made_from("G1", "G2", licenses), "b/b"))


class Editions(unittest.TestCase):
    """Section 7: editions of one agreement."""

    def licenses(self, **first: Any) -> list[Json]:
        return [FREE, NC, lic("L"), lic("L23", {"commercial-use": X}, [
            duty("pass-on-restrictions")], edition_of="L", **first), lic("L24", edition_of="L"),
            lic("LN", edition_of="L", basis="none")]

    def findings(self, own: str, upstream: str = "L23", **first: Any) -> Json:
        return found(made_from(upstream, own, self.licenses(**first)), "b/b")

    def test_the_same_and_the_undated(self) -> None:
        self.assertEqual({}, self.findings("L23"))
        self.assertEqual({}, self.findings("L"))
        self.assertEqual({}, self.findings("L23", upstream="L"))
        self.assertEqual({}, self.findings("L24", later_editions=["L24"]))

    def test_another_edition(self) -> None:
        self.assertEqual({"edition-differs": "warning"}, self.findings("L24"))
        # From 24 to 23 nothing is broken.
        self.assertEqual({}, self.findings("L23", upstream="L24"))

    def test_another_edition_among_others(self) -> None:
        both = {"restrictions-dropped": "error", "claims-more-than-inherited": "error"}
        self.assertEqual(both, self.findings("Free"))
        # Of the AND, 24 is the better part for rule B, and grants nothing for the error of C.
        self.assertEqual({"edition-differs": "warning"}, self.findings("L24 AND Free"))
        self.assertEqual(both, self.findings("L24 OR Free"))
        # NC withholds what 23 does.
        self.assertEqual({"edition-differs": "warning"}, self.findings("L24 AND NC"))
        self.assertEqual({}, self.findings("L AND NC"))
        self.assertEqual({}, self.findings("L AND Free"))  # whoever takes it has L as well
        self.assertEqual(both, self.findings("L OR Free"))

    def test_an_edition_that_nobody_reviewed(self) -> None:
        self.assertEqual({"restrictions-dropped": "warning", "edition-differs": "warning",
                          "unknown-license": "warning"}, self.findings("LN"))

    def test_share_alike_and_copies(self) -> None:
        licenses = [lic("S1", duties=[share_alike()], edition_of="S"),
                    lic("S2", edition_of="S"), lic("S"),
                    lic("C1", edition_of="C", further_restrictions={}, formats_are_copies={}),
                    lic("C2", {"use": X}, edition_of="C"), lic("C")]
        self.assertEqual({"edition-differs": "warning"}, found(
            made_from("S1", "S2", licenses), "b/b"))
        self.assertEqual({"edition-differs": "warning"}, found(
            made_from("C1", "C2", licenses, "converted_from"), "b/b"))
        self.assertEqual({}, found(made_from("C1", "C", licenses, "converted_from"), "b/b"))
        # Two parts that add: the worse one is told.
        self.assertEqual({"further-restrictions": "error"}, found(
            made_from("C1", "C2 AND NC", [*licenses, NC], "converted_from"), "b/b"))

    def test_the_verdict_is_the_parents(self) -> None:
        document = made_from("L23", "L", self.licenses())
        self.assertEqual(X, verdict(document, "b/b", "commercial-use"))


class OtherFindings(unittest.TestCase):
    """Section 7: what asks for no rule."""

    def test_improving_others(self) -> None:
        licenses = [FREE, lic("N", not_to_improve_others={}, edition_of="F"),
                    lic("N2", edition_of="F"), lic("F")]

        def improves(first: str, second: str, other: str) -> Optional[str]:
            document = case(licenses, [
                claim("a/a", license="N"), claim("c/c", license=other),
                claim("b/b", license="Free"), claim("b/b", **{first: "a/a"}),
                claim("b/b", **{second: "c/c"})])
            return severity("improves-another-model", document, "b/b")

        self.assertEqual("warning", improves("merged_from", "merged_from", "Free"))
        self.assertIsNone(improves("merged_from", "finetuned_from", "Free"))
        self.assertIsNone(improves("finetuned_from", "merged_from", "Free"))
        self.assertIsNone(improves("merged_from", "merged_from", "N"))
        self.assertIsNone(improves("merged_from", "merged_from", "N2"))
        self.assertIsNone(improves("merged_from", "merged_from", "F"))
        # Another artifact's licence, not another part of its own.
        licenses.append(lic("Other"))
        document = made_from("N AND Other", "Free", licenses, "merged_from")
        self.assertIsNone(severity("improves-another-model", document, "b/b"))

    def competing(self, condition: str, artifact: str, **context: Any) -> Optional[str]:
        terms = lic("Terms", {"train-on-outputs": [
            {"answer": P, "scopes": ["work"]}, when(condition, "output")]})
        document = case([FREE, terms], [
            claim("one/s", license="Terms"), claim("datasets/two/d", license="Free"),
            claim("datasets/two/d", generated_with="one/s"), claim("three/m", license="Free"),
            claim("three/m", trained_on="datasets/two/d")])
        return severity("competing-use", document, artifact, context=context)

    def test_competing_use(self) -> None:
        no = "competes-with-licensor = no"
        for fact, two, three in (({}, "note", "note"), ({COMPETES: "yes"}, "error", "note"),
                                 ({COMPETES: "no"}, None, None)):
            self.assertEqual(two, self.competing(no, "datasets/two/d", **fact))
            self.assertEqual(three, self.competing(no, "three/m", **fact))
        self.assertIsNone(self.competing("region = AT", "datasets/two/d", region=["DE"]))
        self.assertIsNone(self.competing(no, "one/s"))
        either = no + " or region = AT"
        self.assertIsNone(self.competing(either, "datasets/two/d", region=["AT"]))
        self.assertEqual("note", self.competing(either, "datasets/two/d", region=["DE"]))

    def test_undeclared_and_unknown(self) -> None:
        licenses = [FREE, lic("G", basis="none")]
        for own, expected in (("G", "warning"), ("Free OR G", "warning"), ("Free", None)):
            document = case(licenses, [claim("a/a", license=own)])
            self.assertEqual(expected, severity("unknown-license", document, "a/a"))
        for upstream, expected in (("G", "warning"), ("Free OR G", None),
                                   ("Free AND G", "warning"), ("Free", None)):
            for relation, row in (*ROWS.items(), ("adapter_of", "adapter")):
                document = made_from(upstream, "Free", licenses, relation)
                watched = row in ("copy", "inside", "adaptation", "adapter")
                self.assertEqual(expected if watched else None, severity(
                    "unknown-upstream-license", document, "b/b"), (upstream, relation))
        document = made_from("G", "Free", licenses)
        del document["claims"][0]
        self.assertEqual("warning", severity("unknown-upstream-license", document, "b/b"))
        document["artifacts"][0]["kind"] = "unresolved"
        self.assertEqual({"unresolved-upstream": "warning"}, found(document, "b/b"))
        # A copy's licence that it took is not its own stated one.
        document = case(licenses, [claim("a/a", license="G"), claim("b/b", quantized_from="a/a")])
        self.assertEqual({"unknown-upstream-license": "warning"}, found(document, "b/b"))

    def test_unverified_training_data(self) -> None:
        licenses = [FREE, lic("G", basis="none")]
        for data, expected in (("G", "note"), ("Free", None), ("Free OR G", None)):
            document = made_from(data, "Free", licenses, "trained_on")
            self.assertEqual(expected, severity("unverified-training-data", document, "b/b"))
        # Above a fine-tune, and what the data is made from.
        document = case([FREE], [
            claim("c/c", license="Free"), claim("c/c", finetuned_from="b/b"),
            claim("b/b", license="Free"), claim("b/b", trained_on="datasets/a/d"),
            claim("datasets/a/d", license="Free"),
            claim("datasets/a/d", derived_from_dataset="datasets/a/e")])
        self.assertEqual("note", severity("unverified-training-data", document, "c/c"))
        document["claims"].append(claim("datasets/a/e", license="Free"))
        self.assertIsNone(severity("unverified-training-data", document, "c/c"))
        # A copy that took its parent's licence is no source of doubt beside its parent.
        document = case(licenses, [
            claim("datasets/a/e", license="G"), claim("b/b", license="Free"),
            claim("datasets/a/d", quantized_from="datasets/a/e"),
            claim("datasets/a/e", generated_with="b/b"),
            claim("b/b", trained_on="datasets/a/d")])
        self.assertEqual("note", severity("unverified-training-data", document, "b/b"))
        self.assertIsNone(severity("unverified-training-data", document, "datasets/a/e"))

    def test_licence_changed_after_derivation(self) -> None:
        def document(made: Optional[str], first: str = "2024-01-01") -> Json:
            statement = {"finetuned_from": "a/a", **({"made": made} if made else {})}
            return case([FREE, NC], [
                claim("a/a", said("model-card", first), license="NC", until="2025-01-01"),
                claim("a/a", said("model-card", "2025-01-01"), license="Free"),
                claim("b/b", license="Free"), claim("b/b", **statement)])
        name = "license-changed-after-derivation"
        for made, expected in (("2024-06-01", "note"), ("2025-02-01", None), (None, "note"),
                               ("2023-06-01", None), ("2025-12-01", "note")):
            self.assertEqual(expected, severity(name, document(made), "b/b"), made)
        self.assertIsNone(severity(name, document(None), "b/b", as_of="2024-06-01"))
        same = document("2024-06-01")
        same["claims"][0]["license"] = "Free"
        self.assertIsNone(severity(name, same, "b/b"))

    def test_disputed(self) -> None:
        mine = claim("a/a", said("license-file"), license="Free")

        def disputed(*others: Json, **query: Any) -> Optional[str]:
            document = case([FREE, NC, lic("Few", {"use": when("monthly-active-users < 5")}),
                             lic("Own", {"use": only("own")}),
                             lic("Derivatives", {"use": only("derivative")}),
                             lic("Alike", None, [share_alike("Alike")]),
                             lic("Credit", None, [duty("attribution")])],
                            [mine, *others],
                            parties=[{"name": "A", "organizations": ["maker", "maker-ai"]}])
            return severity("disputed-license", document, "a/a", **query)

        def card(expression: str, kind: str = "model-card", by: str = "maker",
                 day: str = "2024-01-01", **more: Any) -> Json:
            return claim("a/a", said(kind, day, by), license=expression, **more)

        for kind, expected in (("model-card", "warning"), ("hub-tag", "warning"),
                               ("announcement", "warning"), ("curated", "warning"),
                               ("press", None)):
            self.assertEqual(expected, disputed(card("NC", kind)))
        self.assertIsNone(disputed(card("Free")))
        self.assertIsNone(disputed(card("NC", until="2025-01-01")))
        self.assertIsNone(disputed(card("NC OR Free")))
        self.assertEqual("warning", disputed(card("Own")))
        self.assertIsNone(disputed(card("Derivatives")))
        # In the question's context.
        self.assertEqual("warning", disputed(card("Few")))
        self.assertIsNone(disputed(card("Few"), context={"monthly-active-users": 4}))
        # It asks for what decides under which terms the work is passed on.
        self.assertEqual("warning", disputed(card("Alike")))
        self.assertEqual("warning", disputed(card("Alike AND Free")))
        self.assertIsNone(disputed(card("Alike OR Free")))
        self.assertIsNone(disputed(card("Credit")))
        # A later claim of the same party says otherwise.
        later = card("Free", "hub-tag", "maker-AI", "2024-02-01")
        self.assertIsNone(disputed(card("NC"), later))
        self.assertEqual("warning", disputed(card("NC"), {**later, "until": "2025-01-01"}))
        self.assertEqual("warning", disputed(card("NC"), card(
            "Free", "hub-tag", "other", "2024-02-01")))
        self.assertEqual("warning", disputed(card("NC"), card("Free", "hub-tag")))
        self.assertEqual("warning", disputed(card("NC"), card(
            "NC", "hub-tag", day="2024-02-01")))
        # Of one rank, an earlier day loses; what is all of the conclusion does not.
        self.assertEqual("warning", disputed(card("NC", "terms-of-service", "m", "2023-01-01")))
        self.assertIsNone(disputed(card("NC", "terms-of-service", "m")))
        self.assertIsNone(disputed(card("NC"), claims_policy="strictest"))


class Gate(unittest.TestCase):
    """Section 7, the gate."""

    def gate(self, document: Json, act: Optional[str], maker: bool = True,
             artifact: str = "b/b", **query: Any) -> str:
        gate: Json = {"maker": maker, **({"as": act} if act else {})}
        return ask(document, artifact, gate=gate, **{"rights": ["use"], **query})["gate"]

    def acts(self, document: Json, **query: Any) -> str:
        """The acts that are gated: letters of -, share, sell, service."""
        return "".join((act or "-")[:2] + " " for act in (None, "share", "sell", "service")
                       if self.gate(document, act, **query) != "permitted").strip()

    def test_a_forbidden_step_gates_everything(self) -> None:
        document = made_from("ND", "K", [lic("ND", {"modify": X}),
                                         lic("K", {"modify": X, "use": X})])
        self.assertEqual("- sh se se", self.acts(document))
        self.assertEqual("gated", self.gate(document, None, maker=False))

    def test_duties(self) -> None:
        for kind in ("share-alike", "pass-on-restrictions"):
            for triggers, expected in ((("distribution",), "sh se"),
                                       (("distribution", "service"), "sh se se")):
                document = made_from("L", "Free", [FREE, lic("L", duties=[
                    duty(kind, "derivative", on=triggers)])])
                self.assertEqual(expected, self.acts(document), (kind, triggers))

    def test_the_others(self) -> None:
        hosting = [duty("include-license", on=("service",))]
        for duties, expected in (([], "sh se"), (hosting, "sh se se"),
                                 ([duty("attribution", on=("service",))], "sh se"),
                                 ([duty("disclose-source", on=("use",))], "sh se")):
            more = lic("L", {"commercial-use": X}, duties)
            self.assertEqual(expected, self.acts(made_from("L", "Free", [FREE, more])))
            kept = lic("L", {"redistribute-derivatives": X}, duties)
            self.assertEqual(expected, self.acts(made_from(
                "L", "K", [kept, lic("K", {"redistribute-derivatives": X, "redistribute": X})])))
            imposing = lic("L", duties=duties, imposes=[{"imposes": "advertising"}])
            self.assertEqual(expected, self.acts(made_from(
                "L", "G", [imposing, lic("G", further_restrictions={})])))

    def test_what_the_rights_imply(self) -> None:
        document = made_from("L", "Free", [FREE, lic("L", {"commercial-use": X})])
        self.assertEqual("permitted", self.gate(document, None))
        for right in ("redistribute", "redistribute-derivatives"):
            self.assertEqual("prohibited", self.gate(document, None, rights=["use", right]))
        self.assertEqual("permitted", self.gate(document, None, rights=["provide-as-service"]))
        document["licenses"][1]["duties"] = [duty("share-alike", on=("service",),
                                                  satisfied_by=["L"])]
        self.assertEqual("prohibited", self.gate(document, None, rights=["provide-as-service"]))

    def test_warnings_and_notes_gate_nothing(self) -> None:
        document = made_from("L", "M", [lic("M"), lic("L", duties=[
            share_alike({"license": "M", "on": "combine"})])])
        self.assertEqual("", self.acts(document))

    def test_other_errors_gate_nothing(self) -> None:
        document = case([FREE], [claim("a/a", license="Free"), claim("b/b", license="Free"),
                                 claim("a/a", finetuned_from="b/b"),
                                 claim("b/b", finetuned_from="a/a")])
        self.assertEqual("error", severity("derivation-cycle", document, "b/b"))
        self.assertEqual("", self.acts(document))

    def test_competing_use_gates_its_maker(self) -> None:
        terms = lic("Terms", {"train-on-outputs": [
            {"answer": P, "scopes": ["work"]}, when("competes-with-licensor = no", "output")]})
        document = made_from("Terms", "K", [terms, lic("K", {"train-on-outputs": X})],
                             "generated_with")
        yes = {COMPETES: "yes"}
        self.assertEqual("sh se se", self.acts(document, context=yes))
        self.assertEqual("", self.acts(document, context=yes, maker=False))
        self.assertEqual("", self.acts(document))


class Comparing(unittest.TestCase):
    """Section 7, `license compare`: pairs as lawyers know them."""

    nd = lic("ND", {"modify": X, "redistribute-derivatives": X}, formats_are_copies={})
    gpl = lic("GPL", duties=[share_alike({"license": "AGPL", "on": "combine"}),
                             duty("include-license")],
              further_restrictions={"allows": ["patent-termination"]})
    agpl = lic("AGPL", duties=[share_alike({"license": "GPL", "on": "combine"})],
               further_restrictions={"allows": ["patent-termination"]})
    gpl2 = lic("GPL2", {"patent-grant": "silent"}, [share_alike()], further_restrictions={})
    bsd = lic("BSD", {"patent-grant": "silent", "sublicense": "silent"}, [duty("attribution")])
    apache = lic("Apache", duties=[duty("attribution"), duty("state-changes")],
                 imposes=[{"imposes": "patent-termination"}])
    by = lic("BY", {"patent-grant": "silent"}, [duty("attribution")], formats_are_copies={},
             further_restrictions={"on": ["copy"]})
    rail = lic("RAIL", duties=[duty("pass-on-restrictions")],
               use_policy={"section": "A", "purposes": ["military"]},
               restrictions=[{"when": "purpose not in use-policy", "rights": ["use"]}])
    generic = lic("Generic", basis="none")
    licenses = [FREE, NC, nd, gpl, agpl, gpl2, bsd, apache, by, rail, generic,
                lic("Ask", {"use": when("competes-with-licensor = no")}), lic("Open", {"use": U})]

    def check(self, expected: str, a: str, b: str, step: str = "fine-tune", **more: Any) -> None:
        with self.subTest(a=a, b=b, step=step):
            self.assertEqual(expected, compare_two(self.licenses, a, b, step, **more))

    def test_the_same(self) -> None:
        self.check("yes", "NC", "NC")
        self.check("yes", "GPL", "GPL")
        self.check("no", "ND", "ND")
        self.check("yes", "ND", "ND", "copy")
        self.check("yes", "RAIL", "RAIL")

    def test_no_derivatives_without_counting_formats_as_copies(self) -> None:
        licenses = [lic("ND", {"redistribute-derivatives": X})]
        self.assertEqual("no", compare_two(licenses, "ND", "ND"))
        self.assertEqual("no", compare_two(licenses, "ND", "ND", "copy"))

    def test_copyleft(self) -> None:
        self.check("no", "GPL", "GPL OR BY")
        self.check("no", "GPL", "GPL AND NC")
        self.check("yes", "GPL", "GPL AND AGPL")
        self.check("depends", "GPL", "AGPL")
        self.check("no", "GPL", "BSD")
        self.check("yes", "BSD", "GPL")
        self.check("yes", "GPL OR BSD", "BSD")  # the licensee's choice: fewer duties

    def test_permissive(self) -> None:
        self.check("yes", "BSD", "Apache")
        self.check("yes", "BY", "BSD")
        self.check("no", "BY", "RAIL", "copy")
        self.check("yes", "BY", "RAIL")
        self.check("no", "RAIL", "BSD")
        self.check("no", "NC", "BSD")
        self.check("yes", "BSD", "NC")

    def test_what_copyleft_counts_as_a_restriction(self) -> None:
        self.check("no", "Apache", "GPL2")
        self.check("yes", "Apache", "GPL")
        document = case(self.licenses, [
            claim("a/a", license="Apache"), claim("c/c", license="GPL2"),
            claim("b/b", license="GPL2"), claim("b/b", merged_from="a/a"),
            claim("b/b", finetuned_from="c/c")])
        self.assertEqual({"further-restrictions": "error", "irreconcilable-upstreams": "error"},
                         found(document, "b/b"))

    def test_exceptions(self) -> None:
        exceptions = [{"id": "E", "drops_duties": ["share-alike"]}]
        self.check("yes", "GPL WITH E", "GPL", exceptions=exceptions)
        self.check("no", "GPL", "GPL WITH E", exceptions=exceptions)
        self.check("yes", "BSD", "BSD WITH E", exceptions=exceptions)

    def test_unknown(self) -> None:
        self.check("unknown", "Generic", "BSD")
        self.check("unknown", "BSD", "Generic")
        self.check("unknown", "Unheard-of", "Unheard-of")
        self.check("unknown", "GPL", "Generic")
        self.check("unknown", "BSD", "BSD AND Generic")
        self.check("unknown", "BSD", "BSD OR Generic")
        self.check("no", "GPL", "BSD OR Generic")  # broken on a branch that is known
        self.check("no", "NC AND Generic", "BSD")
        self.check("unknown", "BSD AND Generic", "BSD")
        # Of a choice in A, the branch that is chosen.
        self.check("yes", "Free OR Unheard-of", "BSD")
        self.check("unknown", "NC OR Unheard-of", "BSD")

    def test_open_answers(self) -> None:
        self.check("unknown", "Open", "Free")
        self.check("yes", "Open", "Open")
        # Conditional in the child, though in no context that counts prohibited.
        self.check("depends", "Ask", "Free")
        self.check("yes", "Ask", "Ask")

    def test_steps(self) -> None:
        self.check("yes", "GPL", "BSD", "bundle")
        self.check("yes", "BSD", "BSD", "data")
        self.check("unknown", "NC", "BSD", "data")  # contested: undetermined
        self.check("yes", "GPL", "BSD", "data")     # a contested duty is no rule's business
        self.check("no", "GPL", "BSD", "merge")
        self.check("depends", "NC", "BSD", "bundle")  # prohibited for the part, no rule broken

    def test_editions(self) -> None:
        licenses = [lic("L"), lic("L23", {"use-outputs": X}, edition_of="L"),
                    lic("L24", edition_of="L")]
        self.assertEqual("no", compare_two([*licenses, FREE], "L23", "Free"))
        self.assertEqual("depends", compare_two(licenses, "L23", "L24"))
        self.assertEqual("yes", compare_two(licenses, "L24", "L23"))


def simple_paths(edges: dict[Vertex, list[Any]], start: Vertex,
                 behind: tuple[Vertex, ...] = ()) -> Iterator[list[Any]]:
    """All paths upwards from a vertex, as lists of edges."""
    for edge in edges.get(start, []):
        if edge.parent not in behind and edge.parent != start:
            yield [edge]
            for rest in simple_paths(edges, edge.parent, (*behind, start)):
                yield [edge, *rest]


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
                if any(vertex in above for vertex, above in question.view.above.items()):
                    continue
                edges: dict[Vertex, list[Any]] = {}
                for edge in question.view.edges:
                    if edge.klass != "none":
                        edges.setdefault(edge.child, []).append(edge)
                reaching: dict[Place, dict[Optional[str], int]] = {}
                for path in simple_paths(edges, question.subject):
                    for place in question.view.spoken[path[-1]]:
                        for licensor in question.licensors_at(place):
                            mask = self.arrives(question, path, place, licensor)
                            if mask:
                                here = reaching.setdefault(place, {})
                                here[licensor] = here.get(licensor, 0) | mask
                self.assertEqual(reaching, question.reaching)
                compared += 1
        self.assertGreater(compared, 250)

    def arrives(self, question: Question, path: list[Any], place: Place,
                licensor: Optional[str]) -> int:
        """The states in which a voice comes down one path."""
        mask = question.starting(place)
        for edge in reversed(path):
            if licensor is not None and licensor == question.view.licensors[edge.child[0]]:
                return 0
            after = 0
            for state in states_in(mask):
                after |= moved_state(question.step(edge), state)
            mask = after
        return mask

    def test_stances_are_ordered(self) -> None:
        for number in range(80):
            document = make_case(f"stances:{number}")
            by_stance = []
            for stance in STANCES:
                for query in document["queries"]:
                    query["stance"] = stance
                by_stance.append(expect(document)["answers"])
            for answers in zip(*by_stance):
                for right in RIGHTS:
                    strictness = [VERDICTS.index(answer["verdicts"][right]) for answer in answers]
                    self.assertEqual(sorted(strictness), strictness, (number, right))

    def test_order_does_not_matter(self) -> None:
        for number in range(60):
            document = make_case(f"order:{number}")
            before = expect(document)
            for key in ("licenses", "artifacts", "claims", "parties", "exceptions"):
                random.Random(number).shuffle(document[key])
            self.assertEqual(before, expect(document), number)

    def test_a_further_ancestor_never_loosens(self) -> None:
        """The exceptions: a first copy edge for what is undeclared (here no edge of class copy
        is added), and a day of derivation (here none is stated)."""
        draw = random.Random("monotone")
        relations = [name for name, row in RELATION_CLASS.items() if row not in ("copy", "none")]
        tightened = 0
        for number in range(150):
            document = make_case(f"monotone:{number}", 7)
            if any(denial.get("denies") for denial in all_claims(document)):
                continue  # a further statement could lift a denial, or take over its day
            before = expect(document)["answers"]
            names = [artifact["id"] for artifact in document["artifacts"]]
            taken = {(each["subject"], relation, each[relation])
                     for each in all_claims(document) for relation in relations
                     if relation in each}
            edge = draw.choice(names), draw.choice(relations), draw.choice(names)
            if edge in taken or edge[0] == edge[2]:
                continue
            document["claims"].append(claim(edge[0], said(when="2020"), **{edge[1]: edge[2]}))
            for old, new in zip(before, expect(document)["answers"]):
                for right in RIGHTS:
                    change = (VERDICTS.index(new["verdicts"][right])
                              - VERDICTS.index(old["verdicts"][right]))
                    self.assertLessEqual(change, 0, (number, right, edge))
                    tightened += change < 0
                self.assertLessEqual(VERDICTS.index(new["joint"]), VERDICTS.index(old["joint"]))
                self.assertGreaterEqual(CLASSES.index(new["class"]), CLASSES.index(old["class"]))
        self.assertGreater(tightened, 30)

    def test_a_further_term_never_loosens(self) -> None:
        draw = random.Random("terms")
        for number in range(80):
            document = make_case(f"terms:{number}")
            before = expect(document)["answers"]
            if any("based_on" in entry for entry in document["licenses"]):
                continue  # what it is based on would no longer be replaced in the same way
            for entry in document["licenses"]:
                entry["restrictions"] = [*entry.get("restrictions", []), {
                    "when": draw.choice(("region = AT", "human-review = yes",
                                         "monthly-active-users < 5")),
                    "rights": draw.sample(RIGHTS, 2),
                    "scopes": draw.sample(SCOPES, 2)}]
            for old, new in zip(before, expect(document)["answers"]):
                for right in RIGHTS:
                    self.assertLessEqual(VERDICTS.index(new["verdicts"][right]),
                                         VERDICTS.index(old["verdicts"][right]), (number, right))

    def test_repeating_the_conclusion_changes_nothing(self) -> None:
        """A claim of the best rank that says what is concluded anyway."""
        repeated = 0
        for number in range(70):
            document = make_case(f"repeat:{number}")
            read = Case(document)
            for query in document["queries"]:
                view = read.view(query)
                if not view.own:
                    continue
                single = {**document, "queries": [query], "compare": []}
                before = expect(single)["answers"][0]
                vertex = random.Random(number).choice(sorted(view.own))
                text = text_of(view.own[vertex])
                if "as-found" in text:
                    continue
                # It holds on the day asked alone, so that no other day has it.
                later = query["as_of"][:-2] + f"{int(query['as_of'][-2:]) + 1:02}"
                source = said("legal-review", query["as_of"], "counsel")
                extra = claim(vertex[0], source, component=vertex[1], license=text)
                extra.update({"from": query["as_of"], "until": later})
                after = expect({**single, "claims": [*document["claims"], extra]})["answers"][0]
                for answer in (before, after):  # which it settles
                    answer["findings"] = [each for each in answer["findings"]
                                          if each[0] != "conflicting-claims"]
                self.assertEqual(before, after, number)
                repeated += 1
        self.assertGreater(repeated, 200)

    def test_comparing_is_asking_two_vertices(self) -> None:
        """`compare` says no where the two-vertex graph, written out, has an error."""
        by_rules = {"share-alike-dropped", "restrictions-dropped", "claims-more-than-inherited",
                    "further-restrictions", "forbidden-step", "not-redistributable",
                    "irreconcilable-upstreams", "license-replaced"}
        for number in range(150):
            document = make_case(f"pairs:{number}")
            for item in document["compare"]:
                texts = (item["a"], item["b"])
                if any("unheard" in text for text in texts):
                    continue
                relation = {"fine-tune": "finetuned_from", "copy": "converted_from",
                            "merge": "merged_from", "data": "trained_on",
                            "bundle": "bundles"}[item["step"]]
                two = case(document["licenses"], [
                    claim("x/a", license=texts[0]), claim("y/b", license=texts[1]),
                    claim("y/b", **{relation: "x/a"})], regions=document["regions"],
                    exceptions=document["exceptions"])
                broken = any(word == "error" and name in by_rules
                             for name, word in found(two, "y/b").items())
                answer = expect({**document, "queries": [], "compare": [item]})["compared"][0]
                self.assertEqual(broken, answer == "no", (number, item))

    def test_a_case_depends_on_its_seed_alone(self) -> None:
        self.assertEqual(make_case("7:7"), make_case("7:7"))
        self.assertNotEqual(make_case("7:7"), make_case("7:8"))


def all_claims(document: Json) -> list[Json]:
    return document["claims"] + [{**each, "subject": artifact["id"]}
                                 for artifact in document["artifacts"]
                                 for each in artifact.get("claims", [])]


class Differences(unittest.TestCase):
    """compare.py sees a difference, and nothing else."""

    def test_differences(self) -> None:
        document = case([FREE], [claim("a/a", license="Free")])
        document["queries"] = [{"artifact": "a/a", "as_of": "2025-06-01", "gate": {
            "as": "share", "maker": True}}]
        document["compare"] = [{"a": "Free", "b": "Free", "step": "copy"}]
        expected = expect(document)
        self.assertEqual("permitted", expected["answers"][0]["gate"])
        self.assertEqual(["yes"], expected["compared"])
        self.assertEqual(1, len(differences(expected, read_reply('{"answers": []}'))))
        self.assertEqual(1, len(differences(expected, read_reply("nonsense"))))
        self.assertEqual(["error: no"], differences(expected, read_reply('{"error": "no"}')))

        def differ(**changes: Any) -> int:
            reply = copy.deepcopy(expected)
            reply["compared"] = changes.pop("compared", reply["compared"])
            reply["answers"][0].update(changes)
            return len(differences(expected, read_reply("{}")._replace(document=reply)))

        self.assertEqual(0, differ())
        self.assertEqual(0, differ(findings=[["stale-claim", "note"]]))  # not its business
        self.assertEqual(1, differ(findings=[["derivation-cycle", "error"]]))
        self.assertEqual(1, differ(duties=[["a/a", "Free", "attribution"]]))
        self.assertEqual(1, differ(contested_duties=[["a/a", "Free", "attribution"]]))
        self.assertEqual(1, differ(gate="prohibited"))
        self.assertEqual(1, differ(missing={"use": ["region"]}))
        self.assertEqual(1, differ(compared=["no"]))
        self.assertEqual(10, differ(verdicts={}))


if __name__ == "__main__":
    unittest.main()
