// Leaves of the tree are tokens as they stand; between them are only keywords, punctuation, white space and comments.
#include "compiler/ast/layout_token.hpp"

namespace dmc::ast {

namespace {

using grammar::Kind;
using grammar::Node;
using grammar::Span;

/// What is known about the token that begins at a byte.
enum Mark : std::uint8_t {
  short_option = 1,
  glued = 2,
  block_open = 4,
  block_close = 8,
};

bool is_value(Kind kind) {
  switch (kind) {
    case Kind::name:
    case Kind::text:
    case Kind::number:
    case Kind::percent:
    case Kind::size:
    case Kind::duration:
    case Kind::boolean:
    case Kind::null:
    case Kind::splice:
    case Kind::version:
    case Kind::sql:
    case Kind::arguments:
    case Kind::operator_sign:
    case Kind::hazard:
    case Kind::call:
      return true;
    default:
      return false;
  }
}

bool is_list(Node node) { return node.is(Kind::block) || node.is(Kind::file); }

/// An option short enough that the one after it is aligned with those of the columns around it.
bool is_short_option(Node node) {
  const bool is_short =
      node.is(Kind::not_null) || node.is(Kind::null_allowed) || node.is(Kind::primary_key) || node.is(Kind::unique);
  return is_short && node.children().empty();
}

/// Arguments stand right after the name they belong to, except where the word before them is a keyword.
bool is_glued(Node parent, Node child) {
  if (child.is(Kind::signature) || child.is(Kind::array)) return true;
  return child.is(Kind::arguments) && !parent.is(Kind::codec) && !parent.is(Kind::returns);
}

/// An item, or a child of one, and where what stands before it ended: keywords between the two belong to it.
struct Part {
  std::uint32_t begin = 0;
  std::uint32_t before = 0;
  bool is_item = false;
  bool is_column = false;
};

/// Walks the tree and notes, per byte, what the token that begins there is to the layout.
class Marks {
 public:
  Marks(const grammar::Tree& tree, std::string_view text) : text_(text), marks_(text.size() + 1) {
    walk(tree.root(), false);
  }

  bool has(std::size_t at, Mark mark) const { return (marks_[at] & mark) != 0; }
  /// Spans of the leaves that are written as they stand, in order.
  const std::vector<Span>& values() const { return values_; }
  const std::vector<Part>& parts() const { return parts_; }

 private:
  void set(std::size_t at, Mark mark) { marks_[at] |= mark; }

  void walk(Node node, bool is_item) {
    const Span span = node.span();
    if (is_value(node.kind()) && node.children().empty() && span.begin < span.end) values_.push_back(span);
    if (node.is(Kind::block)) {
      set(span.begin, block_open);
      set(span.end - 1, block_close);
    }
    if (node.is(Kind::use) || node.is(Kind::pattern)) glue_parenthesis(node);
    std::size_t position = 0;
    std::uint32_t before = span.begin;
    for (const Node child : node.children()) {
      const std::uint32_t begin = child.span().begin;
      const bool is_part = is_item && position > 0 && !child.is(Kind::block);
      if (is_part || is_list(node)) parts_.push_back({begin, before, is_list(node), child.is(Kind::column)});
      if (node.is(Kind::column) && position == 2 && is_short_option(child)) set(begin, short_option);
      if (is_glued(node, child)) set(begin, glued);
      walk(child, is_list(node));
      before = child.span().end;
      ++position;
    }
  }

  /// `use updated_at(users)`, `pattern updated_at(t: table)`: the `(` after the first child.
  void glue_parenthesis(Node node) {
    const std::size_t at = text_.find('(', node.first().value().span().end);
    if (at < node.span().end) set(at, glued);
  }

  std::string_view text_;
  std::vector<std::uint8_t> marks_;
  std::vector<Span> values_;
  std::vector<Part> parts_;
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The tokens one after the other.
class Splitter {
 public:
  Splitter(const grammar::Tree& tree, std::string_view text)
      : tree_(tree),
        text_(text),
        marks_(tree, text),
        value_(marks_.values().begin()),
        part_(marks_.parts().begin()),
        comment_(tree.comments.begin()) {}

  std::vector<LayoutToken> split() {
    // A byte order mark is no token, and nothing that needs to be kept.
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    for (skip_space(); at_ < text_.size(); skip_space()) take();
    return std::move(tokens_);
  }

 private:
  void skip_space() {
    for (; at_ < text_.size() && is_space(text_[at_]); ++at_) breaks_ += text_[at_] == '\n' ? 1 : 0;
  }

  void take() {
    if (comment_ != tree_.comments.end() && comment_->begin == at_) {
      take_comment();
    } else if (value_ != marks_.values().end() && value_->begin == at_) {
      const std::uint32_t end = value_->end;
      ++value_;
      add(TokenKind::value, end);
    } else if (is_word_byte(text_[at_])) {
      std::size_t end = at_;
      while (end < text_.size() && is_word_byte(text_[end])) ++end;
      add(TokenKind::word, end);
    } else {
      add(TokenKind::punctuation, at_ + 1);
    }
  }

  void take_comment() {
    std::size_t end = comment_->end;
    ++comment_;
    const bool is_line = text_.substr(at_, 2) == "--";
    while (is_line && is_space(text_[end - 1])) --end;
    add(is_line ? TokenKind::line_comment : TokenKind::block_comment, end);
  }

  void add(TokenKind kind, std::size_t end) {
    LayoutToken token;
    token.kind = kind;
    token.text = text_.substr(at_, end - at_);
    token.breaks_before = breaks_;
    token.is_short_option = marks_.has(at_, short_option);
    token.glued = marks_.has(at_, glued);
    token.opens_block = marks_.has(at_, block_open);
    token.closes_block = marks_.has(at_, block_close);
    tokens_.push_back(token);
    if (part_ != marks_.parts().end() && part_->begin == at_) begin_part(*part_++);
    at_ = end;
    breaks_ = 0;
  }

  /// A part begins with the keyword that introduces it: `to users`, `as (…)`, `shards from json`.
  void begin_part(const Part& part) {
    std::size_t first = tokens_.size() - 1;
    for (std::size_t index = first; index > 0 && may_introduce(tokens_[index - 1], part.before); --index) {
      if (!is_comment(tokens_[index - 1])) first = index - 1;
    }
    LayoutToken& token = tokens_[first];
    if (part.is_item) {
      token.begins_item = true;
      token.begins_column = part.is_column;
    } else {
      token.begins_part = !token.glued && tokens_[first - 1].text != "(";
    }
  }

  /// A keyword, or a comment before one, that stands after `offset`.
  bool may_introduce(const LayoutToken& token, std::size_t offset) const {
    const auto begin = static_cast<std::size_t>(token.text.data() - text_.data());
    return (token.kind == TokenKind::word || is_comment(token)) && !token.begins_item && begin >= offset;
  }

  const grammar::Tree& tree_;
  std::string_view text_;
  Marks marks_;
  std::vector<Span>::const_iterator value_;
  std::vector<Part>::const_iterator part_;
  std::vector<Span>::const_iterator comment_;
  std::vector<LayoutToken> tokens_;
  std::size_t at_ = 0;
  std::uint32_t breaks_ = 0;
};

}  // namespace

std::vector<LayoutToken> layout_tokens(const grammar::Tree& tree, std::string_view text) {
  return Splitter(tree, text).split();
}

}  // namespace dmc::ast
