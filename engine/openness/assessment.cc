#include "engine/openness/assessment.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/openness/freedoms.h"
#include "engine/openness/parts.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/permission/offer_of.h"
#include "engine/permission/worth.h"

namespace lineage {
namespace {

using Ternary = OpennessAnswer;
using Standing = PartState::Standing;

// What a definition asks of the licence of a part.
enum class Terms : uint8_t { kAny, kOpen, kOsiApproved };

constexpr absl::string_view kTermsText[] = {"", " under an open licence",
                                            " under an OSI-approved licence"};

constexpr std::size_t kMofClasses = 3;  // III, II, I: each asks for all that the one before does
constexpr const char* kMofNames[kMofClasses] = {"class-III", "class-II", "class-I"};

enum class Weights : uint8_t { kClosed, kRestricted, kNotOpen, kUnknown, kOpen };
constexpr const char* kWeightsNames[] = {"closed", "restricted-weights", "not-open", "unknown",
                                         "open-weights"};

Ternary AnswerOf(Weights weights) {
  return weights == Weights::kOpen      ? Ternary::kYes
         : weights == Weights::kUnknown ? Ternary::kUnknown
                                        : Ternary::kNo;
}

// The minimum of an AND, the maximum of an OR.
template <typename OfLeaf>
Ternary Over(const BoundExpression& expression, const OfLeaf& of_leaf) {
  if (expression.op == Expression::Op::kLicense) return of_leaf(expression);
  Ternary result = Over(expression.operands[0], of_leaf);
  for (const BoundExpression& operand : expression.operands) {
    const Ternary next = Over(operand, of_leaf);
    result =
        expression.op == Expression::Op::kAnd ? std::min(result, next) : std::max(result, next);
  }
  return result;
}

Ternary IsOpen(LicenseClass license_class) {
  if (license_class == LicenseClass::kUndeclared) return Ternary::kUnknown;
  return license_class <= LicenseClass::kOpenContent ? Ternary::kYes : Ternary::kNo;
}

Ternary IsOpen(const LicenseTable& licenses, const BoundExpression& expression) {
  return Over(expression, [&](const BoundExpression& leaf) {
    return leaf.license.valid() ? IsOpen(licenses.Get(leaf.license).license_class)
                                : Ternary::kUnknown;
  });
}

Ternary IsOsiApproved(const LicenseTable& licenses, const BoundExpression& expression) {
  return Over(expression, [&](const BoundExpression& leaf) {
    if (!leaf.license.valid()) return Ternary::kUnknown;
    const License& license = licenses.Get(leaf.license);
    if (license.osi_approved) return Ternary::kYes;
    return license.license_class == LicenseClass::kUndeclared ? Ternary::kUnknown : Ternary::kNo;
  });
}

// What a claim to settle a need would say the part is under.
absl::string_view UsualLicense(ModelPart part) {
  const Component component = ComponentOf(part);
  return component == Component::kCode || component == Component::kWeights ? "Apache-2.0"
                                                                           : "CC-BY-4.0";
}

Ternary AnswerOf(Verdict verdict) {
  return verdict == Verdict::kPermitted      ? Ternary::kYes
         : verdict == Verdict::kUndetermined ? Ternary::kUnknown
                                             : Ternary::kNo;
}

Ternary Least(const std::vector<OpennessNeed>& needs) {
  Ternary least = Ternary::kYes;
  for (const OpennessNeed& need : needs) least = std::min(least, need.answer);
  return least;
}

// The answers about one artifact.
struct Answers {
  Weights weights = Weights::kUnknown;
  Ternary osaid = Ternary::kUnknown;
  std::array<Ternary, kMofClasses> mof = {Ternary::kUnknown, Ternary::kUnknown, Ternary::kUnknown};
};

std::string MofValue(const std::array<Ternary, kMofClasses>& mof) {
  for (std::size_t c = kMofClasses; c-- > 0;) {
    if (mof[c] == Ternary::kYes) return kMofNames[c];
  }
  return mof[0] == Ternary::kNo ? "none" : "unknown";
}

std::string MofAtMost(const std::array<Ternary, kMofClasses>& mof) {
  for (std::size_t c = kMofClasses; c-- > 0;) {
    if (mof[c] != Ternary::kNo) return kMofNames[c];
  }
  return "none";
}

// The needs of one artifact by itself.
struct Needs {
  std::vector<OpennessNeed> weights;
  std::vector<OpennessNeed> osaid;
  std::vector<OpennessNeed> mof;  // each with its class
};

struct Node {
  PartStates parts;
  Needs needs;
  Answers own;    // of the artifact by itself
  Answers whole;  // held down by its bases
  // The edge to the base that allows no better answer; null: none does.
  const Edge* weights_limit = nullptr;
  const Edge* osaid_limit = nullptr;
  std::array<const Edge*, kMofClasses> mof_limit = {};
};

class Assessor {
 public:
  Assessor(const Snapshot& snapshot, const Query& query)
      : s_(snapshot), query_(WithoutContext(query)), evaluator_(snapshot, query_) {}

