#include "tools/cli/print/commit.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "tools/cli/json.h"

namespace lineage {

using Json = nlohmann::ordered_json;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

Json CommitToJson(const Commit& commit, const std::string& token) {
  Json json = {{"version", kJsonVersion},
               {"revision", commit.revision},
               {"commit_time", TimeText(commit.time)},
               {"author", commit.author},
               {"request_id", commit.request_id},
               {"note", commit.note},
               {"first_claim", commit.first_claim},
               {"claim_count", commit.claim_count},
               {"hash", absl::BytesToHexString(commit.hash)},
               {"replayed", commit.replayed}};
  if (!token.empty()) json["revision_token"] = token;
  return json;
}

}  // namespace lineage
