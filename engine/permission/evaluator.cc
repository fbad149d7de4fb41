#include "engine/permission/evaluator.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/license/condition.h"

namespace lineage {
namespace {

constexpr ScopeSet kLackScopes = {Scope::kWork, Scope::kDerivative};

ArrivalSet OwnArrival() { return {Arrival::kWork, Arrival::kClass}; }

Voice::Kind KindOf(const Conclusion& conclusion) {
  switch (conclusion.kind) {
    case Conclusion::Kind::kUndeclared:
      return Voice::Kind::kUndeclared;
    case Conclusion::Kind::kUnresolved:
      return Voice::Kind::kUnresolved;
    default:
      return Voice::Kind::kLicense;
  }
}

}  // namespace

Verdict WorthOf(Verdict value, ScopeSet scopes, ArrivalSet arrivals) {
  if (CleanScopes(arrivals).Intersects(scopes)) return value;
  if (value == Verdict::kProhibited && ContestedScopes(arrivals).Intersects(scopes))
    return Verdict::kUndetermined;
  return Verdict::kPermitted;
}

ScopeSet DutyScopes(const LicenseTable& licenses, const BoundExpression& leaf, const Duty& duty) {
  if (!leaf.exception.valid()) return duty.scopes;
  const LicenseException& exception = licenses.Get(leaf.exception);
  if (!exception.drops_duties.Has(duty.kind)) return duty.scopes;
  return ScopeSet::FromBits(duty.scopes.bits() & ~exception.scopes.bits());
}

LicenseClass ClassOfExpression(const LicenseTable& licenses, const BoundExpression& expression) {
  if (expression.op == Expression::Op::kLicense) {
    return expression.license.valid() ? licenses.Get(expression.license).license_class
                                      : LicenseClass::kUndeclared;
  }
  LicenseClass result = ClassOfExpression(licenses, expression.operands[0]);
  for (const BoundExpression& operand : expression.operands) {
    const LicenseClass next = ClassOfExpression(licenses, operand);
    result =
        expression.op == Expression::Op::kAnd ? std::max(result, next) : std::min(result, next);
  }
  return result;
}

Evaluator::Evaluator(const Snapshot& snapshot, const Query& query)
    : snapshot_(snapshot), query_(query) {}

void Evaluator::AddVoice(VertexId speaker, ArrivalSet arrivals, const Reach* reach,
                         Evaluation* evaluation) {
  const Conclusion& conclusion = snapshot_.Get(speaker).conclusion;
  const Voice::Kind kind = KindOf(conclusion);
  absl::Span<const VertexId> origins = snapshot_.OriginsOf(speaker);
  if (origins.empty()) origins = {&speaker, 1};
  for (const VertexId origin : origins) {
    ArrivalSet heard = arrivals;
    const Reach* heard_by = reach;
    const std::vector<LicensorId>& cut = evaluation->cut_licensors;
    const auto at = std::lower_bound(cut.begin(), cut.end(), snapshot_.Get(origin).licensor.id);
    if (reach != nullptr && at != cut.end() && *at == snapshot_.Get(origin).licensor.id) {
      heard_by = evaluation->reaches[static_cast<std::size_t>(at - cut.begin()) + 1].get();
      heard = heard_by->ArrivalsOf(speaker);
    }
    if (heard.empty()) continue;
    const auto [known, fresh] =
        voice_of_.try_emplace(origin, static_cast<uint32_t>(evaluation->voices.size()));
    if (fresh) {
      evaluation->voices.emplace_back();
      evaluation->voices.back().kind = kind;
      evaluation->voices.back().origin = origin;
    }
    Voice& voice = evaluation->voices[known->second];
    voice.arrivals = voice.arrivals | heard;
    voice.own |= reach == nullptr;
    voice.speakers.push_back({speaker, heard, heard_by});
  }
}

void Evaluator::CollectVoices(VertexId target, Evaluation* evaluation) {
  const auto add_reach = [&](LicensorId cut) {
    evaluation->reaches.push_back(
        std::make_shared<Reach>(Reach::Search(snapshot_, target, query_, cut)));
    evaluation->complete &= evaluation->reaches.back()->complete();
  };
  add_reach(LicensorId::None());
  const Reach& all = *evaluation->reaches[0];
  // A licensor's terms can be cut only where it has a vertex besides the one that speaks, or that
  // one lies on a cycle.
  absl::flat_hash_map<LicensorId, int> count;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const VertexId vertex = all.vertex(i);
    const LicensorId own = snapshot_.Get(vertex).licensor.id;
    if (own.valid()) count[own] += snapshot_.Get(vertex).cycle == 0 ? 1 : 2;
    for (const VertexId origin : snapshot_.OriginsOf(vertex)) {
      const LicensorId licensor = snapshot_.Get(origin).licensor.id;
      if (licensor.valid() && origin != vertex) ++count[licensor];
    }
  }
  for (const auto& [licensor, vertices] : count) {
    if (vertices > 1) evaluation->cut_licensors.push_back(licensor);
  }
  std::sort(evaluation->cut_licensors.begin(), evaluation->cut_licensors.end());
  for (const LicensorId licensor : evaluation->cut_licensors) add_reach(licensor);

