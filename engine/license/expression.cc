#include "engine/license/expression.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/base/status_macros.h"

namespace lineage {
namespace {

constexpr std::size_t kMaxLength = 4096;
constexpr int kMaxDepth = 64;

bool IsIdChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == ':' ||
         c == '_' || c == '+';
}

class ExpressionParser {
 public:
  explicit ExpressionParser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Expression> Parse() {
    ASSIGN_OR_RETURN(Expression expression, ParseOr(0));
    if (!Peek().empty()) return Error("expected AND, OR, WITH or the end");
    return expression;
  }

 private:
  absl::Status Error(absl::string_view message) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("licence expression \"%s\", column %d: %s", text_, at_ + 1, message));
  }
  absl::string_view Peek() {
    while (at_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    if (at_ >= text_.size()) return {};
    std::size_t end = at_;
    while (end < text_.size() && IsIdChar(text_[end])) ++end;
    if (end == at_) ++end;
    return text_.substr(at_, end - at_);
  }
  absl::string_view Take() {
    const absl::string_view token = Peek();
    at_ += token.size();
    return token;
  }
  bool PeekIs(absl::string_view word) { return absl::EqualsIgnoreCase(Peek(), word); }

  absl::StatusOr<Expression> ParseOr(int depth) {
    ASSIGN_OR_RETURN(Expression first, ParseAnd(depth));
    if (!PeekIs("OR")) return first;
    Expression joined;
    joined.op = Expression::Op::kOr;
    joined.operands.push_back(std::move(first));
    while (PeekIs("OR")) {
      Take();
      ASSIGN_OR_RETURN(Expression next, ParseAnd(depth));
      joined.operands.push_back(std::move(next));
    }
    return joined;
  }

  absl::StatusOr<Expression> ParseAnd(int depth) {
    ASSIGN_OR_RETURN(Expression first, ParsePrimary(depth));
    if (!PeekIs("AND")) return first;
    Expression joined;
    joined.op = Expression::Op::kAnd;
    joined.operands.push_back(std::move(first));
    while (PeekIs("AND")) {
      Take();
      ASSIGN_OR_RETURN(Expression next, ParsePrimary(depth));
      joined.operands.push_back(std::move(next));
    }
    return joined;
  }

  absl::StatusOr<Expression> ParsePrimary(int depth) {
    if (depth >= kMaxDepth) return Error("parentheses nested too deep");
    if (Peek() == "(") {
      Take();
      ASSIGN_OR_RETURN(Expression inner, ParseOr(depth + 1));
      if (Take() != ")") return Error("expected \")\"");
      return inner;
    }
    absl::string_view id = Peek();
    if (id.empty() || !IsIdChar(id.front()) || id.front() == '+')
      return Error("expected a licence id");
    if (PeekIs("AND") || PeekIs("OR") || PeekIs("WITH"))
      return Error("expected a licence id before the operator");
    Take();
    Expression leaf;
    if (id.back() == '+') {
      leaf.or_later = true;
      id.remove_suffix(1);
    }
    if (id.empty() || absl::StrContains(id, "+")) return Error("a \"+\" may only end a licence id");
    leaf.license = std::string(id);
    if (PeekIs("WITH")) {
      Take();
      const absl::string_view exception = Take();
      if (exception.empty() || !IsIdChar(exception.front()))
        return Error("expected an exception id after WITH");
      leaf.exception = std::string(exception);
    }
    return leaf;
  }

  const absl::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Expression> Expression::Parse(absl::string_view text) {
  if (text.size() > kMaxLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the licence expression is longer than ", kMaxLength, " characters"));
  }
  return ExpressionParser(text).Parse();
}

Expression Expression::License(absl::string_view id) {
  Expression leaf;
  leaf.license = std::string(id);
  return leaf;
}

Expression Expression::Join(Op op, std::vector<Expression> operands) {
  Expression joined;
  joined.op = op;
  joined.operands = std::move(operands);
  return joined.Canonical();
}

Expression Expression::Canonical() const {
  if (op == Op::kLicense) return *this;
  std::vector<Expression> flat;
  for (const Expression& operand : operands) {
    Expression canonical = operand.Canonical();
    if (canonical.op == op) {
      std::move(canonical.operands.begin(), canonical.operands.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(canonical));
    }
  }
  std::sort(flat.begin(), flat.end(),
            [](const Expression& a, const Expression& b) { return a.ToString() < b.ToString(); });
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  if (flat.size() == 1) return std::move(flat.front());
  Expression result;
  result.op = op;
  result.operands = std::move(flat);
  return result;
}

std::string Expression::ToString() const {
  if (op == Op::kLicense) {
    return absl::StrCat(license, or_later ? "+" : "", exception.empty() ? "" : " WITH ", exception);
  }
  return absl::StrJoin(operands, op == Op::kAnd ? " AND " : " OR ",
                       [this](std::string* out, const Expression& operand) {
                         // Only an OR inside an AND needs them; an AND inside an OR binds tighter
                         // anyway.
                         const bool parentheses = operand.op == Op::kOr && op == Op::kAnd;
                         absl::StrAppend(out, parentheses ? "(" : "", operand.ToString(),
                                         parentheses ? ")" : "");
                       });
}

}  // namespace lineage
