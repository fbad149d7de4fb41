// The duty bundle for shipping an artifact.
#ifndef LINEAGE_ENGINE_NOTICE_H_
#define LINEAGE_ENGINE_NOTICE_H_

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "engine/model/notice.h"

namespace lineage {

// Groups the duties of an answer by upstream and licence. Where the question says how the artifact
// is used (context.use_mode), only duties that are due then, and whether the rights that this takes
// are permitted: the question's own rights, or, if it asks for all, those of the use mode.
// Errors: those of Engine::Explain.
absl::StatusOr<Notice> NoticeFor(const Engine& engine, absl::string_view artifact,
                                 const Question& question);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_NOTICE_H_
