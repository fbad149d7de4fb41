#include "service/server/access.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/digest.h"
#include "engine/base/status_macros.h"
#include "engine/base/yaml.h"
#include "engine/catalog/reader.h"
#include "service/safety/private_file.h"
#include "service/server/log.h"

namespace lineage {
namespace {

constexpr std::size_t kLargestList = std::size_t{16} << 20;  // some 100,000 tokens

bool ReadHash(absl::string_view text, std::string* hash) {
  if (text.size() != 64) return false;
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
  }
  *hash = absl::HexStringToBytes(text);
  return true;
}

template <typename Visit>
void EachOf(const YamlNode& root, const char* key, NodeReader* reader, const Visit& visit) {
  const YamlNode* list = root.Find(key);
  if (list == nullptr || list->IsNull()) return;
  if (!list->IsSequence()) {
    reader->Problem(*list, absl::StrCat("expected a list of ", key));
    return;
  }
  for (const YamlNode& node : list->items) visit(node);
}

}  // namespace

absl::StatusOr<AccessList> AccessList::Parse(absl::string_view text, absl::string_view file) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, file));
  std::vector<Diagnostic> problems;
  NodeReader reader{std::string(file), &problems};
  AccessList list;
  if (!root.IsNull() && reader.CheckMap(root, "an access file", {"tokens", "certificates"})) {
    EachOf(root, "tokens", &reader, [&](const YamlNode& node) {
      if (!reader.CheckMap(node, "a token", {"name", "role", "sha256"})) return;
      Token token;
      token.caller.name = reader.ReadStringAt(node, "name", true);
      token.caller.role = reader.ReadEnumAt<Role>(node, "role", true).value_or(Role::kReader);
      if (!ReadHash(reader.ReadStringAt(node, "sha256", true), &token.hash)) {
        reader.Problem(node,
                       "\"sha256\" is not 64 hexadecimal digits: make one with "
                       "lineaged new-token");
      }
      list.tokens.push_back(std::move(token));
    });
    EachOf(root, "certificates", &reader, [&](const YamlNode& node) {
      if (!reader.CheckMap(node, "a certificate", {"common_name", "role"})) return;
      list.certificates.push_back(
          {reader.ReadStringAt(node, "common_name", true),
           reader.ReadEnumAt<Role>(node, "role", true).value_or(Role::kReader)});
    });
  }
  RETURN_IF_ERROR(ToStatus(problems));
  return list;
}

std::unique_ptr<Access> Access::Open() { return std::make_unique<Access>(); }

absl::StatusOr<std::unique_ptr<Access>> Access::FromFile(const std::string& path) {
  auto access = std::make_unique<Access>();
  access->path_ = path;
  RETURN_IF_ERROR(access->Reload());
  return access;
}

absl::Status Access::Reload() {
  if (path_.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const PrivateFile file, ReadPrivateFile(path_, Privacy::kGrants, kLargestList));
  if (!file.warning.empty()) Log(LogLevel::kWarning, file.warning);
  ASSIGN_OR_RETURN(AccessList list, AccessList::Parse(file.text, path_));
  if (list.tokens.empty() && list.certificates.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ": lists no token and no certificate, so nobody could come in"));
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  list_ = std::make_shared<const AccessList>(std::move(list));
  ++generation_;
  return absl::OkStatus();
}

absl::StatusOr<Caller> Access::Authenticate(absl::string_view authorization,
                                            const std::vector<std::string>& common_names) const {
  if (open()) return Caller{"anonymous", Role::kAdmin};
  std::shared_ptr<const AccessList> list;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    list = list_;
  }
  if (absl::ConsumePrefix(&authorization, "Bearer ") ||
      absl::ConsumePrefix(&authorization, "bearer ")) {
    const std::string hash = Sha256(authorization);
    const AccessList::Token* found = nullptr;
    for (const AccessList::Token& token : list->tokens) {  // all of them, whichever fits
      if (EqualInConstantTime(token.hash, hash)) found = &token;
    }
    if (found != nullptr) return found->caller;
  }
  for (const AccessList::Certificate& certificate : list->certificates) {
    for (const std::string& name : common_names) {
      if (name == certificate.common_name) return Caller{name, certificate.role};
    }
  }
  return absl::UnauthenticatedError(
      "no valid credentials: send a bearer token (authorization: Bearer …) or a client certificate "
      "that the server knows");
}

NewToken MakeAccessToken() {
  NewToken made;
  made.token = absl::WebSafeBase64Escape(RandomBytes(32));
  made.sha256 = absl::BytesToHexString(Sha256(made.token));
  return made;
}

}  // namespace lineage
