# Writes OUT: a digest of the sources in ROOT, so that a file made by one program is known to another
# that computes the same.
file(GLOB_RECURSE sources RELATIVE "${ROOT}" "${ROOT}/*.h" "${ROOT}/*.cc")
list(SORT sources)
set(all "")
foreach(source IN LISTS sources)
  file(SHA256 "${ROOT}/${source}" digest)
  string(APPEND all "${source} ${digest}\n")
endforeach()
string(SHA256 digest "${all}")
file(WRITE "${OUT}" "#include \"engine/image.h\"\n
namespace lineage {\n
std::string SourcesDigest() { return \"${digest}\"; }\n
}  // namespace lineage\n")
