#include "service/http/gzip.h"

#include <algorithm>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace lineage {
namespace {

// False if it says q=0, in any spelling.
bool IsWanted(absl::string_view parameters) {
  for (absl::string_view parameter : absl::StrSplit(parameters, ';')) {
    parameter = absl::StripAsciiWhitespace(parameter);
    if (!absl::ConsumePrefix(&parameter, "q=") && !absl::ConsumePrefix(&parameter, "Q=")) continue;
    double weight = 0;
    return absl::SimpleAtod(parameter, &weight) && weight > 0;
  }
  return true;
}

}  // namespace

bool TakesGzip(absl::string_view accept_encoding) {
  bool any = false;
  for (const absl::string_view part : absl::StrSplit(accept_encoding, ',')) {
    const std::size_t end = std::min(part.find(';'), part.size());
    const absl::string_view name = absl::StripAsciiWhitespace(part.substr(0, end));
    const absl::string_view parameters = end < part.size() ? part.substr(end + 1) : "";
    if (absl::EqualsIgnoreCase(name, "gzip")) return IsWanted(parameters);
    if (name == "*") any = IsWanted(parameters);
  }
  return any;
}

std::string Gzip(absl::string_view bytes, bool small) {
  namespace io = boost::iostreams;
  std::string out;
  {
    io::filtering_ostream stream;
    stream.push(io::gzip_compressor(
        io::gzip_params(small ? io::gzip::best_compression : io::gzip::best_speed)));
    stream.push(io::back_inserter(out));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  return out;
}

}  // namespace lineage
