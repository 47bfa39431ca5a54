// The rules of the chain, one function each; every message says what to do next.
#include "compiler/catalog/versions.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/catalog/header.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::catalog {

namespace {

using grammar::Diagnostic;
using grammar::Diagnostics;

std::string file_of(std::int64_t number) { return fmt::format("catalog/{:04}.json", number); }
std::string stage_file_of(std::int64_t number, std::int64_t stage) {
  return fmt::format("catalog/{:04}.{}.json", number, stage);
}
std::string settled_file_of(std::int64_t number) { return fmt::format("catalog/{:04}.settled.json", number); }
std::string plans_of(std::int64_t number) { return fmt::format("plans/{:04}.*", number); }
std::string change_file_of(std::int64_t number) { return fmt::format("changes/{:04}_….mig", number); }

std::string file_of(const model::Intent& change) {
  return change.file.empty() ? change_file_of(change.number) : change.file;
}

constexpr std::string_view take_back = "take the committed file back from version control";

void report(Diagnostics& diagnostics, const std::string& file, const plan::JsonError& error, std::string_view bytes) {
  if (bytes.find("\n<<<<<<< ") != std::string_view::npos || bytes.starts_with("<<<<<<< ")) {
    auto& diagnostic =
        diagnostics.error("E0335", std::nullopt, fmt::format("{} holds the marks of a merge conflict", file));
    diagnostic.help.push_back("take the file of the version that has shipped; the other change takes the next number");
    diagnostic.help.push_back("and is compiled again:  dmc compile");
    return;
  }
  const std::string where = error.where.empty() ? "" : fmt::format(" (at {})", error.where);
  auto& diagnostic =
      diagnostics.error(error.code, std::nullopt, fmt::format("{} cannot be used: {}{}", file, error.message, where));
  if (error.code == "E0307" || error.code == "E0321")
    diagnostic.help.push_back("a newer dmc wrote it: use that one, on every machine that compiles this project");
  else
    diagnostic.help.push_back(fmt::format("files that dmc writes are never edited: {}", take_back));
}

class Chain {
 public:
  Chain(const Committed& committed, const model::Project& project, Diagnostics& diagnostics)
      : project_(project), diagnostics_(diagnostics), stages_(committed.stages) {
    for (const auto& [number, bytes] : committed.catalogs) bytes_.emplace(number, bytes);
    if (committed.index) read_index_of(*committed.index);
    for (const auto& file : committed.settled) read_settled_of(file);
  }

  std::int64_t newest() const { return bytes_.empty() ? 0 : bytes_.rbegin()->first; }

  const model::Intent* highest() const { return project_.changes.empty() ? nullptr : &project_.changes.back(); }

  /// Checks everything below `number` and reads the catalog it stands on. Changes below `frozen` must be as they were.
  std::optional<Ground> ground(std::int64_t number, std::int64_t frozen) {
    check_no_hole(number);
    read_headers(number);
    check_links();
    check_frozen(number, frozen);
    check_sealed();
    if (failed_) return std::nullopt;
    Ground ground;
    ground.number = number;
    if (const Sealed* sealed = sealed_entry(number)) ground.sealed = *sealed;
    if (const auto settled = settled_.find(number); settled != settled_.end()) ground.settled = settled->second;
    if (number == 1) return ground;
    if (const auto settled = settled_.find(number - 1); settled != settled_.end())
      return on_stage(settled->second, std::move(ground));
    plan::JsonError error;
    ground.base_name = std::to_string(number - 1);
    ground.base = parse_catalog(bytes_.at(number - 1), error);
    if (!ground.base) {
      report(diagnostics_, file_of(number - 1), error, bytes_.at(number - 1));
      return std::nullopt;
    }
    ground.base_hash = hash_of(number - 1);
    return ground;
  }

