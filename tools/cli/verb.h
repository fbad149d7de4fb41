// A verb of the command line: `why`, `license show`. Each is one file in verbs/, which says what it
// is called, which flags it has, what it needs, what it can print, and does it. It is named nowhere
// else: help, manual page, completions, and the checks of flags and formats are made from here.
#ifndef LINEAGE_TOOLS_CLI_VERB_H_
#define LINEAGE_TOOLS_CLI_VERB_H_

#include <CLI/App.hpp>
#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"
#include "tools/cli/answers.h"
#include "tools/cli/exit_status.h"
#include "tools/cli/global_flags.h"
#include "tools/cli/output.h"

namespace lineage {

// Where help lists a verb, in this order.
enum class VerbGroup : uint8_t { kAsk, kLookAround, kCompare, kKeep, kCatalogue, kProgram };

template <>
struct EnumNames<VerbGroup> {
  static constexpr std::array<const char*, 6> value = {
      "Ask", "Look around", "Compare", "Keep", "Catalogue and policies", "This program"};
};

// What is there when a verb runs. Of a later one there is all that an earlier one has, but for
// kWriting, which has a store of its own kind.
enum class Needs : uint8_t {
  kNothing,      // not even the catalogue
  kStoreFolder,  // a store on this machine, which the verb opens itself (local_store.h)
  kWriting,      // answers to write to: the store is made if it is missing, and locked
  kAnswers,      // answers to read from: the catalogue, a store or a server
  kQuestion,     // and what is asked: --as-of, --stance, --mau, --as …
  kHypothesis,   // and what is supposed: --with, --without
};

struct Example {
  std::string arguments;  // after "lineage-cli", quoted as for a shell
  std::string shows;      // what for, in a few words; no capital, no full stop
};

struct VerbInfo {
  std::string name;  // "why"; "license show" if it belongs to the family "license"
  std::string summary;
  VerbGroup group = VerbGroup::kAsk;
  Needs needs = Needs::kNothing;
  // What -o may say; the first one holds if it says nothing. Empty: a family, which only holds
  // verbs.
  std::vector<Format> formats = {};
  std::vector<Example> examples = {};
  bool hidden = false;  // from help
};

// What nearly every verb prints, and what those print whose answer is a list.
[[nodiscard]] std::vector<Format> DocumentFormats();
[[nodiscard]] std::vector<Format> ListFormats();

// What a verb runs with.
struct Invocation {
  const GlobalFlags& flags;
  const CLI::App& parser;  // of the whole command line
  Output& output;
  std::ostream& err;           // for people: notes, warnings
  Answers* answers = nullptr;  // if the verb needs them
  Question question = {};      // if the verb needs answers; of all rights

  // What to exit with after an answer that is no plain yes: 0 with --no-fail.
  [[nodiscard]] int Gate(int status) const { return flags.no_fail ? kExitYes : status; }
};

class Verb {
 public:
  explicit Verb(VerbInfo info) : info_(std::move(info)) {}
  virtual ~Verb() = default;
  Verb(const Verb&) = delete;
  Verb& operator=(const Verb&) = delete;

  [[nodiscard]] const VerbInfo& info() const { return info_; }
  [[nodiscard]] bool is_family() const { return info_.formats.empty(); }

  // Declares operands and flags; the parser writes into members of the verb.
  virtual void Declare(CLI::App* /*app*/) {}

  // As the flags are now: some verbs write unless they are only tried.
  [[nodiscard]] virtual Needs needs() const { return info_.needs; }
  [[nodiscard]] virtual std::vector<Format> formats() const { return info_.formats; }

  // Answers, prints, and returns the exit status. Errors are printed by the caller, and mapped to
  // an exit status (exit_status.h).
  virtual absl::StatusOr<int> Run(Invocation& run) = 0;

 private:
  const VerbInfo info_;
};

// A word that only stands before others: "license" of "license show".
[[nodiscard]] std::unique_ptr<Verb> VerbFamily(std::string name, std::string summary,
                                               VerbGroup group);

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_VERB_H_
