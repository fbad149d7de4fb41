#include "engine/search/filter.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

constexpr std::size_t kMaxLength = 8192;
constexpr int kMaxDepth = 64;

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

// Recursive descent over the grammar of AIP-160.
class FilterParser {
 public:
  explicit FilterParser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Filter> Parse() {
    SkipSpace();
    if (AtEnd()) return Filter();
    ASSIGN_OR_RETURN(Filter filter, ParseExpression(0));
    if (!AtEnd()) return Error("expected AND, OR or the end");
    return filter;
  }

 private:
  [[nodiscard]] bool AtEnd() const { return at_ >= text_.size(); }
  [[nodiscard]] char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  [[nodiscard]] int Column() const { return static_cast<int>(at_) + 1; }

  absl::Status Error(absl::string_view what) const { return ErrorAt(Column(), what); }
  static absl::Status ErrorAt(int column, absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("filter, column ", column, ": ", what));
  }

  void SkipSpace() {
    while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  }

  // A keyword stands by itself: "ORDER" is a word.
  [[nodiscard]] bool AtKeyword(absl::string_view word) const {
    if (text_.substr(at_, word.size()) != word) return false;
    const std::size_t end = at_ + word.size();
    return end >= text_.size() || IsSpace(text_[end]) || text_[end] == '(';
  }
  bool TakeKeyword(absl::string_view word) {
    if (!AtKeyword(word)) return false;
    at_ += word.size();
    SkipSpace();
    return true;
  }

  static Filter Join(Filter::Op op, std::vector<Filter> operands) {
    if (operands.size() == 1) return std::move(operands[0]);
    Filter joined;
    joined.op = op;
    joined.column = operands[0].column;
    joined.operands = std::move(operands);
    return joined;
  }

  // expression: sequence {AND sequence}; sequence: factor {factor}. Both are conjunctions.
  absl::StatusOr<Filter> ParseExpression(int depth) {
    if (depth > kMaxDepth) return Error(absl::StrCat("nested deeper than ", kMaxDepth, " levels"));
    std::vector<Filter> operands;
    while (true) {
      ASSIGN_OR_RETURN(Filter factor, ParseFactor(depth));
      operands.push_back(std::move(factor));
      if (AtEnd() || Peek() == ')') break;
      if (TakeKeyword("AND") && (AtEnd() || Peek() == ')')) {
        return Error("expected something after AND");
      }
    }
    return Join(Filter::Op::kAnd, std::move(operands));
  }

  // factor: term {OR term}
  absl::StatusOr<Filter> ParseFactor(int depth) {
    std::vector<Filter> operands;
    do {
      ASSIGN_OR_RETURN(Filter term, ParseTerm(depth));
      operands.push_back(std::move(term));
    } while (TakeKeyword("OR"));
    return Join(Filter::Op::kOr, std::move(operands));
  }

  // term: [NOT | -] simple
  absl::StatusOr<Filter> ParseTerm(int depth) {
    const int column = Column();
    bool negated = TakeKeyword("NOT");
    if (!negated && Peek() == '-') {
      ++at_;
      negated = true;
    }
    ASSIGN_OR_RETURN(Filter simple, ParseSimple(depth));
    if (!negated) return simple;
    Filter result;
    result.op = Filter::Op::kNot;
    result.column = column;
    result.operands.push_back(std::move(simple));
    return result;
  }

  absl::StatusOr<Filter> ParseSimple(int depth) {
    if (AtEnd()) return Error("expected a restriction such as kind = model");
    if (AtKeyword("AND") || AtKeyword("OR")) return Error("expected a restriction before this");
    if (Peek() != '(') return ParseRestriction(depth);
    ++at_;
    SkipSpace();
    ASSIGN_OR_RETURN(Filter inner, ParseExpression(depth + 1));
    if (Peek() != ')') return Error("expected \")\"");
    ++at_;
    SkipSpace();
    return inner;
  }

  absl::StatusOr<Filter> ParseRestriction(int depth) {
    Filter filter;
    filter.column = Column();
    const bool quoted = Peek() == '"' || Peek() == '\'';
    ASSIGN_OR_RETURN(std::string name, quoted ? ParseString() : ParseName());
    if (!quoted && Peek() == '(') return Error("there are no functions");
    SkipSpace();
    const std::size_t before = at_;
    const bool compares = TakeComparator(&filter.comparator);
    if (!compares) {
      at_ = before;
      filter.op = Filter::Op::kWord;
      filter.value = std::move(name);
      filter.value_column = filter.column;
      return filter;
    }
    filter.op = Filter::Op::kCompare;
    filter.field = absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
    SkipSpace();
    return ParseArgument(std::move(filter), depth);
  }

  // arg: a value, or values in parentheses: kind = (model OR checkpoint).
  absl::StatusOr<Filter> ParseArgument(Filter filter, int depth) {
    filter.value_column = Column();
    if (Peek() == '(') {
      ++at_;
      SkipSpace();
      ASSIGN_OR_RETURN(Filter inner, ParseExpression(depth + 1));
      if (Peek() != ')') return Error("expected \")\"");
      ++at_;
      SkipSpace();
      RETURN_IF_ERROR(Distribute(filter, &inner));
      return inner;
    }
    if (Peek() == '"' || Peek() == '\'') {
      ASSIGN_OR_RETURN(filter.value, ParseString());
    } else {
      const std::size_t start = at_;
      while (!AtEnd() && !IsSpace(text_[at_]) && text_[at_] != '(' && text_[at_] != ')' &&
             text_[at_] != '"') {
        ++at_;
      }
      filter.value = std::string(text_.substr(start, at_ - start));
      if (filter.value.empty()) return Error("expected a value");
    }
    if (!AtEnd() && !IsSpace(Peek()) && Peek() != ')') return Error("expected a space");
    SkipSpace();
    return filter;
  }

  // Puts the field and comparator of `head` before every word of `values`.
  static absl::Status Distribute(const Filter& head, Filter* values) {
    if (values->op == Filter::Op::kCompare) {
      return ErrorAt(values->column, "expected values only within the parentheses");
    }
    if (values->op == Filter::Op::kWord) {
      values->op = Filter::Op::kCompare;
      values->field = head.field;
      values->comparator = head.comparator;
      values->column = head.column;
    }
    for (Filter& operand : values->operands) RETURN_IF_ERROR(Distribute(head, &operand));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ParseString() {
    const char quote = Peek();
    const int column = Column();
    std::string value;
    for (++at_; !AtEnd() && Peek() != quote; ++at_) {
      if (Peek() == '\\' && at_ + 1 < text_.size()) ++at_;
      value.push_back(text_[at_]);
    }
    if (AtEnd()) return ErrorAt(column, "the quotation is not closed");
    ++at_;
    return value;
  }

  absl::StatusOr<std::string> ParseName() {
    const std::size_t start = at_;
    while (!AtEnd() && !IsSpace(text_[at_]) &&
           absl::string_view("()\"'=!<>:,").find(text_[at_]) == absl::string_view::npos) {
      ++at_;
    }
    if (at_ == start) {
      return Error(absl::StrCat("\"", EscapeForTerminal(text_.substr(at_, 1)),
                                "\" does not begin a restriction"));
    }
    return std::string(text_.substr(start, at_ - start));
  }

  bool TakeComparator(Comparator* comparator) {
    static constexpr std::pair<const char*, Comparator> kAll[] = {
        {"<=", Comparator::kLessEqual}, {">=", Comparator::kGreaterEqual},
        {"!=", Comparator::kNotEqual},  {"<", Comparator::kLess},
        {">", Comparator::kGreater},    {"=", Comparator::kEqual},
        {":", Comparator::kHas}};
    for (const auto& [sign, value] : kAll) {
      const absl::string_view text = sign;
      if (text_.substr(at_, text.size()) != text) continue;
      at_ += text.size();
      *comparator = value;
      return true;
    }
    return false;
  }

  const absl::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Filter> Filter::Parse(absl::string_view text) {
  if (text.size() > kMaxLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the filter has ", text.size(), " bytes; at most ", kMaxLength, " are read"));
  }
  if (!IsValidUtf8(text)) return absl::InvalidArgumentError("the filter is not valid UTF-8");
  return FilterParser(text).Parse();
}

}  // namespace lineage