  bool check_highest() {
    const model::Intent* change = highest();
    const std::int64_t next = newest() + 1;
    if (!change) {
      auto& diagnostic =
          fail("E0330", project_.origin.span, "the project has no change, and every version has exactly one");
      diagnostic.help.push_back(fmt::format("write {}:  change {} '{}';", change_file_of(next), next,
                                            next == 1 ? "first version" : "what is new"));
    } else if (change->number > next) {
      report_left_out(*change, next);
    } else if (change->number < newest()) {
      const std::int64_t gone = newest();
      auto& diagnostic = fail("E0332", change->origin.span,
                              fmt::format("{} is here, but change {} is not in the sources", file_of(gone), gone),
                              fmt::format("the highest change is {}", change->number));
      diagnostic.help.push_back(fmt::format("take {} back from version control", change_file_of(gone)));
      diagnostic.help.push_back(
          fmt::format("or, if version {} never ran anywhere, delete {} and {}", gone, file_of(gone), plans_of(gone)));
    }
    return !failed_;
  }

 private:
  template <class... Rest>
  Diagnostic& fail(std::string_view code, Rest&&... rest) {
    failed_ = true;
    return diagnostics_.error(code, std::forward<Rest>(rest)...);
  }

  void read_index_of(const std::string& bytes) {
    plan::JsonError error;
    if (auto index = read_index(bytes, error)) {
      index_ = std::move(*index);
      return;
    }
    failed_ = true;
    report(diagnostics_, "catalog/index.json", error, bytes);
  }

  void read_settled_of(const SettledFile& file) {
    plan::JsonError error;
    auto settled = read_settled(file.bytes, error);
    if (!settled) {
      failed_ = true;
      return report(diagnostics_, settled_file_of(file.number), error, file.bytes);
    }
    if (settled->number == file.number && settled->project == project_.name) {
      settled_.emplace(file.number, std::move(*settled));
      return;
    }
    auto& diagnostic = fail(
        "E0334", std::nullopt,
        fmt::format("{} is about version {} of '{}'", settled_file_of(file.number), settled->number, settled->project));
    diagnostic.help.push_back(fmt::format("files of the catalog are not renamed: {}", take_back));
  }

  const StageFile* stage_file(const Settled& settled) const {
    const auto found = std::ranges::find_if(
        stages_, [&](const StageFile& file) { return file.number == settled.number && file.stage == settled.stage; });
    return found == stages_.end() ? nullptr : &*found;
  }

  /// The version below was settled at a gate, so this one begins where its databases are.
  std::optional<Ground> on_stage(const Settled& settled, Ground ground) {
    const auto name = stage_file_of(settled.number, settled.stage);
    const auto* file = stage_file(settled);
    if (!file || plan::digest(file->bytes) != settled.catalog) {
      auto& diagnostic = fail("E0340", std::nullopt,
                              fmt::format("version {} was settled at {}.{}, and {} {}", settled.number, settled.number,
                                          settled.stage, name, file ? "is another than then" : "is missing"));
      diagnostic.help.push_back(std::string(take_back));
      return std::nullopt;
    }
    plan::JsonError error;
    auto stage = read_stage_catalog(file->bytes, error);
    if (stage && stage->schema_version != model::catalog_schema_version) {
      error = {"E0321", "schema_version", "its hashes were taken over another version of the model"};
      stage.reset();
    }
    if (!stage) {
      report(diagnostics_, name, error, file->bytes);
      return std::nullopt;
    }
    ground.base_name = stage->name();
    ground.kept = std::move(stage->kept);
    ground.base = std::move(static_cast<Catalog&>(*stage));
    ground.base_hash = settled.catalog;
    return ground;
  }

  void report_left_out(const model::Intent& change, std::int64_t next) {
    auto& diagnostic =
        fail("E0331", change.origin.span,
             fmt::format("change {} follows version {}, which has no catalog", change.number, change.number - 1),
             newest() == 0 ? "no version has been compiled yet"
                           : fmt::format("the newest catalog is {}", file_of(newest())));
    const bool has_next = std::any_of(project_.changes.begin(), project_.changes.end(),
                                      [&](const model::Intent& other) { return other.number == next; });
    if (has_next) {
      diagnostic.help.push_back(
          fmt::format("compile change {} first: put change {} aside until then", next, change.number));
      diagnostic.help.push_back("or make the two one change, if they ship together");
    } else {
      diagnostic.help.push_back(fmt::format("the next number is {}:  change {} '{}';", next, next, change.title));
      diagnostic.help.push_back(
          fmt::format("or, if version {} exists elsewhere, take its files from version control", change.number - 1));
    }
  }

