#include "tools/cli/remote_import.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/base/yaml.h"
#include "service/client/client.h"
#include "service/wire/convert_analysis.h"
#include "service/wire/status.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;
using ImportWriter = grpc::ClientWriterInterface<pb::ImportDocumentRequest>;

absl::Status SendFile(std::istream& in, const std::string& name, uint64_t most,
                      const ImportRequest& request, ImportWriter* writer) {
  pb::ImportDocumentRequest message;
  message.set_file_name(name);
  bool open = writer->Write(message);
  std::string chunk(std::size_t{1} << 18, '\0');
  for (uint64_t done = 0; open && in && done < most;) {
    if (request.cancelled != nullptr && *request.cancelled) {
      return absl::CancelledError("interrupted; nothing was written");
    }
    in.read(chunk.data(),
            static_cast<std::streamsize>(std::min<uint64_t>(chunk.size(), most - done)));
    if (in.gcount() == 0) break;
    done += static_cast<uint64_t>(in.gcount());
    message.set_chunk(chunk.data(), static_cast<std::size_t>(in.gcount()));
    open = writer->Write(message);
    if (request.progress) request.progress({name, done, 0, 0});
  }
  return absl::OkStatus();  // if the server has ended the call, it says why
}

// The same of a file; `name` is how the server calls it.
absl::Status SendOpened(InputFile file, const std::string& name, uint64_t most,
                        const ImportRequest& request, ImportWriter* writer) {
  RETURN_IF_ERROR(SendFile(file.stream(), name, most, request, writer));
  return file.CheckUnchanged();
}

// `root`: the folder without links.
absl::Status SendFolder(const ImportInput& input, const fs::path& root,
                        const ImportRequest& request, ImportWriter* writer,
                        std::vector<ImportNote>* notes) {
  ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFolder(input.path, input.shown));
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (it->path().filename() == ".git") it.disable_recursion_pending();
    if (!it->is_directory(ignored)) files.push_back(it->path());
  }
  if (error) return absl::UnavailableError(absl::StrCat(input.shown, ": ", error.message()));
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    const std::optional<uint64_t> most = BytesLookedAt(path.filename().string());
    if (!most) continue;
    const std::string within = path.lexically_relative(root).string();
    const std::string name = absl::StrCat(root.filename().string(), "/", within);
    if (*most == 0) {
      std::istringstream nothing;
      if (fs::is_regular_file(path, error)) {
        RETURN_IF_ERROR(SendFile(nothing, name, 0, request, writer));
      }
      continue;
    }
    absl::StatusOr<InputFile> file =
        bounds.Open(path.string(), absl::StrCat(input.shown, "/", within));
    if (file.ok()) {
      RETURN_IF_ERROR(SendOpened(*std::move(file), name, *most, request, writer));
    } else if (request.strict) {
      return file.status();
    } else {
      notes->push_back(Skipped({}, absl::StrCat("skipped: ", file.status().message())));
    }
  }
  return absl::OkStatus();
}

// Sends what an import would look at; `notes` lists what was left out.
absl::Status Send(const ImportInput& input, const ImportRequest& request, ImportWriter* writer,
                  std::vector<ImportNote>* notes) {
  if (input.path == "-") {
    return SendFile(std::cin, "standard-input", ~uint64_t{0}, request, writer);
  }
  std::error_code error;
  const fs::path root = fs::weakly_canonical(input.path, error);
  if (!fs::exists(root, error)) {
    return absl::NotFoundError(absl::StrCat(input.shown, ": no such file or folder"));
  }
  if (fs::is_directory(root, error)) return SendFolder(input, root, request, writer, notes);
  ASSIGN_OR_RETURN(InputFile file, OpenNamedFile(input.path, input.shown));
  return SendOpened(std::move(file), fs::path(input.path).filename().string(), ~uint64_t{0},
                    request, writer);
}

}  // namespace

absl::Status ImportRemotely(const ImportRequest& request, Client* client, ImportSummary* summary) {
  const auto context = client->NewContext(/*stream=*/true);
  pb::ImportDocumentResponse response;
  const auto writer = client->claims().ImportDocument(context.get(), &response);
  pb::ImportDocumentRequest message;
  pb::ImportHeader* header = message.mutable_header();
  if (request.options.format) {
    header->set_format(ToPb<pb::ImportFormat>(*request.options.format));
  }
  header->set_artifact(request.options.id);
  for (const auto& [what, column] : request.options.columns) {
    (*header->mutable_columns())[what] = column;
  }
  header->set_validate_only(request.dry_run);
  header->set_strict(request.strict);
  header->set_note(request.note);
  if (request.inputs.size() == 1) {
    // A single file is distinguished from others of its name by where it lies.
    header->set_folder(std::filesystem::path(request.inputs[0].shown).parent_path().string());
  }
  writer->Write(message);
  absl::Status sent;
  std::vector<ImportNote> notes;
  for (const ImportInput& input : request.inputs) {
    sent = Send(input, request, writer.get(), &notes);
    if (!sent.ok()) break;
  }
  if (!sent.ok()) context->TryCancel();
  writer->WritesDone();
  const absl::Status status = FromGrpc(writer->Finish());
  RETURN_IF_ERROR(sent);
  RETURN_IF_ERROR(status);
  *summary = ValueOf(response);
  if (!notes.empty()) summary->counts[ImportNote::Kind::kSkipped] += notes.size();
  summary->notes.insert(summary->notes.begin(), notes.begin(), notes.end());
  return absl::OkStatus();
}

}  // namespace lineage
