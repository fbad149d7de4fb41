// Descriptions of artifacts and of parts of the graph, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_VIEWS_H_
#define LINEAGE_ENGINE_MODEL_VIEWS_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/model/explanation.h"

namespace lineage {

struct EdgeView {
  std::string child;
  Relation relation = Relation::kBundles;
  std::string parent;
  Claim claim;  // the best claim that states it
};

struct ComponentView {
  Component component = Component::kWeights;
  std::string license;  // concluded, or "undeclared"/"unresolved"
  LicenseClass license_class = LicenseClass::kUndeclared;
};

struct ArtifactView {
  Artifact artifact;
  std::string package_url;
  std::string licensor;
  bool licensor_claimed = false;
  std::vector<ComponentView> components;
  std::vector<EdgeView> upstream;
  std::vector<EdgeView> downstream;
  std::vector<ClaimView> claims;
};

// One artifact met on a walk.
struct WalkStep {
  std::string artifact;
  ArtifactKind kind = ArtifactKind::kUnresolved;
  int depth = 0;
  Relation relation = Relation::kBundles;  // of the edge that led here
  std::string from;                        // the artifact at the other end of that edge
  std::string license;
};

// A verdict that a change of the claims changed.
struct VerdictChange {
  std::string artifact;
  Component component = Component::kWeights;
  Right right = Right::kUse;
  std::optional<Verdict> before;  // empty if the artifact was not known
  std::optional<Verdict> after;   // empty if it is not known any more

  friend bool operator==(const VerdictChange&, const VerdictChange&) = default;
};

// All verdicts that a change changes.
struct Impact {
  std::vector<VerdictChange> changes;  // in order of artifact, component, right
  bool complete = true;
};

// An answer in short.
struct AnswerSummary {
  std::string license;  // the concluded expression, or "undeclared"
  LicenseClass license_class = LicenseClass::kUndeclared;
  Openness openness = Openness::kUndeclared;
  Verdict joint = Verdict::kUndetermined;  // the question's rights together
  bool complete = true;

  friend bool operator==(const AnswerSummary&, const AnswerSummary&) = default;
};

// A claim that counts on one side of a comparison only, or in another way.
struct ClaimChange {
  Claim claim;
  std::string conclusion;             // licence claims: in the catalogue's ids
  std::optional<ClaimStatus> before;  // empty if it did not count
  std::optional<ClaimStatus> after;
};

// What differs between two answers about one artifact.
struct Difference {
  std::string artifact;
  Component component = Component::kWeights;
  std::optional<AnswerSummary> before;  // empty if the artifact was not known
  std::optional<AnswerSummary> after;
  std::vector<VerdictChange> verdicts;  // in order of right
  std::vector<Finding> findings_gone;
  std::vector<Finding> findings_new;
  std::vector<DutyView> duties_gone;
  std::vector<DutyView> duties_new;
  std::vector<ClaimChange> claims;

  [[nodiscard]] bool empty() const {
    return before == after && verdicts.empty() && findings_gone.empty() && findings_new.empty() &&
           duties_gone.empty() && duties_new.empty() && claims.empty();
  }
};

// Verdicts without their proofs.
struct PermissionsView {
  std::string artifact;
  Component component = Component::kWeights;
  std::string license;  // the concluded expression; empty if there is none
  LicenseClass license_class = LicenseClass::kUndeclared;
  bool complete = true;
  std::array<std::array<Verdict, kRightCount>, kEnumSize<Stance>> verdicts{};  // by stance, right
};

struct WalkView {
  std::string start;
  std::vector<WalkStep> steps;  // breadth first
  bool complete = true;
};

// A part of the graph to be drawn.
struct GraphNode {
  std::string id;
  ArtifactKind kind = ArtifactKind::kUnresolved;
  std::string name;
  std::string license;
  LicenseClass license_class = LicenseClass::kUndeclared;
  Verdict verdict = Verdict::kUndetermined;  // of the right that the drawing is about
};

struct GraphEdge {
  std::string child;
  std::string parent;
  Relation relation = Relation::kBundles;
};

struct GraphView {
  std::string focus;
  Right right = Right::kCommercialUse;
  Stance stance = Stance::kStandard;
  Date as_of;
  std::vector<GraphNode> nodes;  // in order of id
  std::vector<GraphEdge> edges;
  std::size_t omitted = 0;  // nodes that the limit left out
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_VIEWS_H_
