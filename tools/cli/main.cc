#include <iostream>
#include <optional>

#include "tools/cli/command_line.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  lineage::CommandLine command_line;
  const std::optional<int> done = command_line.Parse(argc, argv, std::cout, std::cerr);
  return done ? *done : command_line.Run(std::cout, std::cerr);
}
