#include "engine/headroom.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/base/status_macros.h"
#include "engine/hypothesis.h"
#include "engine/permission/evaluator.h"

namespace lineage {
namespace {

// The largest value that makes sense; empty: there is none.
std::optional<double> EndOf(ContextKey key) {
  if (key == ContextKey::kShareOfRoyalty) return 1.0;
  return std::nullopt;
}

// The numbers at which a condition that speaks for the rights changes.
std::map<ContextKey, std::set<double>> NumbersIn(const Evaluation& evaluation, Evaluator* evaluator,
                                                 RightSet rights) {
  std::map<ContextKey, std::set<double>> numbers;
  const Snapshot& snapshot = evaluator->snapshot();
  for (const Voice& voice : evaluation.voices) {
    if (voice.kind != Voice::Kind::kLicense) continue;
    ForEachLeaf(*voice.expression, [&](const BoundExpression& leaf) {
      if (!leaf.license.valid()) return;
      const License& license = snapshot.licenses().Get(leaf.license);
      const WaySet& ways = evaluator->WaysOf(voice, leaf);
      for (const Grant& grant : license.grants) {
        const bool speaks = ways.Any([&](const Way& way) {
          return ArrivesBy(grant.scopes, way) &&
                 std::any_of(rights.begin(), rights.end(), [&](Right right) {
                   return Answers(license, grant.rights,
                                  evaluator->query().context.made_it
                                      ? Verdict::kProhibited
                                      : evaluator->worth().OfStep(grant),
                                  way, right);
                 });
        });
        if (!speaks) continue;
        for (const Condition::Node& node : grant.when.nodes) {
          const bool compares = node.op != Condition::Op::kAnd && node.op != Condition::Op::kOr;
          if (compares && IsNumeric(node.key)) numbers[node.key].insert(node.number);
        }
      }
    });
  }
  return numbers;
}

// Evaluates one number over its range.
class Sweep {
 public:
  Sweep(const Engine& engine, std::string artifact, Question question, ContextKey key)
      : engine_(engine),
        artifact_(std::move(artifact)),
        question_(std::move(question)),
        key_(key) {}

  absl::StatusOr<Headroom> Run(const std::set<double>& numbers) {
    Headroom headroom;
    headroom.key = key_;
    headroom.given = question_.query.context.*NumberField(key_);
    const std::optional<double> end = EndOf(key_);
    std::vector<double> points = {0};
    for (const double number : numbers) {
      if (number > 0 && (!end || number <= *end)) points.push_back(number);
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      RETURN_IF_ERROR(Add(points[i], true, points[i], true, points[i], &headroom));
      const bool last = i + 1 == points.size();
      const std::optional<double> next = last ? end : std::optional<double>(points[i + 1]);
      if (next && *next <= points[i]) continue;
      const double between = next ? (points[i] + *next) / 2 : 2 * points[i] + 1;
      // A number's own end belongs to the last stretch.
      RETURN_IF_ERROR(Add(points[i], false, next, last && next.has_value(), between, &headroom));
    }
    return headroom;
  }

 private:
  // The stretch, by the verdict at one point of it.
  absl::Status Add(double from, bool from_included, std::optional<double> to, bool to_included,
                   double at, Headroom* headroom) {
    HeadroomRange range;
    range.from = from;
    range.from_included = from_included;
    range.to = to;
    range.to_included = to_included;
    question_.query.context.*NumberField(key_) = at;
    ASSIGN_OR_RETURN(const Explanation explanation, engine_.Explain(artifact_, question_));
    range.verdict = explanation.joint;
    if (!explanation.joint_because.empty()) {
      range.because = *std::min_element(
          explanation.joint_because.begin(), explanation.joint_because.end(),
          [](const Because& a, const Because& b) { return a.verdict < b.verdict; });
    }
    if (!headroom->ranges.empty() && headroom->ranges.back().verdict == range.verdict) {
      headroom->ranges.back().to = range.to;
      headroom->ranges.back().to_included = range.to_included;
    } else {
      headroom->ranges.push_back(std::move(range));
    }
    return absl::OkStatus();
  }

  const Engine& engine_;
  const std::string artifact_;
  Question question_;
  const ContextKey key_;
};

}  // namespace

absl::StatusOr<std::vector<Headroom>> HeadroomOf(const Engine& engine, absl::string_view artifact,
                                                 const Question& question) {
  Question plain = question;
  plain.hypothesis = nullptr;
  const Hypothesis nothing;
  ASSIGN_OR_RETURN(
      const Supposed part,
      Suppose(engine, question.key, question.hypothesis ? *question.hypothesis : nothing,
              {std::string(artifact)}, Extent::kUpstream));
  ASSIGN_OR_RETURN(plain.query.context, engine.Validate(plain.query.context));
  ASSIGN_OR_RETURN(const Explanation explanation, part.engine->Explain(part.focus[0], plain));
  const auto snapshot = part.engine->At(plain.key);
  Evaluator evaluator(*snapshot, plain.query);
  const Evaluation evaluation =
      evaluator.Evaluate(snapshot->FindVertex(explanation.artifact, explanation.component));
  std::vector<Headroom> all;
  for (const auto& [key, numbers] : NumbersIn(evaluation, &evaluator, plain.query.rights)) {
    ASSIGN_OR_RETURN(Headroom headroom,
                     Sweep(*part.engine, part.focus[0], plain, key).Run(numbers));
    if (headroom.ranges.size() > 1) all.push_back(std::move(headroom));
  }
  return all;
}

}  // namespace lineage