  OpennessAssessment Assess(VertexId target, OpennessDefinitions definitions) {
    const VertexId primary(s_.Get(target).artifact.value());
    OpennessAssessment assessment;
    assessment.artifact = s_.IdOf(target);
    assessment.kind = s_.KindOf(target);
    assessment.as_of = s_.key().as_of;
    if (!s_.OriginsOf(target).empty()) assessment.license = ConclusionText(s_, target);
    for (const ClaimIndex claim : UnspecificReleases(s_, s_.Get(target).artifact)) {
      assessment.unspecific.push_back(s_.Get(claim));
    }
    const bool is_model = AppliesTo(OpennessDefinition::kOsaid10, assessment.kind);
    if (is_model) {
      for (const VertexId vertex : BasesFirst(primary)) AddNode(vertex);
    }
    const Evaluation evaluation = evaluator_.Evaluate(target);
    assessment.license_class = evaluation.license_class;
    complete_ = complete_ && evaluation.complete;
    for (const OpennessDefinition definition : definitions) {
      if (definition == OpennessDefinition::kOsiApprovedLicense) {
        assessment.answers.push_back(OfLicense(target));
      } else if (is_model) {
        assessment.answers.push_back(Of(definition, primary));
      }
    }
    assessment.complete = complete_;
    if (!complete_) {
      for (DefinitionAnswer& answer : assessment.answers) {
        if (answer.answer != Ternary::kYes) continue;
        answer.answer = Ternary::kUnknown;
        answer.value = std::string(Name(Ternary::kUnknown));
      }
    }
    return assessment;
  }

 private:
  // The freedoms are for anybody and any purpose: what is true of one asker does not count.
  static Query WithoutContext(Query query) {
    query.context = {};
    query.rights = kFreedoms;
    return query;
  }

  // True for the edges along which nothing becomes more open.
  [[nodiscard]] bool LeadsToBase(const Edge& edge) const {
    switch (ClassOf(edge.relation)) {
      case RelationClass::kAdapter:
        if (query_.adapter == AdapterUse::kAlone) return false;
        break;
      case RelationClass::kCopy:
      case RelationClass::kInside:
      case RelationClass::kAdaptation:
        break;
      default:
        return false;
    }
    return s_.Get(edge.parent).primary &&
           AppliesTo(OpennessDefinition::kOsaid10, s_.KindOf(edge.parent));
  }

  // The artifact and everything above it along such edges, parents before children. What lies on a
  // cycle is not followed.
  std::vector<VertexId> BasesFirst(VertexId target) {
    std::vector<VertexId> order;
    absl::flat_hash_map<VertexId, bool> seen = {{target, true}};
    struct Open {
      VertexId vertex;
      std::size_t next;  // of its edges
    };
    std::vector<Open> open = {{target, 0}};
    while (!open.empty()) {
      const absl::Span<const Edge> edges = s_.Upstream(open.back().vertex);
      if (open.back().next == edges.size()) {
        order.push_back(open.back().vertex);
        open.pop_back();
        continue;
      }
      const Edge& edge = edges[open.back().next++];
      if (edge.in_cycle || !LeadsToBase(edge) || seen.contains(edge.parent)) continue;
      if (seen.size() >= query_.max_vertices || query_.stop.Requested()) {
        complete_ = false;
        continue;
      }
      seen.emplace(edge.parent, true);
      open.push_back({edge.parent, 0});
    }
    return order;
  }

