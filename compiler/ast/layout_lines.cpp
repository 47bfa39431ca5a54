// Every token goes to the line of its item; every comment to where it stood: alone, after something, or inside it.
#include "compiler/ast/layout_lines.hpp"

namespace dmc::ast {

namespace {

bool is_one_of(const LayoutToken& token, std::string_view characters) {
  return token.kind == TokenKind::punctuation && characters.find(token.text.front()) != std::string_view::npos;
}

bool needs_space(const LayoutToken& before, const LayoutToken& token) {
  if (token.glued || is_one_of(token, ",;)].:")) return false;
  return !is_one_of(before, "([.");
}

class Distribution {
 public:
  explicit Distribution(const std::vector<LayoutToken>& tokens) : tokens_(tokens) {}

  std::vector<LayoutLine> lines() {
    for (index_ = 0; index_ < tokens_.size(); ++index_) {
      const LayoutToken& token = tokens_[index_];
      if (!is_comment(token)) {
        take(token);
      } else if (is_between_items()) {
        take_comment_between(token);
      } else {
        take_comment_inside(token);
      }
    }
    return std::move(lines_);
  }

 private:
  void take(const LayoutToken& token) {
    if (token.closes_block) {
      --depth_;
      const bool is_empty_block = tokens_[index_ - 1].opens_block;
      if (is_empty_block) {
        lines_.back().opens_block = false;
        lines_.back().parts.back().text += token.text;
        return;
      }
      start_line(token);
    } else if (lines_.empty() || (token.begins_item && !has_prefix_)) {
      start_line(token);
    }
    if (token.begins_item) lines_.back().is_column = token.begins_column;
    has_prefix_ = false;
    append(token);
    if (token.is_short_option) lines_.back().has_short_option = true;
    if (token.opens_block) {
      lines_.back().opens_block = true;
      ++depth_;
    }
  }

  void start_line(const LayoutToken& token) {
    LayoutLine line;
    line.depth = depth_;
    line.blank_before = token.breaks_before > 1 && !lines_.empty() && !lines_.back().opens_block && !token.closes_block;
    lines_.push_back(std::move(line));
    must_break_ = false;
  }

  void append(const LayoutToken& token) {
    LayoutLine& line = lines_.back();
    if (line.parts.empty() || must_break_ || (token.begins_part && !is_comment(token))) {
      line.parts.push_back({std::string(token.text), must_break_});
    } else {
      std::string& text = line.parts.back().text;
      if (needs_space(tokens_[index_ - 1], token)) text += ' ';
      text += token.text;
    }
    must_break_ = false;
  }

  /// True when the next token that is no comment begins an item or ends a block, or there is none.
  bool is_between_items() const {
    for (std::size_t next = index_ + 1; next < tokens_.size(); ++next) {
      if (!is_comment(tokens_[next])) return tokens_[next].begins_item || tokens_[next].closes_block;
    }
    return true;
  }

  bool is_followed_on_its_line() const { return index_ + 1 < tokens_.size() && tokens_[index_ + 1].breaks_before == 0; }

  void take_comment_between(const LayoutToken& token) {
    const bool belongs_to_next =
        token.kind == TokenKind::block_comment && is_followed_on_its_line() && tokens_[index_ + 1].begins_item;
    const bool stands_first = lines_.empty() || token.breaks_before > 0;
    if (belongs_to_next || stands_first) {
      start_line(token);
      append(token);
      has_prefix_ = belongs_to_next;
    } else {
      std::string& trailing = lines_.back().trailing;
      if (!trailing.empty()) trailing += ' ';
      trailing += token.text;
    }
  }

  void take_comment_inside(const LayoutToken& token) {
    const bool stands_first = token.breaks_before > 0;
    if (stands_first) must_break_ = true;
    append(token);
    must_break_ = token.kind == TokenKind::line_comment || (stands_first && !is_followed_on_its_line());
  }

  const std::vector<LayoutToken>& tokens_;
  std::vector<LayoutLine> lines_;
  std::size_t index_ = 0;
  std::size_t depth_ = 0;
  bool has_prefix_ = false;
  bool must_break_ = false;
};

}  // namespace

std::vector<LayoutLine> layout_lines(const std::vector<LayoutToken>& tokens) { return Distribution(tokens).lines(); }

}  // namespace dmc::ast
