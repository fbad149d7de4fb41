// Which characters ids and texts may hold: over all of Unicode, and in stores from before.
#include "engine/base/unicode.h"

#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/text.h"
#include "engine/catalog/claim_checks.h"
#include "engine/hypothesis.h"
#include "engine/import_session.h"
#include "engine/knowledge_base.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "tests/store/batches.h"
#include "tests/unicode.h"

namespace lineage {
namespace {

using testing::Checkpoint;
using testing::EveryCodePoint;
using testing::LicenseClaim;
using testing::OneLicense;
using testing::TemporaryFolder;
using testing::Utf8;

TEST(Ids, AreTakenInEveryScript) {
  for (const char* id : {"org/name-1.0", "datasets/a/b_c", "a", "acme/caf\u00e9-7b",
                         "\u043b\u0430\u0431/\u043c\u043e\u0434\u0435\u043b\u044c-7",
                         "acme/\u6a21\u578b-7b", "acme/\u30e2\u30c7\u30eb-7b", "acme/\ubaa8\ub378",
                         "acme/\u0939\u093f\u0928\u094d\u0926\u0940", "acme/\u05d3\u05d2\u05dd",
                         "acme/y\u0131ld\u0131z", "acme/k\u00e6re", "acme/v1..2", "acme/-x"}) {
    EXPECT_EQ(IdProblem(id), "") << id;
  }
}

TEST(Ids, SayWhichCharacterWhereAndWhatToDo) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"acme/mod\u00adel", "\"acme/mod\\xadel\" holds U+00AD SOFT HYPHEN (character 9): leave it"},
      {"acme/a b", "U+0020 SPACE (character 7)"},
      {"acme/a\u00a0b", "U+00A0 NO-BREAK SPACE (character 7)"},
      {"acme/a\u3000b", "U+3000 IDEOGRAPHIC SPACE"},
      {"acme/a\u2028b", "U+2028 LINE SEPARATOR"},
      {"acme/a\u034fb", "U+034F COMBINING GRAPHEME JOINER"},
      {"acme/a\u3164b", "U+3164 HANGUL FILLER"},
      {"acme/a\u2800b", "U+2800 BRAILLE PATTERN BLANK"},
      {"acme/a\u180eb", "U+180E MONGOLIAN VOWEL SEPARATOR"},
      {"acme/a\ufe0fb", "U+FE0F VARIATION SELECTOR-16"},
      {"acme/a\U000e0061b", "U+E0061 TAG LATIN SMALL LETTER A"},
      {"acme/a\u202eb", "U+202E RIGHT-TO-LEFT OVERRIDE"},
      {"acme/a\u200db", "U+200D ZERO WIDTH JOINER"},
      {"acme/\x7fz", "U+007F"},
      {"acme/\u009bz", "U+009B"},
      {"acme/\ue000", "U+E000"},
      {"acme/\ufdd0", "U+FDD0"},
      {"acme/\uff4dodel", "U+FF4D FULLWIDTH LATIN SMALL LETTER M (character 6)"},
      {"acme/\U0001d426odel", "U+1D426 MATHEMATICAL BOLD SMALL M"},
      {"acme\u2215model", "U+2215 DIVISION SLASH"},
      {"acme\u2044model", "U+2044 FRACTION SLASH"},
      {"acme/llama\u20107b", "U+2010 HYPHEN"},
      {"acme/cafe\u0301",
       "instead of U+0065 LATIN SMALL LETTER E (character 9) and what follows "
       "write U+00E9 LATIN SMALL LETTER E WITH ACUTE"},
      {"acme/\u0301x", "begins a part with U+0301 COMBINING ACUTE ACCENT (character 6)"},
      {"met\u0430-llama/x",
       "mixes Latin and Cyrillic letters, which can look alike, in one part: "
       "U+0430 CYRILLIC SMALL LETTER A (character 4)"},
      {"acme/llam\u03b1", "mixes Latin and Greek"},
      {"acme/ll\u0561ma", "mixes Latin and Armenian"},
      {"acme/\u0441\u043e\u0441\u043e",
       "looks like \"coco\" but is written with U+0441 CYRILLIC "
       "SMALL LETTER ES (character 6): write it in ASCII"},
      {"acme/\u0430", "looks like \"a\""},
      {"acme/\u03bf\u03bf", "looks like \"oo\""},
      {"a/../b", "is a path"},
      {"a/./b", "is a path"},
      {"a/..", "is a path"},
      {"../b", "is a path"},
      {"a//b", "is a path"},
      {"--help/x", "begins with \"-\""},
      {"a\xc0\xaf", "not valid UTF-8 (byte 2)"},
      {"a\xed\xa0\x80", "not valid UTF-8 (byte 2)"},
      {std::string(257, 'a'), "longer than 256 bytes; this one has 257"},
      {"", "empty"},
  };
  for (const auto& [id, part] : cases) {
    const std::string problem = IdProblem(id);
    EXPECT_TRUE(absl::StrContains(problem, part)) << EscapeForTerminal(id) << ": " << problem;
    EXPECT_EQ(EscapeForTerminal(problem), problem) << "the message itself is safe to show";
  }
}

