// Catalogs and the index are read back as written, and refused when anything in them was touched.
#include "compiler/catalog/catalog.hpp"

#include <doctest/doctest.h>

#include "compiler/catalog/header.hpp"
#include "compiler/plan/digest.hpp"
#include "tests/unit/model/shop.hpp"

using namespace dmc;
using namespace dmc::catalog;

namespace {

Catalog sample() {
  Catalog catalog;
  catalog.project = "shop";
  catalog.number = 2;
  catalog.title = "a \"databases\":[ title";
  catalog.parent = plan::digest("1");
  catalog.change_digest = plan::digest("c");
  catalog.databases = {{model::state_hash(tests::shop()), tests::shop()}};
  return catalog;
}

plan::JsonError refused(std::string bytes) {
  plan::JsonError error;
  CHECK_FALSE(read_catalog(std::move(bytes), error));
  return error;
}

std::string replaced(std::string text, std::string_view part, std::string_view instead) {
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), instead);
}

}  // namespace

TEST_CASE("a catalog is read back as it was written") {
  const auto bytes = write_catalog(sample());
  plan::JsonError error;
  const auto file = read_catalog(bytes, error);
  REQUIRE_MESSAGE(file, error.where << ": " << error.message);
  CHECK(file->catalog == sample());
  CHECK(file->hash == plan::digest(bytes));
  CHECK(file->bytes == bytes);
  CHECK(file->catalog.models() == std::vector<model::Database>{tests::shop()});
}

TEST_CASE("a database that is not what its hash says is refused") {
  const auto bytes = write_catalog(sample());
  const auto edited = refused(replaced(bytes, "\"type\":\"bigint\"", "\"type\":\"bigins\""));
  CHECK(edited.code == "E0320");
  CHECK(edited.where == "databases[0].hash");
  CHECK(refused(replaced(bytes, "varchar(200)", "varchar(20)")).code == "E0320");
  // What is no part of the state can be edited, but then the bytes have another hash, and the next catalog notices.
  plan::JsonError error;
  const auto other = read_catalog(replaced(bytes, "\"3.40\"", "\"3.41\""), error);
  REQUIRE(other);
  CHECK(other->hash != plan::digest(bytes));
}

TEST_CASE("what is not a catalog of this format is refused") {
  const auto bytes = write_catalog(sample());
  CHECK(refused(bytes + "\n").code == "E0308");
  CHECK(refused(replaced(bytes, "dmc-catalog", "dmc-plan")).code == "E0307");
  CHECK(refused(replaced(bytes, "\"version\":1}", "\"version\":2}")).message ==
        "the catalog has format 2, this version reads format 1");
  CHECK(refused(replaced(bytes, "\"number\":2,", "")).code == "E0305");
  CHECK(refused(replaced(bytes, "\"number\":2", "\"colour\":1,\"number\":2")).code == "E0304");
  CHECK(refused("").code == "E0301");
}

TEST_CASE("parts that contradict one another are refused") {
  Catalog orphan = sample();
  orphan.parent.reset();
  CHECK(refused(write_catalog(orphan)).where == "parent");
  Catalog zero = sample();
  zero.number = 0;
  CHECK(refused(write_catalog(zero)).where == "number");
  Catalog twice = sample();
  twice.databases.push_back(twice.databases.front());
  CHECK(refused(write_catalog(twice)).where == "databases[1].model.name");
}

TEST_CASE("the head is read without the databases") {
  const auto bytes = write_catalog(sample());
  plan::JsonError error;
  const auto header = read_header(bytes, error);
  REQUIRE_MESSAGE(header, error.where << ": " << error.message);
  CHECK(header->number == 2);
  CHECK(header->project == "shop");
  CHECK(header->parent == plan::digest("1"));
  CHECK(header->change_digest == plan::digest("c"));
  CHECK(header->schema_version == model::catalog_schema_version);
  CHECK_FALSE(read_header(bytes.substr(0, bytes.size() / 2), error));
  CHECK(error.code == "E0301");
  CHECK_FALSE(read_header(replaced(bytes, "\"number\":2", "\"number\":\"2\""), error));
  CHECK(error.code == "E0306");
  CHECK_FALSE(read_header("[]", error));
  CHECK(error.code == "E0307");
}

TEST_CASE("the index holds sealed versions by number") {
  Index index;
  index.sequence = 2;
  index.sealed = {{1, plan::digest("1"), plan::digest("p"), plan::digest("r"), plan::digest("c")},
                  {3, plan::digest("3"), std::nullopt, std::nullopt, plan::digest("d")}};
  plan::JsonError error;
  CHECK(read_index(write_index(index), error) == index);
  std::swap(index.sealed[0], index.sealed[1]);
  CHECK_FALSE(read_index(write_index(index), error));
  CHECK(error.code == "E0322");
  std::swap(index.sealed[0], index.sealed[1]);
  index.sequence = 1;
  CHECK_FALSE(read_index(write_index(index), error));
  CHECK(error.code == "E0322");
  CHECK_FALSE(read_index(write_catalog(sample()), error));
  CHECK(error.code == "E0307");
}
