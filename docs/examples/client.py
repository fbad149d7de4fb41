#!/usr/bin/env python3
"""Writes a claim, reads it back at its revision, checks a permission, follows changes.

    client.py HOST:PORT
"""
import sys
import uuid

import grpc

from lineage.v1 import (artifact_pb2, claim_service_pb2, claim_service_pb2_grpc, permission_service_pb2,
                        permission_service_pb2_grpc, terms_pb2, watch_service_pb2, watch_service_pb2_grpc)

channel = grpc.insecure_channel(sys.argv[1])
claims = claim_service_pb2_grpc.ClaimServiceStub(channel)
permissions = permission_service_pb2_grpc.PermissionServiceStub(channel)
watch = watch_service_pb2_grpc.WatchServiceStub(channel)

# Our model, tuned from MPT-7B-Instruct. The request id makes it safe to repeat the call.
source = artifact_pb2.Source(kind=artifact_pb2.SOURCE_KIND_CURATED, by="acme", said="2026-11-01",
                             document="training log")
written = claims.ApplyClaims(claim_service_pb2.ApplyClaimsRequest(
    request_id=str(uuid.uuid4()),
    artifacts=[artifact_pb2.Artifact(id="acme/support-bot", kind=artifact_pb2.ARTIFACT_KIND_CHECKPOINT)],
    claims=[artifact_pb2.Claim(subject="acme/support-bot", source=source, edge=artifact_pb2.EdgeStatement(
        relation=artifact_pb2.RELATION_FINETUNED_FROM, parent="mosaicml/mpt-7b-instruct")),
            artifact_pb2.Claim(subject="acme/support-bot", source=source,
                               license=artifact_pb2.LicenseStatement(expression="Apache-2.0"))]), timeout=10)
print(f"revision {written.commit.revision}: claim {written.commit.first_claim}")

# May we sell it? The token makes sure that the answer has seen our claim.
request = permission_service_pb2.CheckRequest(artifact="acme/support-bot", rights=[terms_pb2.RIGHT_COMMERCIAL_USE])
request.options.consistency.at_least = written.revision_token
answer = permissions.Check(request, timeout=10)
print("commercial use:", terms_pb2.Verdict.Name(answer.verdict))
for because in answer.because:
    print(f"  {because.license or 'no licence'} {because.section}: {because.term}".rstrip())

# May we release it under its label? The gate is an answer of its own: a check passes if both are permitted.
request.rights.append(terms_pb2.RIGHT_REDISTRIBUTE)
request.options.context.made_it = True
answer = permissions.Check(request, timeout=10)
print("release:", terms_pb2.Verdict.Name(answer.gate.verdict), answer.gate.under)
for finding in answer.gate.findings:
    print(f"  {answer.findings[finding].id}: {answer.findings[finding].message}")

# What if it were a merge with MPT-7B-Chat, too? Nothing of this is written.
what_if = permission_service_pb2.CheckRequest(artifact="acme/support-bot", rights=[terms_pb2.RIGHT_COMMERCIAL_USE])
what_if.options.hypothesis.claims.add(subject="acme/support-bot", source=source, edge=artifact_pb2.EdgeStatement(
    relation=artifact_pb2.RELATION_MERGED_FROM, parent="mosaicml/mpt-7b-chat"))
print("merged with mpt-7b-chat:", terms_pb2.Verdict.Name(permissions.Check(what_if, timeout=10).verdict))

# What would have to go then?
repairs = permissions.SuggestRepairs(permission_service_pb2.SuggestRepairsRequest(
    artifact=what_if.artifact, rights=what_if.rights, options=what_if.options), timeout=10)
for repair in repairs.sets:
    print("  replace", " and ".join(repair.artifacts))

# Which of our models may be sold? Page by page.
page = permission_service_pb2.SearchRequest(filter="organization = acme AND commercial_use = permitted", page_size=100)
while True:
    found = permissions.Search(page, timeout=10)
    for hit in found.hits:
        print("may be sold:", hit.artifact)
    page.page_token = found.next_page_token
    if not page.page_token:
        break

# Many hits come best in one stream; should it break, a message's next_page_token goes on from there.
everything = permission_service_pb2.StreamSearchRequest(search=permission_service_pb2.SearchRequest(filter="organization = acme"))
print("models of ours:", sum(len(message.hits) for message in permissions.StreamSearch(everything)))

# What must be shipped with it, and under which licence could it be released?
notice = permissions.GetNotice(permission_service_pb2.GetNoticeRequest(artifact="acme/support-bot"), timeout=10).notice
print("asks for something:", ", ".join(group.artifact for group in notice.groups
                                       if not all(duty.contested for duty in group.duties)))
suggested = permissions.SuggestLicenses(permission_service_pb2.SuggestLicensesRequest(artifact="acme/support-bot"),
                                        timeout=10)
print(len(suggested.suggestions), "licences fit, such as", suggested.suggestions[0].license)

# Whose verdicts would change if Dolly's data were not for commerce?
change = permission_service_pb2.AnalyzeImpactRequest(rights=[terms_pb2.RIGHT_COMMERCIAL_USE])
change.options.hypothesis.claims.add(subject="datasets/databricks/databricks-dolly-15k", source=artifact_pb2.Source(
    kind=artifact_pb2.SOURCE_KIND_LEGAL_REVIEW, by="acme", said="2026-11-01", document="what if"),
    license=artifact_pb2.LicenseStatement(expression="CC-BY-NC-4.0"))
print(permissions.AnalyzeImpact(change, timeout=10).change_count, "verdicts would change")

# What is wrong with a claim is told field by field.
try:
    claims.ApplyClaims(claim_service_pb2.ApplyClaimsRequest(claims=[artifact_pb2.Claim(subject="acme/support-bot")]),
                       timeout=10)
except grpc.RpcError as error:
    print(error.code().name, "-", error.details().split(" (")[0])

# Follow what is written from before our claim on; a real program goes on for ever.
for event in watch.Watch(watch_service_pb2.WatchRequest(after=written.revision_token, verdicts=True)):
    print("following since", "our claim" if event.revision_token == written.revision_token else "later")
    break
