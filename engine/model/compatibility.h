// Whether licences go together, as plain values.
#ifndef LINEAGE_ENGINE_MODEL_COMPATIBILITY_H_
#define LINEAGE_ENGINE_MODEL_COMPATIBILITY_H_

#include <string>

#include "engine/model/names.h"

namespace lineage {

// Ordered from the worst. Values are pinned.
enum class CompatibilityAnswer : uint8_t { kNo = 0, kUnknown = 1, kDepends = 2, kYes = 3 };

template <>
struct EnumNames<CompatibilityAnswer> {
  static constexpr std::array<const char*, 4> value = {"no", "unknown", "depends", "yes"};
};

// What is done with the part. Values are pinned.
enum class CompareStep : uint8_t {
  kFineTune = 0,  // the whole is adapted from it
  kCopy = 1,      // the whole is it, in another format
  kMerge = 2,     // it is merged with other works
  kData = 3,      // it is data, and the whole was trained on it
  kBundle = 4,    // it stands side by side with others
};

template <>
struct EnumNames<CompareStep> {
  static constexpr std::array<const char*, 5> value = {"fine-tune", "copy", "merge", "data",
                                                       "bundle"};
};

struct Compatibility {
  CompatibilityAnswer answer = CompatibilityAnswer::kYes;
  // The clause that decides, and whose it is; empty licence: nothing stands against it.
  std::string license;
  std::string section;
  std::string says;
  std::string reason;  // in one line; for `depends`: on what

  friend bool operator==(const Compatibility&, const Compatibility&) = default;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_COMPATIBILITY_H_
