# Warnings, sanitizers, coverage, the compiler cache and the linker.
#
# Link `lineage_options` PRIVATE into every target that is written by hand: it holds the warnings.
# Generated code goes without it, and its headers are SYSTEM to those who include them; imported
# targets are SYSTEM by themselves.
#
# What changes the generated code (sanitizers, coverage) is set for the whole build instead: half of
# a program under AddressSanitizer reports container overflows that are none.

include(CheckLinkerFlag)

option(LINEAGE_WERROR "Warnings are errors" OFF)
option(LINEAGE_COVERAGE "Count which lines run (gcov)" OFF)
option(LINEAGE_FAST_LINKER "Link with mold or lld where they are installed" ON)
set(LINEAGE_SANITIZE "" CACHE STRING "address (with undefined behaviour), thread, or nothing")
set_property(CACHE LINEAGE_SANITIZE PROPERTY STRINGS "" address thread)

# --- Warnings -------------------------------------------------------------------------------------

add_library(lineage_options INTERFACE)
add_library(lineage::options ALIAS lineage_options)

# -Wsign-conversion is left out: it asks for casts wherever a difference of iterators meets a size,
# and finds less than -Wsign-compare, which -Wall holds.
target_compile_options(lineage_options INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow;-Wconversion;-Wno-sign-conversion>"
  "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual;-Wold-style-cast;-Wcast-qual>"
  "$<$<COMPILE_LANGUAGE:CXX>:-Wextra-semi;-Wformat=2;-Wundef;-Wvla>"
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wduplicated-cond;-Wlogical-op;-Wsuggest-override>"
  "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Winconsistent-missing-override>")

# g++ 12 reports overlaps in std::string's own code that are none.
target_compile_options(lineage_options INTERFACE
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>")

if(LINEAGE_WERROR)
  target_compile_options(lineage_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()

# --- Sanitizers and coverage ----------------------------------------------------------------------

if(LINEAGE_SANITIZE STREQUAL "address")
  set(lineage_instrument -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(LINEAGE_SANITIZE STREQUAL "thread")
  set(lineage_instrument -fsanitize=thread)
elseif(NOT LINEAGE_SANITIZE STREQUAL "")
  message(FATAL_ERROR
    "LINEAGE_SANITIZE is \"${LINEAGE_SANITIZE}\"; it can be \"address\", \"thread\" or empty.")
endif()

if(LINEAGE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR
      "LINEAGE_FUZZ needs clang, for libFuzzer; this is ${CMAKE_CXX_COMPILER}. "
      "Use the preset: cmake --preset fuzz")
  endif()
  if(LINEAGE_SANITIZE STREQUAL "thread")
    message(FATAL_ERROR "LINEAGE_FUZZ brings AddressSanitizer, which excludes ThreadSanitizer.")
  endif()
  set(lineage_instrument -fsanitize=address,undefined -fno-sanitize-recover=all)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(lineage_instrument)
  add_compile_options(${lineage_instrument} -fno-omit-frame-pointer)
  add_link_options(${lineage_instrument})
endif()

# Link a fuzz target with `lineage_fuzzer`: libFuzzer brings its main().
add_library(lineage_fuzzer INTERFACE)
if(LINEAGE_FUZZ)
  target_link_options(lineage_fuzzer INTERFACE -fsanitize=fuzzer)
endif()

if(LINEAGE_COVERAGE)
  add_compile_options(--coverage -fno-inline)
  # Counts stay right where threads run the same line.
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fprofile-update=atomic>)
  add_link_options(--coverage)
endif()

# Checked access in the standard library; it keeps the ABI. Release builds go without.
add_compile_definitions($<$<NOT:$<CONFIG:Release,MinSizeRel>>:_GLIBCXX_ASSERTIONS>)

# --- Hardening ------------------------------------------------------------------------------------

# What Debian builds its own network services with (hardening=+all), and control-flow protection.
# Instrumented builds go without: the sanitizers bring checks of their own, and FORTIFY hides some of
# what they would find. tests/scripts/hardening.py reads the finished binaries.
option(LINEAGE_HARDEN "Stack protector, FORTIFY, full RELRO, PIE, control-flow protection" ON)
if(LINEAGE_HARDEN AND NOT lineage_instrument AND NOT LINEAGE_COVERAGE)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fstack-protector-strong>
                      $<$<COMPILE_LANGUAGE:C,CXX>:-fstack-clash-protection>)
  # FORTIFY needs the optimiser; without it the C library only warns.
  add_compile_options(
    $<$<AND:$<COMPILE_LANGUAGE:C,CXX>,$<NOT:$<CONFIG:Debug>>>:-D_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fcf-protection=full>)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-mbranch-protection=standard>)
  endif()
endif()

# --- Compiler cache and linker --------------------------------------------------------------------

# ccache fails every compilation where its directory cannot be written, so it is tried once.
find_program(LINEAGE_CCACHE ccache DOC "ccache, or nothing")
mark_as_advanced(LINEAGE_CCACHE)
if(LINEAGE_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  if(NOT DEFINED LINEAGE_CCACHE_WORKS)
    set(lineage_probe "${CMAKE_BINARY_DIR}/CMakeFiles/ccache_probe.cc")
    file(WRITE "${lineage_probe}" "int probe;\n")
    execute_process(
      COMMAND "${LINEAGE_CCACHE}" "${CMAKE_CXX_COMPILER}" -c "${lineage_probe}"
              -o "${lineage_probe}.o"
      RESULT_VARIABLE lineage_probe_failed OUTPUT_QUIET ERROR_QUIET)
    if(lineage_probe_failed)
      message(STATUS "ccache does not work here; compiling without it")
      set(LINEAGE_CCACHE_WORKS FALSE CACHE INTERNAL "ccache compiled a file")
    else()
      set(LINEAGE_CCACHE_WORKS TRUE CACHE INTERNAL "ccache compiled a file")
    endif()
  endif()
  if(LINEAGE_CCACHE_WORKS)
    set(CMAKE_C_COMPILER_LAUNCHER "${LINEAGE_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${LINEAGE_CCACHE}")
  endif()
endif()

# mold and lld link several times faster than the default linker.
if(LINEAGE_FAST_LINKER)
  check_linker_flag(CXX -fuse-ld=mold LINEAGE_HAVE_MOLD)
  if(LINEAGE_HAVE_MOLD)
    add_link_options(-fuse-ld=mold)
  else()
    check_linker_flag(CXX -fuse-ld=lld LINEAGE_HAVE_LLD)
    if(LINEAGE_HAVE_LLD)
      add_link_options(-fuse-ld=lld)
    endif()
  endif()
endif()
