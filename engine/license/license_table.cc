#include "engine/license/license_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

std::string Render(const BoundExpression& bound) {
  if (bound.op == Expression::Op::kLicense) {
    return absl::StrCat(bound.as_written, bound.or_later ? "+" : "",
                        bound.exception_as_written.empty() ? "" : " WITH ",
                        bound.exception_as_written);
  }
  const bool conjunction = bound.op == Expression::Op::kAnd;
  return absl::StrJoin(bound.operands, conjunction ? " AND " : " OR ",
                       [&](std::string* out, const BoundExpression& operand) {
                         const bool parentheses = conjunction && operand.op == Expression::Op::kOr;
                         absl::StrAppend(out, parentheses ? "(" : "", operand.text,
                                         parentheses ? ")" : "");
                       });
}

// Flattens, sorts and removes repeats, as Expression::Canonical does, but on bound ids: two
// spellings of one licence are one operand.
BoundExpression Normalize(Expression::Op op, std::vector<BoundExpression> operands) {
  std::vector<BoundExpression> flat;
  for (BoundExpression& operand : operands) {
    if (operand.op == op) {
      std::move(operand.operands.begin(), operand.operands.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(operand));
    }
  }
  std::sort(flat.begin(), flat.end(), [](const auto& a, const auto& b) { return a.text < b.text; });
  flat.erase(std::unique(flat.begin(), flat.end(),
                         [](const auto& a, const auto& b) { return a.text == b.text; }),
             flat.end());
  if (flat.size() == 1) return std::move(flat.front());
  BoundExpression joined;
  joined.op = op;
  joined.operands = std::move(flat);
  joined.text = Render(joined);
  return joined;
}

}  // namespace

LicenseTable::LicenseTable(std::shared_ptr<const Catalog> catalog) : catalog_(std::move(catalog)) {
  // Ids win over Hub tags, these over aliases, whatever the order of the files.
  for (const int pass : {0, 1, 2}) {
    for (std::size_t i = 0; i < catalog_->licenses.size(); ++i) {
      const License& license = catalog_->licenses[i];
      if (pass == 0) by_name_.try_emplace(Fold(license.id), i);
      if (pass == 1) {
        for (const std::string& tag : license.hub_tags) by_name_.try_emplace(Fold(tag), i);
      }
      if (pass == 2) {
        for (const std::string& alias : license.aliases) by_name_.try_emplace(Fold(alias), i);
      }
    }
  }
  for (std::size_t i = 0; i < catalog_->exceptions.size(); ++i) {
    exception_by_name_.try_emplace(Fold(catalog_->exceptions[i].id), i);
  }
}

std::optional<LicenseIndex> LicenseTable::Find(absl::string_view name) const {
  const auto it = by_name_.find(Fold(name));
  if (it == by_name_.end()) return std::nullopt;
  return it->second;
}

std::optional<ExceptionIndex> LicenseTable::FindException(absl::string_view id) const {
  const auto it = exception_by_name_.find(Fold(id));
  if (it == exception_by_name_.end()) return std::nullopt;
  return it->second;
}

BoundExpression LicenseTable::Bind(absl::string_view text) const {
  if (const auto license = Find(text)) {
    BoundExpression bound = Unknown(Get(*license).id);
    bound.license = *license;
    return bound;
  }
  const absl::StatusOr<Expression> expression = Expression::Parse(text);
  return expression.ok() ? BindTree(*expression) : Unknown(text);
}

BoundExpression LicenseTable::Unknown(absl::string_view text) {
  BoundExpression bound;
  bound.as_written = std::string(text);
  bound.text = bound.as_written;
  return bound;
}

BoundExpression LicenseTable::BindTree(const Expression& expression) const {
  if (expression.op != Expression::Op::kLicense) {
    std::vector<BoundExpression> operands;
    for (const Expression& operand : expression.operands) operands.push_back(BindTree(operand));
    return Normalize(expression.op, std::move(operands));
  }
  BoundExpression bound;
  // "GPL-2.0+" may be a name of its own (an alias of GPL-2.0-or-later).
  std::optional<LicenseIndex> license;
  if (expression.or_later) license = Find(absl::StrCat(expression.license, "+"));
  if (!license) {
    license = Find(expression.license);
    bound.or_later = expression.or_later;
  }
  bound.license = license.value_or(LicenseIndex::None());
  bound.as_written = license ? Get(*license).id : expression.license;
  if (!expression.exception.empty()) {
    const auto exception = FindException(expression.exception);
    bound.exception = exception.value_or(ExceptionIndex::None());
    bound.exception_as_written = exception ? Get(*exception).id : expression.exception;
  }
  bound.text = Render(bound);
  return bound;
}

std::vector<std::string> LicenseTable::Ids() const {
  std::vector<std::string> ids;
  for (const License& license : catalog_->licenses) ids.push_back(license.id);
  return ids;
}

bool HasChoice(const BoundExpression& expression) {
  return expression.op == Expression::Op::kOr ||
         std::any_of(expression.operands.begin(), expression.operands.end(), HasChoice);
}

BoundExpression JoinAll(std::vector<BoundExpression> parts) {
  return Normalize(Expression::Op::kAnd, std::move(parts));
}

BoundExpression JoinChoice(std::vector<BoundExpression> parts) {
  return Normalize(Expression::Op::kOr, std::move(parts));
}

}  // namespace lineage
