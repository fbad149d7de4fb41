#include "engine/catalog/claim_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/catalog/claim_checks.h"
#include "engine/model/ai_act.h"
#include "engine/model/openness.h"

namespace lineage {
namespace {

using SourceMap = absl::flat_hash_map<std::string, Source>;

Source ReadSource(const YamlNode& node, NodeReader* reader) {
  Source source;
  if (!reader->CheckMap(node, "a source", {"kind", "by", "said", "document"})) return source;
  source.kind = reader->ReadEnumAt<SourceKind>(node, "kind", true).value_or(SourceKind::kPress);
  source.by = reader->ReadStringAt(node, "by", true);
  source.document = reader->ReadStringAt(node, "document", true);
  source.said_text = reader->ReadStringAt(node, "said", true);
  if (!source.said_text.empty()) {
    const absl::StatusOr<Date> said = Date::ParseLenient(source.said_text);
    if (said.ok()) {
      source.said = *said;
    } else {
      reader->Problem(*node.Find("said"), said.status().message());
    }
  }
  return source;
}

SourceMap ReadSources(const YamlNode& root, NodeReader* reader) {
  SourceMap sources;
  const YamlNode* node = root.Find("sources");
  if (node == nullptr || node->IsNull()) return sources;
  if (!node->IsMap()) {
    reader->Problem(*node, "expected sources as a map from a name to a source");
    return sources;
  }
  for (const auto& [key, value] : node->entries)
    sources.emplace(key.scalar, ReadSource(value, reader));
  return sources;
}

void CheckId(const YamlNode& node, absl::string_view id, const LoadOptions& options,
             NodeReader* reader) {
  const std::string problem = IdProblem(id);
  if (problem.empty() || (options.known_id && options.known_id(id))) return;
  reader->Problem(node, problem);
}

// Other names may hold spaces ("Qwen3 14B"); their characters are those of ids otherwise. Of a
// graph from elsewhere they are checked by who takes it, who knows those that stay.
void CheckAlias(const YamlNode& node, absl::string_view alias, const LoadOptions& options,
                NodeReader* reader) {
  if (options.lenient) return;
  const std::string problem = IdProblem(absl::StrReplaceAll(alias, {{" ", "-"}}));
  if (!problem.empty()) reader->Problem(node, absl::StrCat("the alias: ", problem));
}

class ClaimReader {
 public:
  ClaimReader(const SourceMap& sources, const LoadOptions& options, NodeReader* reader,
              std::vector<Claim>* claims)
      : sources_(sources), options_(options), reader_(reader), claims_(claims) {}

  // Reads one claim; `subject` is empty for entries of the top-level list.
  void Read(const YamlNode& node, absl::string_view subject) {
    static const std::vector<std::string>* const kKeys = [] {
      auto* keys = new std::vector<std::string>{"license",   "license_as_found",
                                                "licensor",  "releases",
                                                "alias",     "remark",
                                                "source",    "where",
                                                "quote",     "component",
                                                "from",      "until",
                                                "made",      "parent_revision",
                                                "denies",    "inferred",
                                                "subject",   "revision",
                                                "contents",  "publishes",
                                                "withholds", "states"};
      for (const std::string& relation : AllNames<Relation>()) keys->push_back(relation);
      return keys;
    }();
    if (!node.IsMap()) {
      reader_->Problem(node, "expected a claim as a map of keys and values");
      return;
    }
    std::vector<const YamlNode*> statements;
    bool unknown_key = false;
    // Of a part that is published the licence is no statement of its own.
    const bool of_part = node.Find("publishes") != nullptr;
    for (const auto& [key, value] : node.entries) {
      if (std::find(kKeys->begin(), kKeys->end(), key.scalar) == kKeys->end()) {
        reader_->Problem(key, absl::StrCat("unknown key \"", EscapeForTerminal(key.scalar),
                                           "\" in a claim", DidYouMean(key.scalar, *kKeys)));
        unknown_key = true;
      }
      if (IsStatement(key.scalar) && !(of_part && IsLicense(key.scalar))) {
        statements.push_back(&key);
      }
    }
    if (statements.empty() && unknown_key) return;  // that key was the statement
    if (statements.size() != 1) {
      reader_->Problem(
          node, absl::StrFormat("a claim states exactly one thing (license, a relation such as "
                                "finetuned_from, licensor, releases, publishes, withholds, states, "
                                "contents, alias, remark); this one states %d",
                                static_cast<int>(statements.size())));
      return;
    }
    Claim claim;
    claim.location = reader_->At(node);
    ReadCommon(node, subject, &claim);
    ReadStatement(node, statements[0]->scalar, *node.Find(statements[0]->scalar), std::move(claim));
  }

