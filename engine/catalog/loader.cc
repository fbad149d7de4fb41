#include "engine/catalog/loader.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/input_file.h"
#include "engine/base/status_macros.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "engine/catalog/claim_reader.h"
#include "engine/catalog/license_reader.h"
#include "engine/catalog/reader.h"
#include "engine/license/expression.h"
#include "engine/license/license_table.h"
#include "engine/license/license_text.h"
#include "engine/model/openness.h"

namespace lineage {
namespace {

struct File {
  std::string name;
  YamlNode root;
};

// One run of the loader over all files: read, then look up every reference.
class Load {
 public:
  Load(Catalog base, const LoadOptions& options, std::vector<Diagnostic>* problems)
      : catalog_(std::move(base)),
        options_(options),
        problems_(problems),
        old_licenses_(catalog_.licenses.size()),
        old_artifacts_(catalog_.artifacts.size()),
        old_claims_(catalog_.claims.size()) {}

  void Parse(const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, text] : files) {
      absl::StatusOr<YamlNode> root = ParseYaml(text, name);
      if (!root.ok()) {
        problems_->push_back({Location{}, std::string(root.status().message())});
      } else if (!root->IsNull()) {
        files_.push_back({name, *std::move(root)});
      }
    }
  }

  Catalog Run() {
    for (const File& file : files_) {
      NodeReader reader(file.name, problems_);
      reader.CheckMap(file.root, "a catalogue file",
                      {"licenses", "exceptions", "license_texts", "sources", "artifacts", "claims",
                       "purposes", "regions", "entities", "facts", "parties", "edition", "queries", "compare"});
      ReadVocabulary(file.root, &reader, &catalog_.vocabulary);
    }
    ReadLicenses();
    std::vector<Artifact> artifacts;
    for (const File& file : files_) {
      NodeReader reader(file.name, problems_);
      if (const YamlNode* list = List(file, "exceptions", &reader)) {
        for (const YamlNode& node : list->items)
          catalog_.exceptions.push_back(ReadException(node, &reader));
      }
      ReadArtifactsAndClaims(file.root, options_, &reader, &artifacts, &catalog_.claims);
    }
    MergeArtifacts(std::move(artifacts));
    ReadTexts();
    CheckLicenses();
    CheckClaims();
    return std::move(catalog_);
  }

 private:
  void Problem(const Location& where, std::string message) {
    problems_->push_back({where, std::move(message)});
  }

  static const YamlNode* List(const File& file, const char* key, NodeReader* reader) {
    const YamlNode* list = file.root.Find(key);
    if (list == nullptr || list->IsNull()) return nullptr;
    if (list->IsSequence()) return list;
    reader->Problem(*list, absl::StrCat("expected a list of ", key));
    return nullptr;
  }

  // Licences may be based on each other across files, in any order; so they are read on demand.
  struct Pending {
    const YamlNode* node;
    const File* file;
    enum { kWaiting, kReading, kDone } state = kWaiting;
    License license;
  };

  void ReadLicenses() {
    for (const File& file : files_) {
      NodeReader reader(file.name, problems_);
      const YamlNode* list = List(file, "licenses", &reader);
      if (list == nullptr) continue;
      for (const YamlNode& node : list->items) {
        const YamlNode* id = node.Find("id");
        const std::string name = id == nullptr ? "" : id->scalar;
        const auto known = [&](const License& license) { return license.id == name; };
        const auto old = std::find_if(catalog_.licenses.begin(), catalog_.licenses.end(), known);
        if (old != catalog_.licenses.end()) {
          reader.Problem(node, absl::StrCat("the licence ", name, " is already defined at ",
                                            old->location.ToString()));
          continue;
        }
        const auto [it, fresh] = pending_by_id_.try_emplace(name, pending_.size());
        if (!fresh) {
          const Pending& first = pending_[it->second];
          reader.Problem(
              node,
              absl::StrCat(
                  "the licence ", name, " is already defined at ",
                  Location{first.file->name, first.node->line, first.node->column}.ToString()));
          continue;
        }
        pending_.push_back({&node, &file, Pending::kWaiting, {}});
      }
    }
    for (Pending& pending : pending_) ReadPending(&pending);
    for (Pending& pending : pending_) catalog_.licenses.push_back(std::move(pending.license));
  }

