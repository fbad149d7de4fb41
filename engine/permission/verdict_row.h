// What one artifact's verdicts come to under one stance, in 41 bits.
#ifndef LINEAGE_ENGINE_PERMISSION_VERDICT_ROW_H_
#define LINEAGE_ENGINE_PERMISSION_VERDICT_ROW_H_

#include <array>
#include <bit>
#include <cstdint>

#include "engine/model/license.h"
#include "engine/model/verdict.h"

namespace lineage {

class VerdictRow {
 public:
  VerdictRow() = default;
  explicit VerdictRow(uint64_t bits) : bits_(bits) {}
  // `alone`: each right asked alone. `duties`: kinds that bind uncontested, in the choice made for
  // all rights together. `claims_more`: the finding claims-more-than-inherited.
  VerdictRow(const std::array<Verdict, kRightCount>& alone, LicenseClass license_class,
             EnumSet<DutyKind> duties, bool claims_more) {
    for (std::size_t right = 0; right < kRightCount; ++right)
      bits_ |= static_cast<uint64_t>(alone[right]) << (2 * right);
    bits_ |= uint64_t{duties.bits()} << kDutiesAt;
    bits_ |= static_cast<uint64_t>(license_class) << kClassAt;
    bits_ |= uint64_t{claims_more} << kClaimsMoreAt;
  }

  [[nodiscard]] uint64_t bits() const { return bits_; }
  [[nodiscard]] Verdict VerdictOf(Right right) const {
    return static_cast<Verdict>(bits_ >> (2 * static_cast<unsigned>(right)) & 3);
  }
  [[nodiscard]] std::array<Verdict, kRightCount> alone() const {
    std::array<Verdict, kRightCount> verdicts{};
    for (const Right right : EnumValues<Right>())
      verdicts[static_cast<std::size_t>(right)] = VerdictOf(right);
    return verdicts;
  }
  // As a whole.
  [[nodiscard]] LicenseClass license_class() const {
    return static_cast<LicenseClass>(bits_ >> kClassAt & 0xF);
  }
  [[nodiscard]] EnumSet<DutyKind> duties() const {
    return EnumSet<DutyKind>::FromBits(static_cast<uint32_t>(bits_ >> kDutiesAt & 0xFFFF));
  }
  [[nodiscard]] bool claims_more() const { return (bits_ >> kClaimsMoreAt & 1) != 0; }
  friend bool operator==(const VerdictRow&, const VerdictRow&) = default;

 private:
  static constexpr unsigned kDutiesAt = 20;  // after two bits a right
  static constexpr unsigned kClassAt = 36;
  static constexpr unsigned kClaimsMoreAt = 40;
  static_assert(kRightCount == 10 && kEnumSize<DutyKind> <= 16 && kEnumSize<LicenseClass> <= 16);

  uint64_t bits_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_VERDICT_ROW_H_
