// The duty bundle as text or Markdown.
#ifndef LINEAGE_ENGINE_REPORT_NOTICE_TEXT_H_
#define LINEAGE_ENGINE_REPORT_NOTICE_TEXT_H_

#include <string>

#include "engine/model/notice.h"

namespace lineage {

// Nothing of the data becomes a link, markup or HTML in it.
[[nodiscard]] std::string NoticeText(const Notice& notice, bool markdown);
// To be appended: the text of a licence as a section of its own.
[[nodiscard]] std::string LicenseTextSection(const std::string& license, const std::string& text,
                                             bool markdown);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_REPORT_NOTICE_TEXT_H_
