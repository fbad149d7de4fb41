// Turns what a document says into an artifact with claims, the same way for every format.
#ifndef LINEAGE_ENGINE_EXCHANGE_RECORD_BUILDER_H_
#define LINEAGE_ENGINE_EXCHANGE_RECORD_BUILDER_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/exchange/import.h"
#include "engine/model/openness.h"

namespace lineage {

// A name that a document gives to an upstream, as the graph knows it.
struct Upstream {
  std::string id;
  std::string revision;  // the pinned one; may be empty
  bool resolved = true;  // false: a placeholder of this document's own
};

// "org/name", "https://huggingface.co/org/name/tree/rev", "hf://datasets/org/name",
// "pkg:huggingface/org/name@rev", "org/name@rev". Nothing for paths, other addresses and what is no
// id. `dataset`: plain names are data sets'. `known` (or null): ids that are taken as they are.
[[nodiscard]] std::optional<Upstream> ParseHubName(
    absl::string_view name, bool dataset = false,
    const std::function<bool(absl::string_view)>& known = nullptr);

// `text` as a part of an id: letters, digits, '.', '_' and '-'; never empty.
[[nodiscard]] std::string Slug(absl::string_view text);

class RecordBuilder {
 public:
  // All of them outlive the builder.
  RecordBuilder(const ImportContext& context, ImportSink* sink) : context_(context), sink_(*sink) {}

  // Starts a record. False, and a note, if `id` cannot be one.
  [[nodiscard]] bool Begin(std::string id, ArtifactKind kind, int line);
  // Where what follows is said. `document` becomes one of those that the record is the whole of.
  void SetSource(SourceKind kind, std::string by, Date said, std::string document);
  // Appended to the section of what follows, such as "revision 0a1b2c".
  void SetRevision(std::string revision) { revision_ = std::move(revision); }
  void SetReleased(std::optional<Date> day) { record_.artifact.released = day; }
  void SetName(absl::string_view name);
  [[nodiscard]] const std::string& id() const { return record_.artifact.id; }
  [[nodiscard]] Date said() const { return source_.said; }

  // All the licences at once: they hold together. `name` and `link` are what cards give beside
  // "other". What fits no licence is kept as found, with the candidates noted.
  void AddLicense(std::vector<std::string> found, absl::string_view name, absl::string_view link,
                  absl::string_view where, std::optional<Component> component = std::nullopt);
  // A licence whose text was compared; `score` from 0 to 1.
  void AddLicenseText(absl::string_view text, absl::string_view where,
                      std::optional<Component> component = std::nullopt);

  // An edge to what `name` means. A path or what is no id becomes a placeholder of this artifact's
  // own, so that the answer is open instead of wrong; it is never followed.
  void AddUpstream(absl::string_view name, Relation relation, bool inferred,
                   absl::string_view where, absl::string_view revision = {});
  // The same where people describe the upstream in their own words ("LLaMA 13B"): only what has the
  // form org/name is taken for an id.
  void AddDescribed(absl::string_view name, Relation relation, bool inferred,
                    absl::string_view where);
  // The same to an id that is known to be one.
  void AddEdge(std::string parent, Relation relation, bool inferred, absl::string_view where,
               absl::string_view quote = {}, absl::string_view revision = {});
  void AddNewVersion(absl::string_view newer, absl::string_view where);
  void AddReleases(ComponentSet components, absl::string_view where);
  // A part of a model that anybody can have. `license` is what the document writes, kNoLicense, or
  // empty if it does not say.
  void AddPart(ModelPart part, absl::string_view license, absl::string_view where);
  void AddRemark(absl::string_view text, absl::string_view where);

  void Note(ImportNote::Kind kind, absl::string_view message);
  // Hands the record on.
  [[nodiscard]] absl::Status Finish();
  // The same for one of several records about the artifact from the same document.
  [[nodiscard]] absl::Status FinishPart();

  void SetLine(int line) { line_ = line; }
  [[nodiscard]] Location Here() const { return {context_.file, line_, 0}; }
  [[nodiscard]] const ImportContext& context() const { return context_; }

 private:
  [[nodiscard]] Claim NewClaim(StatementKind statement, absl::string_view where) const;
  void AddPlaceholder(absl::string_view name, Relation relation, bool inferred,
                      absl::string_view where, absl::string_view revision);
  const LicenseMatch& MatchCached(const std::string& text);

  const ImportContext& context_;
  ImportSink& sink_;
  int line_ = 0;
  ImportRecord record_;
  Source source_;
  std::string revision_;
  absl::flat_hash_map<std::string, LicenseMatch> matches_;
};

// What a model card's metadata and a Hub record say alike.
struct CardFacts {
  std::vector<std::string> licenses;
  std::string license_name;
  std::string license_link;
  std::string license_where = "license";
  std::vector<std::pair<std::string, std::optional<Relation>>> bases;  // with the Hub's reading
  std::optional<Relation> relation;                                    // stated for all of them
  std::vector<std::string> datasets;
  std::string new_version;
  std::vector<std::string> tags;  // without a colon
  std::string library;
  bool dataset = false;
  bool quantized = false;  // by its configuration
  bool adapter = false;

  void AddBase(absl::string_view base, std::optional<Relation> read);
  // A tag as the Hub writes it: "license:mit", "base_model:finetune:a/b", "dataset:squad", "lora".
  void AddTag(absl::string_view tag);
};

// "finetune", "adapter", "quantized", "merge".
[[nodiscard]] std::optional<Relation> HubRelation(absl::string_view word);

// The relation to a base that the words (tags, names) speak for, if any.
[[nodiscard]] std::optional<Relation> RelationByWords(const std::vector<std::string>& words);

// Adds what the facts say to the record. The relation to a base model is inferred, as the Hub does,
// where nobody states it: adapter, quantised or merge by the tags, the library and the name, merge
// if there are several parents, else fine-tuned.
void AddCard(CardFacts facts, RecordBuilder* record);

}  // namespace lineage

#endif  // LINEAGE_ENGINE_EXCHANGE_RECORD_BUILDER_H_
