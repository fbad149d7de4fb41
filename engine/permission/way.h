// How a licence's terms arrive at an artifact: in which form, and what happened on the way.
// Source: docs/semantics.md, section 4.
#ifndef LINEAGE_ENGINE_PERMISSION_WAY_H_
#define LINEAGE_ENGINE_PERMISSION_WAY_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "engine/base/strong_id.h"
#include "engine/model/license.h"
#include "engine/model/names.h"

namespace lineage {

struct LicensorTag;
using LicensorId = StrongId<LicensorTag>;

// The forms that bind come first; output, source and dormant bind nothing. `kClass` is not a term:
// it carries the licence class.
enum class Form : uint8_t {
  kOwn = 0,
  kWork = 1,
  kDerivative = 2,
  kMade = 3,         // a derivative by the licence's own definition: a model made from outputs
  kFromOutputs = 4,  // made with outputs
  kTraining = 5,
  kClass = 6,
  kOutput = 7,   // what the licence says of outputs, above the artifact that makes them
  kSource = 8,   // the same of a licence that counts models made from outputs as derivatives
  kDormant = 9,  // in outputs, until a model is trained on them
};

template <>
struct EnumNames<Form> {
  static constexpr std::array<const char*, 10> value = {
      "own",      "work",  "derivative", "made",   "from-outputs",
      "training", "class", "output",     "source", "dormant"};
};

// Where a part stands in the whole.
enum class Place : uint8_t { kNone = 0, kInside = 1, kBeside = 2 };

// What was done to the work on the way; the most counts.
enum class Alteration : uint8_t { kExact = 0, kFormat = 1, kAdapted = 2, kMerged = 3 };

struct Way {
  Form form = Form::kWork;
  bool contested = false;
  bool perhaps_similar = false;
  bool sharing_only = false;  // left for the rights to share alone: an exception covers the rest
  Place place = Place::kNone;
  Alteration change = Alteration::kExact;

  [[nodiscard]] bool adapted() const { return change >= Alteration::kAdapted; }

  // Ways as numbers, in an order that does not depend on the graph.
  [[nodiscard]] constexpr uint16_t code() const {
    return static_cast<uint16_t>(static_cast<unsigned>(form) * 96 + (sharing_only ? 48U : 0U) +
                                 (contested ? 24U : 0U) + (perhaps_similar ? 12U : 0U) +
                                 static_cast<unsigned>(place) * 4 + static_cast<unsigned>(change));
  }
  static constexpr Way FromCode(uint16_t code) {
    Way way;
    way.form = static_cast<Form>(code / 96);
    way.sharing_only = code / 48 % 2 != 0;
    way.contested = code / 24 % 2 != 0;
    way.perhaps_similar = code / 12 % 2 != 0;
    way.place = static_cast<Place>(code / 4 % 3);
    way.change = static_cast<Alteration>(code % 4);
    return way;
  }
  friend bool operator==(const Way&, const Way&) = default;
};

// The scope whose terms arrive in a form.
[[nodiscard]] constexpr Scope ScopeOf(Form form) {
  switch (form) {
    case Form::kDerivative:
    case Form::kMade:
    case Form::kSource:
    case Form::kDormant:
      return Scope::kDerivative;
    case Form::kFromOutputs:
    case Form::kOutput:
      return Scope::kOutput;
    case Form::kTraining:
      return Scope::kTraining;
    case Form::kOwn:
      return Scope::kOwn;
    case Form::kWork:
    case Form::kClass:
      return Scope::kWork;
  }
  return Scope::kWork;
}

// A set of ways, mostly of one to six.
class WaySet {
 public:
  WaySet() = default;
  WaySet(std::initializer_list<Way> ways) {
    for (const Way& way : ways) Add(way);
  }

