// From bytes to an HTTP request, under limits. It knows no sockets, so that it can be fuzzed.
#ifndef LINEAGE_SERVICE_HTTP_PARSER_H_
#define LINEAGE_SERVICE_HTTP_PARSER_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace lineage {

// One request. Boost.Beast reads it: HTTP/1.0 and 1.1, bodies by length or in chunks.
class HttpParser {
 public:
  enum class State {
    kHeader,  // incomplete
    kBody,    // the headers are complete, the body is not
    kDone,
    kBad,  // refused: see problem()
  };

  HttpParser(std::size_t header_bytes, std::size_t body_bytes);
  ~HttpParser();

  // Takes what it can of `bytes`, and returns how many. Headers are taken all at once: what is left
  // while the state is kHeader has to be given again with what follows it. What is left in kDone is
  // the next request's.
  std::size_t Feed(absl::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  // For kBad, the status to answer with.
  [[nodiscard]] int problem() const { return problem_; }
  // In kBody: the client waits to be told to go on (Expect: 100-continue).
  [[nodiscard]] bool WantsContinue() const;
  // In kDone, once.
  HttpRequest Take();

 private:
  struct Reader;
  void CheckHeaders();
  void Refuse(int status);

  std::unique_ptr<Reader> reader_;
  State state_ = State::kHeader;
  int problem_ = 0;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_HTTP_PARSER_H_
