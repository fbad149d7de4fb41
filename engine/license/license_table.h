// Finds licences and exceptions by id, Hub tag or alias, and binds expressions to them.
#ifndef LINEAGE_ENGINE_LICENSE_LICENSE_TABLE_H_
#define LINEAGE_ENGINE_LICENSE_LICENSE_TABLE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/license/expression.h"
#include "engine/model/catalog.h"
#include "engine/model/license.h"

namespace lineage {

// An expression whose ids were looked up.
struct BoundExpression {
  Expression::Op op = Expression::Op::kLicense;
  LicenseIndex license;    // kLicense; None if the catalogue does not know it
  std::string as_written;  // kLicense
  bool or_later = false;
  ExceptionIndex exception;  // None if there is none, or nobody reviewed it
  std::string exception_as_written;
  std::vector<BoundExpression> operands;

  // SPDX text with the catalogue's ids where they are known.
  std::string text;
};

// Immutable after construction; keeps the catalogue alive. Thread-safe.
class LicenseTable {
 public:
  explicit LicenseTable(std::shared_ptr<const Catalog> catalog);

  [[nodiscard]] const Catalog& catalog() const { return *catalog_; }
  [[nodiscard]] std::size_t size() const { return catalog_->licenses.size(); }
  [[nodiscard]] const License& Get(LicenseIndex index) const {
    return catalog_->licenses[index.value()];
  }
  [[nodiscard]] const LicenseException& Get(ExceptionIndex index) const {
    return catalog_->exceptions[index.value()];
  }

  // By id, Hub tag or alias; case, spaces, '-' and '_' are folded. Cost: O(1).
  [[nodiscard]] std::optional<LicenseIndex> Find(absl::string_view name) const;
  [[nodiscard]] std::optional<ExceptionIndex> FindException(absl::string_view id) const;

  // Reads a licence as found in the wild: a known name as a whole ("CC BY-NC 4.0"), else an SPDX
  // expression, else one unknown licence. Never fails, never guesses.
  [[nodiscard]] BoundExpression Bind(absl::string_view text) const;
  // One unknown licence.
  [[nodiscard]] static BoundExpression Unknown(absl::string_view text);

  // Ids, for suggestions.
  [[nodiscard]] std::vector<std::string> Ids() const;

 private:
  [[nodiscard]] BoundExpression BindTree(const Expression& expression) const;

  std::shared_ptr<const Catalog> catalog_;
  absl::flat_hash_map<std::string, LicenseIndex> by_name_;
  absl::flat_hash_map<std::string, ExceptionIndex> exception_by_name_;
};

// Canonical AND of what was bound, in any order.
[[nodiscard]] BoundExpression JoinAll(std::vector<BoundExpression> parts);

// Canonical OR of what was bound, in any order.
[[nodiscard]] BoundExpression JoinChoice(std::vector<BoundExpression> parts);

// True if an OR leaves the licensee a choice.
[[nodiscard]] bool HasChoice(const BoundExpression& expression);

// Calls `visit` for every leaf, left to right.
template <typename Visit>
void ForEachLeaf(const BoundExpression& expression, const Visit& visit) {
  if (expression.op == Expression::Op::kLicense) return visit(expression);
  for (const BoundExpression& operand : expression.operands) ForEachLeaf(operand, visit);
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_LICENSE_LICENSE_TABLE_H_
