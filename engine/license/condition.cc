#include "engine/license/condition.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

constexpr std::size_t kMaxLength = 4096;
constexpr int kMaxDepth = 32;

std::vector<std::string> PurposeIds(const Vocabulary& vocabulary) {
  std::vector<std::string> ids;
  for (const Purpose& purpose : vocabulary.purposes) ids.push_back(purpose.id);
  return ids;
}

std::vector<std::string> FactIds(const Vocabulary& vocabulary) {
  std::vector<std::string> ids;
  for (const Fact& fact : vocabulary.facts) ids.push_back(fact.id);
  return ids;
}

const Fact* FindFact(const Vocabulary& vocabulary, absl::string_view id) {
  for (const Fact& fact : vocabulary.facts) {
    if (fact.id == id) return &fact;
  }
  return nullptr;
}

const RegionGroup* FindGroup(const Vocabulary& vocabulary, absl::string_view id) {
  for (const RegionGroup& group : vocabulary.regions) {
    if (group.id == id) return &group;
  }
  return nullptr;
}

// Appends the country codes that `word` stands for.
absl::Status ExpandRegion(absl::string_view word, const Vocabulary& vocabulary,
                          std::vector<std::string>* out) {
  if (const RegionGroup* group = FindGroup(vocabulary, word)) {
    out->insert(out->end(), group->members.begin(), group->members.end());
    return absl::OkStatus();
  }
  if (IsCountryCode(word)) {
    out->push_back(std::string(word));
    return absl::OkStatus();
  }
  std::vector<std::string> groups;
  for (const RegionGroup& group : vocabulary.regions) groups.push_back(group.id);
  return absl::InvalidArgumentError(absl::StrFormat(
      "\"%s\" is no region: give an ISO 3166 code such as DE, or a group%s", word,
      groups.empty() ? "" : absl::StrCat(" (", groups.front(), " …)", DidYouMean(word, groups))));
}

void SortUnique(std::vector<std::string>* words) {
  std::sort(words->begin(), words->end());
  words->erase(std::unique(words->begin(), words->end()), words->end());
}

// Recursive descent over: or := and ("or" and)*; and := primary ("and" primary)*; primary := "(" or
// ")" | comparison.
class ConditionParser {
 public:
  ConditionParser(absl::string_view text, const Vocabulary& vocabulary,
                  absl::Span<const std::string> use_policy)
      : text_(text), vocabulary_(vocabulary), use_policy_(use_policy) {}

  absl::StatusOr<Condition> Parse() {
    condition_.text = std::string(text_);
    // Node 0 must be the root, so it is reserved first.
    condition_.nodes.emplace_back();
    ASSIGN_OR_RETURN(Condition::Node root, ParseOr(0));
    condition_.nodes[0] = std::move(root);
    if (!Peek().empty()) return Error("expected \"and\", \"or\" or the end");
    return std::move(condition_);
  }