  void Add(const Way& way) { AddCode(way.code()); }
  void AddCode(uint16_t code) {
    const absl::Span<const uint16_t> all = codes();
    const auto place =
        static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), code) - all.begin());
    if (place < size_ && all[place] == code) return;
    if (size_ < kFew) {
      std::copy_backward(few_.begin() + place, few_.begin() + size_, few_.begin() + size_ + 1);
      few_[place] = code;
    } else {
      if (size_ == kFew) many_.assign(few_.begin(), few_.end());
      many_.insert(many_.begin() + static_cast<std::ptrdiff_t>(place), code);
    }
    ++size_;
  }
  void Add(const WaySet& other) {
    for (const uint16_t code : other.codes()) AddCode(code);
  }
  void Remove(const Way& way) {
    *this = Where([&](const Way& other) { return !(other == way); });
  }
  [[nodiscard]] bool Has(const Way& way) const {
    const absl::Span<const uint16_t> all = codes();
    return std::binary_search(all.begin(), all.end(), way.code());
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  class Iterator {
   public:
    explicit Iterator(const uint16_t* at) : at_(at) {}
    Way operator*() const { return Way::FromCode(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(Iterator, Iterator) = default;

   private:
    const uint16_t* at_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(codes().data()); }
  [[nodiscard]] Iterator end() const { return Iterator(codes().data() + size_); }

  template <typename Test>
  [[nodiscard]] bool Any(const Test& test) const {
    const absl::Span<const uint16_t> all = codes();
    return std::any_of(all.begin(), all.end(),
                       [&](uint16_t code) { return test(Way::FromCode(code)); });
  }
  // Those that `test` holds for.
  template <typename Test>
  [[nodiscard]] WaySet Where(const Test& test) const {
    WaySet some;
    for (const uint16_t code : codes()) {
      if (test(Way::FromCode(code))) some.AddCode(code);
    }
    return some;
  }
  [[nodiscard]] bool HasClass() const {
    return Any([](const Way& way) { return way.form == Form::kClass; });
  }
  // Ascending.
  [[nodiscard]] absl::Span<const uint16_t> codes() const {
    return {size_ <= kFew ? few_.data() : many_.data(), size_};
  }

  friend bool operator==(const WaySet& a, const WaySet& b) { return a.codes() == b.codes(); }
  template <typename H>
  friend H AbslHashValue(H h, const WaySet& set) {
    return H::combine(std::move(h), set.codes());
  }

 private:
  static constexpr std::size_t kFew = 8;

  std::size_t size_ = 0;
  std::array<uint16_t, kFew> few_{};  // if they are no more
  std::vector<uint16_t> many_;        // else
};

// How the terms of one expression arrive: those of agreements that one vendor alone can grant by the
// vendor's rule, all others by the rule of who states it.
struct Arrivals {
  WaySet general;
  absl::InlinedVector<std::pair<LicensorId, WaySet>, 1> by_vendor;

  Arrivals() = default;
  Arrivals(WaySet all) : general(std::move(all)) {}  // NOLINT(google-explicit-constructor)

  // Of terms of an agreement of `vendor`; None: of any other licence.
  [[nodiscard]] const WaySet& Of(LicensorId vendor) const {
    if (vendor.valid()) {
      for (const auto& [licensor, ways] : by_vendor) {
        if (licensor == vendor) return ways;
      }
    }
    return general;
  }
  [[nodiscard]] bool empty() const {
    return general.empty() && std::all_of(by_vendor.begin(), by_vendor.end(),
                                          [](const auto& vendor) { return vendor.second.empty(); });
  }
  // All ways of any of its terms.
  [[nodiscard]] WaySet All() const {
    WaySet all = general;
    for (const auto& [licensor, ways] : by_vendor) all.Add(ways);
    return all;
  }
  template <typename Test>
  [[nodiscard]] Arrivals Where(const Test& test) const {
    Arrivals some(general.Where(test));
    for (const auto& [licensor, ways] : by_vendor) {
      some.by_vendor.emplace_back(licensor, ways.Where(test));
    }
    return some;
  }
  friend bool operator==(const Arrivals&, const Arrivals&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Arrivals& arrivals) {
    h = H::combine(std::move(h), arrivals.general, arrivals.by_vendor.size());
    for (const auto& [licensor, ways] : arrivals.by_vendor)
      h = H::combine(std::move(h), licensor.value(), ways);
    return h;
  }
};

// What an artifact's own licence arrives by.
[[nodiscard]] inline Arrivals OwnArrivals() {
  return Arrivals(WaySet{Way{.form = Form::kOwn}, Way{.form = Form::kClass}});
}

}  // namespace lineage

#endif  // LINEAGE_ENGINE_PERMISSION_WAY_H_