// By Unicode's own properties, without the set that the code goes by.
TEST(Ids, OfAllOfUnicodeTakeOnlyWhatShowsAndIsItself) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* const nfkc = unorm2_getNFKCInstance(&status);
  ASSERT_TRUE(U_SUCCESS(status));
  int taken = 0;
  for (const char32_t code : EveryCodePoint()) {
    const std::string id = absl::StrCat("o/", Utf8(code));
    if (!IdProblem(id).empty()) continue;
    const auto c = static_cast<UChar32>(code);
    ++taken;
    EXPECT_TRUE(u_isgraph(c)) << id;
    EXPECT_FALSE(u_hasBinaryProperty(c, UCHAR_WHITE_SPACE)) << id;
    EXPECT_FALSE(u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) << id;
    EXPECT_FALSE(u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL)) << id;
    EXPECT_FALSE(u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT)) << id;
    EXPECT_FALSE(u_hasBinaryProperty(c, UCHAR_DEPRECATED)) << id;
    EXPECT_TRUE(unorm2_isInert(nfkc, c) || unorm2_getCombiningClass(nfkc, c) == 0) << id;
    EXPECT_TRUE(code < 0x80 || u_charType(c) != U_OTHER_PUNCTUATION) << id;
  }
  EXPECT_GT(taken, 90'000) << "the letters of the world's scripts";
}