 private:
  absl::Status Error(absl::string_view message) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("condition \"%s\", column %d: %s", text_, at_ + 1, message));
  }

  void SkipSpace() {
    while (at_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  static bool IsWordChar(char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
  }
  // The token at the cursor, without moving; empty at the end.
  absl::string_view Peek() {
    SkipSpace();
    if (at_ >= text_.size()) return {};
    std::size_t end = at_;
    if (IsWordChar(text_[at_])) {
      while (end < text_.size() && IsWordChar(text_[end])) ++end;
      // "1e+6": the sign belongs to the number.
      if (end < text_.size() && text_[end] == '+' &&
          absl::ascii_tolower(static_cast<unsigned char>(text_[end - 1])) == 'e' &&
          absl::ascii_isdigit(static_cast<unsigned char>(text_[at_]))) {
        ++end;
        while (end < text_.size() && IsWordChar(text_[end])) ++end;
      }
    } else if (absl::StrContains("<>!=", absl::string_view(&text_[at_], 1))) {
      while (end < text_.size() && absl::StrContains("<>!=", absl::string_view(&text_[end], 1)))
        ++end;
    } else {
      ++end;
    }
    return text_.substr(at_, end - at_);
  }
  absl::string_view Take() {
    const absl::string_view token = Peek();
    at_ += token.size();
    return token;
  }
  uint32_t Store(Condition::Node node) {
    condition_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(condition_.nodes.size() - 1);
  }

  absl::StatusOr<Condition::Node> ParseOr(int depth) {
    return ParseJoined("or", Condition::Op::kOr, depth);
  }
  absl::StatusOr<Condition::Node> ParseAnd(int depth) {
    return ParseJoined("and", Condition::Op::kAnd, depth);
  }

  absl::StatusOr<Condition::Node> ParseJoined(absl::string_view word, Condition::Op op, int depth) {
    const auto parse_operand = [&]() {
      return op == Condition::Op::kOr ? ParseAnd(depth) : ParsePrimary(depth);
    };
    ASSIGN_OR_RETURN(Condition::Node first, parse_operand());
    if (Peek() != word) return first;
    Condition::Node joined;
    joined.op = op;
    joined.children.push_back(Store(std::move(first)));
    while (Peek() == word) {
      Take();
      ASSIGN_OR_RETURN(Condition::Node next, parse_operand());
      joined.children.push_back(Store(std::move(next)));
    }
    return joined;
  }

  absl::StatusOr<Condition::Node> ParsePrimary(int depth) {
    if (depth >= kMaxDepth) return Error("nested too deep");
    if (Peek() == "(") {
      Take();
      ASSIGN_OR_RETURN(Condition::Node inner, ParseOr(depth + 1));
      if (Take() != ")") return Error("expected \")\"");
      return inner;
    }
    return ParseComparison();
  }

  absl::StatusOr<Condition::Node> ParseComparison() {
    const std::string key_word(Peek());
    const std::optional<ContextKey> key = FindByName<ContextKey>(key_word);
    if (!key || *key == ContextKey::kFact) {
      if (FindFact(vocabulary_, key_word) != nullptr) return ParseFact();
      std::vector<std::string> known = FactIds(vocabulary_);
      for (const ContextKey one : EnumValues<ContextKey>()) {
        if (one != ContextKey::kFact) known.emplace_back(Name(one));
      }
      return Error(absl::StrFormat("\"%s\" is no context key and no fact of the vocabulary%s",
                                   key_word, DidYouMean(key_word, known)));
    }
    Take();
    Condition::Node node;
    node.key = *key;
    return IsNumeric(*key) ? ParseNumber(std::move(node)) : ParseSet(std::move(node));
  }

  absl::StatusOr<Condition::Node> ParseFact() {
    Condition::Node node;
    node.key = ContextKey::kFact;
    node.words = {std::string(Take())};
    const absl::string_view op = Take();
    if (op != "=" && op != "!=") return Error("expected = or != after a fact");
    const absl::string_view value = Peek();
    if (value != "yes" && value != "no") return Error("expected yes or no after a fact");
    Take();
    node.op = Condition::Op::kEqual;
    node.number = (value == "yes") == (op == "=") ? 1 : 0;
    return node;
  }

  absl::StatusOr<Condition::Node> ParseNumber(Condition::Node node) {
    const absl::string_view op = Take();
    if (op == "<=") {
      node.op = Condition::Op::kLessEqual;
    } else if (op == "<") {
      node.op = Condition::Op::kLess;
    } else if (op == ">=") {
      node.op = Condition::Op::kGreaterEqual;
    } else if (op == ">") {
      node.op = Condition::Op::kGreater;
    } else if (op == "=") {
      node.op = Condition::Op::kEqual;
    } else if (op == "!=") {
      node.op = Condition::Op::kNotEqual;
    } else {
      return Error("expected one of <= < >= > = !=");
    }
    const absl::string_view number = Take();
    if (!absl::SimpleAtod(number, &node.number) || !std::isfinite(node.number) || node.number < 0) {
      return Error(absl::StrFormat("\"%s\" is not a number such as 700e6", number));
    }
    return node;
  }

  absl::StatusOr<Condition::Node> ParseSet(Condition::Node node) {
    const absl::string_view op = Take();
    if (op == "in" || op == "=") {
      node.op = Condition::Op::kIn;
    } else if (op == "!=") {
      node.op = Condition::Op::kNotIn;
    } else if (op == "not") {
      if (Take() != "in") return Error("expected \"in\" after \"not\"");
      node.op = Condition::Op::kNotIn;
    } else {
      return Error("expected one of = != in \"not in\"");
    }
    if (Peek() == "{") {
      Take();
      while (true) {
        RETURN_IF_ERROR(AddWord(&node));
        const absl::string_view next = Take();
        if (next == "}") break;
        if (next != ",") return Error("expected \",\" or \"}\"");
      }
    } else {
      RETURN_IF_ERROR(AddWord(&node));
    }
    SortUnique(&node.words);
    return node;
  }

  absl::Status AddWord(Condition::Node* node) {
    const absl::string_view word = Peek();
    if (word.empty() || !IsWordChar(word.front())) return Error("expected a word");
    switch (node->key) {
      case ContextKey::kRegion:
      case ContextKey::kEstablishedIn: {
        if (absl::Status status = ExpandRegion(word, vocabulary_, &node->words); !status.ok())
          return Error(status.message());
        break;
      }
      case ContextKey::kPurpose:
        if (word == "use-policy") {
          if (use_policy_.empty()) return Error("the licence has no use_policy");
          node->words.insert(node->words.end(), use_policy_.begin(), use_policy_.end());
          break;
        }
        RETURN_IF_ERROR(CheckKnown(word, PurposeIds(vocabulary_), "purpose"));
        node->words.push_back(std::string(word));
        break;
      default:
        RETURN_IF_ERROR(CheckKnown(word, vocabulary_.entities, "entity"));
        node->words.push_back(std::string(word));
        break;
    }
    Take();
    return absl::OkStatus();
  }

  absl::Status CheckKnown(absl::string_view word, const std::vector<std::string>& known,
                          absl::string_view what) const {
    if (std::find(known.begin(), known.end(), word) != known.end()) return absl::OkStatus();
    return Error(absl::StrFormat("\"%s\" is no %s of the vocabulary%s", word, what,
                                 DidYouMean(word, known)));
  }

  const absl::string_view text_;
  const Vocabulary& vocabulary_;
  const absl::Span<const std::string> use_policy_;
  std::size_t at_ = 0;
  Condition condition_;
};

bool Compare(Condition::Op op, double left, double right) {
  switch (op) {
    case Condition::Op::kLess:
      return left < right;
    case Condition::Op::kLessEqual:
      return left <= right;
    case Condition::Op::kGreater:
      return left > right;
    case Condition::Op::kGreaterEqual:
      return left >= right;
    case Condition::Op::kEqual:
      return left == right;
    default:
      return left != right;
  }
}

Truth DecideSet(const Condition::Node& node, absl::Span<const std::string> given) {
  const auto listed = [&](const std::string& word) {
    return std::binary_search(node.words.begin(), node.words.end(), word);
  };
  const bool truth = node.op == Condition::Op::kIn
                         ? std::all_of(given.begin(), given.end(), listed)
                         : std::none_of(given.begin(), given.end(), listed);
  return truth ? Truth::kTrue : Truth::kFalse;
}

Truth DecideNode(const Condition& condition, uint32_t index, const Context& context,
                 Missing* missing) {
  const Condition::Node& node = condition.nodes[index];
  if (node.op == Condition::Op::kAnd || node.op == Condition::Op::kOr) {
    const bool conjunction = node.op == Condition::Op::kAnd;
    Truth result = conjunction ? Truth::kTrue : Truth::kFalse;
    Missing unknown;
    for (const uint32_t child : node.children) {
      const Truth truth = DecideNode(condition, child, context, missing ? &unknown : nullptr);
      result = conjunction ? std::min(result, truth) : std::max(result, truth);
    }
    // Keys matter only while the result is open.
    if (result == Truth::kUnknown && missing != nullptr) missing->Add(unknown);
    return result;
  }
  const auto unknown = [&] {
    if (missing != nullptr) missing->Add(node.key);
    return Truth::kUnknown;
  };
  switch (node.key) {
    case ContextKey::kRegion:
      return context.regions.empty() ? unknown() : DecideSet(node, context.regions);
    case ContextKey::kEstablishedIn:
      return context.established_in.empty() ? unknown() : DecideSet(node, context.established_in);
    case ContextKey::kPurpose:
      return context.purposes.empty() ? unknown() : DecideSet(node, context.purposes);
    case ContextKey::kFact: {
      const auto fact = context.facts.find(node.words[0]);
      if (fact == context.facts.end()) {
        if (missing != nullptr) missing->AddFact(node.words[0]);
        return Truth::kUnknown;
      }
      return fact->second == (node.number != 0) ? Truth::kTrue : Truth::kFalse;
    }
    case ContextKey::kEntity:
      return context.entity ? DecideSet(node, absl::MakeConstSpan(&*context.entity, 1)) : unknown();
    default: {
      const std::optional<double>& number = context.*NumberField(node.key);
      if (!number) return unknown();
      return Compare(node.op, *number, node.number) ? Truth::kTrue : Truth::kFalse;
    }
  }
}

}  // namespace

