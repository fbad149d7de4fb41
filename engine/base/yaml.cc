#include "engine/base/yaml.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <istream>
#include <streambuf>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/text.h"

namespace lineage {
namespace {

// Thrown inside the handler and caught in ParseYaml: yaml-cpp offers no other way to stop its
// parser.
struct Refusal {
  YAML::Mark mark;
  std::string message;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(int max_depth) : max_depth_(max_depth) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    Add(MakeNode(YamlNode::Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{mark, "aliases (*name) are not allowed: write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseAnchor(mark, anchor);
    const bool quoted = tag == "!";
    RefuseTag(mark, tag);
    YamlNode node = MakeNode(YamlNode::Kind::kScalar, mark);
    node.quoted = quoted;
    if (!quoted && (value.empty() || value == "~" || value == "null")) {
      node.kind = YamlNode::Kind::kNull;
    }
    node.scalar = value;
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    Open(MakeNode(YamlNode::Kind::kSequence, mark));
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    Open(MakeNode(YamlNode::Kind::kMap, mark));
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    YamlNode node;
    bool has_key = false;
    YamlNode key;
    absl::flat_hash_set<std::string> keys;
  };

  static YamlNode MakeNode(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }
  static void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refusal{mark, "anchors (&name) are not allowed: write the value out"};
  }
  static void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refusal{mark, absl::StrCat("tags (", tag, ") are not allowed")};
    }
  }

  void Open(YamlNode node) {
    if (static_cast<int>(stack_.size()) >= max_depth_) {
      throw Refusal{YAML::Mark(), absl::StrCat(node.line, ":", node.column, ": nested deeper than ",
                                               max_depth_, " levels")};
    }
    stack_.push_back(Frame{std::move(node), false, {}, {}});
  }
  void Close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    Add(std::move(node));
  }
  void Add(YamlNode node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.IsSequence()) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    if (frame.has_key) {
      frame.node.entries.push_back({std::move(frame.key), std::move(node)});
      frame.has_key = false;
      return;
    }
    YAML::Mark mark;
    mark.line = node.line - 1;
    mark.column = node.column - 1;
    if (!node.IsScalar()) throw Refusal{mark, "a key must be a plain word"};
    if (!frame.keys.insert(node.scalar).second) {
      throw Refusal{mark, absl::StrFormat("the key \"%s\" stands here twice", node.scalar)};
    }
    frame.key = std::move(node);
    frame.has_key = true;
  }

  const int max_depth_;
  YamlNode root_;
  std::vector<Frame> stack_;
};

// A stream over memory that does not copy it.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(absl::string_view text) {
    char* begin =
        const_cast<char*>(text.data());  // never written: std::streambuf has no const form
    setg(begin, begin, begin + text.size());
  }
};

// What yaml-cpp would accept or misread, found before it starts.
absl::Status CheckCharacters(absl::string_view text, absl::string_view file) {
  int line = 1;
  std::size_t line_start = 0;
  const auto error = [&](std::size_t at, absl::string_view message) {
    return ErrorAt({std::string(file), line, static_cast<int>(at - line_start) + 1}, message);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\n') {
      ++line;
      line_start = i + 1;
    } else if (c == 0) {
      return error(i, "a NUL character stands here; the file is not text");
    } else if (c < 0x20 && c != '\t' && c != '\r') {
      return error(i, absl::StrFormat("the control character \\x%02x stands here", c));
    }
  }
  if (!IsValidUtf8(text)) {
    return ErrorAt({std::string(file), 0, 0}, "not valid UTF-8: save the file as UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Location::ToString() const {
  if (line == 0) return file;
  if (column == 0) return absl::StrCat(file, ":", line);
  return absl::StrCat(file, ":", line, ":", column);
}

absl::Status ErrorAt(const Location& location, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(location.ToString(), ": ", message));
}

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.scalar == key) return &value;
  }
  return nullptr;
}

absl::StatusOr<YamlNode> ParseYaml(absl::string_view text, absl::string_view file,
                                   const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return ErrorAt({std::string(file), 0, 0},
                   absl::StrCat("larger than ", limits.max_bytes, " bytes"));
  }
  if (absl::StartsWith(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const absl::Status status = CheckCharacters(text, file); !status.ok()) return status;
  ViewBuffer buffer(text);
  std::istream stream(&buffer);
  TreeBuilder builder(limits.max_depth);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return YamlNode();
    YamlNode root = builder.TakeRoot();
    TreeBuilder rest(limits.max_depth);
    if (parser.HandleNextDocument(rest)) {
      return ErrorAt({std::string(file), 0, 0}, "holds several documents (---); one is allowed");
    }
    return root;
  } catch (const Refusal& refusal) {
    if (refusal.mark.is_null())
      return absl::InvalidArgumentError(absl::StrCat(file, ":", refusal.message));
    return ErrorAt({std::string(file), refusal.mark.line + 1, refusal.mark.column + 1},
                   refusal.message);
  } catch (const YAML::Exception& e) {
    return ErrorAt({std::string(file), e.mark.line + 1, e.mark.column + 1},
                   absl::StrCat("not well-formed YAML: ", e.msg));
  } catch (const std::exception& e) {
    return ErrorAt({std::string(file), 0, 0}, absl::StrCat("not well-formed YAML: ", e.what()));
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path, std::size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const std::string message = absl::StrCat(path, ": ", std::strerror(errno));
    if (errno == ENOENT || errno == ENOTDIR) return absl::NotFoundError(message);
    return absl::PermissionDeniedError(message);
  }
  struct Closer {
    int fd;
    ~Closer() { ::close(fd); }
  } closer{fd};
  struct stat before {};
  if (::fstat(fd, &before) != 0)
    return absl::InternalError(absl::StrCat(path, ": ", std::strerror(errno)));
  if (!S_ISREG(before.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a regular file"));
  }
  if (static_cast<std::size_t>(before.st_size) > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": larger than ", max_bytes, " bytes"));
  }
  std::string content(static_cast<std::size_t>(before.st_size), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = ::read(fd, content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::InternalError(absl::StrCat(path, ": ", std::strerror(errno)));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  struct stat after {};
  if (done != content.size() || ::fstat(fd, &after) != 0 || after.st_size != before.st_size ||
      after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
      after.st_mtim.tv_nsec != before.st_mtim.tv_nsec) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": changed while it was read; try again"));
  }
  return content;
}

}  // namespace lineage
