// Reads the addresses of an inventory. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/ast/cluster.hpp"
#include "runtime/inventory/inventory.hpp"

namespace dmc::inventory {

/// The text with each password of an address in it made unreadable, at the same length: what is quoted from an
/// inventory in a finding shows none.
std::string without_passwords(std::string text);

/// What a text of the inventory itself means: paths in it begin at its folder, and a password in it is an error
/// (E0605).
std::optional<session::Url> written_url(std::string_view text, grammar::Span span, const Surroundings& surroundings,
                                        grammar::Diagnostics& diagnostics);

/// `env NAME`, `file '…'` or a text; `whose` is what lies there, for people: "shard 'eu1'".
std::optional<session::Url> url_of(const ast::Address& address, std::string_view whose,
                                   const Surroundings& surroundings, grammar::Diagnostics& diagnostics);

}  // namespace dmc::inventory
