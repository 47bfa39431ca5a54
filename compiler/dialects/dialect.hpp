// What the compiler must know of one engine. A dialect never learns how a step is run; the runtime never learns DDL.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/trial.hpp"
#include "compiler/model/database.hpp"
#include "compiler/plan/plan.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects {

/// A name in a declared database that means something of the server's own, and the question that lists all of these.
struct ServerName {
  std::string kind;   ///< "codec"
  std::string name;   ///< "ZSTD"
  std::string whose;  ///< "column 'amount'"
  model::Origin origin;
  std::string all;  ///< has the names of that kind in its first column
};

struct Description {
  std::string name;                   ///< "sqlite": the word after `on`
  std::string label;                  ///< "SQLite", for people
  std::int64_t lowering_version = 1;  ///< moves when the same change lowers to other statements
  std::string
      oldest_version;  ///< the oldest server supported at all; also what `database d on sqlite` means without a version
  std::string newest_version;         ///< the newest one that behaviour is known of
  std::vector<std::string> preamble;  ///< session statements after every connect; part of the plan
  bool names_fold_case = false;       ///< two names that differ by letter case alone are the same
  bool unquoted_names_are_lower_case = false;
  bool brackets_quote_names = false;  ///< `[a name]` in its SQL; elsewhere brackets are of arrays
  std::int64_t longest_name = 0;      ///< bytes; 0: no limit
  std::string default_schema{};       ///< "main": where a table without a schema lies; written out, it means the same
  bool foreign_keys_need_table = false;  ///< a foreign key can only be declared once the table it references is there
  std::string catalog{};  ///< where the engine itself lists its objects: a question that names it is about all of them
  bool has_schemas = false;             ///< whether a database may hold `schema NAME { … }` besides the default one
  bool triggers_are_of_tables = false;  ///< two tables may each have a trigger of the same name
  bool rewords_sql = false;             ///< the server keeps what a text means, and shows it in words of its own
  /// A view goes on saying the old name of what it reads: it goes in front of a rename, and comes back behind it.
  bool views_keep_old_names = false;
  /// What the language has words for and not every engine has, in the words of the error that says so.
  std::vector<std::string_view> features{};
  /// The codes of its own errors about what it, or the oldest version that is declared, has nothing like.
  std::vector<std::string_view> lacking_codes{};
  /// A new column without a value of its own holds what its type begins with, 0 or '', in the rows that exist.
  bool types_have_values = false;
  std::string nullable_type{};  ///< "Nullable": a type around that of a column that may be null; empty: the column says
  /// The engine makes the new value of a retyped column itself; the plan asks first whether each survives that.
  bool converts_types = false;
  /// Options of a table without a value that say how it is stored: another one is another table.
  std::vector<std::string_view> storage_options{"strict", "without rowid"};

  /// Types of objects that read columns of the table that they live on, and can get other words in the transaction in
  /// which a column gets another type; triggers too, where this names any.
  std::vector<std::string_view> goes_along_with_a_type{};

  /// Whether the engine can bring a table of the first kind of storage to the second where it stands; null: it never
  /// can, and writes it anew.
  bool (*alters_storage)(const model::Table& before, const model::Table& desired) = nullptr;

  /// What a target must answer before a plan on the way between the two may change it; null: nothing is asked.
  std::vector<plan::QueryCheck> (*looks)(const model::Database& before, const model::Database& after) = nullptr;

  /// What a server has to know by name before a database can be as it is declared; null: nothing that it could lack.
  std::vector<ServerName> (*server_names)(const model::Database& desired) = nullptr;

  /// A name as the engine's SQL mentions it: quoted where it must be; null: names are never quoted.
  std::string (*quoted)(std::string_view name) = nullptr;

  /// What a new project begins with: items of a database block that compile on `oldest_version` and say what is
  /// typical.
  std::string_view first_tables = R"(  table customers {
    id     integer  primary key;
    name   text     not null  check (length(name) > 0);
    email  text     not null  unique;
  }

  table orders {
    id           integer  primary key;
    customer_id  integer  not null  references customers (id);
    placed_on    text     not null;
    total_cents  integer  not null  default 0;

    index orders_customer_idx (customer_id);
  }
)";

  /// Names of types, native and portable, that a column may have here: what an editor offers.
  std::vector<std::string_view> types{};
  /// Of methods of indexes, of collations and of privileges, the same.
  std::vector<std::string_view> index_methods{}, collations{}, privileges{};
  /// Of engines that a table can have on a version; null: there is no choice.
  std::vector<std::string_view> (*table_engines)(std::string_view version) = nullptr;

  bool has(std::string_view feature) const { return std::ranges::find(features, feature) != features.end(); }
};

