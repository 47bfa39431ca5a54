// libpg_query: text to tree and back. Its JSON leaves out what is not positive (`-1` and `-2` look alike there), so the
// protobuf form is read, by the descriptors that the library carries.
#include "compiler/dialects/postgres/sql/parser.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

extern "C" {
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
}

#include "compiler/dialects/postgres/sql/nesting.hpp"
#include "compiler/plan/json.hpp"

#ifdef __SANITIZE_ADDRESS__
/// A PL/pgSQL body that the library cannot read costs it one byte, an empty text of its own that nobody can reach.
extern "C" const char* __lsan_default_suppressions() { return "leak:pg_query_raw_parse\n"; }
#endif

namespace dmc::dialects::postgres::sql {

namespace {

using Descriptor = ProtobufCMessageDescriptor;

bool is_wrapper(const Descriptor* descriptor) { return descriptor == &pg_query__node__descriptor; }

/// Reads the wire form of one message after another; a text of the library's own, so what is not understood is left
/// out.
class Reader {
 public:
  Reader(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  Node message(const Descriptor* descriptor) {
    Node node{descriptor->short_name, {}};
    while (at_ < end_) {
      const auto key = varint();
      const auto* field = protobuf_c_message_descriptor_get_field(descriptor, static_cast<unsigned>(key >> 3U));
      read_field(node, field, static_cast<unsigned>(key & 7U));
    }
    return node;
  }

  /// The message inside a `Node`.
  Node wrapped() {
    Node inner;
    while (at_ < end_) {
      const auto key = varint();
      const auto* field =
          protobuf_c_message_descriptor_get_field(&pg_query__node__descriptor, static_cast<unsigned>(key >> 3U));
      Reader part = bytes();
      if (field) inner = part.message(static_cast<const Descriptor*>(field->descriptor));
    }
    return inner;
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at_ < end_; shift += 7) {
      const std::uint8_t byte = *at_++;
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) break;
    }
    return value;
  }

  Reader bytes() {
    const auto size = std::min<std::uint64_t>(varint(), static_cast<std::uint64_t>(end_ - at_));
    Reader part(at_, size);
    at_ += size;
    return part;
  }

  void skip(unsigned wire) {
    if (wire == 0) varint();
    if (wire == 2) bytes();
    if (wire == 5 || wire == 1) at_ = std::min(end_, at_ + (wire == 5 ? 4 : 8));
  }

  void read_field(Node& node, const ProtobufCFieldDescriptor* field, unsigned wire) {
    if (!field) return skip(wire);
    switch (field->type) {
      case PROTOBUF_C_TYPE_MESSAGE: {
        Reader part = bytes();
        const auto* inner = static_cast<const Descriptor*>(field->descriptor);
        add(node, field->name, is_wrapper(inner) ? part.wrapped() : part.message(inner));
        return;
      }
      case PROTOBUF_C_TYPE_STRING: {
        const Reader part = bytes();
        node.set(field->name, std::string(part.at_, part.end_));
        return;
      }
      case PROTOBUF_C_TYPE_ENUM: {
        const auto* value = protobuf_c_enum_descriptor_get_value(
            static_cast<const ProtobufCEnumDescriptor*>(field->descriptor), static_cast<int>(varint()));
        if (value) node.set_word(field->name, value->name);
        return;
      }
      case PROTOBUF_C_TYPE_BOOL:
        if (varint() != 0) node.fields.push_back({field->name, true});
        return;
      default:
        // Lists of numbers stand in trees after analysis alone; the parser makes none.
        if (wire == 0)
          node.set_number(field->name, static_cast<std::int64_t>(varint()));
        else
          skip(wire);
    }
  }