  void AddNode(VertexId vertex) {
    auto node = std::make_unique<Node>();
    node->parts = StatedParts(s_, s_.Get(vertex).artifact);
    std::vector<const PartStates*> copied;
    bool all_known = true;
    for (const Edge& edge : s_.Upstream(vertex)) {
      if (ClassOf(edge.relation) != RelationClass::kCopy) continue;
      const auto it = nodes_.find(edge.parent);
      all_known = all_known && it != nodes_.end();
      if (it != nodes_.end()) copied.push_back(&it->second->parts);
    }
    if (!copied.empty() && all_known) TakeFromCopied(copied, &node->parts);
    if (query_.stop.Requested()) complete_ = false;
    if (s_.KindOf(vertex) != ArtifactKind::kUnresolved) AddNeeds(vertex, node.get());
    node->whole = node->own;
    for (const Edge& edge : s_.Upstream(vertex)) {
      if (LeadsToBase(edge)) HoldDown(edge, node.get());
    }
    nodes_.emplace(vertex, std::move(node));
  }

  void HoldDown(const Edge& edge, Node* node) const {
    const auto it = edge.in_cycle ? nodes_.end() : nodes_.find(edge.parent);
    const Answers base = it == nodes_.end() ? Answers() : it->second->whole;
    // A base that is no better is named as well: nothing said of the artifact alone would help.
    const auto limits = [](Ternary of_base, Ternary whole, const Edge* known) {
      return of_base < whole || (of_base == whole && whole != Ternary::kYes && known == nullptr);
    };
    Answers& whole = node->whole;
    if (limits(AnswerOf(base.weights), AnswerOf(whole.weights), node->weights_limit)) {
      node->weights_limit = &edge;
    }
    if (AnswerOf(base.weights) < AnswerOf(whole.weights)) whole.weights = base.weights;
    if (limits(base.osaid, whole.osaid, node->osaid_limit)) node->osaid_limit = &edge;
    whole.osaid = std::min(whole.osaid, base.osaid);
    for (std::size_t c = 0; c < kMofClasses; ++c) {
      if (limits(base.mof[c], whole.mof[c], node->mof_limit[c])) node->mof_limit[c] = &edge;
      whole.mof[c] = std::min(whole.mof[c], base.mof[c]);
    }
  }