  void ReadPending(Pending* pending) {
    if (pending->state == Pending::kDone) return;
    NodeReader reader(pending->file->name, problems_);
    pending->state = Pending::kReading;
    const License* base = nullptr;
    if (const YamlNode* based_on = pending->node->Find("based_on")) {
      base = FindBase(*based_on, &reader);
    }
    pending->license = ReadLicense(*pending->node, base, catalog_.vocabulary, &reader);
    pending->state = Pending::kDone;
  }

  const License* FindBase(const YamlNode& based_on, NodeReader* reader) {
    const std::string id = reader->ReadString(based_on, "based_on");
    for (const License& license : catalog_.licenses) {
      if (license.id == id) return &license;
    }
    const auto it = pending_by_id_.find(id);
    if (it == pending_by_id_.end()) {
      std::vector<std::string> ids;
      for (const auto& [name, unused] : pending_by_id_) ids.push_back(name);
      reader->Problem(based_on,
                      absl::StrCat("no licence \"", id, "\" to be based on", DidYouMean(id, ids)));
      return nullptr;
    }
    Pending& pending = pending_[it->second];
    if (pending.state == Pending::kReading) {
      reader->Problem(based_on,
                      absl::StrCat("licences are based on each other in a circle through ", id));
      return nullptr;
    }
    ReadPending(&pending);
    return &pending.license;
  }

  void ReadTexts() {
    for (const File& file : files_) {
      NodeReader reader(file.name, problems_);
      const YamlNode* list = List(file, "license_texts", &reader);
      if (list == nullptr) continue;
      for (const YamlNode& node : list->items) {
        if (!reader.CheckMap(node, "a licence's text", {"license", "terms", "words"})) continue;
        const std::string id = reader.ReadStringAt(node, "license", true);
        const std::string words = reader.ReadStringAt(node, "words", true);
        const std::string terms = reader.ReadStringAt(node, "terms", true);
        uint32_t count = 0;
        std::optional<KnownText> text;
        if (absl::SimpleAtoi(terms, &count)) text = ParseWords(words, count);
        if (!text) {
          reader.Problem(node, "no text: write what `lineage-cli license sketch` prints");
          continue;
        }
        const auto it = std::find_if(catalog_.licenses.begin(), catalog_.licenses.end(),
                                     [&](const License& license) { return license.id == id; });
        if (it == catalog_.licenses.end()) {
          reader.Problem(node, absl::StrCat("no licence \"", id, "\" in the catalogue"));
        } else {
          it->texts.push_back(*std::move(text));
        }
      }
    }
  }

  void MergeArtifacts(std::vector<Artifact> artifacts) {
    for (std::size_t i = 0; i < catalog_.artifacts.size(); ++i)
      artifact_by_id_.emplace(catalog_.artifacts[i].id, i);
    for (Artifact& artifact : artifacts) {
      const auto [it, fresh] = artifact_by_id_.try_emplace(artifact.id, catalog_.artifacts.size());
      if (fresh) {
        catalog_.artifacts.push_back(std::move(artifact));
        continue;
      }
      Artifact& first = catalog_.artifacts[it->second];
      // A pack may add claims and aliases to what is known; one catalogue describes each artifact
      // once.
      if (it->second >= old_artifacts_) {
        Problem(artifact.location,
                absl::StrCat(artifact.id, " is already described at ", first.location.ToString(),
                             ": keep one entry, or move the claims to `claims:` with `subject:`"));
      } else if (first.kind != artifact.kind && first.kind != ArtifactKind::kUnresolved) {
        Problem(artifact.location,
                absl::StrCat(artifact.id, " is a ", Name(artifact.kind), " here and a ",
                             Name(first.kind), " at ", first.location.ToString()));
      } else {
        first.kind = artifact.kind;
        first.aliases.insert(first.aliases.end(), artifact.aliases.begin(), artifact.aliases.end());
      }
    }
  }

