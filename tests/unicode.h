// All of Unicode, for tests of what is taken and of what is written.
#ifndef LINEAGE_TESTS_UNICODE_H_
#define LINEAGE_TESTS_UNICODE_H_

#include <string>
#include <vector>

namespace lineage::testing {

inline std::string Utf8(char32_t c) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3F)), byte(0x80 | ((c >> 6) & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

// Every code point but the surrogates, which UTF-8 has not: 1,112,064.
inline std::vector<char32_t> EveryCodePoint() {
  std::vector<char32_t> all;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) all.push_back(c);
  }
  return all;
}

}  // namespace lineage::testing

#endif  // LINEAGE_TESTS_UNICODE_H_