  void AddNeeds(VertexId vertex, Node* node) {
    const Evaluation evaluation = evaluator_.Evaluate(vertex);
    complete_ = complete_ && evaluation.complete;
    const auto need = [&](ModelPart part, Terms terms) {
      return NeedOf(vertex, At(node->parts, part), part, terms);
    };

    OpennessNeed published = need(ModelPart::kFinalParameters, Terms::kAny);
    OpennessNeed open = OpenClass(vertex, evaluation);
    const bool known = published.answer == Ternary::kYes;
    node->own.weights = published.answer == Ternary::kNo ? Weights::kClosed
                        : open.answer == Ternary::kNo
                            ? known ? Weights::kRestricted : Weights::kNotOpen
                        : known && open.answer == Ternary::kYes ? Weights::kOpen
                                                                : Weights::kUnknown;
    node->needs.weights = {published, std::move(open)};

    std::vector<OpennessNeed>& osaid = node->needs.osaid;
    osaid.push_back(
        Best({need(ModelPart::kDataInformation, Terms::kOpen),
              need(ModelPart::kDataCard, Terms::kOpen), need(ModelPart::kDatasets, Terms::kAny)}));
    osaid.back().needs = "data-information or a data-card under an open licence, or the datasets";
    for (const ModelPart part :
         {ModelPart::kTrainingCode, ModelPart::kDataPreprocessingCode, ModelPart::kInferenceCode}) {
      osaid.push_back(need(part, Terms::kOsiApproved));
    }
    osaid.push_back(std::move(published));
    osaid.push_back(Freedoms(vertex, evaluation));
    node->own.osaid = Least(osaid);

    static constexpr ModelPart kOfClass[][6] = {
        {ModelPart::kModelArchitecture, ModelPart::kFinalParameters, ModelPart::kEvaluationResults,
         ModelPart::kModelCard, ModelPart::kDataCard, ModelPart::kTechnicalReport},
        {ModelPart::kTrainingCode, ModelPart::kInferenceCode, ModelPart::kEvaluationCode,
         ModelPart::kEvaluationData},
        {ModelPart::kDatasets, ModelPart::kDataPreprocessingCode,
         ModelPart::kIntermediateParameters, ModelPart::kResearchPaper},
    };
    static constexpr std::size_t kCount[] = {6, 4, 4};
    Ternary least = Ternary::kYes;
    for (std::size_t c = 0; c < kMofClasses; ++c) {
      for (std::size_t i = 0; i < kCount[c]; ++i) {
        OpennessNeed one = need(kOfClass[c][i], Terms::kOpen);
        if (one.part == ModelPart::kTechnicalReport) {
          one = Best({std::move(one), need(ModelPart::kResearchPaper, Terms::kOpen)});
          one.needs = "a technical-report or research-paper under an open licence";
        }
        one.mof_class = kMofNames[c];
        least = std::min(least, one.answer);
        node->needs.mof.push_back(std::move(one));
      }
      node->own.mof[c] = least;
    }
  }

  // The first of those with the best answer; it says which one that is.
  static OpennessNeed Best(std::vector<OpennessNeed> needs) {
    const auto best = std::max_element(
        needs.begin(), needs.end(),
        [](const OpennessNeed& a, const OpennessNeed& b) { return a.answer < b.answer; });
    OpennessNeed need = std::move(*best);
    need.why = absl::StrCat(Name(need.part.value()), ": ", need.why);
    return need;
  }

  // Whether a part is published under such terms.
  OpennessNeed NeedOf(VertexId vertex, const PartState& state, ModelPart part, Terms terms) const {
    OpennessNeed need;
    need.part = part;
    need.needs = absl::StrCat(Name(part), kTermsText[static_cast<std::size_t>(terms)]);
    need.disputed = state.disputed;
    if (state.claim.valid()) need.source = s_.Get(state.claim);
    std::string settle = absl::StrCat(s_.IdOf(vertex), " publishes ", Name(part));
    if (terms != Terms::kAny) absl::StrAppend(&settle, ", under ", UsualLicense(part));
    if (state.license) need.license = state.license->text;
    if (state.standing != Standing::kPublished) {
      const bool withheld = state.standing == Standing::kWithheld;
      need.answer = withheld ? Ternary::kNo : Ternary::kUnknown;
      need.why = withheld ? "withheld"
                          : absl::StrCat("nobody says whether it is published",
                                         UnspecificText(vertex, part));
      if (!withheld && part == ModelPart::kFinalParameters && terms != Terms::kAny) {
        // Published or not: the licence of the weights is known.
        const std::optional<BoundExpression> weights = OfferOf(s_, vertex);
        const bool barred = weights && s_.Get(vertex).component == Component::kWeights &&
                            (terms == Terms::kOpen ? IsOpen(s_.licenses(), *weights)
                                                   : IsOsiApproved(s_.licenses(), *weights)) ==
                                Ternary::kNo;
        if (barred) {
          need.answer = Ternary::kNo;
          need.license = weights->text;
          absl::StrAppend(&need.why, "; the weights are under ", need.license,
                          ", which is no such licence");
          return need;
        }
      }
      need.settle = std::move(settle);
      return need;
    }
    if (terms == Terms::kAny) {
      need.answer = Ternary::kYes;
      need.why = state.license      ? absl::StrCat("published under ", need.license)
                 : state.unlicensed ? "published without a licence"
                                    : "published";
      return need;
    }
    const absl::string_view word = terms == Terms::kOpen ? "open" : "OSI-approved";
    if (state.license) {
      need.answer = terms == Terms::kOpen ? IsOpen(s_.licenses(), *state.license)
                                          : IsOsiApproved(s_.licenses(), *state.license);
      need.why = absl::StrCat("published under ", need.license);
      if (need.answer == Ternary::kNo) absl::StrAppend(&need.why, ", which is not ", word);
      if (need.answer == Ternary::kUnknown) {
        absl::StrAppend(&need.why, "; nobody reviewed whether that is ", word);
      }
    } else {
      need.answer = state.unlicensed ? Ternary::kNo : Ternary::kUnknown;
      need.why = state.unlicensed ? "published without a licence"
                                  : "published; nobody says under which licence";
    }
    if (need.answer == Ternary::kUnknown) need.settle = std::move(settle);
    return need;
  }