absl::StatusOr<Condition> ParseCondition(absl::string_view text, const Vocabulary& vocabulary,
                                         absl::Span<const std::string> use_policy) {
  if (text.size() > kMaxLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the condition is longer than ", kMaxLength, " characters"));
  }
  return ConditionParser(text, vocabulary, use_policy).Parse();
}

Truth Decide(const Condition& condition, const Context& context, Missing* missing) {
  return condition.nodes.empty() ? Truth::kTrue : DecideNode(condition, 0, context, missing);
}

Verdict ValueOf(const Grant& grant, const Context& context, Missing* missing) {
  switch (grant.answer) {
    case Answer::kPermitted:
      return Verdict::kPermitted;
    case Answer::kProhibited:
      return Verdict::kProhibited;
    case Answer::kConditional:
      switch (Decide(grant.when, context, missing)) {
        case Truth::kTrue:
          return Verdict::kPermitted;
        case Truth::kFalse:
          return Verdict::kProhibited;
        case Truth::kUnknown:
          return Verdict::kConditional;
      }
      break;
    case Answer::kUndetermined:
    case Answer::kSilent:
    case Answer::kUnreviewed:
      break;
  }
  return Verdict::kUndetermined;
}

absl::StatusOr<Context> ValidateContext(Context context, const Vocabulary& vocabulary) {
  for (const auto& [number, name] :
       {std::pair(context.monthly_active_users, "monthly active users"),
        std::pair(context.annual_revenue_usd, "annual revenue"),
        std::pair(context.attributable_revenue_usd, "attributable revenue"),
        std::pair(context.share_of_royalty, "share of royalty")}) {
    if (number && (!std::isfinite(*number) || *number < 0)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " must be a number that is not negative"));
    }
  }
  if (context.share_of_royalty && *context.share_of_royalty > 1) {
    return absl::InvalidArgumentError(
        "share of royalty is a share: give a number from 0 to 1, such as 0.1 for 10 %");
  }
  for (const std::string& purpose : context.purposes) {
    const auto& known = vocabulary.purposes;
    if (std::none_of(known.begin(), known.end(),
                     [&](const Purpose& one) { return one.id == purpose; })) {
      const std::vector<std::string> purposes = PurposeIds(vocabulary);
      return absl::InvalidArgumentError(
          absl::StrFormat("\"%s\" is no known purpose%s (all: license purposes)", purpose,
                          DidYouMean(purpose, purposes)));
    }
  }
  for (std::vector<std::string>* places : {&context.regions, &context.established_in}) {
    std::vector<std::string> codes;
    for (const std::string& region : *places) {
      RETURN_IF_ERROR(ExpandRegion(absl::AsciiStrToUpper(region), vocabulary, &codes));
    }
    SortUnique(&codes);
    *places = std::move(codes);
  }
  for (const auto& [id, unused] : context.facts) {
    if (FindFact(vocabulary, id) != nullptr) continue;
    return absl::InvalidArgumentError(absl::StrFormat("\"%s\" is no known fact%s", id,
                                                      DidYouMean(id, FactIds(vocabulary))));
  }
  if (context.entity) {
    const auto& known = vocabulary.entities;
    if (std::find(known.begin(), known.end(), *context.entity) == known.end()) {
      return absl::InvalidArgumentError(absl::StrFormat("\"%s\" is no known kind of entity%s",
                                                        *context.entity,
                                                        DidYouMean(*context.entity, known)));
    }
  }
  return context;
}

bool IsCountryCode(absl::string_view code) {
  // ISO 3166-1 alpha-2, officially assigned codes, as one sorted string of pairs.
  static constexpr absl::string_view kCodes =
      "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCL"
      "CMCNCOCRCUCVCWCXCYCZ"
      "DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIE"
      "ILIMINIOIQIRISITJEJM"
      "JOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMY"
      "MZNANCNENFNGNINLNONP"
      "NRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTC"
      "TDTFTGTHTJTKTLTMTNTO"
      "TRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";
  if (code.size() != 2) return false;
  for (std::size_t i = 0; i < kCodes.size(); i += 2) {
    if (kCodes.substr(i, 2) == code) return true;
  }
  return false;
}

}  // namespace lineage
