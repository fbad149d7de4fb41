// Model cards and data-set cards: a README with YAML front matter, as the Hub keeps them.
#ifndef LINEAGE_ENGINE_EXCHANGE_MODEL_CARD_H_
#define LINEAGE_ENGINE_EXCHANGE_MODEL_CARD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/exchange/record_builder.h"

namespace lineage {

struct CardMetadata {
  CardFacts facts;
  std::string name;    // pretty_name
  bool found = false;  // false: the card has no front matter
};

// Reads the front matter of a card. Line ends of any kind; a "---" in the body is the body's.
// Errors: INVALID_ARGUMENT with file:line (no closing line, no valid YAML, no map).
absl::StatusOr<CardMetadata> ReadCardMetadata(absl::string_view text, absl::string_view file);

// A card by itself: about `context.id`. Errors: those of the sink. A bad card is noted.
absl::Status ImportModelCard(absl::string_view text, const ImportContext& context,
                             ImportSink* sink);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_MODEL_CARD_H_
