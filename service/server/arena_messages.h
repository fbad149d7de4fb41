// Requests and responses in arenas: the hundreds of small messages of an answer are one block,
// which is freed at once.
#ifndef LINEAGE_SERVICE_SERVER_ARENA_MESSAGES_H_
#define LINEAGE_SERVICE_SERVER_ARENA_MESSAGES_H_

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

namespace lineage {

template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Holder; }

 private:
  class Holder final : public grpc::MessageHolder<Request, Response> {
   public:
    Holder() : arena_(first_, sizeof(first_)) {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    // Enough for a question about one artifact.
    static constexpr std::size_t kFirstBlock = 6 << 10;
    alignas(8) char first_[kFirstBlock];
    google::protobuf::Arena arena_;
  };
};

// service->SetMessageAllocatorFor_METHOD(InArena()).
struct InArena {
  template <typename Request, typename Response>
  operator grpc::MessageAllocator<Request, Response>*() const {  // NOLINT(google-explicit-*)
    static ArenaMessages<Request, Response> allocator;
    return &allocator;
  }
};

}  // namespace lineage

#endif  // LINEAGE_SERVICE_SERVER_ARENA_MESSAGES_H_
