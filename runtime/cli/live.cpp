// Lends the dialect a connection and carries its answers over.
#include "runtime/cli/live.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "runtime/cli/exit.hpp"

namespace dmc::cli {
namespace {

std::optional<std::string> text_of(const session::Value& value) {
  struct Text {
    std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
    std::optional<std::string> operator()(std::int64_t number) const { return std::to_string(number); }
    std::optional<std::string> operator()(double number) const { return fmt::format("{}", number); }
    std::optional<std::string> operator()(const std::string& text) const { return text; }
    std::optional<std::string> operator()(const session::Blob& blob) const { return blob.bytes; }
  };
  return std::visit(Text{}, value);
}

dialects::Query query_on(session::Session& session) {
  return [&session](std::string_view sql) {
    dialects::QueryRows answer;
    for (const auto& row : session.query(sql).rows) {
      auto& texts = answer.emplace_back();
      for (const auto& value : row) texts.push_back(text_of(value));
    }
    return answer;
  };
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

dialects::Inspected inspect_live(const session::Url& url, const std::string& name, World& world) {
  const auto* dialect = world.dialects.find(url.engine);
  if (dialect == nullptr)
    throw Refusal(Exit::usage, fmt::format("this version of dmc does not know the engine '{}'", url.engine),
                  {"dmc version    lists those it knows"});
  const auto session = world.connector.open(url, session::Missing::refuse, session::Access::read);
  auto inspected = dialect->inspect(query_on(*session));
  inspected.database.name = name;
  return inspected;
}

std::string name_from(const session::Url& url) {
  std::string name;
  for (const char c : std::filesystem::path(url.location).stem().string()) name += letter(c) || digit(c) ? c : '_';
  if (name.empty() || digit(name.front())) name.insert(0, "db_");
  return name;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return letter(c) || digit(c); });
}

}  // namespace dmc::cli