  // "; code is said to be released (by whom), and not which", where somebody says so.
  std::string UnspecificText(VertexId vertex, ModelPart part) const {
    const Component component = ComponentOf(part);
    if (component == Component::kWeights) return "";
    for (const ClaimIndex index : UnspecificReleases(s_, s_.Get(vertex).artifact)) {
      if (!ComponentSet::FromBits(s_.Row(index).releases).Has(component)) continue;
      return absl::StrCat("; ", Name(component), " is said to be released (",
                          s_.Get(index).source.by, "), and not which");
    }
    return "";
  }

  OpennessNeed OpenClass(VertexId vertex, const Evaluation& evaluation) const {
    OpennessNeed need;
    need.needs = "an open licence, of all that it inherits as well";
    need.answer = IsOpen(evaluation.license_class);
    if (!s_.OriginsOf(vertex).empty()) need.license = ConclusionText(s_, vertex);
    need.why = absl::StrCat("class as a whole: ", Name(evaluation.license_class));
    if (need.answer == Ternary::kUnknown) need.settle = LicenseToSettle(vertex, evaluation);
    return need;
  }

  // Whose licence would have to be known.
  std::string LicenseToSettle(VertexId vertex, const Evaluation& evaluation) const {
    for (const Voice& voice : evaluation.voices) {
      if (voice.kind == Voice::Kind::kLicense || !voice.arrivals.All().HasClass()) continue;
      return absl::StrCat(s_.IdOf(voice.origin), " licensed_under Apache-2.0");
    }
    return absl::StrCat(s_.IdOf(vertex), " licensed_under Apache-2.0");
  }

  // The terms of the weights, and all that is inherited, leave everybody the four freedoms.
  OpennessNeed Freedoms(VertexId vertex, const Evaluation& evaluation) {
    OpennessNeed need = OpenClass(vertex, evaluation);
    need.needs = "the freedoms to use, study, modify and share, for any purpose";
    std::vector<std::string> reasons;
    for (const Right right : kFreedoms) {
      const std::vector<Because> proof = Prove(&evaluator_, evaluation, right, kFreedoms);
      const Because* worst = StrictestUncontested(proof);
      if (worst == nullptr) continue;
      need.answer = std::min(need.answer, AnswerOf(worst->verdict));
      reasons.push_back(WithholdingText(*worst));
    }
    if (!evaluation.complete) need.answer = std::min(need.answer, Ternary::kUnknown);
    if (!reasons.empty()) {
      const std::size_t more = reasons.size() - 1;
      need.why = absl::StrCat(reasons[0], more == 0 ? "" : absl::StrCat(" (and ", more, " more)"),
                              "; ", need.why);
    }
    return need;
  }

