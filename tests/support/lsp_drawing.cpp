#include "tests/support/lsp_drawing.hpp"

#include <sstream>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "editors/lsp/workspace.hpp"

namespace dmc::tests {

namespace {

using lsp::find;
using lsp::Json;
using lsp::number_at;
using lsp::text_at;

class Drawing {
 public:
  explicit Drawing(std::string root) : prefix_(lsp::uri_of_path(root) + "/") {}

  void value(const Json& value, const std::string& indent, const std::string& label) {
    if (const auto place = place_of(value); !place.empty()) {
      line(indent, label, place);
    } else if (const Json* range = find(value, "range"); range && find(value, "uri")) {
      line(indent, label, name(text_at(value, "uri")) + " " + place_of(*range));
    } else if (const auto* object = std::get_if<lsp::JsonObject>(&value.value)) {
      if (!label.empty()) line(indent, label, "");
      for (const auto& [key, inner] : *object) this->value(inner, label.empty() ? indent : indent + "  ", name(key));
    } else if (const auto* list = std::get_if<lsp::JsonArray>(&value.value)) {
      if (list->empty()) line(indent, label, "none");
      if (!list->empty() && !label.empty()) line(indent, label, "");
      for (const Json& item : *list) item_of_list(item, label.empty() ? indent : indent + "  ");
    } else if (const auto* text = std::get_if<std::string>(&value.value)) {
      line(indent, label, name(*text));
    } else {
      line(indent, label, lsp::write(value));
    }
  }

  /// Behind a dash, with what follows under its first line.
  void item_of_list(const Json& item, const std::string& indent) {
    const auto before = out_.size();
    value(item, indent + "  ", "");
    const auto dash = before + 2 + indent.size();
    if (dash < out_.size()) out_[dash] = '-';
  }

  void line(const std::string& indent, const std::string& label, const std::string& text) {
    std::istringstream in(text);
    std::string first;
    std::getline(in, first);
    out_ += trimmed("< " + indent + (label.empty() ? "" : label + ": ") + first) + "\n";
    for (std::string more; std::getline(in, more);) out_ += trimmed("< " + indent + "  | " + more) + "\n";
  }

  std::string name(const std::string& text) const {
    return text.starts_with(prefix_) ? text.substr(prefix_.size()) : text;
  }

  static std::string place_of(const Json& value) {
    const auto one = [](const Json& at, const char* path) {
      return fmt::format("{}:{}", number_at(at, std::string(path) + "line").value_or(-2) + 1,
                         number_at(at, std::string(path) + "character").value_or(-2) + 1);
    };
    if (find(value, "start.line") && find(value, "end.line")) return one(value, "start.") + "-" + one(value, "end.");
    return find(value, "character") ? one(value, "") : "";
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string trimmed(std::string text) {
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  std::string prefix_;
  std::string out_;
};

void completion(const Json& result, const AskedFor& asked, Drawing& drawing) {
  const auto* items = std::get_if<lsp::JsonArray>(&result.value);
  std::size_t count = 0;
  for (const Json& item : items ? *items : lsp::JsonArray()) {
    const auto label = text_at(item, "label");
    if (!label.starts_with(asked.prefix)) continue;
    ++count;
    const auto detail = text_at(item, "detail");
    const auto snippet = text_at(item, "insertText");
    const bool keyword = number_at(item, "kind") == 14;
    drawing.line("", "",
                 label + (keyword ? "" : fmt::format("   ({})", detail)) + (snippet.empty() ? "" : "   " + snippet));
  }
  if (count == 0) drawing.line("", "", "nothing");
}

void tokens(const Json& result, Drawing& drawing) {
  const auto& data = lsp::list_at(result, "data");
  const Json legend = lsp::semantic_legend();
  const auto& types = lsp::list_at(legend, "tokenTypes");
  std::int64_t row = 0;
  std::int64_t column = 0;
  for (std::size_t at = 0; at + 4 < data.size(); at += 5) {
    const auto number = [&](std::size_t offset) { return std::get<std::int64_t>(data[at + offset].value); };
    column = number(0) > 0 ? number(1) : column + number(1);
    row += number(0);
    drawing.line("", "",
                 fmt::format("{}:{}-{} {}{}", row + 1, column + 1, column + 1 + number(2),
                             std::get<std::string>(types[static_cast<std::size_t>(number(3))].value),
                             number(4) == 1 ? ", declared" : ""));
  }
}

void diagnostics(const Json& params, Drawing& drawing) {
  const auto& items = lsp::list_at(params, "diagnostics");
  drawing.line("", "diagnostics of " + drawing.name(text_at(params, "uri")), items.empty() ? "none" : "");
  for (const Json& item : items) {
    const auto severity = number_at(item, "severity");
    drawing.line("  ",
                 Drawing::place_of(*find(item, "range")) + " " +
                     (severity == 1   ? "error"
                      : severity == 2 ? "warning"
                                      : "note") +
                     " " + text_at(item, "code"),
                 text_at(item, "message"));
    for (const Json& related : lsp::list_at(item, "relatedInformation"))
      drawing.line(
          "    ",
          drawing.name(text_at(related, "location.uri")) + " " + Drawing::place_of(*find(related, "location.range")),
          text_at(related, "message"));
  }
}

}  // namespace

std::string drawn(const Json& message, const AskedFor& asked, const std::string& root) {
  Drawing drawing(root);
  const auto method = text_at(message, "method");
  if (const Json* error = find(message, "error")) {
    drawing.line("", fmt::format("error {}", number_at(*error, "code").value_or(0)), text_at(*error, "message"));
  } else if (method == "textDocument/publishDiagnostics") {
    diagnostics(*find(message, "params"), drawing);
  } else if (!method.empty()) {
    drawing.value(*find(message, "params"), "", method);
  } else if (const Json* result = find(message, "result")) {
    if (asked.command == "initialize")
      drawing.line("", "", find(*result, "capabilities") ? "what it can" : "");
    else if (asked.command == "completion")
      completion(*result, asked, drawing);
    else if (asked.command == "tokens")
      tokens(*result, drawing);
    else
      drawing.value(*result, "", "");
  }
  return drawing.take();
}

}  // namespace dmc::tests
