#include "tools/cli/print/report.h"

#include <nlohmann/json.hpp>

namespace lineage {

bool WriteReport(absl::Span<const ReportItem> items, Output* output) {
  switch (output->format()) {
    case Format::kSarif:
      output->stream() << SarifDocument(items, LINEAGE_VERSION)
                              .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                       << "\n";
      return true;
    case Format::kJunit:
      output->stream() << JUnitDocument(items);
      return true;
    case Format::kGithub:
      output->stream() << GithubAnnotations(items);
      return true;
    default:
      return false;
  }
}

}  // namespace lineage
