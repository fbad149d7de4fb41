// Computes effective permissions: the heart of the engine. Rules: docs/semantics.md, sections 3
// to 5.
#ifndef LINEAGE_ENGINE_PERMISSION_EVALUATOR_H_
#define LINEAGE_ENGINE_PERMISSION_EVALUATOR_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"
#include "engine/permission/reach.h"
#include "engine/permission/worth.h"

namespace lineage {

// One place whose terms bind or reach the artifact: a declared licence, or the lack of one.
struct Voice {
  enum class Kind : uint8_t { kLicense, kUndeclared, kUnresolved };
  // A vertex through which the origin speaks: itself, or a copy that took its licence.
  struct Speaker {
    VertexId vertex;
    const Reach* reach = nullptr;  // for paths; null if the speaker is the artifact itself
    LicensorId vendor;             // whose agreements; None: of all other licences
  };

  Kind kind = Kind::kLicense;
  VertexId origin;                               // whose conclusion it is
  const BoundExpression* expression = nullptr;   // what it says; null if it is a lack
  const BoundExpression* edge_terms = nullptr;   // the same, if an edge conveys by another licence
  Arrivals arrivals;
  std::vector<Speaker> speakers;
  bool own = false;  // spoken by the artifact itself
};

struct Evaluation {
  VertexId target;
  std::array<Verdict, kRightCount> alone{};  // each right asked alone
  Verdict joint = Verdict::kPermitted;       // the query's rights asked together
  LicenseClass license_class = LicenseClass::kOpenSource;
  bool complete = true;
  std::vector<Voice> voices;              // the artifact's own first, then in order of origin
  std::vector<LicensorId> cut_licensors;  // whose terms the same-licensor rule had to be applied to

  std::vector<std::shared_ptr<const Reach>> reaches;  // keeps the speakers' paths alive
  std::shared_ptr<EdgeTerms> terms;                   // keeps the edges' licences alive
};

// Evaluates over one snapshot and one query. Cheap to make; keep it for many artifacts of one
// query. Not thread-safe (it caches what licences are worth in the context); use one per thread.
class Evaluator {
 public:
  Evaluator(const Snapshot& snapshot, const Query& query);

  // Never fails: what is cut short is marked incomplete and undetermined.
  // Cost: O(V + E) of what is upstream, once more per licensor with several vertices there.
  [[nodiscard]] Evaluation Evaluate(VertexId target);

  // The choice that a licensee makes of what `voice` says, for rights asked together.
  [[nodiscard]] Choice Choose(const Voice& voice, RightSet rights);
  // The ways by which the terms of one licence of `voice` arrive.
  [[nodiscard]] const WaySet& WaysOf(const Voice& voice, const BoundExpression& leaf) const {
    return voice.arrivals.Of(VendorOf(leaf));
  }
  // Who alone can grant a licence; None: anybody.
  [[nodiscard]] LicensorId VendorOf(const BoundExpression& leaf) const {
    return leaf.license.valid() ? snapshot_.VendorOf(leaf.license) : LicensorId::None();
  }

  [[nodiscard]] const Query& query() const { return query_; }
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] LicenseWorth& worth() { return worth_; }

 private:
  void AddVoices(VertexId speaker, std::size_t place, Evaluation* evaluation);
  void AddVoice(VertexId speaker, VertexId origin, const BoundExpression* edge_terms,
                Evaluation* evaluation);
  void CollectVoices(VertexId target, Evaluation* evaluation);

  const Snapshot& snapshot_;
  const Query query_;
  LicenseWorth worth_;
  std::shared_ptr<EdgeTerms> terms_;
  // By origin and licence, of the evaluation under way.
  absl::flat_hash_map<std::pair<VertexId, const BoundExpression*>, uint32_t> voice_of_;
};

// Calls `visit(voice, leaf, license, duty, ways)` for every duty that binds or reaches the target
// (`contested`: contested only), in the choice made for `asked_with`.
template <typename Visit>
void ForEachDuty(Evaluator* evaluator, const Evaluation& evaluation, RightSet asked_with,
                 bool contested, const Visit& visit) {
  const LicenseTable& licenses = evaluator->snapshot().licenses();
  std::size_t steps = 0;
  for (const Voice& voice : evaluation.voices) {
    if (++steps % 64 == 0 && evaluator->query().stop.Requested()) return;
    if (voice.kind != Voice::Kind::kLicense) continue;
    for (const BoundExpression* leaf : evaluator->Choose(voice, asked_with).leaves) {
      if (!leaf->license.valid()) continue;
      const License& license = licenses.Get(leaf->license);
      const WaySet& arriving = evaluator->WaysOf(voice, *leaf);
      for (const Duty& duty : license.duties) {
        const WaySet clean = evaluator->worth().DutyWays(*leaf, duty, arriving, false);
        if (!contested) {
          if (!clean.empty()) visit(voice, *leaf, license, duty, clean);
        } else if (clean.empty()) {
          const WaySet ways = evaluator->worth().DutyWays(*leaf, duty, arriving, true);
          if (!ways.empty()) visit(voice, *leaf, license, duty, ways);
        }
      }
    }
  }
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_EVALUATOR_H_
