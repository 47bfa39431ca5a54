// A parsed file: a flat list of nodes in the order of the text, and handles to walk it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/kind.hpp"
#include "grammar/source.hpp"

namespace dmc::grammar {

class Node;
class Children;

/// Where a `${…}` stands, because that decides how an argument is written there.
enum class SpliceContext : std::uint8_t {
  name,         ///< part of a name, or a whole one: `${t}_touch`
  quoted_name,  ///< inside `"…"`
  value,        ///< in the place of a whole literal: `batch ${n}`
  text,         ///< inside `'…'`
  sql,          ///< in `( … )`, outside strings and quoted names
  sql_text,     ///< in a string inside `( … )`
  sql_name,     ///< in a quoted name inside `( … )`
  body          ///< in `$$ … $$`, whose quotes are the embedded language's own
};

/// One `${name}` of a pattern's body, or one `${env NAME}` anywhere; `name` is the span of the bare name.
struct Splice {
  Span span;
  Span name;
  SpliceContext context = SpliceContext::name;
  bool environment = false;
  bool operator==(const Splice&) const = default;
};

/// A node as it is stored: pre-order, `next` is the index past its last descendant.
struct Record {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t next = 0;
  Kind kind = Kind::file;
  bool operator==(const Record&) const = default;
};

/// One file's nodes, comments and splices. `text` is lent by the Sources that was parsed; a Node lends its Tree.
struct Tree {
  FileId file = 0;
  std::string_view text;
  std::vector<Record> records;  ///< never empty: the first is Kind::file
  std::vector<Span> comments;   ///< between tokens, in order; those inside SQL belong to the SQL
  std::vector<Splice> splices;  ///< in order

  Node root() const;
};

/// A handle to one node: two words, copied freely, valid while its Tree neither moves nor dies.
class Node {
 public:
  Node(const Tree& tree, std::uint32_t id) : tree_(&tree), id_(id) {}

  Kind kind() const { return record().kind; }
  bool is(Kind kind) const { return record().kind == kind; }
  std::uint32_t id() const { return id_; }
  Span span() const { return {tree_->file, record().begin, record().end}; }
  std::string_view text() const { return tree_->text.substr(record().begin, record().end - record().begin); }

  /// The text without its delimiters: quotes, parentheses or `$tag$`; the text itself where there are none.
  std::string_view inner() const;
  /// Span of inner().
  Span inner_span() const;
  /// What a name or a text stands for: quotes off, doubled quotes made single.
  std::string unquoted() const;
  /// True for `"…"`, which keeps its letter case on every engine.
  bool quoted() const;

  Children children() const;
  std::size_t count() const;
  /// The first child, or the first one of that kind.
  std::optional<Node> first() const;
  std::optional<Node> child(Kind kind) const;
  bool has(Kind kind) const { return child(kind).has_value(); }
  /// The child at `position` from 0, of any kind.
  std::optional<Node> at(std::size_t position) const;

 private:
  const Record& record() const { return tree_->records[id_]; }

  const Tree* tree_;
  std::uint32_t id_;
};

/// The children of a node, in the order of the text.
class Children {
 public:
  class Iterator {
   public:
    Iterator(const Tree& tree, std::uint32_t id) : tree_(&tree), id_(id) {}
    Node operator*() const { return {*tree_, id_}; }
    Iterator& operator++() {
      id_ = tree_->records[id_].next;
      return *this;
    }
    bool operator==(const Iterator& other) const { return id_ == other.id_; }

   private:
    const Tree* tree_;
    std::uint32_t id_;
  };

  Children(const Tree& tree, std::uint32_t begin, std::uint32_t end) : tree_(&tree), begin_(begin), end_(end) {}
  Iterator begin() const { return {*tree_, begin_}; }
  Iterator end() const { return {*tree_, end_}; }
  bool empty() const { return begin_ == end_; }

 private:
  const Tree* tree_;
  std::uint32_t begin_;
  std::uint32_t end_;
};

inline Node Tree::root() const { return {*this, 0}; }
inline Children Node::children() const { return {*tree_, id_ + 1, record().next}; }

/// The nodes one a line, indented, with byte offsets; leaves with their text. For tests and `dmc show`.
std::string dump(const Tree& tree);

}  // namespace dmc::grammar
