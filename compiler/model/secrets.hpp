// `${env NAME}` in an SQL text: the plan holds the name, the runner binds the value.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::model {

/// The names of the secrets of these texts, each once, in order. A secret is a whole string literal, `'${env NAME}'`,
/// and nothing else: a value that is more than a literal would be code of the environment (runtime.md S9).
std::vector<std::string> secrets_of(const std::vector<std::string>& statements);

/// Whether a token of a text is such a literal.
bool is_secret(std::string_view literal);

/// The text with the literal that `literal_of(NAME)` gives in the place of each secret.
std::string with_secrets(std::string_view sql, const std::function<std::string(const std::string& name)>& literal_of);

}  // namespace dmc::model
