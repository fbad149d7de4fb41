#include "engine/search/search.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/audit/findings.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/graph/traversal.h"
#include "engine/permission/evaluator.h"
#include "engine/permission/explainer.h"
#include "engine/permission/offer_of.h"

namespace lineage {
namespace {

// What is asked for each stance that the filter names.
using Columns = std::array<std::shared_ptr<const VerdictColumns>, kEnumSize<Stance>>;

// One artifact being looked at; what a test asks for is computed once.
class Candidate {
 public:
  Candidate(const Snapshot& snapshot, const Query& query, const Columns& columns,
            std::array<std::unique_ptr<Evaluator>, kEnumSize<Stance>>* evaluators,
            std::size_t* evaluated)
      : snapshot_(snapshot),
        query_(query),
        columns_(columns),
        evaluators_(*evaluators),
        evaluated_(*evaluated) {}

  void Reset(VertexId id) {
    id_ = id;
    for (auto& row : rows_) row.reset();
    findings_.reset();
    duties_.reset();
  }

  [[nodiscard]] VertexId id() const { return id_; }
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const Vertex& vertex() const { return snapshot_.Get(id_); }
  [[nodiscard]] absl::string_view artifact_id() const {
    return snapshot_.records().IdOf(vertex().artifact);
  }
  // The name that it goes by.
  [[nodiscard]] absl::string_view name() const {
    const absl::string_view given = snapshot_.records().Text(row().name);
    return given.empty() ? LastSegment(artifact_id()) : given;
  }
  [[nodiscard]] const ArtifactRow& row() const { return snapshot_.records().Row(vertex().artifact); }

  const VerdictColumns::Row& RowOf(Stance stance) {
    const auto s = static_cast<std::size_t>(stance);
    if (!rows_[s] && columns_[s] != nullptr) rows_[s] = columns_[s]->RowOf(id_);
    if (!rows_[s]) {
      const Evaluation evaluation = EvaluatorOf(stance).Evaluate(id_);
      ++evaluated_;
      rows_[s] = VerdictColumns::Row{evaluation.alone, evaluation.license_class,
                                     ClaimsMore(&EvaluatorOf(stance), evaluation)};
    }
    return *rows_[s];
  }
  const std::vector<Finding>& Findings() {
    if (!findings_) {
      findings_ = FindingsOf(snapshot_, id_, query_);
      ++evaluated_;
    }
    return *findings_;
  }
  EnumSet<DutyKind> Duties() {
    if (!duties_) {
      Evaluator& evaluator = EvaluatorOf(query_.stance);
      const Evaluation evaluation = evaluator.Evaluate(id_);
      ++evaluated_;
      duties_.emplace();
      for (const DutyView& duty : DutiesOf(&evaluator, evaluation, query_.rights)) {
        duties_->Add(duty.kind);
      }
    }
    return *duties_;
  }

 private:
  Evaluator& EvaluatorOf(Stance stance) {
    std::unique_ptr<Evaluator>& evaluator = evaluators_[static_cast<std::size_t>(stance)];
    if (evaluator == nullptr) {
      evaluator = std::make_unique<Evaluator>(snapshot_, query_.Under(stance));
    }
    return *evaluator;
  }

