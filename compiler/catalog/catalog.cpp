// Writes a catalog, and reads one back only when it is what its hashes say.
#include "compiler/catalog/catalog.hpp"

#include "compiler/catalog/format.hpp"
#include "compiler/catalog/sound.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::catalog {

bool sound(const Catalog& catalog, plan::JsonError& error) {
  const auto refuse = [&](std::string code, std::string where, std::string message) {
    error = {std::move(code), std::move(where), std::move(message)};
    return false;
  };
  if (catalog.number < 1) return refuse("E0322", "number", "catalogs are numbered from 1");
  if (catalog.parent.has_value() != (catalog.number > 1))
    return refuse("E0322", "parent", "every catalog but the first names the one before it");
  for (std::size_t i = 0; i < catalog.databases.size(); ++i) {
    const CatalogDatabase& database = catalog.databases[i];
    const std::string where = "databases[" + std::to_string(i) + "]";
    if (i > 0 && catalog.databases[i - 1].model.name >= database.model.name)
      return refuse("E0322", where + ".model.name", "databases stand by name, each once");
    if (model::state_hash(database.model) != database.hash)
      return refuse("E0320", where + ".hash", "the database is not the one that this hash was given to");
  }
  return true;
}

std::vector<model::Database> Catalog::models() const {
  std::vector<model::Database> all;
  all.reserve(databases.size());
  for (const CatalogDatabase& database : databases) all.push_back(database.model);
  return all;
}

std::string write_catalog(const Catalog& catalog) { return plan::canonical(catalog); }

std::optional<Catalog> parse_catalog(std::string_view bytes, plan::JsonError& error) {
  auto catalog = parse_file<Catalog>(bytes, "catalog", error);
  if (!catalog || !sound(*catalog, error)) return std::nullopt;
  return catalog;
}

std::optional<CatalogFile> read_catalog(std::string bytes, plan::JsonError& error) {
  auto catalog = parse_catalog(bytes, error);
  if (!catalog) return std::nullopt;
  std::string hash = plan::digest(bytes);
  return CatalogFile{std::move(*catalog), std::move(bytes), std::move(hash)};
}

}  // namespace dmc::catalog
