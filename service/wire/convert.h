// Between the messages on the wire and the engine's values (enums: see enums.h).
#ifndef LINEAGE_SERVICE_WIRE_CONVERT_H_
#define LINEAGE_SERVICE_WIRE_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/catalog/claim_checks.h"
#include "engine/engine.h"
#include "engine/import_session.h"
#include "engine/model/catalog.h"
#include "engine/model/explanation.h"
#include "engine/model/views.h"
#include "engine/store/store.h"
#include "lineage/v1/audit_service.pb.h"
#include "lineage/v1/claim_service.pb.h"
#include "lineage/v1/lineage_service.pb.h"
#include "lineage/v1/permission_service.pb.h"
#include "service/wire/enums.h"

namespace lineage {

namespace pb = ::lineage::v1;

// Values to messages: nothing is lost.
void ToPb(const Artifact& artifact, pb::Artifact* out);
void ToPb(const Claim& claim, pb::Claim* out);
void ToPb(const License& license, pb::License* out);
void ToPb(const LicenseException& exception, pb::LicenseException* out);
void ToPb(const Finding& finding, pb::Finding* out);
void ToPb(const Gate& gate, pb::Gate* out);
void ToPb(const Because& because, pb::Because* out);
void ToPb(const DutyView& duty, pb::DutyNotice* out);
void ToPb(const Explanation& explanation, pb::Explanation* out);
void ToPb(const ArtifactView& view, pb::GetArtifactResponse* out);
void ToPb(const WalkStep& step, pb::Step* out);
void ToPb(const GraphView& view, pb::ExportGraphResponse* out);
void ToPb(const Commit& commit, pb::Commit* out);
void ToPb(const ImportSummary& summary, pb::ImportDocumentResponse* out);
void ToPb(const Question& question, pb::QueryOptions* out);

void AddPath(const std::vector<Hop>& path, google::protobuf::RepeatedPtrField<pb::Hop>* out);
[[nodiscard]] std::vector<Hop> PathOf(const google::protobuf::RepeatedPtrField<pb::Hop>& path);

// Messages of a server to values; what a newer server says beyond this version is left out.
[[nodiscard]] Artifact ValueOf(const pb::Artifact& message);
[[nodiscard]] Claim ValueOf(const pb::Claim& message);
[[nodiscard]] License ValueOf(const pb::License& message);
[[nodiscard]] LicenseException ValueOf(const pb::LicenseException& message);
[[nodiscard]] Finding ValueOf(const pb::Finding& message);
[[nodiscard]] Gate ValueOf(const pb::Gate& message);
[[nodiscard]] Because ValueOf(const pb::Because& message);
[[nodiscard]] DutyView ValueOf(const pb::DutyNotice& message);
[[nodiscard]] Explanation ValueOf(const pb::Explanation& message);
[[nodiscard]] ArtifactView ValueOf(const pb::GetArtifactResponse& message);
[[nodiscard]] WalkStep ValueOf(const pb::Step& message);
[[nodiscard]] GraphView ValueOf(const pb::ExportGraphResponse& message);
[[nodiscard]] Commit ValueOf(const pb::Commit& message);
[[nodiscard]] ImportSummary ValueOf(const pb::ImportDocumentResponse& message);

// Messages of a caller to values, strictly: what is wrong goes to `problems`, with the field.
[[nodiscard]] Artifact ReadArtifact(const pb::Artifact& message,
                                    std::vector<FieldProblem>* problems);
[[nodiscard]] Claim ReadClaim(const pb::Claim& message, std::vector<FieldProblem>* problems);
// All of a question but consistency. `prefix` names the field that holds the options.
[[nodiscard]] Question ReadQuestion(const pb::QueryOptions& options, absl::string_view prefix,
                                    std::vector<FieldProblem>* problems);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_WIRE_CONVERT_H_
