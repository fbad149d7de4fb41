// Answers to the questions that go beyond one look-up. Each returns what its method documents.
#ifndef LINEAGE_SERVICE_SERVER_ANALYSIS_H_
#define LINEAGE_SERVICE_SERVER_ANALYSIS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/model/notice.h"
#include "engine/model/views.h"
#include "lineage/v1/lineage_service.pb.h"
#include "lineage/v1/permission_service.pb.h"
#include "service/server/answer_source.h"
#include "service/server/state.h"

namespace lineage {

absl::Status AnswerSearch(const ServerState& state, const pb::SearchRequest& request,
                          pb::SearchResponse* response, Call* call);
// `request` has to stay until the source is done.
std::shared_ptr<AnswerSource> OpenStreamSearch(ServerState* state, Incoming incoming,
                                               const pb::StreamSearchRequest& request);
absl::Status AnswerCompare(const ServerState& state, const pb::CompareRequest& request,
                           pb::CompareResponse* response, Call* call);
absl::Status AnswerImpact(const ServerState& state, const pb::AnalyzeImpactRequest& request,
                          pb::AnalyzeImpactResponse* response, Call* call);
absl::Status AnswerRepairs(const ServerState& state, const pb::SuggestRepairsRequest& request,
                           pb::SuggestRepairsResponse* response, Call* call);
absl::Status AnswerSuggestions(const ServerState& state, const pb::SuggestLicensesRequest& request,
                               pb::SuggestLicensesResponse* response, Call* call);
absl::Status AnswerLicenses(const ServerState& state, const pb::CompareLicensesRequest& request,
                            pb::CompareLicensesResponse* response, Call* call);
absl::Status AnswerHeadroom(const ServerState& state, const pb::GetHeadroomRequest& request,
                            pb::GetHeadroomResponse* response, Call* call);
absl::Status AnswerNotice(const ServerState& state, const pb::GetNoticeRequest& request,
                          pb::GetNoticeResponse* response, Call* call);
// The same as values, with the token of their revision: for who draws and prints them.
absl::StatusOr<std::pair<Notice, std::string>> NoticeOf(const ServerState& state,
                                                        const pb::GetNoticeRequest& request,
                                                        Call* call);
absl::StatusOr<std::pair<GraphView, std::string>> GraphOf(const ServerState& state,
                                                          const pb::ExportGraphRequest& request,
                                                          Call* call);
absl::Status AnswerAiAct(const ServerState& state, const pb::AssessAiActRequest& request,
                         pb::AssessAiActResponse* response, Call* call);
absl::Status AnswerOpenness(const ServerState& state, const pb::AssessOpennessRequest& request,
                            pb::AssessOpennessResponse* response, Call* call);

// Fields that many requests have. Errors: INVALID_ARGUMENT, with the call's violations.
absl::StatusOr<std::optional<Component>> ComponentFrom(pb::Component component, Call* call);
absl::StatusOr<RightSet> RightsFrom(const google::protobuf::RepeatedField<int>& rights,
                                    bool required, Call* call);
absl::Status RequireArtifact(const std::string& artifact, Call* call);

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_ANALYSIS_H_