  const Snapshot& snapshot_;
  const Query& query_;
  const Columns& columns_;
  std::array<std::unique_ptr<Evaluator>, kEnumSize<Stance>>& evaluators_;
  std::size_t& evaluated_;
  VertexId id_;
  std::array<std::optional<VerdictColumns::Row>, kEnumSize<Stance>> rows_;
  std::optional<std::vector<Finding>> findings_;
  std::optional<EnumSet<DutyKind>> duties_;
};

using Test = std::function<bool(Candidate*)>;

// A part of the filter, ready to be asked; with the artifacts that can pass it, where an index or a
// walk names them.
struct Part {
  Test test;
  std::optional<std::vector<VertexId>> among;  // ascending
  // A verdict, or that there is an overgrant: which column could name them.
  struct Verdicts {
    Stance stance = Stance::kStandard;
    std::optional<Right> right;  // none: overgrants
    EnumSet<Verdict> allowed;
  };
  std::optional<Verdicts> verdicts;
};

template <typename T>
bool Compares(Comparator comparator, const T& a, const T& b) {
  switch (comparator) {
    case Comparator::kEqual:
    case Comparator::kHas:
      return a == b;
    case Comparator::kNotEqual:
      return !(a == b);
    case Comparator::kLess:
      return a < b;
    case Comparator::kLessEqual:
      return !(b < a);
    case Comparator::kGreater:
      return b < a;
    case Comparator::kGreaterEqual:
      return !(a < b);
  }
  return false;
}

std::string FoldWord(absl::string_view word) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", "-"}});
}

template <typename E>
std::optional<E> FindFolded(absl::string_view word) {
  const std::string folded = FoldWord(word);
  for (const E e : EnumValues<E>()) {
    if (FoldWord(Name(e)) == folded) return e;
  }
  return std::nullopt;
}

absl::Status Problem(int column, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("filter, column ", column, ": ", what));
}

// Turns a filter into tests.
class Binder {
 public:
  Binder(const Snapshot& snapshot, SearchIndex* index, const SearchRequest& request)
      : snapshot_(snapshot), index_(*index), request_(request) {}

  absl::StatusOr<Part> Bind(const Filter& filter) {
    switch (filter.op) {
      case Filter::Op::kAll:
        return Part{[](Candidate*) { return true; }, std::nullopt, std::nullopt};
      case Filter::Op::kWord:
        return Word(filter);
      case Filter::Op::kCompare:
        return Compare(filter);
      case Filter::Op::kNot: {
        ASSIGN_OR_RETURN(Part inner, Bind(filter.operands[0]));
        return Part{[test = std::move(inner.test)](Candidate* c) { return !test(c); }, std::nullopt,
                    std::nullopt};
      }
      case Filter::Op::kAnd:
      case Filter::Op::kOr:
        return Joined(filter);
    }
    return absl::InternalError("an unknown kind of filter");
  }

  // The conjuncts of a filter.
  absl::StatusOr<std::vector<Part>> BindAll(const Filter& filter) {
    std::vector<Part> parts;
    const bool all = filter.op == Filter::Op::kAnd;
    for (std::size_t i = 0; i < (all ? filter.operands.size() : 1); ++i) {
      ASSIGN_OR_RETURN(Part part, Bind(all ? filter.operands[i] : filter));
      parts.push_back(std::move(part));
    }
    return parts;
  }

 private:
  absl::StatusOr<Part> Joined(const Filter& filter) {
    std::vector<Test> tests;
    const bool any = filter.op == Filter::Op::kOr;
    std::optional<std::vector<VertexId>> among;
    for (const Filter& operand : filter.operands) {
      ASSIGN_OR_RETURN(Part part, Bind(operand));
      tests.push_back(std::move(part.test));
      const bool first = tests.size() == 1;
      if (any) {  // all branches have to name theirs
        if (first) among.emplace();
        if (!among || !part.among) {
          among.reset();
          continue;
        }
        std::vector<VertexId> both;
        std::set_union(among->begin(), among->end(), part.among->begin(), part.among->end(),
                       std::back_inserter(both));
        among = std::move(both);
      } else if (part.among && (!among || part.among->size() < among->size())) {
        among = std::move(part.among);
      }
    }
    Part joined;
    joined.among = std::move(among);
    joined.test = [tests = std::move(tests), any](Candidate* c) {
      const auto passes = [&](const Test& test) { return test(c); };
      return any ? std::any_of(tests.begin(), tests.end(), passes)
                 : std::all_of(tests.begin(), tests.end(), passes);
    };
    return joined;
  }

  // A word by itself: a part of the id or name, whatever the case.
  static absl::StatusOr<Part> Word(const Filter& filter) {
    const std::string word = absl::AsciiStrToLower(filter.value);
    return Part{[word](Candidate* c) {
                  return absl::StrContains(absl::AsciiStrToLower(c->artifact_id()), word) ||
                         absl::StrContains(absl::AsciiStrToLower(c->name()), word);
                },
                std::nullopt, std::nullopt};
  }

