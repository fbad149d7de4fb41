#include "engine/permission/evaluator.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace lineage {
namespace {

constexpr std::size_t kStepsBetweenLooks = 128;

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

Evaluator::Evaluator(const Snapshot& snapshot, const Query& query)
    : snapshot_(snapshot),
      query_(query),
      worth_(snapshot.licenses(), query.context, query.undeclared,
             query.InForce()[TheorySwitch::kDatabaseRight]),
      terms_(std::make_shared<EdgeTerms>(snapshot)) {}

Choice Evaluator::Choose(const Voice& voice, RightSet rights) {
  if (voice.kind == Voice::Kind::kLicense) {
    return worth_.Choose(
        *voice.expression, rights,
        [&](const BoundExpression& leaf) -> const WaySet& { return WaysOf(voice, leaf); });
  }
  // The lack of a licence is never contested: an undeclared training source is a note.
  Choice choice;
  choice.verdict = worth_.OfLack(voice.arrivals.general, rights);
  return choice;
}

// What `origin` says through `speaker`, by its conclusion or by the licence of an edge.
void Evaluator::AddVoice(VertexId speaker, VertexId origin, const BoundExpression* edge_terms,
                         Evaluation* evaluation) {
  const Voice::Kind kind = KindOf(snapshot_.Get(speaker).conclusion);
  const BoundExpression* expression = nullptr;
  if (kind == Voice::Kind::kLicense)
    expression = edge_terms != nullptr ? edge_terms : &snapshot_.ExpressionOf(origin);
  const bool own = speaker == evaluation->target;
  const std::vector<LicensorId>& cut = evaluation->cut_licensors;
  // The search that leaves out what `licensor` says; the whole one if it had nothing to leave out.
  const auto reach_without = [&](LicensorId licensor) -> const Reach* {
    const auto at = std::lower_bound(cut.begin(), cut.end(), licensor);
    const bool special = licensor.valid() && at != cut.end() && *at == licensor;
    return evaluation->reaches[special ? static_cast<std::size_t>(at - cut.begin()) + 1 : 0].get();
  };
  Arrivals heard;
  absl::InlinedVector<Voice::Speaker, 2> speakers;
  const auto hear = [&](LicensorId vendor, LicensorId licensor) {
    const Reach* reach = reach_without(licensor);
    WaySet ways = reach->WaysOf(speaker, edge_terms);
    if (!ways.empty()) speakers.push_back({speaker, reach, vendor});
    return ways;
  };
  if (own) {
    heard = OwnArrivals();
    speakers.push_back({speaker, nullptr, LicensorId::None()});
  } else {
    heard.general =
        hear(LicensorId::None(), snapshot_.TermLicensor(origin, LicenseIndex::None()));
    if (expression != nullptr) {
      ForEachLeaf(*expression, [&](const BoundExpression& leaf) {
        const LicensorId vendor = VendorOf(leaf);
        if (!vendor.valid() ||
            std::any_of(heard.by_vendor.begin(), heard.by_vendor.end(),
                        [&](const auto& known) { return known.first == vendor; })) {
          return;
        }
        heard.by_vendor.emplace_back(vendor, hear(vendor, vendor));
      });
    }
  }
  if (heard.empty()) return;
  const auto [known, fresh] = voice_of_.try_emplace(
      std::pair(origin, edge_terms), static_cast<uint32_t>(evaluation->voices.size()));
  if (fresh) {
    Voice& voice = evaluation->voices.emplace_back();
    voice.kind = kind;
    voice.origin = origin;
    voice.expression = expression;
    voice.edge_terms = edge_terms;
  }
  Voice& voice = evaluation->voices[known->second];
  voice.arrivals.general.Add(heard.general);
  for (auto& [vendor, ways] : heard.by_vendor) {
    const LicensorId whose = vendor;
    const auto there =
        std::find_if(voice.arrivals.by_vendor.begin(), voice.arrivals.by_vendor.end(),
                     [&](const auto& other) { return other.first == whose; });
    if (there == voice.arrivals.by_vendor.end()) {
      // What was heard before was heard of all licences alike: the artifact's own.
      voice.arrivals.by_vendor.emplace_back(whose, std::move(ways));
      if (voice.own) voice.arrivals.by_vendor.back().second.Add(OwnArrivals().general);
    } else {
      there->second.Add(ways);
    }
  }
  if (own) {
    for (auto& [vendor, ways] : voice.arrivals.by_vendor) ways.Add(OwnArrivals().general);
  }
  voice.own |= own;
  voice.speakers.insert(voice.speakers.end(), speakers.begin(), speakers.end());
}

void Evaluator::AddVoices(VertexId speaker, std::size_t place, Evaluation* evaluation) {
  absl::Span<const VertexId> origins = snapshot_.OriginsOf(speaker);
  if (origins.empty()) origins = {&speaker, 1};
  if (speaker == evaluation->target) {
    for (const VertexId origin : origins) AddVoice(speaker, origin, nullptr, evaluation);
    return;
  }
  for (const BoundExpression* terms : evaluation->reaches[0]->TermsAt(place)) {
    for (const VertexId origin : origins) AddVoice(speaker, origin, terms, evaluation);
  }
}

void Evaluator::CollectVoices(VertexId target, Evaluation* evaluation) {
  // True if it is time to give up: then nothing is permitted.
  bool gave_up = false;
  const auto stopped = [&](std::size_t step) {
    if (gave_up || step % kStepsBetweenLooks != 0) return gave_up;
    gave_up = query_.stop.Requested();
    if (gave_up) evaluation->complete = false;
    return gave_up;
  };
  const auto add_reach = [&](LicensorId cut) {
    // Each is a search of its own, and there may be as many as licensors.
    if (stopped(0) && cut.valid()) {
      evaluation->reaches.push_back(evaluation->reaches[0]);
      return;
    }
    evaluation->reaches.push_back(
        std::make_shared<Reach>(Reach::Search(snapshot_, target, query_, cut, terms_.get())));
    evaluation->complete &= evaluation->reaches.back()->complete();
  };
  add_reach(LicensorId::None());
  const Reach& all = *evaluation->reaches[0];
  // A licensor's terms can be cut only where it has a vertex besides the one that speaks, or that
  // one lies on a cycle.
  absl::flat_hash_map<LicensorId, int> vertices;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Vertex& vertex = snapshot_.Get(all.vertex(i));
    if (vertex.licensor.id.valid()) vertices[vertex.licensor.id] += vertex.cycle == 0 ? 1 : 2;
  }
  absl::flat_hash_set<LicensorId> cut;
  const auto consider = [&](VertexId speaker, LicensorId whose) {
    if (!whose.valid()) return;
    const auto it = vertices.find(whose);
    if (it == vertices.end()) return;
    const Vertex& vertex = snapshot_.Get(speaker);
    const int itself = vertex.licensor.id == whose && vertex.cycle == 0 ? 1 : 0;
    if (it->second > itself) cut.insert(whose);
  };
  for (std::size_t i = 1; i < all.size() && !stopped(i); ++i) {
    const VertexId speaker = all.vertex(i);
    absl::Span<const VertexId> origins = snapshot_.OriginsOf(speaker);
    if (origins.empty()) origins = {&speaker, 1};
    for (const VertexId origin : origins) {
      consider(speaker, snapshot_.TermLicensor(origin, LicenseIndex::None()));
      if (KindOf(snapshot_.Get(speaker).conclusion) != Voice::Kind::kLicense) continue;
      for (const BoundExpression* terms : all.TermsAt(i)) {
        ForEachLeaf(terms != nullptr ? *terms : snapshot_.ExpressionOf(origin),
                    [&](const BoundExpression& leaf) { consider(speaker, VendorOf(leaf)); });
      }
    }
  }
  evaluation->cut_licensors.assign(cut.begin(), cut.end());
  std::sort(evaluation->cut_licensors.begin(), evaluation->cut_licensors.end());
  for (const LicensorId licensor : evaluation->cut_licensors) add_reach(licensor);

