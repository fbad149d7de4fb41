// Computes effective permissions: the heart of the engine. Rules: docs/semantics.md, sections 3
// to 5.
#ifndef LINEAGE_ENGINE_PERMISSION_EVALUATOR_H_
#define LINEAGE_ENGINE_PERMISSION_EVALUATOR_H_

#include <array>
#include <memory>
#include <vector>

#include "engine/graph/snapshot.h"
#include "engine/permission/query.h"
#include "engine/permission/reach.h"

namespace lineage {

// One place whose terms bind or reach the artifact: a declared licence, or the lack of one.
struct Voice {
  enum class Kind : uint8_t { kLicense, kUndeclared, kUnresolved };
  // A vertex through which the origin speaks: itself, or a copy that took its licence.
  struct Speaker {
    VertexId vertex;
    ArrivalSet arrivals;
    const Reach* reach = nullptr;  // for paths; null if the speaker is the artifact itself
  };

  Kind kind = Kind::kLicense;
  VertexId origin;  // whose conclusion it is
  ArrivalSet arrivals;
  std::vector<Speaker> speakers;
  bool own = false;  // spoken by the artifact itself
};

// A licence taken in one choice, with all that one choice made together.
struct Choice {
  Verdict verdict = Verdict::kPermitted;
  std::size_t duties = 0;
  std::vector<const BoundExpression*> leaves;  // in canonical order
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
};

// The worth of one term as it arrives.
[[nodiscard]] Verdict WorthOf(Verdict value, ScopeSet scopes, ArrivalSet arrivals);

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
  // The same of an expression that arrives so.
  [[nodiscard]] Choice Choose(const BoundExpression& expression, ArrivalSet arrivals,
                              RightSet rights) {
    return ChooseIn(expression, arrivals, rights);
  }

  [[nodiscard]] const Query& query() const { return query_; }
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }

 private:
  // The value of each right's answers per scope, in the query's context.
  using Values = std::array<std::array<Verdict, kEnumSize<Scope>>, kRightCount>;

  void AddVoice(VertexId speaker, ArrivalSet arrivals, const Reach* reach, Evaluation* evaluation);
  void CollectVoices(VertexId target, Evaluation* evaluation);
  [[nodiscard]] Choice ChooseIn(const BoundExpression& expression, ArrivalSet arrivals,
                                RightSet rights);
  [[nodiscard]] Choice Leaf(const BoundExpression& leaf, ArrivalSet arrivals, RightSet rights);
  [[nodiscard]] const Values& ValuesOf(LicenseIndex license);

  const Snapshot& snapshot_;
  const Query query_;
  absl::flat_hash_map<LicenseIndex, std::unique_ptr<const Values>> values_;
  absl::flat_hash_map<VertexId, uint32_t> voice_of_;  // by origin, of the evaluation under way
};

// Rights that an artifact's own licence permits although a licence above it does not, by uncontested
// terms: what that withholds, and what it puts conditions on. Patents are left out: each licensor
// grants its own.
struct Overgrant {
  RightSet withheld;
  RightSet conditioned;
  [[nodiscard]] bool empty() const { return withheld.empty() && conditioned.empty(); }
};
[[nodiscard]] Overgrant OvergrantOf(Evaluator* evaluator, const Evaluation& evaluation);

// Scopes of a duty of `leaf` after its exception.
[[nodiscard]] ScopeSet DutyScopes(const LicenseTable& licenses, const BoundExpression& leaf,
                                  const Duty& duty);

// Calls `visit(voice, leaf, license, duty, scopes)` for every duty that binds or reaches the target
// uncontested, in the choice made for `asked_with`.
template <typename Visit>
void ForEachDuty(Evaluator* evaluator, const Evaluation& evaluation, RightSet asked_with,
                 const Visit& visit) {
  const LicenseTable& licenses = evaluator->snapshot().licenses();
  for (const Voice& voice : evaluation.voices) {
    if (voice.kind != Voice::Kind::kLicense) continue;
    for (const BoundExpression* leaf : evaluator->Choose(voice, asked_with).leaves) {
      if (!leaf->license.valid()) continue;
      const License& license = licenses.Get(leaf->license);
      for (const Duty& duty : license.duties) {
        const ScopeSet scopes = DutyScopes(licenses, *leaf, duty);
        if (CleanScopes(voice.arrivals).Intersects(scopes)) {
          visit(voice, *leaf, license, duty, scopes);
        }
      }
    }
  }
}

// The class of an expression: the strictest of an AND, the most open of an OR.
[[nodiscard]] LicenseClass ClassOfExpression(const LicenseTable& licenses,
                                             const BoundExpression& expression);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_EVALUATOR_H_
