// Everything that is known: licences, artifacts, claims and the words that conditions use. Plain
// values.
#ifndef LINEAGE_ENGINE_MODEL_CATALOG_H_
#define LINEAGE_ENGINE_MODEL_CATALOG_H_

#include <string>
#include <vector>

#include "engine/model/artifact.h"
#include "engine/model/claim.h"
#include "engine/model/license.h"

namespace lineage {

struct Purpose {
  std::string id;
  std::string says;
  bool harmful = false;
};

// What a condition may ask with yes or no.
struct Fact {
  std::string id;
  std::string says;
};

struct RegionGroup {
  std::string id;
  std::vector<std::string> members;
};

// One rights holder behind several organisations of the Hub.
struct Party {
  std::string name;
  std::vector<std::string> organizations;
};

struct Vocabulary {
  std::string edition;  // of the catalogue, YYYY-MM-DD: a later one replaces an earlier one
  std::vector<Purpose> purposes;
  std::vector<RegionGroup> regions;
  std::vector<std::string> entities;
  std::vector<Fact> facts;
  std::vector<Party> parties;
};

struct Catalog {
  std::vector<License> licenses;
  std::vector<LicenseException> exceptions;
  Vocabulary vocabulary;
  std::vector<Artifact> artifacts;
  std::vector<Claim> claims;
};

}  // namespace lineage

#endif  // LINEAGE_ENGINE_MODEL_CATALOG_H_