  absl::StatusOr<Part> Compare(const Filter& filter) {
    const std::string& field = filter.field;
    if (field == "id") return Id(filter);
    if (field == "name") {
      return Text(filter, [](Candidate* c) { return c->name(); });
    }
    if (field == "licensor") {
      return Text(filter, [](Candidate* c) {
        const LicensorId id = c->vertex().licensor.id;
        return id.valid() ? c->snapshot().LicensorName(id) : std::string();
      });
    }
    if (field == "organization") return Organization(filter);
    if (field == "kind") return Kind(filter);
    if (field == "license") return LicenseField(filter);
    if (field == "class") {
      const Stance stance = request_.query.stance;
      return Enum<LicenseClass>(filter,
                                [stance](Candidate* c) { return c->RowOf(stance).license_class; });
    }
    if (field == "openness") {
      const Stance stance = request_.query.stance;
      return Enum<Openness>(filter, [stance](Candidate* c) {
        return OpennessOf(c->snapshot(), c->id(), c->RowOf(stance).license_class);
      });
    }
    if (field == "released") return Released(filter);
    if (field == "releases") return Releases(filter);
    if (field == "relation") return RelationField(filter);
    if (field == "duty") {
      return Member<DutyKind>(filter,
                              [](Candidate* c, DutyKind duty) { return c->Duties().Has(duty); });
    }
    if (field == "finding") {
      if (Name(FindingId::kClaimsMoreThanInherited) == FoldWord(filter.value) &&
          filter.comparator != Comparator::kNotEqual) {
        return ClaimingMore(filter);
      }
      return Member<FindingId>(filter, [](Candidate* c, FindingId id) {
        return std::any_of(c->Findings().begin(), c->Findings().end(),
                           [&](const Finding& finding) { return finding.id == id; });
      });
    }
    if (field == "severity") return SeverityField(filter);
    if (field == "ancestor" || field == "descendant" || field == "parent" || field == "child") {
      return Relative(filter);
    }
    return VerdictField(filter);
  }

  absl::Status UnknownField(const Filter& filter) const {
    return Problem(filter.column, absl::StrCat("no field \"", EscapeForTerminal(filter.field), "\"",
                                               DidYouMean(filter.field, SearchFields())));
  }
  static absl::Status WrongComparator(const Filter& filter, absl::string_view fit) {
    return Problem(filter.column, absl::StrCat(filter.field, " is compared with ", fit));
  }
  template <typename E>
  static absl::StatusOr<E> Value(const Filter& filter) {
    if (const auto value = FindFolded<E>(filter.value)) return *value;
    const std::vector<std::string> names = AllNames<E>();
    return Problem(
        filter.value_column,
        absl::StrCat("\"", EscapeForTerminal(filter.value), "\" is no value of ", filter.field,
                     DidYouMean(filter.value, names), " All: ", absl::StrJoin(names, ", ")));
  }

  // '=' the whole text with '*' for anything, ':' a part of it; both whatever the case.
  template <typename Get>
  static absl::StatusOr<Part> Text(const Filter& filter, const Get& get) {
    if (filter.comparator != Comparator::kEqual && filter.comparator != Comparator::kNotEqual &&
        filter.comparator != Comparator::kHas) {
      return WrongComparator(filter, "=, != or :");
    }
    const std::string wanted = absl::AsciiStrToLower(filter.value);
    const Comparator comparator = filter.comparator;
    return Part{[get, wanted, comparator](Candidate* c) {
                  const std::string text = absl::AsciiStrToLower(get(c));
                  if (comparator == Comparator::kHas) return absl::StrContains(text, wanted);
                  return WildcardMatches(wanted, text) == (comparator == Comparator::kEqual);
                },
                std::nullopt, std::nullopt};
  }

