// What the server reads of the world: whoever runs it lends it.
#pragma once

#include <optional>
#include <string>

#include "compiler/compile.hpp"

namespace dmc::lsp {

/// A project as it is on disk.
struct Loaded {
  CompileInput input;    ///< every source, also the inventory in clusters/
  std::string problem;   ///< why something of it could not be read; empty: all was
  bool is_known = true;  ///< false: nobody can say what is there, and what was loaded before stays
};

class Disk {
 public:
  virtual ~Disk() = default;
  /// The folder with the project.mig that a file, or a folder, belongs to. Never throws.
  virtual std::optional<std::string> root_of(const std::string& path) = 0;
  /// Whether a file of that name is a source of the project it lies in: "schema/shop.mig".
  virtual bool is_source(const std::string& name) = 0;
  /// Never throws: what cannot be read is left out and said.
  virtual Loaded load(const std::string& root) = 0;
};

}  // namespace dmc::lsp
