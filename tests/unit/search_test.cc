// Filters and searches: the grammar, every field against a scan, pages, and what a search looks at.
#include "engine/search/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/catalog/archive.h"
#include "tests/property/random_catalog.h"

namespace lineage {
namespace {

using testing::RandomCatalog;

// The tree as text, with every operator written out.
std::string TextOf(const Filter& filter) {
  static constexpr const char* kSigns[] = {"=", "!=", "<", "<=", ">", ">=", ":"};
  switch (filter.op) {
    case Filter::Op::kAll:
      return "*";
    case Filter::Op::kWord:
      return absl::StrCat("'", filter.value, "'");
    case Filter::Op::kCompare:
      return absl::StrCat(filter.field, kSigns[static_cast<int>(filter.comparator)], filter.value);
    case Filter::Op::kNot:
      return absl::StrCat("!", TextOf(filter.operands[0]));
    default:
      break;
  }
  return absl::StrCat(
      "(",
      absl::StrJoin(filter.operands, filter.op == Filter::Op::kAnd ? " & " : " | ",
                    [](std::string* out, const Filter& f) { out->append(TextOf(f)); }),
      ")");
}

// In the names of tests: letters and digits only.
std::string Plain(absl::string_view text) {
  std::string plain;
  for (const char c : text)
    plain.push_back(absl::ascii_isalnum(static_cast<unsigned char>(c)) ? c : '_');
  return plain;
}

struct Parsed {
  const char* text;
  const char* expected;
};

void PrintTo(const Parsed& parsed, std::ostream* out) { *out << Plain(parsed.text); }

class FilterText : public ::testing::TestWithParam<Parsed> {};

TEST_P(FilterText, IsReadAsTheGrammarSays) {
  const auto filter = Filter::Parse(GetParam().text);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(TextOf(*filter), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Filters, FilterText,
    ::testing::Values(
        Parsed{"", "*"}, Parsed{"  ", "*"}, Parsed{"falcon", "'falcon'"},
        Parsed{"kind = model", "kind=model"}, Parsed{"kind=model", "kind=model"},
        Parsed{"Kind : MODEL", "kind:MODEL"}, Parsed{"a = 1 AND b = 2", "(a=1 & b=2)"},
        Parsed{"a = 1 b = 2", "(a=1 & b=2)"},
        // OR binds tighter than AND.
        Parsed{"a = 1 AND b = 2 OR c = 3", "(a=1 & (b=2 | c=3))"},
        Parsed{"a b OR c d", "('a' & ('b' | 'c') & 'd')"},
        Parsed{"(a = 1 AND b = 2) OR c = 3", "((a=1 & b=2) | c=3)"}, Parsed{"NOT a = 1", "!a=1"},
        Parsed{"-a = 1", "!a=1"}, Parsed{"-falcon", "!'falcon'"},
        Parsed{"NOT (a OR b)", "!('a' | 'b')"}, Parsed{"NOTE", "'NOTE'"},
        Parsed{"commercial_use >= conditional", "commercial-use>=conditional"},
        Parsed{"cautious.commercial_use != permitted", "cautious.commercial-use!=permitted"},
        Parsed{"id = meta-llama/Llama-2-7b.x@1", "id=meta-llama/Llama-2-7b.x@1"},
        Parsed{"name = \"two words \\\" and\"", "name=two words \" and"},
        Parsed{"name = 'single'", "name=single"}, Parsed{"\"a phrase\"", "'a phrase'"},
        Parsed{"kind = (model OR dataset)", "(kind=model | kind=dataset)"},
        Parsed{"duty:(attribution NOT share-alike)", "(duty:attribution & !duty:share-alike)"}));

TEST(FilterTextSpecial, AWordThatLooksLikeAKeyword) {
  EXPECT_FALSE(Filter::Parse("ORDER AND").ok());
  EXPECT_EQ(TextOf(*Filter::Parse("ORDER")), "'ORDER'");
}

struct Refused {
  const char* text;
  const char* message;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << Plain(refused.text); }

class FilterProblem : public ::testing::TestWithParam<Refused> {};

TEST_P(FilterProblem, IsToldWithItsColumn) {
  const auto filter = Filter::Parse(GetParam().text);
  ASSERT_FALSE(filter.ok()) << TextOf(*filter);
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(filter.status().message(), GetParam().message))
      << filter.status().message();
}

INSTANTIATE_TEST_SUITE_P(
    Filters, FilterProblem,
    ::testing::Values(Refused{"a = ", "column 5: expected a value"},
                      Refused{"(a", "column 3: expected \")\""},
                      Refused{"a)", "column 2: expected AND, OR or the end"},
                      Refused{"a AND", "column 6: expected something after AND"},
                      Refused{"AND a", "column 1: expected a restriction before this"},
                      Refused{"a OR", "column 5: expected a restriction"},
                      Refused{"NOT", "column 4: expected a restriction"},
                      Refused{"name = \"open", "column 8: the quotation is not closed"},
                      Refused{"size(a) > 1", "column 5: there are no functions"},
                      Refused{"= a", "column 1: \"=\" does not begin a restriction"},
                      Refused{"a = (b = c)", "column 6: expected values only"},
                      Refused{"a,b", "column 2: \",\" does not begin"}));

TEST(FilterLimits, LongAndDeepAreRefused) {
  EXPECT_FALSE(Filter::Parse(std::string(9000, 'a')).ok());
  const std::string deep = std::string(100, '(') + "a" + std::string(100, ')');
  EXPECT_TRUE(absl::StrContains(Filter::Parse(deep).status().message(), "nested deeper"));
  EXPECT_FALSE(Filter::Parse("\xff").ok());
}

// --- searches

std::vector<std::string> Ids(const Engine& engine, const std::string& filter,
                             const Question& question) {
  const auto page = engine.Search(filter, question, 100'000, 0);
  EXPECT_TRUE(page.ok()) << filter << ": " << page.status();
  std::vector<std::string> ids;
  if (!page.ok()) return ids;
  EXPECT_FALSE(page->next.has_value());
  for (const SearchHit& hit : page->hits) ids.push_back(hit.artifact);
  return ids;
}

const Engine& Builtin() {
  static const auto* const kEngine = new std::unique_ptr<Engine>(*Engine::Open({}));
  return **kEngine;
}

TEST(Search, AnswersTheQuestionsThatPeopleAsk) {
  const Question question = testing::QuestionOn("2026-11-01");
  const auto sold = Ids(Builtin(),
                        "ancestor = meta-llama/Llama-2-7b-hf AND kind = checkpoint AND "
                        "commercial-use >= conditional AND modify >= conditional AND NOT "
                        "relation:quantized_from",
                        question);
  EXPECT_NE(std::find(sold.begin(), sold.end(), "lmsys/vicuna-7b-v1.5"), sold.end());
  for (const std::string& id : sold) {
    const auto view = Builtin().Show(id, question);
    for (const EdgeView& edge : view->upstream) EXPECT_NE(edge.relation, Relation::kQuantizedFrom);
    const auto path = Builtin().Path(id, "meta-llama/Llama-2-7b-hf", question, RelationSet::All());
    EXPECT_FALSE(path->steps.empty()) << id;
  }
  const auto copies = Ids(Builtin(), "parent = meta-llama/Llama-2-7b-chat-hf", question);
  EXPECT_NE(std::find(copies.begin(), copies.end(), "TheBloke/Llama-2-7B-Chat-GGUF"), copies.end());
  EXPECT_EQ(Ids(Builtin(), "id = mosaicml/mpt-7b-instruct", question),
            (std::vector<std::string>{"mosaicml/mpt-7b-instruct"}));
  EXPECT_TRUE(Ids(Builtin(), "id = mosaicml/mpt-7b-instruct AND license = MIT", question).empty());
}

TEST(Search, LooksAtNoMoreThanTheAnchorNames) {
  const auto engine = Engine::FromCatalog(Builtin().ToCatalog());
  const Question question = testing::QuestionOn("2026-11-01");
  const auto page = engine->Search(
      "descendant = mosaicml/mpt-7b-instruct AND commercial-use = permitted", question, 1000, 0);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_GT(page->looked_at, 2u);
  EXPECT_LT(page->looked_at, 30u);
  EXPECT_LE(page->evaluated, page->looked_at);
  // A verdict alone needs the column of all; asked again, it is there.
  const auto first = engine->Search("commercial-use = prohibited", question, 1000, 0);
  EXPECT_GT(first->evaluated, 500u);
  const auto again = engine->Search("commercial-use = prohibited", question, 1000, 0);
  EXPECT_EQ(again->evaluated, 0u);
  EXPECT_EQ(again->looked_at, again->hits.size());
  EXPECT_EQ(again->hits, first->hits);
}

TEST(Search, ProblemsNameFieldAndValue) {
  const Question question = testing::QuestionOn("2026-11-01");
  const auto message = [&](const std::string& filter) {
    return std::string(Builtin().Search(filter, question, 10, 0).status().message());
  };
  EXPECT_EQ(message("kind = model clas = x"),
            "filter, column 14: no field \"clas\"; did you mean class?");
  EXPECT_TRUE(absl::StrContains(message("commercial-use = permited"),
                                "column 18: \"permited\" is no value of commercial-use; did you "
                                "mean permitted?"));
  EXPECT_TRUE(absl::StrContains(message("ancestor = mpt-7b-instuct"), "column 12: no artifact"));
  EXPECT_TRUE(absl::StrContains(message("duty < attribution"), "is compared with =, != or :"));
  EXPECT_TRUE(absl::StrContains(message("released > soon"), "column 12"));
  EXPECT_TRUE(absl::StrContains(message("foo.commercial-use = permitted"), "no field"));
}

TEST(Search, PagesFitTogether) {
  const Question question = testing::QuestionOn("2026-11-01");
  const std::vector<std::string> whole = Ids(Builtin(), "kind = dataset", question);
  std::vector<std::string> pieces;
  uint32_t first = 0;
  while (true) {
    const auto page = Builtin().Search("kind = dataset", question, 7, first);
    ASSERT_TRUE(page.ok());
    for (const SearchHit& hit : page->hits) pieces.push_back(hit.artifact);
    EXPECT_TRUE(page->complete);
    if (!page->next) break;
    EXPECT_EQ(page->hits.size(), 7u);
    first = *page->next;
  }
  EXPECT_EQ(pieces, whole);
}

TEST(Search, AStopSignalEndsAPageAndTheNextOneGoesOn) {
  Question question = testing::QuestionOn("2026-11-01");
  question.query.stop.cancelled = [] { return true; };
  const auto page = Builtin().Search("kind = dataset", question, 1000, 0);
  ASSERT_TRUE(page.ok());
  EXPECT_FALSE(page->complete);
  ASSERT_TRUE(page->next.has_value());
  EXPECT_LT(page->hits.size(), 20u);
}

TEST(Search, ManyAtOnceAgree) {
  const auto engine = Engine::FromCatalog(Builtin().ToCatalog());
  const Question question = testing::QuestionOn("2026-11-01");
  const std::string filter = "cautious.commercial-use = permitted class <= open-content";
  std::vector<std::vector<std::string>> found(4);
  std::vector<std::thread> threads;
  for (auto& ids : found) {
    threads.emplace_back([&] { ids = Ids(*engine, filter, question); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& ids : found) EXPECT_EQ(ids, found[0]);
  EXPECT_FALSE(found[0].empty());
}

// --- against a scan

// What a filter says of an artifact, read off the answers of the engine's other questions.
class Scan {
 public:
  Scan(const Engine& engine, const Question& question) : engine_(engine), question_(question) {
    question_.query.rights = RightSet::All();
  }

  bool Fits(const Filter& filter, const std::string& id) {
    switch (filter.op) {
      case Filter::Op::kAll:
        return true;
      case Filter::Op::kAnd:
        return std::all_of(filter.operands.begin(), filter.operands.end(),
                           [&](const Filter& f) { return Fits(f, id); });
      case Filter::Op::kOr:
        return std::any_of(filter.operands.begin(), filter.operands.end(),
                           [&](const Filter& f) { return Fits(f, id); });
      case Filter::Op::kNot:
        return !Fits(filter.operands[0], id);
      case Filter::Op::kWord:
        return absl::StrContains(id, filter.value);
      case Filter::Op::kCompare:
        return FitsField(filter, id);
    }
    return false;
  }

 private:
  static bool Ordered(Comparator comparator, int a, int b) {
    switch (comparator) {
      case Comparator::kNotEqual:
        return a != b;
      case Comparator::kLess:
        return a < b;
      case Comparator::kLessEqual:
        return a <= b;
      case Comparator::kGreater:
        return a > b;
      case Comparator::kGreaterEqual:
        return a >= b;
      default:
        return a == b;
    }
  }

  bool FitsField(const Filter& filter, const std::string& id) {
    const bool negated = filter.comparator == Comparator::kNotEqual;
    const auto explanation = engine_.Explain(id, question_);
    if (filter.field == "kind") {
      return (Name(explanation->kind) == filter.value) != negated;
    }
    if (filter.field == "organization") return (OrganizationOf(id) == filter.value) != negated;
    if (filter.field == "class") {
      return Ordered(filter.comparator, static_cast<int>(explanation->license_class),
                     static_cast<int>(*FindByName<LicenseClass>(filter.value)));
    }
    if (filter.field == "license") {
      const auto view = engine_.Show(id, question_);
      bool mentions = false;
      for (const ComponentView& part : view->components) {
        if (part.component != explanation->component) continue;
        const std::vector<std::string> words =
            absl::StrSplit(part.license, absl::ByAnyChar(" ()+"), absl::SkipEmpty());
        mentions = std::find(words.begin(), words.end(), filter.value) != words.end();
      }
      return mentions != negated;
    }
    if (filter.field == "relation") {
      const auto view = engine_.Show(id, question_);
      return std::any_of(view->upstream.begin(), view->upstream.end(), [&](const EdgeView& e) {
               return Name(e.relation) == filter.value;
             }) != negated;
    }
    if (filter.field == "finding") {
      return std::any_of(explanation->findings.begin(), explanation->findings.end(),
                         [&](const Finding& f) { return Name(f.id) == filter.value; }) != negated;
    }
    if (filter.field == "duty") {
      return std::any_of(explanation->duties.begin(), explanation->duties.end(),
                         [&](const DutyView& d) { return Name(d.kind) == filter.value; }) !=
             negated;
    }
    if (filter.field == "ancestor" || filter.field == "descendant") {
      const bool up = filter.field == "ancestor";
      const std::string& from = up ? id : filter.value;
      const std::string& to = up ? filter.value : id;
      return Derives(from, to) != negated;
    }
    const std::size_t dot = filter.field.find('.');
    const std::string right =
        dot == std::string::npos ? filter.field : filter.field.substr(dot + 1);
    for (const RightVerdict& verdict : explanation->verdicts) {
      if (Name(verdict.right) != right) continue;
      const Verdict value = dot == std::string::npos
                                ? verdict.verdict
                                : verdict.by_stance[static_cast<std::size_t>(
                                      *FindByName<Stance>(filter.field.substr(0, dot)))];
      return Ordered(filter.comparator, static_cast<int>(value),
                     static_cast<int>(*FindByName<Verdict>(filter.value)));
    }
    ADD_FAILURE() << filter.field;
    return false;
  }

  // Upward along relations that convey something.
  bool Derives(const std::string& from, const std::string& to) {
    std::set<std::string> seen;
    std::vector<std::string> open = {from};
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      const auto view = engine_.Show(at, question_);
      for (const EdgeView& edge : view->upstream) {
        if (ClassOf(edge.relation) == RelationClass::kNone) continue;
        if (edge.parent == to && to != from) return true;
        if (seen.insert(edge.parent).second) open.push_back(edge.parent);
      }
    }
    return false;
  }

  const Engine& engine_;
  Question question_;
};

std::string RandomFilter(RandomCatalog* random, const Catalog& catalog, int depth) {
  const auto pick = [&](const std::vector<std::string>& words) {
    return words[static_cast<std::size_t>(random->Below(static_cast<int>(words.size())))];
  };
  if (depth > 0 && random->Below(3) != 0) {
    const std::string left = RandomFilter(random, catalog, depth - 1);
    const std::string right = RandomFilter(random, catalog, depth - 1);
    switch (random->Below(4)) {
      case 0:
        return absl::StrCat("(", left, " OR ", right, ")");
      case 1:
        return absl::StrCat("NOT (", left, ") ", right);
      default:
        return absl::StrCat(left, " AND ", right);
    }
  }
  const std::string artifact = catalog
                                   .artifacts[static_cast<std::size_t>(
                                       random->Below(static_cast<int>(catalog.artifacts.size())))]
                                   .id;
  const std::string any = pick({"=", "!=", "<", "<=", ">", ">="});
  const std::string has = pick({"=", ":", "!="});
  switch (random->Below(9)) {
    case 0:
      return absl::StrCat("kind ", has, " ", pick({"checkpoint", "dataset"}));
    case 1:
      return absl::StrCat("organization ", pick({"=", "!="}), " org", random->Below(4));
    case 2:
      return absl::StrCat("class ", any, " ", pick(AllNames<LicenseClass>()));
    case 3:
      return absl::StrCat("license : L", random->Below(4));
    case 4:
      return absl::StrCat(pick({"ancestor", "descendant"}), " ", has, " ", artifact);
    case 5:
      return absl::StrCat("finding ", has, " ", pick(AllNames<FindingId>()));
    case 6:
      return absl::StrCat("relation ", has, " ", pick(AllNames<Relation>()));
    case 7:
      return absl::StrCat(pick({"", "cautious.", "standard.", "permissive."}),
                          pick(AllNames<Right>()), " ", any, " ", pick(AllNames<Verdict>()));
    default:
      return absl::StrCat("duty ", has, " ", pick({"share-alike", "attribution"}));
  }
}

TEST(Search, FindsWhatAScanFinds) {
  int found = 0;
  for (uint32_t seed = 0; seed < 150; ++seed) {
    RandomCatalog random(seed);
    const Catalog catalog = random.Make();
    const auto engine = Engine::FromCatalog(catalog);
    Question question = testing::QuestionOn("2024-06-01", static_cast<Stance>(random.Below(3)));
    question.query = testing::MakeQuery(&random, question.query.stance);
    Scan scan(*engine, question);
    for (int i = 0; i < 8; ++i) {
      const std::string text = RandomFilter(&random, catalog, 2);
      const auto filter = Filter::Parse(text);
      ASSERT_TRUE(filter.ok()) << text << filter.status();
      std::vector<std::string> expected;
      for (std::size_t a = 0; a < engine->records().artifact_count(); ++a) {
        const std::string id(engine->records().IdOf(ArtifactIndex(a)));
        if (scan.Fits(*filter, id)) expected.push_back(id);
      }
      ASSERT_EQ(Ids(*engine, text, question), expected) << "seed " << seed << ": " << text;
      found += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(found, 300);
}

}  // namespace
}  // namespace lineage