  // '*' stands for anything; nothing else is special.
  static bool WildcardMatches(absl::string_view pattern, absl::string_view text) {
    std::size_t star = absl::string_view::npos;
    std::size_t retry = 0;
    std::size_t p = 0;
    std::size_t t = 0;
    while (t < text.size()) {
      if (p < pattern.size() && pattern[p] == '*') {
        star = p++;
        retry = t;
      } else if (p < pattern.size() && pattern[p] == text[t]) {
        ++p;
        ++t;
      } else if (star != absl::string_view::npos) {
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
  }

  absl::StatusOr<Part> Id(const Filter& filter) {
    ASSIGN_OR_RETURN(Part part, Text(filter, [](Candidate* c) { return c->artifact_id(); }));
    const bool exact =
        filter.comparator == Comparator::kEqual && !absl::StrContains(filter.value, '*');
    if (exact) {
      const VertexId id = snapshot_.FindVertex(filter.value, std::nullopt);
      // As written only: another case is found by looking at all.
      if (id.valid()) part.among = std::vector<VertexId>{id};
    }
    return part;
  }

  absl::StatusOr<Part> Organization(const Filter& filter) {
    ASSIGN_OR_RETURN(Part part, Text(filter, [](Candidate* c) {
                       return std::string(OrganizationOf(c->artifact_id()));
                     }));
    if (filter.comparator == Comparator::kEqual && !absl::StrContains(filter.value, '*')) {
      const auto list = index_.OfOrganization(absl::AsciiStrToLower(filter.value));
      part.among = std::vector<VertexId>(list.begin(), list.end());
    }
    return part;
  }

  absl::StatusOr<Part> Kind(const Filter& filter) {
    ASSIGN_OR_RETURN(const ArtifactKind kind, Value<ArtifactKind>(filter));
    ASSIGN_OR_RETURN(Part part, Member<ArtifactKind>(filter, [](Candidate* c, ArtifactKind k) {
                       return c->snapshot().KindOf(c->id()) == k;
                     }));
    if (filter.comparator != Comparator::kNotEqual) {
      const auto list = index_.OfKind(kind);
      part.among = std::vector<VertexId>(list.begin(), list.end());
    }
    return part;
  }

  // '=' the whole conclusion, ':' one of the licences in it.
  absl::StatusOr<Part> LicenseField(const Filter& filter) {
    if (filter.comparator != Comparator::kEqual && filter.comparator != Comparator::kNotEqual &&
        filter.comparator != Comparator::kHas) {
      return WrongComparator(filter, "=, != or :");
    }
    if (filter.value == "undeclared" || filter.value == "unresolved") {
      const std::string wanted = filter.value;
      const bool equal = filter.comparator != Comparator::kNotEqual;
      return Part{[wanted, equal](Candidate* c) {
                    return (ConclusionText(c->snapshot(), c->id()) == wanted) == equal;
                  },
                  std::nullopt, std::nullopt};
    }
    if (filter.comparator == Comparator::kHas) {
      const auto known = snapshot_.licenses().Find(filter.value);
      const std::string id = known ? snapshot_.licenses().Get(*known).id : filter.value;
      const auto list = index_.Mentioning(id);
      std::vector<VertexId> among(list.begin(), list.end());
      return Part{
          [among](Candidate* c) { return std::binary_search(among.begin(), among.end(), c->id()); },
          among, std::nullopt};
    }
    const BoundExpression bound = snapshot_.licenses().Bind(filter.value);
    const std::string text = JoinAll({bound}).text;
    const bool equal = filter.comparator == Comparator::kEqual;
    Part part{[text, equal](Candidate* c) {
                return (ConclusionText(c->snapshot(), c->id()) == text) == equal;
              },
              std::nullopt, std::nullopt};
    if (equal && bound.op == Expression::Op::kLicense) {
      const auto list = index_.Mentioning(
          bound.license.valid() ? snapshot_.licenses().Get(bound.license).id : bound.as_written);
      part.among = std::vector<VertexId>(list.begin(), list.end());
    }
    return part;
  }

  template <typename E, typename Get>
  static absl::StatusOr<Part> Enum(const Filter& filter, const Get& get) {
    ASSIGN_OR_RETURN(const E value, Value<E>(filter));
    const Comparator comparator = filter.comparator;
    return Part{
        [get, value, comparator](Candidate* c) { return Compares(comparator, get(c), value); },
        std::nullopt, std::nullopt};
  }

  // A value among several: '=' and ':' has it, '!=' has it not.
  template <typename E, typename Has>
  static absl::StatusOr<Part> Member(const Filter& filter, const Has& has) {
    if (filter.comparator != Comparator::kEqual && filter.comparator != Comparator::kNotEqual &&
        filter.comparator != Comparator::kHas) {
      return WrongComparator(filter, "=, != or :");
    }
    ASSIGN_OR_RETURN(const E value, Value<E>(filter));
    const bool wanted = filter.comparator != Comparator::kNotEqual;
    return Part{[has, value, wanted](Candidate* c) { return has(c, value) == wanted; },
                std::nullopt, std::nullopt};
  }

  // An artifact whose day nobody knows passes no comparison.
  static absl::StatusOr<Part> Released(const Filter& filter) {
    const absl::StatusOr<Date> day = Date::ParseLenient(filter.value);
    if (!day.ok()) return Problem(filter.value_column, day.status().message());
    const Comparator comparator = filter.comparator;
    return Part{[day = *day, comparator](Candidate* c) {
                  const Date released = c->row().released;
                  return released != Date::Min() && Compares(comparator, released, day);
                },
                std::nullopt, std::nullopt};
  }

  static absl::StatusOr<Part> Releases(const Filter& filter) {
    return Member<Component>(filter, [](Candidate* c, Component component) {
      const std::optional<ComponentSet> releases = ReleasesOf(c->snapshot(), c->vertex());
      return releases && releases->Has(component);
    });
  }

  static absl::StatusOr<Part> RelationField(const Filter& filter) {
    return Member<Relation>(filter, [](Candidate* c, Relation relation) {
      const auto upstream = c->snapshot().Upstream(c->id());
      return std::any_of(upstream.begin(), upstream.end(),
                         [&](const Edge& edge) { return edge.relation == relation; });
    });
  }

  // Of the gravest finding; without one nothing passes.
  static absl::StatusOr<Part> SeverityField(const Filter& filter) {
    ASSIGN_OR_RETURN(const Severity value, Value<Severity>(filter));
    const Comparator comparator = filter.comparator;
    return Part{[value, comparator](Candidate* c) {
                  std::optional<Severity> gravest;
                  for (const Finding& finding : c->Findings()) {
                    gravest = std::max(gravest.value_or(finding.severity), finding.severity);
                  }
                  return gravest && Compares(comparator, *gravest, value);
                },
                std::nullopt, std::nullopt};
  }

  // Up or down along every relation that conveys anything; parents and children along all.
  absl::StatusOr<Part> Relative(const Filter& filter) {
    if (filter.comparator != Comparator::kEqual && filter.comparator != Comparator::kNotEqual &&
        filter.comparator != Comparator::kHas) {
      return WrongComparator(filter, "=, != or :");
    }
    const absl::StatusOr<std::string> id = request_.resolve(filter.value);
    if (!id.ok()) {
      return absl::Status(id.status().code(), absl::StrCat("filter, column ", filter.value_column,
                                                           ": ", id.status().message()));
    }
    TraversalOptions options;
    const bool near = filter.field == "parent" || filter.field == "child";
    if (near) options.max_depth = 1;
    options.max_vertices = snapshot_.vertex_count();
    options.direction = filter.field == "ancestor" || filter.field == "parent"
                            ? Direction::kDownstream
                            : Direction::kUpstream;
    if (!near) {
      options.relations = RelationSet();
      for (const Relation relation : EnumValues<Relation>()) {
        if (ClassOf(relation) != RelationClass::kNone) options.relations.Add(relation);
      }
    }
    const ArtifactIndex itself = snapshot_.records().Find(*id);
    std::vector<VertexId> found;
    for (const Component component : EnumValues<Component>()) {
      const VertexId start = snapshot_.FindVertex(*id, component);
      if (!start.valid()) continue;
      for (const Visit& visit : Traverse(snapshot_, start, options).visits) {
        const ArtifactIndex artifact = snapshot_.Get(visit.vertex).artifact;
        if (artifact != itself) found.push_back(snapshot_.FindVertex(artifact, std::nullopt));
      }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    auto set = std::make_shared<absl::flat_hash_set<VertexId>>(found.begin(), found.end());
    if (filter.comparator == Comparator::kNotEqual) {
      return Part{[set](Candidate* c) { return !set->contains(c->id()); }, std::nullopt,
                  std::nullopt};
    }
    return Part{[set](Candidate* c) { return set->contains(c->id()); }, std::move(found),
                std::nullopt};
  }

  // "commercial-use", "permission.commercial-use", "cautious.commercial-use".
  absl::StatusOr<Part> VerdictField(const Filter& filter) {
    absl::string_view name = filter.field;
    Stance stance = request_.query.stance;
    const std::size_t dot = name.find('.');
    if (dot != absl::string_view::npos) {
      const absl::string_view prefix = name.substr(0, dot);
      if (const auto named = FindFolded<Stance>(prefix)) {
        stance = *named;
      } else if (prefix != "permission") {
        return UnknownField(filter);
      }
      name.remove_prefix(dot + 1);
    }
    const auto right = FindFolded<Right>(name);
    if (!right) return UnknownField(filter);
    ASSIGN_OR_RETURN(const Verdict value, Value<Verdict>(filter));
    Part part;
    Part::Verdicts verdicts;
    verdicts.stance = stance;
    verdicts.right = right;
    for (const Verdict verdict : EnumValues<Verdict>()) {
      if (Compares(filter.comparator, verdict, value)) verdicts.allowed.Add(verdict);
    }
    part.verdicts = verdicts;
    part.test = [verdicts](Candidate* c) {
      return verdicts.allowed.Has(
          c->RowOf(verdicts.stance).alone[static_cast<std::size_t>(*verdicts.right)]);
    };
    return part;
  }

  // The one finding that the verdicts' table knows.
  absl::StatusOr<Part> ClaimingMore(const Filter& filter) const {
    const Stance stance = request_.query.stance;
    ASSIGN_OR_RETURN(Part part, Member<FindingId>(filter, [stance](Candidate* c, FindingId) {
                       return c->RowOf(stance).claims_more;
                     }));
    part.verdicts.emplace().stance = stance;
    return part;
  }

  const Snapshot& snapshot_;
  SearchIndex& index_;
  const SearchRequest& request_;
};

std::vector<VertexId> FromColumns(const VerdictColumns& columns, const Part::Verdicts& verdicts) {
  std::vector<VertexId> among;
  if (!verdicts.right) {
    const auto list = columns.ClaimingMore();
    among.assign(list.begin(), list.end());
  }
  for (const Verdict verdict : verdicts.allowed.Values()) {
    const auto list = columns.With(*verdicts.right, verdict);
    among.insert(among.end(), list.begin(), list.end());
  }
  std::sort(among.begin(), among.end());
  return among;
}

// Columns that are there already; and, if nothing but verdicts narrows the search, those that they
// need, computed for all artifacts at once.
void PrepareColumns(SearchIndex* index, const Query& query, std::vector<Part>* parts,
                    Columns* columns, std::size_t* evaluated) {
  const bool anchored =
      std::any_of(parts->begin(), parts->end(), [](const Part& p) { return p.among.has_value(); });
  for (const Stance stance : EnumValues<Stance>()) {
    Query one = query;
    one.stance = stance;
    auto& column = (*columns)[static_cast<std::size_t>(stance)];
    column = index->Find(one);
    const bool wanted = std::any_of(parts->begin(), parts->end(), [&](const Part& part) {
      return part.verdicts && part.verdicts->stance == stance;
    });
    if (column != nullptr || anchored || !wanted) continue;
    column = index->Compute(one);
    if (column != nullptr) *evaluated += index->All().size();
  }
  for (Part& part : *parts) {
    if (!part.verdicts) continue;
    const auto& column = (*columns)[static_cast<std::size_t>(part.verdicts->stance)];
    if (column != nullptr) part.among = FromColumns(*column, *part.verdicts);
  }
}

SearchHit HitOf(Candidate* candidate, const Query& query) {
  const VerdictColumns::Row& row = candidate->RowOf(query.stance);
  SearchHit hit;
  hit.artifact = std::string(candidate->artifact_id());
  hit.kind = candidate->snapshot().KindOf(candidate->id());
  hit.name = std::string(candidate->name());
  hit.license = ConclusionText(candidate->snapshot(), candidate->id());
  hit.license_class = row.license_class;
  hit.openness = OpennessOf(candidate->snapshot(), candidate->id(), row.license_class);
  hit.verdicts.reserve(kRightCount);
  for (const Right right : query.rights.Values()) {
    hit.verdicts.push_back(row.alone[static_cast<std::size_t>(right)]);
  }
  return hit;
}

}  // namespace

std::vector<std::string> SearchFields() {
  std::vector<std::string> fields = {
      "id",       "name",     "organization", "kind",     "license",    "class",
      "openness", "licensor", "released",     "releases", "relation",   "duty",
      "finding",  "severity", "ancestor",     "parent",   "descendant", "child"};
  for (const std::string& right : AllNames<Right>()) fields.push_back(right);
  return fields;
}

struct SearchRun::State {
  State(std::shared_ptr<SearchIndex> i, Query q) : index(std::move(i)), query(std::move(q)) {}

  const std::shared_ptr<SearchIndex> index;
  const Query query;
  std::vector<Part> parts;  // tests that compute something come last
  Columns columns;
  absl::Span<const VertexId> candidates;  // still to be looked at
  std::size_t evaluated = 0;              // since the last page
  std::array<std::unique_ptr<Evaluator>, kEnumSize<Stance>> evaluators;
  Candidate candidate{index->snapshot(), query, columns, &evaluators, &evaluated};
};

SearchRun::SearchRun(std::unique_ptr<State> state) : state_(std::move(state)) {}
SearchRun::~SearchRun() = default;

absl::StatusOr<std::unique_ptr<SearchRun>> SearchRun::Begin(std::shared_ptr<SearchIndex> index,
                                                            const SearchRequest& request) {
  auto state = std::make_unique<State>(std::move(index), request.query);
  ASSIGN_OR_RETURN(const Filter filter, Filter::Parse(request.filter));
  Binder binder(state->index->snapshot(), state->index.get(), request);
  ASSIGN_OR_RETURN(state->parts, binder.BindAll(filter));
  PrepareColumns(state->index.get(), state->query, &state->parts, &state->columns,
                 &state->evaluated);
  std::stable_sort(state->parts.begin(), state->parts.end(), [](const Part& a, const Part& b) {
    return a.verdicts.has_value() < b.verdicts.has_value();
  });
  // The most selective part names the candidates.
  absl::Span<const VertexId> candidates = state->index->All();
  for (const Part& part : state->parts) {
    if (part.among && part.among->size() < candidates.size()) candidates = *part.among;
  }
  const auto first =
      std::lower_bound(candidates.begin(), candidates.end(), VertexId(request.first));
  state->candidates = candidates.subspan(static_cast<std::size_t>(first - candidates.begin()));
  return std::unique_ptr<SearchRun>(new SearchRun(std::move(state)));
}

SearchPage SearchRun::Next(std::size_t max_hits) {
  State& s = *state_;
  SearchPage page;
  std::size_t at = 0;
  for (; at < s.candidates.size(); ++at) {
    const bool stopped = (at & 0xF) == 0xF && s.query.stop.Requested();
    if (page.hits.size() == max_hits || stopped) {
      page.next = s.candidates[at].value();
      page.complete = !stopped;
      break;
    }
    s.candidate.Reset(s.candidates[at]);
    const bool passes = std::all_of(s.parts.begin(), s.parts.end(),
                                    [&](const Part& part) { return part.test(&s.candidate); });
    if (passes) page.hits.push_back(HitOf(&s.candidate, s.query));
  }
  s.candidates.remove_prefix(at);
  page.looked_at = at;
  page.evaluated = std::exchange(s.evaluated, 0);
  return page;
}

}  // namespace lineage
