// Packs a folder of files for the program to serve: pack OUT FOLDER… Run by the build.
//
// For each file its name ("/index.html"), its bytes and these compressed, each with its length in
// eight digits before it. web_files.cc reads it.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "service/http/gzip.h"

namespace lineage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 99'999'999;  // eight digits

bool IsPlainName(const std::string& name) {
  return !absl::StrContains(name, "..") && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '.' || c == '-' ||
           c == '_';
  });
}

std::string Part(const std::string& bytes) { return absl::StrFormat("%08d", bytes.size()) + bytes; }

int Main(int argc, char** argv) {
  std::map<std::string, std::string> files;  // in order, so that equal folders give equal bytes
  for (int i = 2; i < argc; ++i) {
    for (const auto& entry : fs::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      // Compressed here, and what builds the page need not serve.
      if (entry.path().extension() == ".gz" || entry.path().extension() == ".map") continue;
      const std::string name = "/" + fs::relative(entry.path(), argv[i]).generic_string();
      std::stringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      files[name] = bytes.str();
      if (!IsPlainName(name) || files[name].size() > kLargest) {
        std::cerr << "pack: " << entry.path()
                  << ": names are letters, digits, '.', '-' and '_', and files below 100 MB\n";
        return 1;
      }
    }
  }
  std::ofstream out(argv[1], std::ios::binary);
  for (const auto& [name, bytes] : files) {
    std::string small = Gzip(bytes, /*small=*/true);
    if (small.size() >= bytes.size()) small.clear();
    out << Part(name) << Part(bytes) << Part(small);
  }
  out.close();
  return out ? 0 : 1;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) { return lineage::Main(argc, argv); }
