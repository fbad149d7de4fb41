// Streams of answers, whatever carries them: what makes the messages, and what takes them away.
#ifndef LINEAGE_SERVICE_SERVER_ANSWER_SOURCE_H_
#define LINEAGE_SERVICE_SERVER_ANSWER_SOURCE_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/status.h>

namespace lineage {

// The transport's side. A source calls it from any thread, one call at a time.
class AnswerOutlet {
 public:
  virtual ~AnswerOutlet() = default;

  // Sends a message, which stays as it is until the source hears AnswerSource::Written.
  virtual void Write(const google::protobuf::Message& message) = 0;
  // Ends the stream, once; no write is under way. Nothing else is called after it.
  virtual void End(const grpc::Status& status) = 0;
  // Gives the caller up: a write that is under way ends as not taken.
  virtual void Cut() = 0;
};

// The service's side.
class AnswerSource {
 public:
  virtual ~AnswerSource() = default;

  // Once. The outlet stays until Done.
  virtual void Begin(AnswerOutlet* outlet) = 0;
  // The message was taken, or (not ok) there is nobody any more to take it.
  virtual void Written(bool ok) = 0;
  // The caller has gone. End is still to be called.
  virtual void Cancelled() = 0;
  // After End: the outlet goes.
  virtual void Done() = 0;
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_ANSWER_SOURCE_H_