 private:
  static bool IsLicense(absl::string_view key) {
    return key == "license" || key == "license_as_found";
  }
  static bool IsStatement(absl::string_view key) {
    return IsLicense(key) || key == "licensor" || key == "releases" || key == "alias" ||
           key == "remark" || key == "contents" || key == "publishes" || key == "withholds" ||
           key == "states" || FindByName<Relation>(key).has_value();
  }

  void ReadCommon(const YamlNode& node, absl::string_view subject, Claim* claim) {
    const YamlNode* named = node.Find("subject");
    if (subject.empty()) {
      claim->subject = reader_->ReadStringAt(node, "subject", true);
    } else {
      claim->subject = std::string(subject);
      if (named != nullptr)
        reader_->Problem(*named, "\"subject\" is the artifact that the claim stands under");
    }
    claim->revision = options_.revision;
    if (const YamlNode* revision = node.Find("revision")) {
      if (!options_.lenient || !absl::SimpleAtoi(revision->scalar, &claim->revision)) {
        reader_->Problem(*revision, "\"revision\" is given by the store");
      }
    }
    if (const YamlNode* source = node.Find("source"); source == nullptr) {
      reader_->Problem(node, "\"source\" is missing: who says so, and where?");
    } else if (source->IsScalar()) {
      const auto it = sources_.find(source->scalar);
      if (it == sources_.end()) {
        std::vector<std::string> names;
        for (const auto& [name, unused] : sources_) names.push_back(name);
        reader_->Problem(*source,
                         absl::StrCat("no source \"", source->scalar, "\" in this file's sources",
                                      DidYouMean(source->scalar, names)));
      } else {
        claim->source = it->second;
      }
    } else {
      claim->source = ReadSource(*source, reader_);
    }
    claim->where = reader_->ReadStringAt(node, "where", false);
    claim->quote = reader_->ReadStringAt(node, "quote", false);
    claim->component = reader_->ReadEnumAt<Component>(node, "component", false);
    claim->made = reader_->ReadDateAt(node, "made");
    claim->parent_revision = reader_->ReadStringAt(node, "parent_revision", false);
    claim->denies = reader_->ReadBoolAt(node, "denies");
    claim->inferred = reader_->ReadBoolAt(node, "inferred");
  }

  void ReadInterval(const YamlNode& node, Date otherwise_from, Claim* claim) {
    claim->valid.from = reader_->ReadDateAt(node, "from").value_or(otherwise_from);
    claim->valid.until = reader_->ReadDateAt(node, "until").value_or(Date::Max());
    if (claim->valid.from >= claim->valid.until && !options_.lenient) {
      reader_->Problem(
          node, absl::StrFormat("the claim holds from %s until %s: no day at all",
                                claim->valid.from.ToString(), claim->valid.until.ToString()));
    }
  }

  void ReadStatement(const YamlNode& node, const std::string& key, const YamlNode& value,
                     Claim claim) {
    const bool license = IsLicense(key);
    ReadInterval(node, license ? claim.source.said : Date::Min(), &claim);
    const std::optional<Relation> relation = FindByName<Relation>(key);
    if (!relation && claim.denies)
      reader_->Problem(*node.Find("denies"), "only a relation can be denied");
    if (!relation && claim.made)
      reader_->Problem(*node.Find("made"), "\"made\" goes with a relation");
    if (relation) {
      claim.statement = StatementKind::kEdge;
      claim.relation = *relation;
      for (std::string& parent : reader_->ReadStrings(value, key)) {
        Claim one = claim;
        one.parent = std::move(parent);
        claims_->push_back(std::move(one));
      }
      return;
    }
    if (key == "publishes" || key == "withholds") return ReadParts(node, key, value, claim);
    if (key == "states") return ReadFacts(value, claim);
    if (license) {
      claim.statement = StatementKind::kLicense;
    } else if (key == "licensor") {
      claim.statement = StatementKind::kLicensor;
    } else if (key == "releases") {
      claim.statement = StatementKind::kReleases;
      claim.releases = reader_->ReadEnumSet<Component>(value, "component");
      claims_->push_back(std::move(claim));
      return;
    } else if (key == "contents") {
      claim.statement = StatementKind::kContents;
    } else if (key == "alias") {
      claim.statement = StatementKind::kAlias;
    } else {
      claim.statement = StatementKind::kRemark;
    }
    claim.text = reader_->ReadString(value, key);
    if (key == "contents" && claim.text != "own" && claim.text != "others") {
      reader_->Problem(value, "\"contents\" is \"own\" or \"others\"");
    }
    claim.as_found = key == "license_as_found";
    claims_->push_back(std::move(claim));
  }