  DefinitionAnswer OfLicense(VertexId target) const {
    DefinitionAnswer answer;
    answer.definition = OpennessDefinition::kOsiApprovedLicense;
    OpennessNeed need;
    need.needs = absl::StrCat("an OSI-approved licence for the ", Name(s_.Get(target).component));
    const std::optional<BoundExpression> expression = OfferOf(s_, target);
    if (!expression) {
      need.why = "nobody states a licence";
      need.settle = absl::StrCat(s_.IdOf(target), " licensed_under Apache-2.0");
    } else {
      need.license = expression->text;
      need.answer = IsOsiApproved(s_.licenses(), *expression);
      need.why = absl::StrCat(expression->text, need.answer == Ternary::kYes ? " is OSI-approved"
                                                : need.answer == Ternary::kNo
                                                    ? " is not OSI-approved"
                                                    : " is no licence that was reviewed");
      const absl::Span<const ClaimIndex> claims = s_.ConcludedFrom(s_.OriginsOf(target)[0]);
      if (!claims.empty()) need.source = s_.Get(claims[0]);
    }
    answer.answer = need.answer;
    answer.value = std::string(Name(need.answer));
    answer.needs.push_back(std::move(need));
    return answer;
  }

  DefinitionAnswer Of(OpennessDefinition definition, VertexId target) const {
    const Node& node = *nodes_.at(target);
    DefinitionAnswer answer;
    answer.definition = definition;
    if (definition == OpennessDefinition::kOpenWeights) {
      answer.answer = AnswerOf(node.whole.weights);
      answer.value = kWeightsNames[static_cast<std::size_t>(node.whole.weights)];
      answer.needs = node.needs.weights;
      answer.limit = LimitOf(
          node.weights_limit, [](const Node& one) { return one.weights_limit; },
          [](const Answers& one) {
            return std::string(kWeightsNames[static_cast<std::size_t>(one.weights)]);
          });
    } else if (definition == OpennessDefinition::kOsaid10) {
      answer.answer = node.whole.osaid;
      answer.value = std::string(Name(node.whole.osaid));
      answer.needs = node.needs.osaid;
      answer.limit = LimitOf(
          node.osaid_limit, [](const Node& one) { return one.osaid_limit; },
          [](const Answers& one) { return std::string(Name(one.osaid)); });
    } else {
      answer.answer = node.whole.mof[0];
      answer.value = MofValue(node.whole.mof);
      answer.at_most = MofAtMost(node.whole.mof);
      answer.needs = node.needs.mof;
      for (std::size_t c = 0; c < kMofClasses && !answer.limit; ++c) {
        answer.limit = LimitOf(
            node.mof_limit[c], [c](const Node& one) { return one.mof_limit[c]; },
            [](const Answers& one) { return MofValue(one.mof); });
      }
    }
    // No claim about one part makes a yes of a no.
    if (answer.answer == Ternary::kNo) {
      for (OpennessNeed& need : answer.needs) need.settle.clear();
    }
    return answer;
  }

  // Up along the edges that hold the answer down, to the base that is no better by itself.
  template <typename LimitAt, typename ValueOf>
  std::optional<OpennessLimit> LimitOf(const Edge* edge, const LimitAt& limit_at,
                                       const ValueOf& value_of) const {
    if (edge == nullptr) return std::nullopt;
    OpennessLimit limit;
    Answers base;
    while (edge != nullptr && limit.path.size() < nodes_.size()) {
      limit.path.push_back(
          {edge->relation, s_.IdOf(edge->parent), s_.Row(edge->claim).Is(ClaimRow::kSupposed)});
      const auto it = edge->in_cycle ? nodes_.end() : nodes_.find(edge->parent);
      base = it == nodes_.end() ? Answers() : it->second->whole;
      edge = it == nodes_.end() ? nullptr : limit_at(*it->second);
    }
    limit.base = limit.path.back().artifact;
    limit.value = value_of(base);
    return limit;
  }

  const Snapshot& s_;
  const Query query_;
  Evaluator evaluator_;
  absl::flat_hash_map<VertexId, std::unique_ptr<Node>> nodes_;
  bool complete_ = true;
};

}  // namespace

OpennessAssessment AssessOpenness(const Snapshot& snapshot, VertexId target, const Query& query,
                                  OpennessDefinitions definitions) {
  return Assessor(snapshot, query).Assess(target, definitions);
}

}  // namespace lineage
