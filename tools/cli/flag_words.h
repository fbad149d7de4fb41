// Flags whose values are the words of an enum.
#ifndef LINEAGE_TOOLS_CLI_FLAG_WORDS_H_
#define LINEAGE_TOOLS_CLI_FLAG_WORDS_H_

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "engine/model/names.h"

namespace lineage {

// The parser takes no other word than a name of `E`.
template <typename E>
CLI::Validator OneOf() {
  return CLI::IsMember(AllNames<E>());
}

// The value of a word that the parser has checked.
template <typename E>
E ValueOfWord(const std::string& word) {
  return FindByName<E>(word).value_or(static_cast<E>(0));
}

// The values of words that the parser has checked; all if there are none.
template <typename E>
EnumSet<E> ValuesOfWords(const std::vector<std::string>& words) {
  if (words.empty()) return EnumSet<E>::All();
  EnumSet<E> values;
  for (const std::string& word : words) values.Add(ValueOfWord<E>(word));
  return values;
}

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_FLAG_WORDS_H_
