// An import that a server does: it is sent what an import looks at.
#ifndef LINEAGE_TOOLS_CLI_REMOTE_IMPORT_H_
#define LINEAGE_TOOLS_CLI_REMOTE_IMPORT_H_

#include "absl/status/status.h"
#include "engine/import_session.h"

namespace lineage {

class Client;

// `summary` becomes the server's, with what was not sent. Errors: those of reading the documents,
// of the server, and of the connection.
absl::Status ImportRemotely(const ImportRequest& request, Client* client, ImportSummary* summary);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_REMOTE_IMPORT_H_
