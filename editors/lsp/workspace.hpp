// One project: its files as the editor and the disk have them, what the last check said, and where things are.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "editors/lsp/check.hpp"
#include "editors/lsp/disk.hpp"
#include "editors/lsp/document.hpp"

namespace dmc::lsp {

/// A mention and the file that it stands in.
struct Met {
  const Document* document = nullptr;
  Mention mention;
};

class Workspace {
 public:
  /// `root` empty: a file that belongs to no project, and is read alone.
  Workspace(std::string root, const dialects::Dialects& dialects) : root_(std::move(root)), dialects_(dialects) {}

  const std::string& root() const { return root_; }
  std::int64_t revision() const { return revision_; }
  /// Takes what is on disk; a file that is open stays as the editor has it.
  void load(Loaded loaded);
  const std::string& problem() const { return loaded_.problem; }

  /// `uri`: as the editor writes its name.
  void open(const std::string& name, const std::string& uri, std::string text);
  void change(const std::string& name, std::string text);
  /// Back to what is on disk, which nobody has looked at since.
  void close(const std::string& name);
  bool is_open(const std::string& name) const { return open_.contains(name); }
  const std::set<std::string>& open_files() const { return open_; }

  const Document* document(const std::string& name) const;
  const std::map<std::string, std::unique_ptr<Document>>& documents() const { return documents_; }
  std::string uri_of(const std::string& name) const;

  /// Of the files that `is_source` takes.
  CheckInput check_input(const std::function<bool(const std::string&)>& is_source) const;
  void take(CheckResult result);
  /// What the quick check says of one file, in the place of what the last check said of its sources.
  void take_quick(const std::string& name, std::vector<Finding> findings);
  const CheckResult& checked() const { return checked_; }
  /// Of one file: what its own syntax says now and what the last check said of the rest, moved along with the text.
  std::vector<Finding> findings(const std::string& name) const;
  /// Every file that has findings, or had some at the last question.
  std::set<std::string> files_with_findings() const;

  /// Declarations of what is meant, and all other mentions of it; in SQL too.
  std::vector<Met> declarations(const Mention& wanted) const;
  std::vector<Met> references(const Mention& wanted) const;
  /// Whatever is declared under a name.
  void each_declared_as(std::string_view name, const std::function<void(const Document&, const Mention&)>& use) const;
  /// What the name at a place means, with SQL looked into; nothing when there is no name.
  std::optional<Mention> meant_at(const Document& document, std::uint32_t offset) const;
  void each_declaration(const std::function<void(const Document&, const Mention&)>& use) const;

  /// Patterns of the project, and those of the standard library.
  void each_pattern(const std::function<void(const Document&, const Mention&, bool standard)>& use) const;

  /// The engine of a database as its blocks declare it, "postgres 14"; of each one where no database is named.
  std::vector<std::string> engines_of(std::string_view database) const;
  /// The words in a piece of SQL that can be names, as its engine quotes them.
  std::vector<Mention> words_in(const Document& document, const SqlPiece& piece) const;
  /// The desired state as the texts say it now.
  const model::Project& desired() const;
  /// The highest change of the project: its file and declaration.
  std::optional<Met> newest_change() const;
  /// The newest change, unless its version is sealed.
  std::optional<Met> open_change() const;
  /// Of the change that is to be written where none is open.
  std::int64_t next_number() const;
  /// The databases that the catalog before the open change holds.
  const std::vector<model::Database>& base() const { return base_; }

 private:
  void set(const std::string& name, std::string text);
  void forget(const std::string& name);
  void shift_findings(const std::string& name, std::string_view before, std::string_view after);
  /// A piece of SQL that may say something of what is wanted.
  struct Text {
    const Document* document = nullptr;
    const SqlPiece* piece = nullptr;
    std::uint32_t begin = 0;  ///< behind the parenthesis
    std::uint32_t end = 0;
  };
  std::optional<Mention> in_sql(const Mention& word, const std::vector<Mention>& all) const;
  std::optional<Mention> meant_in_sql(const Document& document, const SqlPiece& piece, std::uint32_t offset) const;
  /// What texts say of a declared relation or column; nothing for one that its engine cannot read.
  std::vector<std::optional<std::vector<Met>>> read(const std::vector<Text>& texts, const Mention& wanted) const;
  std::vector<Met> sql_references(const Mention& wanted) const;
  static Text text_of(const Document& document, const SqlPiece& piece);
  void read_base();
  Mention as_declared(const Mention& mention) const;
  Mention as_argument(Mention mention) const;
  /// "column", of the pattern's parameter; empty when there is none such.
  std::string_view parameter_kind(const ArgumentOf& argument) const;

  std::string root_;
  const dialects::Dialects& dialects_;
  std::int64_t revision_ = 0;
  Loaded loaded_;  ///< its sources are empty: they are in `documents_`
  std::map<std::string, std::string> on_disk_of_open_;
  std::map<std::string, std::unique_ptr<Document>> documents_;
  std::vector<std::unique_ptr<Document>> library_;
  /// Where each name is declared: the document, and which of its mentions.
  std::map<std::string, std::vector<std::pair<const Document*, std::size_t>>, std::less<>> declared_;
  std::set<std::string> open_;
  std::map<std::string, std::string> uris_;  ///< of what is open
  CheckResult checked_;
  std::vector<model::Database> base_;
  std::int64_t sealed_ = 0;       ///< the highest version that is
  mutable model::Project state_;  ///< of `state_revision_`, where the check is behind
  mutable std::int64_t state_revision_ = -1;
};

/// "file:///a%20b" to "/a b"; nothing for what is no file.
std::optional<std::string> path_of(std::string_view uri);
std::string uri_of_path(std::string_view path);
/// "%20" as the byte it stands for.
std::string unescaped(std::string_view uri);

}  // namespace dmc::lsp
