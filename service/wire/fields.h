// What the conversions share: fields of messages and the engine's sets, lists and enums.
#ifndef LINEAGE_SERVICE_WIRE_FIELDS_H_
#define LINEAGE_SERVICE_WIRE_FIELDS_H_

#include <string>
#include <vector>

#include "engine/model/names.h"
#include "service/wire/convert.h"

namespace lineage {

template <typename P, typename E, typename Field>
void AddSet(EnumSet<E> set, Field* field) {
  for (const E e : set.Values()) field->Add(ToPb<P>(e));
}
template <typename E, typename Field>
EnumSet<E> SetOf(const Field& field) {
  EnumSet<E> set;
  for (const int number : field) {
    if (const auto e = FromPb<E>(number)) set.Add(*e);
  }
  return set;
}

template <typename P, typename E, typename Field>
void AddEnums(const std::vector<E>& values, Field* field) {
  for (const E e : values) field->Add(ToPb<P>(e));
}
template <typename E, typename Field>
std::vector<E> EnumsOf(const Field& field) {
  std::vector<E> values;
  for (const int number : field) {
    if (const auto e = FromPb<E>(number)) values.push_back(*e);
  }
  return values;
}

template <typename Field>
void AddStrings(const std::vector<std::string>& strings, Field* field) {
  field->Add(strings.begin(), strings.end());
}
template <typename Field>
std::vector<std::string> StringsOf(const Field& field) {
  return {field.begin(), field.end()};
}

// What is not set, or of a newer version, is `otherwise`.
template <typename E, typename P>
E Or(P p, E otherwise) {
  return FromPb<E>(p).value_or(otherwise);
}

}  // namespace lineage

#endif  // LINEAGE_SERVICE_WIRE_FIELDS_H_