TEST(Texts, OfAllOfUnicodeRefuseOnlyControlsBidiAndNoncharacters) {
  const auto refused = [](char32_t c) {
    const bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F);
    const bool bidi = c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
                      (c >= 0x2066 && c <= 0x2069);
    const bool none = (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
    return control || bidi || none;
  };
  int wrong = 0;
  for (const char32_t c : EveryCodePoint()) {
    const std::string problem = TextProblem(absl::StrCat("a", Utf8(c), "b"));
    wrong += problem.empty() == refused(c) ? 1 : 0;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(TextProblem("a\u009b31m"),
            "holds U+009B <control-009B> (character 2), a control character: leave it out");
  EXPECT_TRUE(absl::StrContains(TextProblem("\u202etxt"), "changes the order"));
  EXPECT_TRUE(absl::StrContains(TextProblem("\xff"), "not valid UTF-8 (byte 1)"));
  EXPECT_EQ(
      TextProblem("two\n\tlines, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, \u2764\ufe0f"),
      "");
}

TEST(Texts, EveryFieldOfAClaimIsChecked) {
  const Claim good = LicenseClaim("acme/m", "MIT");
  const LicenseTable table(std::make_shared<Catalog>());
  const auto fields = [&](const Claim& claim) {
    std::vector<std::string> names;
    for (const FieldProblem& problem : ProblemsOf(claim, table, {})) {
      if (absl::StrContains(problem.message, "U+009B")) names.push_back(problem.field);
    }
    return names;
  };
  const std::string bad = "x\u009by";
  const std::vector<std::pair<std::string, void (*)(Claim*, const std::string&)>> cases = {
      {"source.by", [](Claim* c, const std::string& t) { c->source.by = t; }},
      {"source.document", [](Claim* c, const std::string& t) { c->source.document = t; }},
      {"source.where", [](Claim* c, const std::string& t) { c->where = t; }},
      {"source.quote", [](Claim* c, const std::string& t) { c->quote = t; }},
      {"license.expression",
       [](Claim* c, const std::string& t) { c->text = t, c->as_found = true; }},
      {"remark",
       [](Claim* c, const std::string& t) { c->text = t, c->statement = StatementKind::kRemark; }},
      {"licensor", [](Claim* c, const std::string& t) {
         c->text = t, c->statement = StatementKind::kLicensor;
       }}};
  for (const auto& [field, spoil] : cases) {
    Claim claim = good;
    spoil(&claim, bad);
    EXPECT_EQ(fields(claim), std::vector<std::string>{field});
  }
  Artifact artifact = Checkpoint("acme/m");
  artifact.name = bad;
  ASSERT_EQ(ProblemsOf(artifact).size(), 1u);
  EXPECT_EQ(ProblemsOf(artifact)[0].field, "display_name");
}

constexpr const char* kOld = "acme/mod\u00adel";  // taken before, refused today
constexpr const char* kOldParent = "a/../b";

// A store as an older program left it: it wrote what is refused today.
std::unique_ptr<KnowledgeBase> OldStore(std::unique_ptr<Store> store) {
  Batch batch = OneLicense(kOld, "MIT");
  batch.artifacts.push_back(Checkpoint(kOld));
  batch.artifacts[0].aliases = {"old\u200balias"};
  batch.claims.push_back(LicenseClaim(kOld, ""));
  batch.claims[1].statement = StatementKind::kEdge;
  batch.claims[1].parent = kOldParent;
  EXPECT_TRUE(store->Append(batch).ok());
  auto base = KnowledgeBase::Open(std::move(store), {});
  EXPECT_TRUE(base.ok()) << base.status();
  return *std::move(base);
}

std::string Applied(KnowledgeBase* base, const Batch& batch) {
  std::vector<BatchProblem> problems;
  const absl::StatusOr<Commit> commit = base->Apply(batch, &problems);
  return commit.ok() ? "" : std::string(commit.status().message());
}

void OldIdsGoOn(KnowledgeBase* base) {
  EXPECT_EQ(*base->Current()->Resolve(kOld), kOld);
  EXPECT_EQ(*base->Current()->Resolve("old\u200balias"), kOld);
  EXPECT_EQ(base->Current()->ClaimsAbout(kOld).size(), 2u);

  EXPECT_EQ(Applied(base, OneLicense(kOld, "Apache-2.0")), "");
  EXPECT_EQ(Applied(base, OneLicense(kOldParent, "Apache-2.0")), "") << "known as a parent";
  Batch edge = OneLicense("acme/new", "MIT");
  edge.claims[0].statement = StatementKind::kEdge;
  edge.claims[0].parent = kOld;
  EXPECT_EQ(Applied(base, edge), "");
  Batch again;
  again.artifacts.push_back(Checkpoint(kOld));
  again.artifacts[0].aliases = {"old\u200balias", "good-alias"};
  EXPECT_EQ(Applied(base, again), "") << "described again, with the alias it has";
  EXPECT_EQ(base->Current()->ClaimsAbout(kOld).size(), 3u);

  again.artifacts[0].aliases = {"new\u200balias"};
  EXPECT_TRUE(absl::StrContains(Applied(base, again), "U+200B ZERO WIDTH SPACE"));
  const std::string other = "acme/oth\u00ader";
  EXPECT_TRUE(absl::StrContains(Applied(base, OneLicense(other, "MIT")), "U+00AD SOFT HYPHEN"));
  edge.claims[0].parent = other;
  EXPECT_TRUE(absl::StrContains(Applied(base, edge), "edge.parent"));
  Batch fresh;
  fresh.artifacts.push_back(Checkpoint(other));
  EXPECT_TRUE(absl::StrContains(Applied(base, fresh), "artifacts[0].id"));
  EXPECT_FALSE(base->Current()->FindArtifact(other));
}

TEST(OldIds, GoOnInMemory) {
  const auto base = OldStore(MakeMemoryStore());
  OldIdsGoOn(base.get());
}

TEST(OldIds, GoOnOnDiskAndAfterARestart) {
  const TemporaryFolder folder;
  SqliteStoreOptions options;
  options.directory = folder.path();
  options.writable = options.create = true;
  const auto open = [&] { return *OpenSqliteStore(options); };
  {
    const auto base = OldStore(open());
    OldIdsGoOn(base.get());
  }
  const auto base = KnowledgeBase::Open(open(), {});
  ASSERT_TRUE(base.ok()) << base.status();
  EXPECT_EQ((*base)->Current()->ClaimsAbout(kOld).size(), 3u);
}

TEST(OldIds, MayBeSupposedAbout) {
  const auto base = OldStore(MakeMemoryStore());
  Hypothesis hypothesis;
  hypothesis.claims.push_back(LicenseClaim(kOld, "Apache-2.0"));
  EXPECT_TRUE(ProblemsOf(*base->Current(), hypothesis).empty());
  hypothesis.claims[0].subject = "acme/oth\u00ader";
  EXPECT_FALSE(ProblemsOf(*base->Current(), hypothesis).empty());
}

// Documents go on describing what is known under an old id.
TEST(OldIds, MayBeImportedAgain) {
  const auto base = OldStore(MakeMemoryStore());
  const TemporaryFolder folder;
  const std::string hub = absl::StrCat(folder.root(), "/hub.jsonl");
  const std::string claims = absl::StrCat(folder.root(), "/claims.yaml");
  const auto write = [&](const std::string& id) {
    std::ofstream(hub) << "{\"id\": \"" << id << "\", \"tags\": [\"license:mit\"]}\n"
                       << "{\"id\": \"acme/x\", \"cardData\": {\"base_model\": \"" << id
                       << "\"}, \"tags\": []}\n";
    std::ofstream(claims) << "artifacts:\n  - id: \"" << id << "\"\n    kind: checkpoint\n"
                          << "    claims:\n      - {license: MIT, source: {kind: press, by: b, "
                             "said: 2024-01-01, document: d}}\n";
  };
  const auto import = [&](const std::string& path) {
    ImportRequest request;
    request.inputs = {{path, path}};
    request.options.today = *Date::Parse("2026-01-01");
    request.author = "tester";
    ImportSummary summary;
    EXPECT_TRUE(RunImport(base.get(), *base->Current(), request, &summary).ok());
    EXPECT_TRUE(base->Refresh().ok());
    return summary;
  };
  write(kOld);
  EXPECT_EQ(import(hub).counts[ImportNote::Kind::kSkipped], 0u);
  EXPECT_EQ(base->Current()->ClaimsAbout("acme/x").at(0).parent, kOld);
  EXPECT_EQ(import(claims).claims, 1u);
  write("acme/oth\u00ader");
  EXPECT_EQ(import(hub).counts[ImportNote::Kind::kSkipped], 1u);
  EXPECT_EQ(import(claims).claims, 0u);
  EXPECT_FALSE(base->Current()->FindArtifact("acme/oth\u00ader"));
}

TEST(Notes, HoldNoEscapes) {
  const auto base = *KnowledgeBase::Open(MakeMemoryStore(), {});
  Batch batch = OneLicense("acme/m", "MIT");
  batch.note = "a\u009b31m";
  EXPECT_TRUE(absl::StrContains(Applied(base.get(), batch), "the note holds U+009B"));
  batch.note = "a";
  EXPECT_EQ(Applied(base.get(), batch), "");
  Batch back;
  back.retractions.push_back({base->Current()->ClaimsAbout("acme/m").at(0).number, "\u202ex"});
  EXPECT_TRUE(absl::StrContains(Applied(base.get(), back), "the reason holds U+202E"));
}

}  // namespace
}  // namespace lineage
