// Types: words, arguments and modifiers, without knowing any engine.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

/// Of a dotted name the last part is the type's own, those before it say where it lives.
void take_dotted_name(const Builder& builder, Node node, Type& type) {
  std::string prefix;
  for (const Node child : node.children()) {
    const Name name = build_name(builder, child);
    if (!type.name.empty()) prefix.append(prefix.empty() ? "" : ".").append(type.name);
    type.name = name.text;
    type.quoted = name.quoted;
  }
  if (!prefix.empty()) type.prefix = builder.texts.keep(std::move(prefix));
}

/// `interval day to second`: the name is `interval`, the rest says which fields it keeps.
void take_words(const Builder& builder, Node node, Type& type) {
  const std::string_view words = build_words(builder, node);
  constexpr std::string_view interval = "interval ";
  if (words.substr(0, interval.size()) == interval) {
    type.name = words.substr(0, interval.size() - 1);
    type.fields = words.substr(interval.size());
  } else {
    type.name = words;
  }
}

void take_name(const Builder& builder, Node node, Type& type) {
  const auto first = node.first();
  if (first && first->is(Kind::name)) {
    take_dotted_name(builder, node, type);
  } else {
    take_words(builder, node, type);
  }
}

void take_modifier(std::string_view word, Type& type) {
  if (word == "unsigned") type.sign = Sign::without_sign;
  if (word == "signed") type.sign = Sign::with_sign;
  if (word == "zerofill") type.zerofill = true;
}

}  // namespace

Type build_type(const Builder& builder, Node node) {
  Type type;
  type.span = node.span();
  type.text = builder.text(type.span);
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::type_native:
        type.native = true;
        type.name = build_text(builder, child.child(Kind::text).value()).value;
        break;
      case Kind::type_name:
        take_name(builder, child, type);
        break;
      case Kind::arguments:
        type.has_arguments = true;
        type.arguments = build_arguments(builder, child);
        break;
      case Kind::type_zone:
        type.time_zone = builder.text(child.first().value()) == "with" ? TimeZone::with : TimeZone::without;
        break;
      case Kind::word:
        take_modifier(builder.text(child), type);
        break;
      case Kind::array:
        ++type.array_depth;
        break;
      default:
        break;
    }
  }
  return type;
}

}  // namespace dmc::ast