  voice_of_.clear();
  AddVoice(target, OwnArrival(), nullptr, evaluation);
  for (std::size_t i = 1; i < all.size(); ++i) {
    AddVoice(all.vertex(i), all.arrivals(i), &all, evaluation);
  }
  if (evaluation->voices.size() < 2) return;
  // Of names, not of numbers: the order is told, and the same in every part of the graph.
  const auto order = [&](const Voice& voice) {
    const Vertex& origin = snapshot_.Get(voice.origin);
    return std::tuple(!voice.own, snapshot_.records().IdOf(origin.artifact), origin.component);
  };
  std::sort(evaluation->voices.begin(), evaluation->voices.end(),
            [&](const Voice& a, const Voice& b) { return order(a) < order(b); });
}

Evaluation Evaluator::Evaluate(VertexId target) {
  Evaluation evaluation;
  evaluation.target = target;
  CollectVoices(target, &evaluation);
  const auto verdict_of = [&](RightSet rights) {
    Verdict verdict = Verdict::kPermitted;
    for (const Voice& voice : evaluation.voices)
      verdict = Stricter(verdict, Choose(voice, rights).verdict);
    if (!evaluation.complete) verdict = Stricter(verdict, Verdict::kUndetermined);
    return verdict;
  };
  for (const Right right : EnumValues<Right>()) {
    evaluation.alone[static_cast<std::size_t>(right)] = verdict_of({right});
  }
  evaluation.joint = verdict_of(query_.rights);
  for (const Voice& voice : evaluation.voices) {
    if (!voice.arrivals.Has(Arrival::kClass)) continue;
    const LicenseClass license_class =
        voice.kind == Voice::Kind::kLicense
            ? ClassOfExpression(snapshot_.licenses(), snapshot_.ExpressionOf(voice.origin))
            : LicenseClass::kUndeclared;
    evaluation.license_class = std::max(evaluation.license_class, license_class);
  }
  return evaluation;
}

Overgrant OvergrantOf(Evaluator* evaluator, const Evaluation& evaluation) {
  Overgrant over;
  const Snapshot& snapshot = evaluator->snapshot();
  if (snapshot.Get(evaluation.target).conclusion.kind != Conclusion::Kind::kDeclared) return over;
  for (const Right right : EnumValues<Right>()) {
    if (right == Right::kPatentGrant) continue;
    // Of the artifact's own voices, and of licences above it.
    std::array<Verdict, 2> verdicts = {Verdict::kPermitted, Verdict::kPermitted};
    for (const Voice& voice : evaluation.voices) {
      if (voice.kind != Voice::Kind::kLicense) continue;  // its own is one: it was declared
      const ArrivalSet uncontested = ArrivalSet::FromBits(voice.arrivals.bits() & 0xF);
      const Choice choice =
          evaluator->Choose(snapshot.ExpressionOf(voice.origin), uncontested, {right});
      Verdict& verdict = verdicts[voice.own ? 0 : 1];
      verdict = Stricter(verdict, choice.verdict);
    }
    if (verdicts[0] != Verdict::kPermitted) continue;
    if (verdicts[1] == Verdict::kProhibited) over.withheld.Add(right);
    if (verdicts[1] == Verdict::kConditional) over.conditioned.Add(right);
  }
  return over;
}

