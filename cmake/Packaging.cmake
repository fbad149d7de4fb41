# The Debian package: cmake --workflow --preset release, or cpack -G DEB in a build directory.
#
# What is installed is said by the install() rules of each folder; here stand the package's own
# papers and its description. Dependencies are read from the binaries (dpkg-shlibdeps).

include(GNUInstallDirs)

set(LINEAGE_MAINTAINER "Lineage maintainers <maintainers@lineage.invalid>" CACHE STRING
  "Maintainer field of the Debian package")

# Debian's machine-readable copyright file.
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/packaging/copyright" @ONLY CONTENT
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: @PROJECT_NAME@

Files: *
Copyright: The Lineage authors
License: Apache-2.0

License: Apache-2.0
 Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use
 this file except in compliance with the License. You may obtain a copy of the
 License at http://www.apache.org/licenses/LICENSE-2.0
 .
 Unless required by applicable law or agreed to in writing, software distributed
 under the License is distributed on an \"AS IS\" BASIS, WITHOUT WARRANTIES OR
 CONDITIONS OF ANY KIND, either express or implied. See the License for the
 specific language governing permissions and limitations under the License.
 .
 On Debian systems, the full text is in /usr/share/common-licenses/Apache-2.0.
")
install(FILES "${PROJECT_BINARY_DIR}/packaging/copyright" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# Debian wants the change log compressed, without a time stamp.
find_program(LINEAGE_GZIP gzip)
mark_as_advanced(LINEAGE_GZIP)
if(LINEAGE_GZIP)
  set(lineage_changelog "${PROJECT_BINARY_DIR}/packaging/changelog.gz")
  install(CODE "
    execute_process(
      COMMAND \"${LINEAGE_GZIP}\" -9nc \"${PROJECT_SOURCE_DIR}/CHANGELOG.md\"
      OUTPUT_FILE \"${lineage_changelog}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES "${lineage_changelog}" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lineage)
set(CPACK_PACKAGE_VENDOR "Lineage")
set(CPACK_PACKAGE_CONTACT "${LINEAGE_MAINTAINER}")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "licence lineage of machine-learning models")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_PACKAGE_NAME lineage)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS graphviz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/packaging/conffiles" @ONLY CONTENT "/etc/lineage/lineaged.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/packaging/conffiles")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Models are tuned, merged, quantised and distilled from other models, and trained
on data; each source brings licence terms along. Lineage keeps the graph of what
was made from what and who said so, and answers what may be done with a model,
with the proof: which clause of which licence reaches it, and by which path.
.
This package holds the command line, lineage-cli, with a built-in catalogue of
licences and models, which works offline, and the gRPC daemon, lineaged.")

set(CPACK_SOURCE_GENERATOR "")

include(CPack)
