// dmc version: what this build is and which databases it speaks.
#include "runtime/cli/version.hpp"

#include <ostream>

#include <fmt/format.h>

#include "compiler/model/database.hpp"
#include "compiler/plan/canonical.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"

namespace dmc::cli {
namespace {

struct DialectVersion {
  std::string name;
  std::int64_t lowering_version = 0;
  std::string oldest_version;
  std::string newest_version;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("lowering_version", self.lowering_version);
    visit("oldest_version", self.oldest_version);
    visit("newest_version", self.newest_version);
  }
};

struct Versions {
  std::string version;
  std::int64_t catalog_schema_version = model::catalog_schema_version;
  std::vector<DialectVersion> dialects;
  static void fields(auto& self, auto&& visit) {
    visit("version", self.version);
    visit("catalog_schema_version", self.catalog_schema_version);
    visit("dialects", self.dialects);
  }
};

Exit run(const Arguments& arguments, World& world) {
  Versions versions{std::string(version), model::catalog_schema_version, {}};
  for (const auto& dialect : world.dialects.all()) {
    const auto& about = dialect->description();
    versions.dialects.push_back({about.name, about.lowering_version, about.oldest_version, about.newest_version});
  }
  if (as_json(arguments)) {
    world.out << plan::canonical(versions) << "\n";
    return Exit::done;
  }
  world.out << fmt::format("dmc {}\n", version);
  for (const auto& dialect : versions.dialects)
    world.out << fmt::format("  {:<12} from {}, known up to {}, lowering {}\n", dialect.name, dialect.oldest_version,
                             dialect.newest_version, dialect.lowering_version);
  world.out << fmt::format("  {:<12} schema version {}\n", "catalog", versions.catalog_schema_version);
  return Exit::done;
}

}  // namespace

Command version_command() {
  return {"version", "what this build is and which databases it speaks", {}, {text_or_json_option()}, run};
}

}  // namespace dmc::cli
