// catalog/NNNN.json: what the databases are known to be after change N.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/json.hpp"

namespace dmc::catalog {

struct CatalogDatabase {
  std::string hash;  ///< history-free state hash of `model`
  model::Database model;
  static void fields(auto& self, auto&& visit) {
    visit("hash", self.hash);
    visit("model", self.model);
  }
  bool operator==(const CatalogDatabase&) const = default;
};

struct Catalog {
  std::string format = "dmc-catalog";
  std::int64_t version = 1;  ///< of the format
  std::int64_t schema_version = model::catalog_schema_version;
  std::string project;
  std::int64_t number = 0;
  std::string title;
  std::optional<std::string> parent;       ///< hash of the bytes of catalog N−1; none in catalog 1
  std::string change_digest;               ///< of `change N`, token by token
  std::vector<CatalogDatabase> databases;  ///< by name

  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
    visit("schema_version", self.schema_version);
    visit("project", self.project);
    visit("number", self.number);
    visit("title", self.title);
    visit("parent", self.parent);
    visit("change_digest", self.change_digest);
    visit("databases", self.databases);
  }
  bool operator==(const Catalog&) const = default;

  std::vector<model::Database> models() const;
};

struct CatalogFile {
  Catalog catalog;
  std::string bytes;
  std::string hash;  ///< of the bytes
};

std::string write_catalog(const Catalog& catalog);
/// Accepts only canonical bytes of a known format whose database hashes are what the models say (codes E0301–E0310,
/// E0320 wrong hash, E0322 parts that contradict one another).
std::optional<CatalogFile> read_catalog(std::string bytes, plan::JsonError& error);
/// The same without keeping the bytes.
std::optional<Catalog> parse_catalog(std::string_view bytes, plan::JsonError& error);

/// catalog/index.json: the sealed versions. Sealing freezes a change; its entry names everything that ships with it.
struct Sealed {
  std::int64_t number = 0;
  std::string catalog;  ///< hash of catalog N's bytes
  std::optional<std::string> plan;
  std::optional<std::string> reverse;
  std::string change_digest;
  std::vector<std::string> stages = {};  ///< hashes of the bytes of catalog/NNNN.1.json, NNNN.2.json, …
  static void fields(auto& self, auto&& visit) {
    visit("number", self.number);
    visit("catalog", self.catalog);
    visit("plan", self.plan);
    visit("reverse", self.reverse);
    visit("change_digest", self.change_digest);
    visit("stages", self.stages);
  }
  bool operator==(const Sealed&) const = default;
};
struct Index {
  std::string format = "dmc-index";
  std::int64_t version = 1;
  std::int64_t sequence = 0;   ///< +1 at every seal
  std::vector<Sealed> sealed;  ///< by number
  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
    visit("sequence", self.sequence);
    visit("sealed", self.sealed);
  }
  bool operator==(const Index&) const = default;
};
std::string write_index(const Index& index);
std::optional<Index> read_index(const std::string& bytes, plan::JsonError& error);

}  // namespace dmc::catalog