  voice_of_.clear();
  AddVoices(target, 0, evaluation);
  for (std::size_t i = 1; i < all.size() && !stopped(i); ++i) {
    AddVoices(all.vertex(i), i, evaluation);
  }
  if (evaluation->voices.size() < 2) return;
  // Of names, not of numbers: the order is told, and the same in every part of the graph.
  const auto order = [&](const Voice& voice) {
    const Vertex& origin = snapshot_.Get(voice.origin);
    return std::tuple(!voice.own, snapshot_.records().IdOf(origin.artifact), origin.component,
                      voice.edge_terms == nullptr ? absl::string_view()
                                                  : absl::string_view(voice.edge_terms->text));
  };
  std::sort(evaluation->voices.begin(), evaluation->voices.end(),
            [&](const Voice& a, const Voice& b) { return order(a) < order(b); });
}

Evaluation Evaluator::Evaluate(VertexId target) {
  Evaluation evaluation;
  evaluation.target = target;
  evaluation.terms = terms_;
  CollectVoices(target, &evaluation);
  const auto verdict_of = [&](RightSet rights) {
    Verdict verdict = Verdict::kPermitted;
    std::size_t steps = 0;
    for (const Voice& voice : evaluation.voices) {
      if (++steps % kStepsBetweenLooks == 0 && query_.stop.Requested()) {
        evaluation.complete = false;
        break;
      }
      verdict = Stricter(verdict, Choose(voice, rights).verdict);
    }
    if (!evaluation.complete) verdict = Stricter(verdict, Verdict::kUndetermined);
    return verdict;
  };
  for (const Right right : EnumValues<Right>()) {
    evaluation.alone[static_cast<std::size_t>(right)] = verdict_of({right});
  }
  evaluation.joint = verdict_of(query_.rights);
  for (const Voice& voice : evaluation.voices) {
    if (!voice.arrivals.All().HasClass()) continue;
    const LicenseClass license_class =
        voice.kind == Voice::Kind::kLicense
            ? ClassOfExpression(
                  snapshot_.licenses(), *voice.expression,
                  [&](const BoundExpression& leaf) { return WaysOf(voice, leaf).HasClass(); })
            : LicenseClass::kUndeclared;
    evaluation.license_class = std::max(evaluation.license_class, license_class);
  }
  return evaluation;
}

}  // namespace lineage