  void CheckLicenses() {
    absl::flat_hash_map<std::string, const License*> names;
    const auto claim_name = [&](const License& license, const std::string& name) {
      const auto [it, fresh] = names.emplace(Fold(name), &license);
      if (!fresh && it->second != &license) {
        Problem(license.location, absl::StrFormat("the name \"%s\" of %s already means %s", name,
                                                  license.id, it->second->id));
      }
    };
    for (const License& license : catalog_.licenses) claim_name(license, license.id);
    for (const License& license : catalog_.licenses) {
      for (const std::string& tag : license.hub_tags) claim_name(license, tag);
      for (const std::string& alias : license.aliases) claim_name(license, alias);
    }
    std::vector<std::string> ids;
    absl::flat_hash_set<std::string> known;
    for (const License& license : catalog_.licenses)
      ids.push_back(license.id), known.insert(license.id);
    const auto check = [&](const License& license, const std::string& id, absl::string_view key) {
      if (known.contains(id)) return;
      Problem(license.location, absl::StrFormat("%s: \"%s\" in %s is no licence of the catalogue%s",
                                                license.id, id, key, DidYouMean(id, ids)));
    };
    for (std::size_t i = old_licenses_; i < catalog_.licenses.size(); ++i) {
      License& license = catalog_.licenses[i];
      for (const std::string& id : license.later_versions) check(license, id, "later_versions");
      for (const std::string& id : license.later_editions) check(license, id, "later_editions");
      if (!license.edition_of.empty()) check(license, license.edition_of, "edition_of");
      for (Duty& duty : license.duties) {
        for (const std::string& id : duty.satisfied_by) check(license, id, "satisfied_by");
        for (const Satisfier& satisfier : duty.satisfiers) {
          check(license, satisfier.license, "satisfied_by");
        }
        std::sort(duty.satisfied_by.begin(), duty.satisfied_by.end());
      }
    }
  }

  void CheckClaims() {
    std::vector<std::string> ids;
    for (const Artifact& artifact : catalog_.artifacts) ids.push_back(artifact.id);
    const LicenseTable table(std::make_shared<Catalog>(catalog_));
    const std::vector<std::string> license_ids = table.Ids();
    for (std::size_t i = old_claims_; i < catalog_.claims.size(); ++i) {
      const Claim& claim = catalog_.claims[i];
      CheckArtifact(claim, claim.subject, ids);
      if (claim.statement == StatementKind::kEdge) {
        CheckArtifact(claim, claim.parent, ids);
        if (claim.parent == claim.subject) {
          Problem(claim.location,
                  absl::StrCat(claim.subject, " cannot be ", Name(claim.relation), " itself"));
        }
      }
      if (claim.statement == StatementKind::kLicense && !claim.as_found && !options_.lenient) {
        CheckLicenseText(claim, claim.text, table, license_ids);
      }
      if (claim.statement == StatementKind::kPublishes && !claim.as_found && !options_.lenient) {
        const std::optional<PublishedPart> published = ReadPublishedPart(claim.text);
        if (published && !published->license.empty() && published->license != kNoLicense) {
          CheckLicenseText(claim, published->license, table, license_ids);
        }
      }
    }
  }

  void CheckArtifact(const Claim& claim, const std::string& id,
                     const std::vector<std::string>& ids) {
    if (artifact_by_id_.contains(id) || id.empty()) return;
    if (options_.lenient) {
      artifact_by_id_.emplace(id, catalog_.artifacts.size());
      Artifact placeholder;
      placeholder.id = id;
      placeholder.location = claim.location;
      catalog_.artifacts.push_back(std::move(placeholder));
      return;
    }
    Problem(claim.location,
            absl::StrFormat("no artifact \"%s\": describe it (at least id and kind)%s",
                            EscapeForTerminal(id), DidYouMean(id, ids)));
  }

  void CheckLicenseText(const Claim& claim, const std::string& text, const LicenseTable& table,
                        const std::vector<std::string>& ids) {
    for (std::string& problem : LicenseProblems(text, table, ids)) {
      Problem(claim.location, std::move(problem));
    }
  }

