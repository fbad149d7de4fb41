# Warnings, sanitizers, coverage, compiler cache and linker, in one interface target.
add_library(lineage_options INTERFACE)

option(LINEAGE_WERROR "Treat warnings as errors" OFF)
set(LINEAGE_SANITIZE "" CACHE STRING "address (with undefined), thread, or empty")
option(LINEAGE_COVERAGE "Measure coverage" OFF)

target_compile_options(lineage_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor)
if(LINEAGE_WERROR)
  target_compile_options(lineage_options INTERFACE -Werror)
endif()

if(LINEAGE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(LINEAGE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(LINEAGE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(LINEAGE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(LINEAGE_CCACHE ccache)
if(LINEAGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${LINEAGE_CCACHE}")
endif()

# mold links many times faster than the default linker; g++ 12 knows it by name.
find_program(LINEAGE_MOLD mold)
if(LINEAGE_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()