  /// Catalogs may begin late (old ones may be given up), but then follow one another.
  void check_no_hole(std::int64_t number) {
    std::int64_t before = 0;
    for (const auto& [found, bytes] : bytes_) {
      if (before != 0 && before + 1 < found && found <= number) report_missing(before + 1, found);
      if (found < number) before = found;
    }
    if (number > 1 && before != number - 1 && !failed_) report_missing(number - 1, number);
  }

  void report_missing(std::int64_t number, std::int64_t next) {
    const auto change = std::ranges::find(project_.changes, next, &model::Intent::number);
    auto& diagnostic = fail("E0333", change == project_.changes.end() ? std::nullopt : change->origin.span,
                            fmt::format("{} is missing, and version {} stands on it", file_of(number), next));
    diagnostic.help.push_back(std::string(take_back));
  }

  void read_headers(std::int64_t number) {
    for (const auto& [found, bytes] : bytes_) {
      if (found >= number) break;
      plan::JsonError error;
      auto header = read_header(bytes, error);
      if (header && header->schema_version != model::catalog_schema_version) {
        error = {"E0321", "schema_version",
                 fmt::format("its hashes were taken over version {} of the model, this dmc knows version {}",
                             header->schema_version, model::catalog_schema_version)};
        header.reset();
      }
      if (!header) {
        failed_ = true;
        report(diagnostics_, file_of(found), error, bytes);
        continue;
      }
      if (belongs(found, *header)) headers_.emplace(found, std::move(*header));
    }
  }

  bool belongs(std::int64_t number, const Header& header) {
    if (header.number != number) {
      auto& diagnostic =
          fail("E0334", std::nullopt, fmt::format("{} is the catalog of version {}", file_of(number), header.number));
      diagnostic.help.push_back(fmt::format("files of the catalog are not renamed: {}", take_back));
    } else if (header.project != project_.name) {
      auto& diagnostic = fail("E0334", project_.origin.span,
                              fmt::format("{} belongs to the project '{}'", file_of(number), header.project),
                              fmt::format("this project is '{}'", project_.name));
      diagnostic.help.push_back(fmt::format("keep the name:  project {} {{ edition 1; }}", header.project));
    } else {
      return true;
    }
    return false;
  }

  const std::string& hash_of(std::int64_t number) {
    auto& hash = hashes_[number];
    if (hash.empty()) hash = plan::digest(bytes_.at(number));
    return hash;
  }

  /// The hash of what that version was compiled on.
  const std::string& ground_of(std::int64_t number) {
    const auto settled = settled_.find(number - 1);
    return settled == settled_.end() ? hash_of(number - 1) : settled->second.catalog;
  }

  void check_links() {
    for (const auto& [number, header] : headers_) {
      if (!headers_.contains(number - 1) || header.parent == ground_of(number)) continue;
      auto& diagnostic = fail(
          "E0335", std::nullopt,
          fmt::format("version {} was compiled on another version {} than the one that is here", number, number - 1));
      diagnostic.help.push_back(fmt::format("two branches have met, or {} was replaced", file_of(number - 1)));
      diagnostic.help.push_back(
          fmt::format("if version {} ran nowhere yet: give its change the next free number, delete {}, {},", number,
                      file_of(number), plans_of(number)));
      diagnostic.help.push_back("and compile it again:  dmc compile");
      diagnostic.help.push_back(
          fmt::format("if it ran: take back the {} that it was compiled on", file_of(number - 1)));
    }
  }

  /// The change that is compiled freezes all before it; sealing freezes earlier.
  void check_frozen(std::int64_t number, std::int64_t frozen) {
    for (const model::Intent& change : project_.changes) {
      const Sealed* sealed = sealed_entry(change.number);
      const auto header = headers_.find(change.number);
      const std::string* digest = nullptr;
      if (sealed)
        digest = &sealed->change_digest;
      else if (change.number < frozen && header != headers_.end())
        digest = &header->second.change_digest;
      if (!digest || *digest == change.digest) continue;
      auto& diagnostic =
          fail("E0336", change.origin.span, fmt::format("change {} is frozen, and was edited", change.number),
               sealed ? fmt::format("version {} is sealed", change.number)
                      : fmt::format("version {} stands on it as it was", change.number + 1));
      diagnostic.help.push_back(fmt::format("take {} back from version control", file_of(change)));
      diagnostic.help.push_back(fmt::format("and say in change {} what is still wanted",
                                            std::max(number, sealed ? change.number + 1 : number)));
    }
  }