  Catalog catalog_;
  const LoadOptions& options_;
  std::vector<Diagnostic>* problems_;
  const std::size_t old_licenses_;
  const std::size_t old_artifacts_;
  const std::size_t old_claims_;
  std::vector<File> files_;
  std::vector<Pending> pending_;
  absl::flat_hash_map<std::string, std::size_t> pending_by_id_;
  absl::flat_hash_map<std::string, std::size_t> artifact_by_id_;
};

}  // namespace

std::string Diagnostic::ToString() const {
  const std::string place = where.ToString();
  return place.empty() ? message : absl::StrCat(place, ": ", message);
}

CatalogLoader::CatalogLoader(Catalog base, LoadOptions options)
    : base_(std::move(base)), options_(options) {}
CatalogLoader::~CatalogLoader() = default;

void CatalogLoader::Add(std::string file, std::string text) {
  files_.emplace_back(std::move(file), std::move(text));
}

bool CatalogLoader::Finish(Catalog* catalog, std::vector<Diagnostic>* problems) {
  const std::size_t before = problems->size();
  Load load(base_, options_, problems);
  load.Parse(files_);
  Catalog result = load.Run();
  std::stable_sort(problems->begin() + static_cast<std::ptrdiff_t>(before), problems->end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::tie(a.where.file, a.where.line, a.where.column) <
                            std::tie(b.where.file, b.where.line, b.where.column);
                   });
  if (problems->size() != before) return false;
  *catalog = std::move(result);
  return true;
}

absl::StatusOr<std::vector<std::string>> FindYamlFiles(absl::Span<const std::string> paths) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (!fs::exists(path, error))
        return absl::NotFoundError(absl::StrCat(path, ": no such file or folder"));
      RETURN_IF_ERROR(OpenNamedFile(path, path).status());
      files.push_back(path);
      continue;
    }
    ASSIGN_OR_RETURN(const Bounds bounds, Bounds::OfFolder(path, path));
    std::vector<std::string> found;
    fs::recursive_directory_iterator it(path, fs::directory_options::skip_permission_denied, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      const std::string extension = it->path().extension().string();
      std::error_code ignored;
      if ((extension != ".yaml" && extension != ".yml") || it->is_directory(ignored)) continue;
      // A pack that lacks a file would answer as if it had never held it.
      RETURN_IF_ERROR(bounds.Open(it->path().string(), it->path().string()).status());
      found.push_back(it->path().string());
    }
    if (error) return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.message()));
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::vector<Diagnostic> ReviewProblems(const Catalog& catalog,
                                       absl::Span<const std::string> files) {
  std::vector<Diagnostic> problems;
  for (const License& license : catalog.licenses) {
    if (std::find(files.begin(), files.end(), license.location.file) == files.end()) continue;
    for (const LicensePart part : EnumValues<LicensePart>()) {
      if (license.part_basis[static_cast<std::size_t>(part)] != Basis::kText) continue;
      if (part == LicensePart::kPolicy && license.use_policy.empty()) continue;
      const bool read = std::any_of(license.read_texts.begin(), license.read_texts.end(),
                                    [&](const ReadText& text) { return text.parts.Has(part); });
      if (read) continue;
      problems.push_back(
          {license.location,
           absl::StrCat(license.id, ": its ", Name(part),
                        " is said to be encoded from the text, and `texts` names no document with "
                        "its SHA-256 for it: name it, or write `basis: summary`")});
    }
  }
  return problems;
}

absl::Status ToStatus(absl::Span<const Diagnostic> problems, std::size_t limit) {
  if (problems.empty()) return absl::OkStatus();
  std::string message;
  for (std::size_t i = 0; i < problems.size() && i < limit; ++i) {
    absl::StrAppend(&message, i == 0 ? "" : "\n", problems[i].ToString());
  }
  if (problems.size() > limit)
    absl::StrAppend(&message, "\n… and ", problems.size() - limit, " more");
  return absl::InvalidArgumentError(message);
}

}  // namespace lineage
