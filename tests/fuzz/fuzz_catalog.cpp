// From the bytes of catalog/NNNN.json and catalog/index.json to models and seals. What only a hash stands against is
// mended and read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/header.hpp"
#include "compiler/explain/explain.hpp"
#include "compiler/plan/canonical.hpp"
#include "compiler/plan/digest.hpp"
#include "tests/fuzz/property.hpp"

using namespace dmc;

namespace {

void demand_accepted(const catalog::CatalogFile& file, const std::string& bytes) {
  fuzz::demand(file.bytes == bytes && file.hash == plan::digest(bytes), "a catalog has the hash of its bytes");
  fuzz::demand(catalog::write_catalog(file.catalog) == bytes, "an accepted catalog is written as it was read", bytes);
  plan::JsonError error;
  const auto header = catalog::read_header(bytes, error);
  fuzz::demand(header.has_value(), "an accepted catalog has a head", error.message);
  fuzz::demand(header->number == file.catalog.number && header->project == file.catalog.project &&
                   header->parent == file.catalog.parent && header->change_digest == file.catalog.change_digest &&
                   header->schema_version == file.catalog.schema_version,
               "the head says what the catalog says", bytes);
  fuzz::demand_printable(explain::text(file.catalog));
  fuzz::demand_printable(explain::markdown(file.catalog));
  fuzz::demand_printable(explain::mermaid(file.catalog));
}

void mend(catalog::Catalog& catalog) {
  const catalog::Catalog ours;
  catalog.format = ours.format;
  catalog.version = ours.version;
  catalog.number = std::max<std::int64_t>(catalog.number, 1);
  if (catalog.number == 1)
    catalog.parent.reset();
  else if (!catalog.parent)
    catalog.parent.emplace();
  for (auto& database : catalog.databases) database.hash = model::state_hash(database.model);
  std::ranges::sort(catalog.databases, {}, [](const auto& database) { return database.model.name; });
}

void look_at_catalog(const std::string& bytes) {
  plan::JsonError error;
  if (const auto file = catalog::read_catalog(bytes, error)) {
    demand_accepted(*file, bytes);
    return;
  }
  fuzz::demand_refusal(error);
  if (!catalog::read_header(bytes, error)) fuzz::demand_refusal(error);
  const auto json = plan::read_json(bytes, error);
  catalog::Catalog catalog;
  if (!json || !plan::read(*json, catalog, error)) {
    fuzz::demand_refusal(error);
    return;
  }
  mend(catalog);
  const auto mended = catalog::write_catalog(catalog);
  if (const auto file = catalog::read_catalog(mended, error))
    demand_accepted(*file, mended);
  else
    fuzz::demand(error.code == "E0322" && !error.message.empty(), "mended, only its parts can contradict one another",
                 error.code + " " + error.where + " " + mended);
}

void look_at_index(const std::string& bytes) {
  plan::JsonError error;
  if (const auto index = catalog::read_index(bytes, error))
    fuzz::demand(catalog::write_index(*index) == bytes, "an accepted index is written as it was read", bytes);
  else
    fuzz::demand_refusal(error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  look_at_catalog(bytes);
  look_at_index(bytes);
  return 0;
}
