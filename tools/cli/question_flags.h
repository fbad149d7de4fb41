// The question: on which day, by which theory, about whom. Flags that hold for every verb.
#ifndef LINEAGE_TOOLS_CLI_QUESTION_FLAGS_H_
#define LINEAGE_TOOLS_CLI_QUESTION_FLAGS_H_

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/engine.h"

namespace lineage {

struct QuestionFlags {
  std::string as_of;
  std::string at_revision;
  std::string stance = "standard";
  std::vector<std::string> theory;  // SWITCH=SETTING
  std::string claims_policy = "ranked";
  std::string undeclared = "undetermined";
  std::string adapter = "with-base";
  std::string component;

  // What the caller says about itself.
  std::string mau;
  std::string revenue;
  std::string attributable_revenue;
  std::string royalty;
  std::vector<std::string> regions;
  std::vector<std::string> established_in;
  std::vector<std::string> purposes;
  std::string entity;
  std::string use_mode;
  std::vector<std::string> facts;  // NAME=yes, NAME=no
  std::string competes;            // yes, no
  bool modified = false;
  bool made_it = false;

  void Declare(CLI::App* app);

  // What they ask, without rights and without a hypothesis. Errors: INVALID_ARGUMENT with the flag.
  [[nodiscard]] absl::StatusOr<Question> Read() const;
};

}  // namespace lineage

#endif  // LINEAGE_TOOLS_CLI_QUESTION_FLAGS_H_
