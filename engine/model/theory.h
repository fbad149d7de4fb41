// The legal theory that decides what an edge conveys, taken apart into switches. Meaning:
// docs/semantics.md, section 4; arguments: docs/theories.md.
#ifndef LINEAGE_ENGINE_MODEL_THEORY_H_
#define LINEAGE_ENGINE_MODEL_THEORY_H_

#include <array>
#include <cstdint>
#include <optional>

#include "engine/model/names.h"
#include "engine/model/verdict.h"

namespace lineage {

// Values are pinned: they reach the wire.
enum class TheorySwitch : uint8_t {
  kWeightsDerive = 0,     // weights are a derivative of their data
  kTrainingExcepted = 1,  // an exception covers the copy made for training
  kOutputsDerive = 2,     // outputs derive where the text says so, for others than the licensee too
  kContractRuns = 3,      // a contract about outputs binds others than its party
  kDatabaseRight = 4,     // a collection uses a substantial part of a data set that it holds
  kWeightsProtected = 5,  // weights are protected at all
};

template <>
struct EnumNames<TheorySwitch> {
  static constexpr std::array<const char*, 6> value = {
      "weights-derive-from-data",   "training-excepted", "outputs-derive",
      "contract-runs-with-outputs", "database-right",    "weights-protected"};
};

// Values are pinned.
enum class Setting : uint8_t { kYes = 0, kOpen = 1, kNo = 2 };

template <>
struct EnumNames<Setting> {
  static constexpr std::array<const char*, 3> value = {"yes", "open", "no"};
};

// A setting for every switch.
class Theory {
 public:
  // What a stance stands for.
  [[nodiscard]] static constexpr Theory Of(Stance stance) {
    constexpr Setting kYes = Setting::kYes;
    constexpr Setting kOpen = Setting::kOpen;
    constexpr Setting kNo = Setting::kNo;
    switch (stance) {
      case Stance::kCautious:
        return Theory({kYes, kNo, kYes, kYes, kYes, kYes});
      case Stance::kPermissive:
        return Theory({kNo, kYes, kNo, kNo, kNo, kYes});
      case Stance::kStandard:
        break;
    }
    return Theory({kOpen, kOpen, kOpen, kOpen, kOpen, kYes});
  }

  constexpr Theory() : Theory(Of(Stance::kStandard)) {}

  [[nodiscard]] constexpr Setting operator[](TheorySwitch of) const {
    return settings_[static_cast<std::size_t>(of)];
  }
  constexpr void Set(TheorySwitch of, Setting setting) {
    settings_[static_cast<std::size_t>(of)] = setting;
  }
  friend constexpr bool operator==(const Theory&, const Theory&) = default;

 private:
  explicit constexpr Theory(std::array<Setting, kEnumSize<TheorySwitch>> settings)
      : settings_(settings) {}

  std::array<Setting, kEnumSize<TheorySwitch>> settings_;
};

// Switches that a question sets otherwise than its stance does.
class TheoryChanges {
 public:
  void Set(TheorySwitch of, Setting setting) { settings_[static_cast<std::size_t>(of)] = setting; }
  [[nodiscard]] std::optional<Setting> Get(TheorySwitch of) const {
    return settings_[static_cast<std::size_t>(of)];
  }
  // The stance's theory with these changes.
  [[nodiscard]] Theory On(Stance stance) const {
    Theory theory = Theory::Of(stance);
    for (const TheorySwitch of : EnumValues<TheorySwitch>()) {
      if (const std::optional<Setting> setting = Get(of)) theory.Set(of, *setting);
    }
    return theory;
  }
  friend bool operator==(const TheoryChanges&, const TheoryChanges&) = default;

 private:
  std::array<std::optional<Setting>, kEnumSize<TheorySwitch>> settings_;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_THEORY_H_