  static void add(Node& node, std::string_view name, Node value) {
    if (auto* list = node.nodes(name))
      list->push_back(std::move(value));
    else
      node.set(name, std::move(value));
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

/// Every message by its name, and where it stands in a `Node`.
struct Kind {
  const Descriptor* descriptor = nullptr;
  std::uint32_t id = 0;  ///< 0: never in a `Node`
};
using Kinds = std::map<std::string_view, Kind>;

void add_kinds(Kinds& kinds, const Descriptor* descriptor) {
  for (unsigned i = 0; i < descriptor->n_fields; ++i) {
    const auto& field = descriptor->fields[i];
    if (field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const auto* inner = static_cast<const Descriptor*>(field.descriptor);
    auto& kind = kinds[inner->short_name];
    if (is_wrapper(descriptor)) kind.id = field.id;
    if (kind.descriptor) continue;
    kind.descriptor = inner;
    add_kinds(kinds, inner);
  }
}

const Kind* find_kind(std::string_view name) {
  static const Kinds kinds = [] {  // built once: the library's own table, never changed
    Kinds all;
    add_kinds(all, &pg_query__parse_result__descriptor);
    add_kinds(all, &pg_query__node__descriptor);
    return all;
  }();
  const auto found = kinds.find(name);
  return found == kinds.end() ? nullptr : &found->second;
}

class Writer {
 public:
  std::string out;

  void message(const Node& node, const Descriptor* descriptor) {
    for (const Field& field : node.fields) {
      const auto* known = field_of(descriptor, field.name);
      if (known) write(*known, field);
    }
  }

 private:
  static const ProtobufCFieldDescriptor* field_of(const Descriptor* descriptor, std::string_view name) {
    for (unsigned i = 0; i < descriptor->n_fields; ++i)
      if (descriptor->fields[i].name == name) return &descriptor->fields[i];
    return nullptr;
  }

  void varint(std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
    out += static_cast<char>(value);
  }
  void key(std::uint32_t id, unsigned wire) { varint((static_cast<std::uint64_t>(id) << 3U) | wire); }
  void bytes(std::uint32_t id, std::string_view text) {
    key(id, 2);
    varint(text.size());
    out += text;
  }

  void write(const ProtobufCFieldDescriptor& known, const Field& field) {
    if (const auto* list = std::get_if<std::vector<Node>>(&field.value)) {
      const auto* inner = static_cast<const Descriptor*>(known.descriptor);
      for (const Node& each : *list) {
        Writer part;
        if (is_wrapper(inner))
          part.wrapped(each);
        else
          part.message(each, inner);
        bytes(known.id, part.out);
      }
    } else if (const auto* text = std::get_if<std::string>(&field.value)) {
      bytes(known.id, *text);
    } else if (const auto* word = std::get_if<Word>(&field.value)) {
      const auto* words = static_cast<const ProtobufCEnumDescriptor*>(known.descriptor);
      for (unsigned i = 0; i < words->n_values; ++i)
        if (words->values[i].name == word->text) number(known.id, static_cast<std::uint64_t>(words->values[i].value));
    } else if (const auto* flag = std::get_if<bool>(&field.value)) {
      if (*flag) number(known.id, 1);
    } else if (const auto* value = std::get_if<std::int64_t>(&field.value)) {
      number(known.id, static_cast<std::uint64_t>(*value));
    }
  }
  void number(std::uint32_t id, std::uint64_t value) {
    key(id, 0);
    varint(value);
  }
  void wrapped(const Node& node) {
    const auto* kind = find_kind(node.kind);
    if (!kind || kind->id == 0) return;
    Writer part;
    part.message(node, kind->descriptor);
    bytes(kind->id, part.out);
  }
};

/// The library counts characters from 1; 0 is "nowhere".
std::size_t byte_offset(std::string_view text, int character) {
  std::size_t at = 0;
  for (int i = 1; i < character && at < text.size(); ++i) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

SyntaxError error_of(const PgQueryError& error, std::string_view text) {
  return {error.message ? error.message : "", byte_offset(text, error.cursorpos)};
}

/// What the library must not be given; it ends a text at a zero byte and calls itself once a level.
std::optional<SyntaxError> unfit(std::string_view text) {
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) return SyntaxError{"a zero byte", zero};
  if (const auto bad = plan::first_invalid_utf8(text); bad < text.size()) return SyntaxError{"not UTF-8", bad};
  if (nesting(text) > deepest) return SyntaxError{"nested too deep", 0};
  return std::nullopt;
}

void move_places(Node& node, std::int64_t by) {
  for (Field& field : node.fields) {
    if (field.name == "location") {
      if (auto* place = std::get_if<std::int64_t>(&field.value)) *place = std::max<std::int64_t>(0, *place + by);
    } else if (auto* list = std::get_if<std::vector<Node>>(&field.value)) {
      for (Node& each : *list) move_places(each, by);
    }
  }
}

/// The value of the only target of `select VALUE`, or nothing.
std::optional<Node> only_target(Node statement) {
  auto* targets = statement.nodes("target_list");
  if (!statement.is("SelectStmt") || !targets || targets->size() != 1) return std::nullopt;
  // `select a from b` is no expression, nor is `select a as b`.
  for (const Field& field : statement.fields)
    if (field.name != "target_list" && field.name != "limit_option" && field.name != "op") return std::nullopt;
  Node& target = targets->front();
  auto* value = target.child("val");
  if (!target.text("name").empty() || !value) return std::nullopt;
  return std::move(*value);
}

std::optional<std::string> printed(const Node& statement) {
  Node whole{"ParseResult", {}};
  Node raw{"RawStmt", {}};
  raw.set("stmt", statement);
  whole.set("stmts", std::move(raw));
  Writer writer;
  writer.message(whole, &pg_query__parse_result__descriptor);
  PgQueryProtobuf tree{writer.out.size(), writer.out.data()};
  const PgQueryDeparseResult result = pg_query_deparse_protobuf(tree);
  std::optional<std::string> text;
  if (!result.error && result.query) text = result.query;
  pg_query_free_deparse_result(result);
  return text;
}

/// Gathers the texts of every PLpgSQL_expr below `json`.
void gather(const plan::Json& json, std::string_view key, bool in_statement, std::vector<Fragment>& found) {
  if (const auto* list = std::get_if<plan::JsonArray>(&json.value)) {
    for (const auto& each : *list) gather(each, key, in_statement, found);
    return;
  }
  const auto* object = std::get_if<plan::JsonObject>(&json.value);
  if (!object) return;
  for (const auto& [name, value] : *object) {
    if (const auto* text = std::get_if<std::string>(&value.value); text && name == "query") {
      found.push_back({*text, in_statement});
      continue;
    }
    // What stands under these is a statement; `dynquery` is an expression that makes the text of one.
    const bool statement = name == "sqlstmt" || (name == "query" && key != "PLpgSQL_stmt_dynfors") ||
                           (name == "expr" && key == "PLpgSQL_stmt_perform") || (name == "cursor_explicit_expr");
    gather(value, name == "PLpgSQL_expr" ? key : name, name == "PLpgSQL_expr" ? in_statement : statement, found);
  }
}

}  // namespace

Parsed parse(std::string_view script) {
  if (auto error = unfit(script)) return *error;
  const std::string text(script);
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(text.c_str());
  Parsed parsed;
  if (result.error) {
    parsed = error_of(*result.error, script);
  } else {
    Reader reader(reinterpret_cast<const std::uint8_t*>(result.parse_tree.data), result.parse_tree.len);
    Node whole = reader.message(&pg_query__parse_result__descriptor);
    std::vector<ParsedStatement> statements;
    if (auto* list = whole.nodes("stmts"))
      for (Node& raw : *list) {
        const auto begin = static_cast<std::size_t>(raw.number("stmt_location"));
        const auto size = static_cast<std::size_t>(raw.number("stmt_len"));
        auto* tree = raw.child("stmt");
        if (tree) statements.push_back({std::move(*tree), begin, size > 0 ? begin + size : script.size()});
      }
    parsed = std::move(statements);
  }
  pg_query_free_protobuf_parse_result(result);
  return parsed;
}

std::optional<Node> parse_statement(std::string_view text) {
  Parsed parsed = parse(text);
  auto* statements = std::get_if<std::vector<ParsedStatement>>(&parsed);
  if (!statements || statements->size() != 1) return std::nullopt;
  return std::move(statements->front().tree);
}

namespace {

std::optional<Node> read_expression(std::string_view text) {
  constexpr std::string_view before = "select (";
  // In brackets and on a line of its own: neither `1 from t` nor a comment at the end may reach outside.
  auto statement = parse_statement(std::string(before).append(text).append("\n)"));
  if (!statement) return std::nullopt;
  auto value = only_target(std::move(*statement));
  if (value) move_places(*value, -static_cast<std::int64_t>(before.size()));
  return value;
}

}  // namespace

std::optional<Node> parse_expression(std::string_view text) {
  // Schemas say the same few values again and again: `now()`, `price >= 0`.
  constexpr std::size_t most_known = 1'000, longest_known = 200;
  thread_local std::unordered_map<std::string, std::optional<Node>> known;
  if (text.size() > longest_known) return read_expression(text);
  std::string key(text);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  if (known.size() == most_known) known.clear();
  return known.emplace(std::move(key), read_expression(text)).first->second;
}

std::optional<Node> parse_type(std::string_view text) {
  auto cast = parse_expression(std::string("null::").append(text));
  if (!cast || !cast->is("TypeCast")) return std::nullopt;
  auto* type = cast->child("type_name");
  if (!type) return std::nullopt;
  Node found = std::move(*type);
  forget_places(found);
  return found;
}

std::optional<std::string> print_statement(const Node& statement) {
  Node bare = statement;
  forget_places(bare);
  auto text = printed(bare);
  if (!text) return std::nullopt;
  auto again = parse_statement(*text);
  if (!again) return std::nullopt;
  forget_places(*again);
  return *again == bare ? text : std::nullopt;
}

std::optional<std::string> print_expression(const Node& expression) {
  Node select{"SelectStmt", {}};
  Node target{"ResTarget", {}};
  target.set("val", expression);
  select.set("target_list", std::move(target));
  select.set_word("limit_option", "LIMIT_OPTION_DEFAULT");
  select.set_word("op", "SETOP_NONE");
  auto text = print_statement(select);
  if (text) text->erase(0, std::string_view("SELECT ").size());
  return text;
}

std::variant<std::vector<Fragment>, SyntaxError> parse_plpgsql(std::string_view create_function) {
  // Looked at by the SQL parser first: the library ends the process over a function without a body.
  auto statement = parse_statement(create_function);
  if (!statement || !statement->is("CreateFunctionStmt")) return SyntaxError{"no create function statement", 0};
  const auto& options = statement->list("options");
  if (std::ranges::none_of(options, [](const Node& option) { return option.text("defname") == "as"; }))
    return SyntaxError{"a function without a body", 0};
  for (const Node& option : options)
    if (const auto* value = option.child("arg"); value && !value->list("items").empty())
      if (nesting(name_of(value->list("items").front())) > deepest) return SyntaxError{"nested too deep", 0};
  const std::string text(create_function);
  const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(text.c_str());
  std::variant<std::vector<Fragment>, SyntaxError> answer;
  plan::JsonError unreadable;
  if (result.error) {
    answer = error_of(*result.error, create_function);
  } else if (const auto json = plan::read_json(result.plpgsql_funcs, unreadable)) {
    std::vector<Fragment> fragments;
    gather(*json, "", false, fragments);
    answer = std::move(fragments);
  } else {
    answer = SyntaxError{unreadable.message, 0};
  }
  pg_query_free_plpgsql_parse_result(result);
  return answer;
}

}  // namespace dmc::dialects::postgres::sql
