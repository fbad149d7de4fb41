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
        relation=artifact_pb2.RELATION_FINETUNED_FROM, parent="mosaicml/mpt-7b-instruct"))]), timeout=10)
print(f"revision {written.commit.revision}: claim {written.commit.first_claim}")

# May we sell it? The token makes sure that the answer has seen our claim.
request = permission_service_pb2.CheckRequest(artifact="acme/support-bot", rights=[terms_pb2.RIGHT_COMMERCIAL_USE])
request.options.consistency.at_least = written.revision_token
answer = permissions.Check(request, timeout=10)
print("commercial use:", terms_pb2.Verdict.Name(answer.verdict))
for because in answer.because:
    print(f"  {because.license or 'no licence'} {because.section}: {because.term}".rstrip())

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
