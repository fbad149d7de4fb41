#include "engine/store/store.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/base/digest.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

// Not set is a number that no date and no component has.
constexpr int64_t kNone = -1'000'000'000'000;

template <typename T, typename F>
int64_t OrNone(const std::optional<T>& value, F number) {
  return value ? static_cast<int64_t>(number(*value)) : kNone;
}

void Add(const Artifact& artifact, Digest* digest) {
  digest->Text(artifact.id).Number(static_cast<int64_t>(artifact.kind)).Text(artifact.name);
  digest->Number(static_cast<int64_t>(artifact.aliases.size()));
  for (const std::string& alias : artifact.aliases) digest->Text(alias);
  digest->Number(OrNone(artifact.released, [](Date d) { return d.days(); }));
}

void Add(const Claim& claim, Digest* digest) {
  digest->Text(claim.subject)
      .Number(static_cast<int64_t>(claim.statement))
      .Text(claim.text)
      .Number(static_cast<int64_t>(claim.relation))
      .Text(claim.parent)
      .Number(OrNone(claim.component, [](Component c) { return static_cast<int64_t>(c); }))
      .Number(claim.releases.bits())
      .Number((claim.denies ? 1 : 0) | (claim.inferred ? 2 : 0) | (claim.as_found ? 4 : 0))
      .Number(OrNone(claim.made, [](Date d) { return d.days(); }))
      .Text(claim.parent_revision)
      .Number(claim.valid.from.days())
      .Number(claim.valid.until.days())
      .Number(static_cast<int64_t>(claim.source.kind))
      .Text(claim.source.by)
      .Number(claim.source.said.days())
      .Text(claim.source.said_text)
      .Text(claim.source.document)
      .Text(claim.where)
      .Text(claim.quote);
}

template <typename Records>
void AddRecords(const Records& records, Digest* digest) {
  digest->Number(static_cast<int64_t>(records.artifacts.size()));
  for (const Artifact& artifact : records.artifacts) Add(artifact, digest);
  digest->Number(static_cast<int64_t>(records.claims.size()));
  for (const Claim& claim : records.claims) Add(claim, digest);
  digest->Number(static_cast<int64_t>(records.retractions.size()));
  for (const Retraction& retraction : records.retractions) {
    digest->Number(static_cast<int64_t>(retraction.claim)).Text(retraction.reason);
  }
}

}  // namespace

bool IsOwn(const Commit& commit, absl::string_view author) {
  return commit.origin != Origin::kCatalog && commit.author == author;
}

absl::StatusOr<Commit> RepeatedCommit(Commit before, absl::string_view content,
                                      const Batch& batch) {
  if (content != ContentDigest(batch) || before.author != batch.author) {
    return absl::AlreadyExistsError(absl::StrCat("the request id ", batch.request_id,
                                                 " was used at revision ", before.revision,
                                                 " for another batch: choose a new one"));
  }
  before.replayed = true;
  return before;
}

absl::Status CheckRetraction(const Batch& batch, ClaimNumber claim,
                             const RetractionTarget& target) {
  if (target.written == nullptr) {
    return absl::NotFoundError(absl::StrCat("no claim ", claim, " to retract"));
  }
  if (batch.own_only && !IsOwn(*target.written, batch.author)) {
    return absl::PermissionDeniedError(absl::StrCat("claim ", claim, " was written by ",
                                                    target.written->author,
                                                    ": retracting it needs the role admin"));
  }
  if (target.retracted != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("claim ", claim, " was retracted already, at revision ", target.retracted));
  }
  return absl::OkStatus();
}

std::string ContentDigest(const Batch& batch) {
  Digest digest;
  AddRecords(batch, &digest);
  return digest.Finish();
}

std::string ChainHash(absl::string_view previous, const Change& change) {
  Digest digest;
  const Commit& commit = change.commit;
  digest.Text(previous)
      .Number(static_cast<int64_t>(commit.revision))
      .Number(absl::ToUnixMicros(commit.time))
      .Number(static_cast<int64_t>(commit.origin))
      .Text(commit.author)
      .Text(commit.request_id)
      .Text(commit.note)
      .Number(static_cast<int64_t>(commit.first_claim));
  AddRecords(change, &digest);
  return digest.Finish();
}

namespace {

absl::Status Damaged(Revision revision, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the store is damaged or was altered: revision ",
                                          revision, " ", what,
                                          ". Restore a backup (lineage-cli store restore FILE)"));
}

}  // namespace

absl::Status ChainCheck::Add(const Change& change) {
  const Commit& commit = change.commit;
  if (commit.revision != last_ + 1) {
    return Damaged(commit.revision, absl::StrCat("follows ", last_));
  }
  // The numbers of claims, and of how many there are, are in no hash: they follow from what is.
  if (commit.claim_count != change.claims.size()) {
    return Damaged(commit.revision, absl::StrCat("has ", change.claims.size(), " of ",
                                                 commit.claim_count, " claims"));
  }
  ClaimNumber number = commit.first_claim;
  for (const Claim& claim : change.claims) {
    if (claim.number != number || claim.revision != commit.revision) {
      return Damaged(commit.revision,
                     absl::StrCat("has claim ", claim.number, " of revision ", claim.revision,
                                  " where claim ", number, " should be"));
    }
    ++number;
  }
  std::string hash = ChainHash(hash_, change);
  if (hash != commit.hash) {
    return Damaged(commit.revision,
                   absl::StrCat("hashes to ", absl::BytesToHexString(hash), ", the chain says ",
                                absl::BytesToHexString(commit.hash)));
  }
  hash_ = std::move(hash);
  last_ = commit.revision;
  return absl::OkStatus();
}

absl::StatusOr<std::string> VerifyChain(Store* store) {
  ChainCheck chain;
  RETURN_IF_ERROR(
      store->Replay(0, ~Revision{0}, [&](const Change& change) { return chain.Add(change); }));
  ASSIGN_OR_RETURN(const Revision head, store->Head());
  if (head != chain.last()) {
    return absl::DataLossError(
        absl::StrCat("the head is revision ", head, ", the log ends at ", chain.last()));
  }
  return chain.hash();
}

}  // namespace lineage