  const Sealed* sealed_entry(std::int64_t number) const {
    const auto entry = std::find_if(index_.sealed.begin(), index_.sealed.end(),
                                    [&](const Sealed& sealed) { return sealed.number == number; });
    return entry == index_.sealed.end() ? nullptr : &*entry;
  }

  void check_sealed() {
    for (const Sealed& sealed : index_.sealed) {
      const auto bytes = bytes_.find(sealed.number);
      const bool is_given_up = bytes == bytes_.end() && !bytes_.empty() && sealed.number < bytes_.begin()->first;
      if (is_given_up || (bytes != bytes_.end() && hash_of(sealed.number) == sealed.catalog)) continue;
      auto& diagnostic =
          fail("E0337", std::nullopt,
               bytes == bytes_.end()
                   ? fmt::format("version {} is sealed, and {} is missing", sealed.number, file_of(sealed.number))
                   : fmt::format("{} is not the catalog that was sealed", file_of(sealed.number)));
      diagnostic.help.push_back(std::string(take_back));
      diagnostic.help.push_back("sealing goes one way: what a sealed version says is changed by the next version");
    }
  }

  const model::Project& project_;
  Diagnostics& diagnostics_;
  std::map<std::int64_t, std::string_view> bytes_;
  std::map<std::int64_t, Header> headers_;  ///< of the catalogs below the version that is compiled
  std::map<std::int64_t, std::string> hashes_;
  Index index_;
  std::span<const StageFile> stages_;
  std::map<std::int64_t, Settled> settled_;
  bool failed_ = false;
};

}  // namespace

std::vector<model::Database> Ground::take_models() {
  std::vector<model::Database> models;
  if (!base) return models;
  models.reserve(base->databases.size());
  for (CatalogDatabase& database : base->databases) models.push_back(std::move(database.model));
  base->databases.clear();
  return models;
}

std::optional<Ground> ground(const Committed& committed, const model::Project& project, Diagnostics& diagnostics) {
  Chain chain(committed, project, diagnostics);
  if (!chain.check_highest()) return std::nullopt;
  return chain.ground(chain.highest()->number, chain.highest()->number);
}

std::optional<Ground> next_ground(const Committed& committed, const model::Project& project, Diagnostics& diagnostics) {
  Chain chain(committed, project, diagnostics);
  return chain.ground(chain.newest() + 1, chain.newest());
}

void check_outcome(const Ground& ground, const model::Intent& intent, std::string_view catalog_hash,
                   std::string_view plan_hash, std::string_view reverse_hash, Diagnostics& diagnostics) {
  if (ground.settled && ground.settled->plan != plan_hash) {
    auto& diagnostic =
        diagnostics.error("E0341", intent.origin.span,
                          fmt::format("version {} was settled at {}.{}, and would become another plan now",
                                      ground.number, ground.number, ground.settled->stage),
                          "what was settled stays as it is");
    diagnostic.help.push_back(fmt::format("say what is still wanted in {}:  change {} '…';",
                                          change_file_of(ground.number + 1), ground.number + 1));
  }
  if (!ground.sealed) return;
  const auto differs = [](const std::optional<std::string>& sealed, std::string_view hash) {
    return sealed && *sealed != hash;
  };
  const bool catalog_differs = ground.sealed->catalog != catalog_hash;
  if (!catalog_differs && !differs(ground.sealed->plan, plan_hash) && !differs(ground.sealed->reverse, reverse_hash))
    return;
  const std::int64_t next = ground.number + 1;
  auto& diagnostic = diagnostics.error(
      "E0338", intent.origin.span,
      catalog_differs
          ? fmt::format("version {} is sealed, and the sources say something else now", ground.number)
          : fmt::format("version {} is sealed, and this dmc would carry it out in other steps", ground.number),
      "a sealed version stays as it is");
  if (catalog_differs)
    diagnostic.help.push_back(
        fmt::format("what is new is version {}: write {}:  change {} '…';", next, change_file_of(next), next));
  else
    diagnostic.help.push_back("run the committed plan; write the next change before compiling again");
}

}  // namespace dmc::catalog