Choice Evaluator::Choose(const Voice& voice, RightSet rights) {
  if (voice.kind == Voice::Kind::kLicense) {
    return ChooseIn(snapshot_.ExpressionOf(voice.origin), voice.arrivals, rights);
  }
  // The lack of a licence is never contested: an undeclared training source is a note.
  Choice choice;
  if (CleanScopes(voice.arrivals).Intersects(kLackScopes)) {
    choice.verdict = query_.undeclared == UndeclaredPolicy::kProhibited ? Verdict::kProhibited
                                                                        : Verdict::kUndetermined;
  }
  return choice;
}

Choice Evaluator::ChooseIn(const BoundExpression& expression, ArrivalSet arrivals,
                           RightSet rights) {
  if (expression.op == Expression::Op::kLicense) return Leaf(expression, arrivals, rights);
  Choice result;
  bool first = true;
  for (const BoundExpression& operand : expression.operands) {
    Choice next = ChooseIn(operand, arrivals, rights);
    if (expression.op == Expression::Op::kAnd) {
      result.verdict = Stricter(result.verdict, next.verdict);
      result.duties += next.duties;
      result.leaves.insert(result.leaves.end(), next.leaves.begin(), next.leaves.end());
    } else if (first || next.verdict > result.verdict ||
               (next.verdict == result.verdict && next.duties < result.duties)) {
      result = std::move(next);
    }
    first = false;
  }
  return result;
}

Choice Evaluator::Leaf(const BoundExpression& leaf, ArrivalSet arrivals, RightSet rights) {
  Choice choice;
  choice.leaves = {&leaf};
  if (!leaf.license.valid()) {
    if (CleanScopes(arrivals).Intersects(kLackScopes)) choice.verdict = Verdict::kUndetermined;
    return choice;
  }
  const Values& values = ValuesOf(leaf.license);
  for (const Right right : rights) {
    for (const Scope scope : EnumValues<Scope>()) {
      const Verdict value =
          values[static_cast<std::size_t>(right)][static_cast<std::size_t>(scope)];
      choice.verdict = Stricter(choice.verdict, WorthOf(value, {scope}, arrivals));
    }
  }
  for (const Duty& duty : snapshot_.licenses().Get(leaf.license).duties) {
    const ScopeSet scopes = DutyScopes(snapshot_.licenses(), leaf, duty);
    if (CleanScopes(arrivals).Intersects(scopes)) ++choice.duties;
    if (duty.kind == DutyKind::kShareAlike && rights.Has(Right::kSublicense) &&
        ContestedScopes(arrivals).Intersects(scopes)) {
      choice.verdict = Stricter(choice.verdict, Verdict::kUndetermined);
    }
  }
  return choice;
}

const Evaluator::Values& Evaluator::ValuesOf(LicenseIndex license) {
  std::unique_ptr<const Values>& cached = values_[license];
  if (cached == nullptr) {
    auto values = std::make_unique<Values>();
    for (auto& per_scope : *values) per_scope.fill(Verdict::kPermitted);
    for (const Grant& grant : snapshot_.licenses().Get(license).grants) {
      const Verdict value = ValueOf(grant, query_.context, nullptr);
      for (const Right right : grant.rights) {
        for (const Scope scope : grant.scopes) {
          Verdict& slot =
              (*values)[static_cast<std::size_t>(right)][static_cast<std::size_t>(scope)];
          slot = Stricter(slot, value);
        }
      }
    }
    cached = std::move(values);
  }
  return *cached;
}

}  // namespace lineage