/// A type as written, in words the dialect can read.
struct TypeText {
  std::string text;  ///< source text, white space folded: "decimal(12,2)", "double precision", "int[]"
  std::string name;  ///< lower-cased name without arguments: "decimal", "double precision"
  std::vector<std::string> arguments;
  int array_depth = 0;
  bool native = false;        ///< `native '…'`: passed through unread
  bool strict_table = false;  ///< the column stands in a STRICT table (SQLite)
  bool identity_key = false;  ///< the column is an identity and the whole primary key
};
struct NativeType {
  std::string text;
};
struct UnknownType {
  std::vector<std::string> nearest;
};
struct LossyType {
  std::string loses;
  std::string instead;
};  ///< what would be lost, and the type to write instead
struct MalformedType {
  std::string expected;
};  ///< a type that the engine has, in words that it cannot read
using TypeAnswer = std::variant<NativeType, UnknownType, LossyType, MalformedType>;

/// Where in a text of the author a hazard was found: bytes of statement `statement` of a `run`.
struct HazardPlace {
  std::string hazard;
  std::string object;
  std::size_t statement = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A step and its way back, each lacking what the planner knows (id, database, stage, source, requires).
struct StepPair {
  plan::Step forward;
  std::optional<plan::Step> reverse;  ///< none when `forward.reverse` is none
  /// The model moves on with this step; of a change with several, the first that says so, else the last.
  bool takes_effect = false;
  /// Objects besides the change's own that are otherwise from here on until the model moves on, and then as they were.
  std::vector<std::string> disturbs{};
  std::vector<HazardPlace> places{};  ///< of hazards of `forward` that stand in a text of the author
};

/// Rows of a query as text (null: nullopt); the runtime lends one, so that the compiler stays without a connection.
using QueryRows = std::vector<std::vector<std::optional<std::string>>>;
using Query = std::function<QueryRows(std::string_view sql)>;

struct Inspected {
  model::Database database;
  std::vector<std::string> unmodelled;  ///< "virtual table search (fts5)", with why
  std::vector<std::string> names;       ///< of everything that the engine lists, modelled or not
};

/// How what a server shows compares with what was declared, where the server keeps SQL in its own words.
enum class Wording {
  same,      ///< proven to mean what was declared
  unproven,  ///< equal in all but SQL texts, none of which is known to mean something else
  another    ///< something else
};

/// What the engine itself does with SQL texts of an author.
class Texts {
 public:
  virtual ~Texts() = default;
  /// What the engine does not accept of the texts that are new. Never refuses what it could accept.
  virtual void try_out(const Tried&, const Trial&, grammar::Diagnostics&) const {}
  /// Carries a rename of a table or a column into every text that the engine itself rewrites. `column` none: the table.
  virtual void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
                      std::string_view to) const = 0;
  /// Whether what the server shows may be its own wording of what was declared. Asked only where `rewords_sql`.
  virtual Wording rewords(const change::ObjectValue& /*declared*/, const change::ObjectValue& /*shown*/,
                          const model::Database& /*all_shown*/) const {
    return Wording::another;
  }
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual const Description& description() const = 0;
  /// Portable or native type to the engine's canonical spelling.
  virtual TypeAnswer type(const TypeText& type) const = 0;
  /// What values of `from` become when stored as `to` in `table`: true when every value survives unchanged.
  virtual bool widens(std::string_view from, std::string_view to, const model::Table& table) const = 0;
  /// What the engine cannot hold, in a database that is otherwise well-formed; fills in what the engine itself would.
  virtual void check(model::Database& desired, grammar::Diagnostics& diagnostics) const = 0;
  /// The steps of one change on a database that is in state `before`, with their way back.
  virtual std::vector<StepPair> lower(const change::Change& change, const model::Database& before) const = 0;
  /// Everything in a live database, in the model's words. Names that begin with `_dmc_` are ours and left out.
  virtual Inspected inspect(const Query& query) const = 0;
  /// As long as the dialect lives.
  virtual const Texts& texts() const = 0;
};

/// The dialects of this build, by name. `find` answers null for a name it does not know.
class Dialects {
 public:
  Dialects();
  explicit Dialects(std::vector<std::unique_ptr<Dialect>> all) : all_(std::move(all)) {}  ///< by name; for tests
  ~Dialects();
  const Dialect* find(std::string_view name) const;
  const std::vector<std::unique_ptr<Dialect>>& all() const { return all_; }

 private:
  std::vector<std::unique_ptr<Dialect>> all_;
};

}  // namespace dmc::dialects
