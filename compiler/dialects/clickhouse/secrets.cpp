// Where secrets stand is known by the names of calls and of settings, as the documentation of each engine has them:
// https://clickhouse.com/docs/engines/table-engines/integrations
#include "compiler/dialects/clickhouse/secrets.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// Arguments from 0 that are secret, of an engine or of the table function of that name.
struct Place {
  std::string_view name;
  std::size_t first, last;
};
constexpr auto places = std::to_array<Place>({{"azureblobstorage", 0, 4},
                                              {"azurequeue", 0, 4},
                                              {"cosn", 1, 2},
                                              {"deltalake", 1, 2},
                                              {"externaldistributed", 5, 5},
                                              {"gcs", 1, 2},
                                              {"hudi", 1, 2},
                                              {"iceberg", 1, 2},
                                              {"jdbc", 0, 0},
                                              {"materializedmysql", 3, 3},
                                              {"materializedpostgresql", 3, 4},
                                              {"mongodb", 4, 4},
                                              {"mysql", 4, 4},
                                              {"odbc", 0, 0},
                                              {"oss", 1, 2},
                                              {"postgresql", 4, 4},
                                              {"redis", 2, 2},
                                              {"remote", 4, 5},
                                              {"remotesecure", 4, 5},
                                              {"s3", 1, 2},
                                              {"s3cluster", 2, 3},
                                              {"s3queue", 1, 2}});

/// "password", "kafka_sasl_password", "aws_secret_access_key".
bool is_secret_name(std::string_view name) {
  constexpr auto words = std::to_array<std::string_view>({"password", "secret", "connection_string", "account_key"});
  const auto lower = folded(name);
  return std::ranges::any_of(words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// "http://user:word@host": between the scheme and the host.
bool is_address_with_secret(std::string_view literal) {
  const auto scheme = literal.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto rest = literal.substr(scheme + 3);
  const auto host = rest.substr(0, rest.find('/')).find('@');
  return host != std::string_view::npos && rest.substr(0, host).find(':') != std::string_view::npos;
}

class Finder {
 public:
  explicit Finder(const Pieces& pieces) : pieces_(pieces), secret_(pieces.size()) {}

  std::vector<bool> found() {
    for (std::size_t at = 0; at < pieces_.size(); ++at) {
      const auto& piece = pieces_[at];
      if (piece.kind == Piece::Kind::string && is_address_with_secret(piece.text)) secret_[at] = true;
      if (!piece.is_name() || at + 1 >= pieces_.size()) continue;
      const auto name = name_of(piece);
      if (pieces_[at + 1].is("(")) call(folded(name), at + 1);
      if (is_secret_name(name)) mark(pieces_[at + 1].is("=") ? at + 2 : at + 1);
    }
    return std::move(secret_);
  }

 private:
  void mark(std::size_t at) {
    if (at < pieces_.size() && pieces_[at].kind == Piece::Kind::string) secret_[at] = true;
  }

  void call(const std::string& name, std::size_t open) {
    const auto place = std::ranges::find(places, std::string_view(name), &Place::name);
    if (place == places.end()) return;
    const auto end = std::min(closing(pieces_, open), pieces_.size());
    std::size_t argument = 0;
    int depth = 0;
    for (std::size_t at = open + 1; at < end; ++at) {
      if (pieces_[at].is("(") || pieces_[at].is("[")) ++depth;
      if (pieces_[at].is(")") || pieces_[at].is("]")) --depth;
      if (depth == 0 && pieces_[at].is(",")) ++argument;
      if (argument >= place->first && argument <= place->last) mark(at);
    }
  }

  const Pieces& pieces_;
  std::vector<bool> secret_;
};

}  // namespace

std::string without_secrets(std::string_view text) {
  auto pieces = pieces_of(text);
  const auto secret = Finder(pieces).found();
  if (std::ranges::none_of(secret, [](bool is) { return is; })) return std::string(text);
  for (std::size_t at = 0; at < pieces.size(); ++at)
    if (secret[at]) pieces[at].text = hidden_literal;
  return text_of(pieces);
}

bool holds_secret(std::string_view text) {
  const auto pieces = pieces_of(text);
  const auto secret = Finder(pieces).found();
  for (std::size_t at = 0; at < pieces.size(); ++at)
    if (secret[at] && pieces[at].text != hidden_literal && !pieces[at].text.starts_with("'${env ")) return true;
  return false;
}

}  // namespace dmc::dialects::clickhouse
