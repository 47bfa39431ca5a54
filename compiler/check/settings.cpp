// The value of a setting is what stands in the source, without quotes.
#include "compiler/check/settings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"

namespace dmc::check {

namespace {

struct Reader {
  Context& context;

  std::string source(grammar::Span span) const { return std::string(context.sources.text(span)); }

  std::string operator()(const ast::Text& value) const { return std::string(value.value); }
  std::string operator()(const ast::Integer& value) const { return std::to_string(value.value); }
  std::string operator()(const ast::Decimal& value) const { return std::string(value.text); }
  std::string operator()(const ast::Boolean& value) const { return value.value ? "true" : "false"; }
  std::string operator()(const ast::Null&) const { return "null"; }
  std::string operator()(const ast::Duration& value) const { return source(value.span); }
  std::string operator()(const ast::Size& value) const { return source(value.span); }
  std::string operator()(const ast::Percent& value) const { return source(value.span); }
  std::string operator()(const ast::Word& value) const { return std::string(value.text); }
  std::string operator()(const ast::Sql& value) const { return std::string(value.text); }
  std::string operator()(const ast::Environment& value) const {
    report_unsupported(context, value.variable.span, "a setting from the environment");
    return {};
  }
};

}  // namespace

void add_setting(Context& context, const ast::Setting& setting, std::vector<model::Setting>& settings) {
  const std::string name = text_of(setting.name);
  if (std::ranges::any_of(settings, [&](const model::Setting& other) { return other.name == name; })) {
    context.error("E0223", setting.span, fmt::format("setting '{}' stands twice", name), "it may stand once");
    return;
  }
  settings.push_back({name, std::visit(Reader{context}, setting.value)});
}

}  // namespace dmc::check