  // Facts with their values: {training-flop: 3.8e25, monetised: no}.
  void ReadFacts(const YamlNode& value, const Claim& claim) {
    if (value.kind != YamlNode::Kind::kMap || value.entries.empty()) {
      reader_->Problem(value,
                       "\"states\" is a mapping of facts to values, such as "
                       "{training-flop: 3.8e25}");
      return;
    }
    for (const auto& [key, node] : value.entries) {
      const auto fact = FindByName<ModelFact>(key.scalar);
      if (!fact) {
        reader_->Problem(key, absl::StrCat("\"", EscapeForTerminal(key.scalar), "\" is no fact",
                                           DidYouMean(key.scalar, AllNames<ModelFact>()),
                                           " All: ", absl::StrJoin(AllNames<ModelFact>(), ", ")));
        continue;
      }
      const std::string text = reader_->ReadString(node, key.scalar);
      if (const std::string problem = FactValueProblem(*fact, text); !problem.empty()) {
        reader_->Problem(node, absl::StrCat("\"", Name(*fact), "\" ", problem));
        continue;
      }
      Claim one = claim;
      one.statement = StatementKind::kFact;
      one.text = WriteStatedFact(*fact, text);
      claims_->push_back(std::move(one));
    }
  }

  // A part or a list of them; what is published may have a licence beside it.
  void ReadParts(const YamlNode& node, const std::string& key, const YamlNode& value, Claim claim) {
    claim.statement = StatementKind::kPublishes;
    claim.denies = key == "withholds";
    std::string license = reader_->ReadStringAt(node, "license", false);
    if (const std::string found = reader_->ReadStringAt(node, "license_as_found", false);
        !found.empty()) {
      if (!license.empty()) {
        reader_->Problem(*node.Find("license_as_found"),
                         "a part has a \"license\" or a \"license_as_found\", not both");
      }
      license = found;
      claim.as_found = true;
    }
    for (const std::string& name : reader_->ReadStrings(value, key)) {
      const auto part = FindByName<ModelPart>(name);
      if (!part) {
        reader_->Problem(value, absl::StrCat("\"", EscapeForTerminal(name), "\" is no part",
                                             DidYouMean(name, AllNames<ModelPart>()),
                                             " All: ", absl::StrJoin(AllNames<ModelPart>(), ", ")));
        continue;
      }
      Claim one = claim;
      one.text = WritePublishedPart(*part, license);
      claims_->push_back(std::move(one));
    }
  }

  const SourceMap& sources_;
  const LoadOptions& options_;
  NodeReader* reader_;
  std::vector<Claim>* claims_;
};

}  // namespace

void ReadArtifactsAndClaims(const YamlNode& root, const LoadOptions& options, NodeReader* reader,
                            std::vector<Artifact>* artifacts, std::vector<Claim>* claims) {
  const SourceMap sources = ReadSources(root, reader);
  ClaimReader claim_reader(sources, options, reader, claims);
  const auto each = [&](const char* key, const auto& visit) {
    const YamlNode* list = root.Find(key);
    if (list == nullptr || list->IsNull()) return;
    if (!list->IsSequence()) {
      reader->Problem(*list, absl::StrCat("expected a list of ", key));
      return;
    }
    for (const YamlNode& item : list->items) visit(item);
  };
  each("artifacts", [&](const YamlNode& node) {
    if (!reader->CheckMap(node, "an artifact",
                          {"id", "kind", "name", "aliases", "released", "claims"}))
      return;
    Artifact artifact;
    artifact.id = reader->ReadStringAt(node, "id", true);
    if (const YamlNode* id = node.Find("id")) CheckId(*id, artifact.id, options, reader);
    artifact.location = reader->At(node);
    artifact.kind =
        reader->ReadEnumAt<ArtifactKind>(node, "kind", true).value_or(ArtifactKind::kUnresolved);
    if (artifact.kind == ArtifactKind::kUnresolved && node.Find("kind") != nullptr &&
        !options.lenient && node.Find("kind")->scalar == "unresolved") {
      reader->Problem(*node.Find("kind"),
                      "\"unresolved\" is no kind to write down: say what it is");
    }
    artifact.name = reader->ReadStringAt(node, "name", false);
    artifact.aliases = reader->ReadStringsAt(node, "aliases");
    for (const std::string& alias : artifact.aliases) {
      CheckAlias(*node.Find("aliases"), alias, options, reader);
    }
    artifact.released = reader->ReadDateAt(node, "released");
    if (const YamlNode* list = node.Find("claims"); list != nullptr && !list->IsNull()) {
      if (!list->IsSequence()) reader->Problem(*list, "expected a list of claims");
      for (const YamlNode& claim : list->items) claim_reader.Read(claim, artifact.id);
    }
    artifacts->push_back(std::move(artifact));
  });
  each("claims", [&](const YamlNode& node) { claim_reader.Read(node, ""); });
}

}  // namespace lineage
