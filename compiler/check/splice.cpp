// Every `${name}` is written by the place it stands in, so that no argument can change what the pattern says.
#include "compiler/check/splice.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/check/bodies.hpp"
#include "compiler/check/words.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::check {

namespace {

using ast::ParameterKind;
using grammar::Span;
using grammar::Splice;
using grammar::SpliceContext;

/// Words that mean something at the start of an item or a clause, and so are no names there without quotes.
constexpr std::array clause_words = std::to_array<std::string_view>(
    {"check",  "comment", "constraint", "engine",    "exclude", "foreign",    "include", "index",
     "nulls",  "on",      "order",      "partition", "primary", "projection", "sample",  "settings",
     "strict", "ttl",     "unique",     "use",       "using",   "where",      "with",    "without"});

bool stands_bare(std::string_view name) {
  return !name.empty() && is_name_start(name.front()) && std::ranges::all_of(name, is_name_part) &&
         !std::ranges::binary_search(clause_words, lower_case(name));
}

std::string doubled(std::string_view text, char quote) {
  std::string result;
  for (const char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result;
}

std::string in_quotes(std::string_view name) { return "\"" + doubled(name, '"') + "\""; }

std::string as_name(const ast::Name& name) {
  return name.quoted || !stands_bare(name.text) ? in_quotes(name.text) : std::string(name.text);
}

/// Bare where it may be: engines take a quoted name that they do not know for a text, and then nothing tells of it.
std::string as_identifier(const ast::Name& name) {
  return name.quoted || !model::stands_unquoted(name.text) ? in_quotes(name.text) : std::string(name.text);
}

bool is_name(const Argument& argument) { return !argument.parts.empty(); }

/// The argument as a piece of a longer name: of a path only its last part.
std::string_view name_text(const Argument& argument) {
  return is_name(argument) ? argument.parts.back().text : argument.text;
}

std::string dotted(const Argument& argument, std::string (*write)(const ast::Name&)) {
  std::string result;
  for (const ast::Name& part : argument.parts) result += (result.empty() ? "" : ".") + write(part);
  return result;
}

/// The argument as plain text, for inside a string.
std::string plain(const Argument& argument) {
  // Of SQL only what counts: a text stands on one line, and a comment would swallow its end.
  if (argument.kind == ParameterKind::sql) return folded_space(argument.text);
  if (!is_name(argument)) return std::string(argument.text);
  return dotted(argument, [](const ast::Name& part) { return std::string(part.text); });
}

std::string in_parentheses(std::string_view sql) {
  // A comment to the end of the line would swallow the parenthesis.
  return fmt::format("({}{})", sql, sql.find("--") == std::string_view::npos ? "" : "\n");
}

class Writer {
 public:
  Writer(Context& context, const ast::Pattern& pattern, const std::vector<Argument>& arguments)
      : context_(context),
        pattern_(pattern),
        arguments_(arguments),
        body_(pattern.body),
        bodies_(body_states(pattern.body)) {}

  std::optional<Spliced> write() {
    for (std::size_t at = 0; at < pattern_.splices.size();) at = write_from(at);
    copy(body_.size());
    if (failed_) return std::nullopt;
    return std::move(out_);
  }

 private:
  std::size_t begin_of(const Splice& splice) const { return splice.span.begin - pattern_.body_span.begin; }
  std::size_t end_of(const Splice& splice) const { return splice.span.end - pattern_.body_span.begin; }

  Span origin(std::size_t begin, std::size_t end) const {
    const Span& body = pattern_.body_span;
    return {body.file, body.begin + static_cast<std::uint32_t>(begin), body.begin + static_cast<std::uint32_t>(end)};
  }

  /// Copies the body up to `end` as it stands.
  void copy(std::size_t end) {
    if (end <= done_) return;
    out_.pieces.push_back({static_cast<std::uint32_t>(out_.text.size()), origin(done_, end)});
    out_.text.append(body_, done_, end - done_);
    done_ = end;
  }

  /// Puts `text` in the place of the body's bytes up to `end`.
  void replace(std::size_t end, std::string_view text) {
    out_.pieces.push_back({static_cast<std::uint32_t>(out_.text.size()), origin(done_, end)});
    out_.text += text;
    done_ = end;
  }

  const Argument* argument_of(const Splice& splice) const {
    const std::string_view name = context_.sources.text(splice.name);
    const auto& parameters = pattern_.parameters;
    const auto found =
        std::ranges::find(parameters, name, [](const ast::Parameter& parameter) { return parameter.name.text; });
    return found == parameters.end() ? nullptr : &arguments_[static_cast<std::size_t>(found - parameters.begin())];
  }

  /// Where the splice stands; in a body, what the quotes around it say.
  SpliceContext context_of(const Splice& splice) const {
    if (splice.context != SpliceContext::body) return splice.context;
    switch (state_at(bodies_, begin_of(splice))) {
      case BodyState::text:
        return SpliceContext::sql_text;
      case BodyState::name:
        return SpliceContext::sql_name;
      case BodyState::code:
        return SpliceContext::sql;
    }
    return SpliceContext::sql;
  }

  /// Writes splice number `at`, or the name that it is a part of; answers the number of the next one to write.
  std::size_t write_from(std::size_t at) {
    const Splice& splice = pattern_.splices[at];
    if (splice.environment || begin_of(splice) < done_) return at + 1;
    const Argument* argument = argument_of(splice);
    if (!argument) return at + 1;
    refuse_dollar_quotes(splice, *argument);
    const SpliceContext context = context_of(splice);
    const bool may_join = context == SpliceContext::name || context == SpliceContext::sql;
    std::size_t begin = begin_of(splice);
    while (may_join && begin > done_ && is_name_part(body_[begin - 1])) --begin;
    std::size_t end = end_of(splice);
    std::size_t next = at + 1;
    const auto next_touches = [&] {
      return next < pattern_.splices.size() && begin_of(pattern_.splices[next]) == end &&
             !pattern_.splices[next].environment;
    };
    const bool joins =
        may_join && (begin < begin_of(splice) || (end < body_.size() && is_name_part(body_[end])) || next_touches());
    if (!joins) {
      copy(begin);
      replace(end, alone(*argument, context));
      return next;
    }
    ast::Name name;
    std::string text(body_.substr(begin, begin_of(splice) - begin));
    const auto append = [&](const Argument& part) {
      text += name_text(part);
      name.quoted = name.quoted || (is_name(part) && part.parts.back().quoted);
    };
    append(*argument);
    while (true) {
      if (end < body_.size() && is_name_part(body_[end])) {
        text += body_[end++];
      } else if (next_touches()) {
        const Splice& follower = pattern_.splices[next++];
        if (const Argument* part = argument_of(follower)) append(*part);
        end = end_of(follower);
      } else {
        break;
      }
    }
    name.text = text;
    copy(begin);
    const bool is_number = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    replace(end, is_number ? text : context == SpliceContext::name ? as_name(name) : as_identifier(name));
    return next;
  }

  /// An argument that fills its place by itself.
  std::string alone(const Argument& argument, SpliceContext context) {
    const bool after_dot = done_ > 0 && body_[done_ - 1] == '.';
    switch (context) {
      case SpliceContext::name:
        if (is_name(argument)) return after_dot ? as_name(argument.parts.back()) : dotted(argument, as_name);
        if (argument.text.empty()) refuse_empty(argument);
        return as_name({argument.text, {}, false});
      case SpliceContext::value:
        return value(argument);
      case SpliceContext::sql:
        return in_sql(argument, after_dot);
      case SpliceContext::text:
      case SpliceContext::sql_text:
        return doubled(plain(argument), '\'');
      case SpliceContext::quoted_name:
      case SpliceContext::sql_name:
        return doubled(name_text(argument), '"');
      case SpliceContext::body:
        break;
    }
    return {};
  }

  static std::string value(const Argument& argument) {
    switch (argument.kind) {
      case ParameterKind::table:
      case ParameterKind::column:
      case ParameterKind::database:
        return dotted(argument, as_name);
      case ParameterKind::sql:
        return in_parentheses(argument.text);
      case ParameterKind::text:
        return quoted_text(argument.text);
      case ParameterKind::number:
      case ParameterKind::duration:
        return argument.text;
    }
    return {};
  }

  static std::string in_sql(const Argument& argument, bool after_dot) {
    switch (argument.kind) {
      case ParameterKind::table:
      case ParameterKind::column:
      case ParameterKind::database:
        return after_dot ? as_identifier(argument.parts.back()) : dotted(argument, as_identifier);
      case ParameterKind::sql:
        return in_parentheses(argument.text);
      case ParameterKind::text:
        return quoted_text(argument.text);
      case ParameterKind::number:
      case ParameterKind::duration:
        return argument.text;
    }
    return {};
  }

  void refuse_dollar_quotes(const Splice& splice, const Argument& argument) {
    if (splice.context != SpliceContext::body) return;
    const std::string text = plain(argument);
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$', at + 1)) {
      std::size_t end = at + 1;
      while (end < text.size() && is_name_part(text[end])) ++end;
      if (end == text.size() || text[end] != '$') continue;
      failed_ = true;
      context_
          .error("E0282", argument.syntax->span,
                 fmt::format("'{}' cannot stand in this argument", text.substr(at, end + 1 - at)),
                 "the pattern puts it into a text in dollar quotes, which it would end")
          .notes.push_back({splice.span, "it goes here"});
      return;
    }
  }

  void refuse_empty(const Argument& argument) {
    failed_ = true;
    context_.error("E0274", argument.syntax->span, "an empty text is no name", "the pattern makes a name of it");
  }

  Context& context_;
  const ast::Pattern& pattern_;
  const std::vector<Argument>& arguments_;
  std::string_view body_;
  BodyStates bodies_;
  std::size_t done_ = 0;
  bool failed_ = false;
  Spliced out_;
};

}  // namespace

std::optional<Spliced> splice(Context& context, const ast::Pattern& pattern, const std::vector<Argument>& arguments) {
  return Writer(context, pattern, arguments).write();
}

}  // namespace dmc::check
