// How the server is set up; docs/operations.md documents every setting.
#ifndef LINEAGE_SERVICE_SERVER_OPTIONS_H_
#define LINEAGE_SERVICE_SERVER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace lineage {

struct Limits {
  absl::Duration read_time = absl::Seconds(3);  // a read that takes longer is cut short
  absl::Duration write_time = absl::Seconds(30);
  std::size_t message_bytes = std::size_t{4} << 20;  // a request
  std::size_t metadata_bytes = std::size_t{16} << 10;
  std::size_t page = 1000;
  std::size_t batch_checks = 1000;
  std::size_t batch_records = 10'000;
  std::size_t imports = 1;                          // at once
  std::size_t import_bytes = std::size_t{8} << 30;  // of one import, on disk in $TMPDIR
  uint64_t import_unpacked_bytes = uint64_t{16} << 30;     // of one import, once it is unpacked
  std::size_t import_least_bytes = std::size_t{64} << 10;  // to be sent within each `watch_stall`
  std::size_t import_files = 100'000;
  std::size_t walk_artifacts = 1'000'000;
  std::size_t graph_nodes = 2000;
  std::size_t requests = 256;  // at once; more are refused with a hint when to try again
  std::size_t queue = 256;     // of those, waiting for a worker
  std::size_t watches = 128;
  std::size_t watched_names = 1000;  // of one watch
  std::size_t connections = 4096;    // fewer, if the process may not have the descriptors
  absl::Duration handshake = absl::Seconds(10);        // from a connection to its first settings
  absl::Duration connection_idle = absl::Minutes(5);   // without a request under way
  absl::Duration connection_age = absl::Hours(24);     // then it takes no new requests,
  absl::Duration connection_grace = absl::Minutes(1);  // and is closed after so long
  std::size_t streams_per_connection = 100;
  std::size_t memory_bytes = std::size_t{512} << 20;  // of gRPC's buffers
  // A reader that takes nothing for so long, or an import's sender that sends next to nothing.
  absl::Duration watch_stall = absl::Seconds(30);
  std::size_t http_connections = 256;
  absl::Duration http_request_time = absl::Seconds(10);  // to send the headers of a request
  std::size_t picture_nodes = 300;                       // of a drawing that is laid out here
};

struct TlsFiles {
  std::string certificate;  // PEM; both are read again when they change
  std::string key;
  std::string client_ca;  // PEM; if set, clients must show a certificate signed by it
};

struct ServerOptions {
  std::string listen = "127.0.0.1:7117";
  TlsFiles tls;
  std::string access_file;     // tokens and roles
  bool insecure = false;       // listen beyond loopback without TLS or access control
  std::string metrics_listen;  // Prometheus; empty: none
  std::string http_listen;     // HTTP and JSON; empty: none
  // Of pages of other servers that may ask over HTTP, between commas: "https://tools.example".
  std::string http_cors_origins;
  int workers = 0;  // threads for long requests; 0: one a core, at least 2
  absl::Duration drain =
      absl::Seconds(7);  // what runs may go on for so long after a signal to stop
  Limits limits;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_OPTIONS_H_
