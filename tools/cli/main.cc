#include <iostream>

#include "tools/cli/command_line.h"
#include "tools/cli/commands.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  lineage::CommandLine command;
  const auto parser = lineage::MakeParser(&command);
  bool done = false;
  const int status = lineage::ParseCommandLine(parser.get(), argc, argv, &done);
  if (done) return status;
  return lineage::RunCommand(command, *parser, std::cout, std::cerr);
}
