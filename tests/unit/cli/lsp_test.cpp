// The files of a project as the language server is lent them.
#include <doctest/doctest.h>

#include "editors/lsp/framing.hpp"
#include "editors/lsp/workspace.hpp"
#include "tests/unit/cli/shop.hpp"

namespace dmc::tests {
namespace {

/// What the server says to an editor that opens the folder and a file of it, and looks for `users`.
std::string conversation(const Folder& folder) {
  const auto root = lsp::uri_of_path(folder.path().string());
  const auto message = [](const std::string& id, const std::string& method, const std::string& params) {
    return lsp::framed(R"({"jsonrpc":"2.0",)" + id + R"("method":")" + method + R"(","params":{)" + params + "}}");
  };
  const auto said =
      dmc(folder.path(), {"lsp"},
          message(R"("id":1,)", "initialize", R"("rootUri":")" + root + R"(")") + message("", "initialized", "") +
              message("", "textDocument/didOpen",
                      R"("textDocument":{"uri":")" + root +
                          R"(/project.mig","languageId":"mig","version":1,"text":"project shop {"})") +
              message(R"("id":2,)", "workspace/symbol", R"("query":"users")") + message(R"("id":3,)", "shutdown", "") +
              message("", "exit", ""));
  CHECK(said.exit == 0);
  return said.out;
}

}  // namespace

TEST_CASE("a file that an editor's project has and nobody can read leaves the others there") {
  const Folder folder;
  folder.write("project.mig", "project shop { edition 1; }\n");
  folder.write("schema/a.mig", "database shop on sqlite 3.40 { table users { id integer primary key; } }\n");
  folder.write("catalog/0001.json/inside", "");
  std::filesystem::create_symlink("/nonexistent", folder.path() / "schema/z.mig");
  const auto said = conversation(folder);
  CHECK(holds(said, "schema/a.mig"));
  CHECK(holds(said, "cannot read schema/z.mig: No such file or directory"));
  CHECK(holds(said, "cannot read catalog/0001.json: Is a directory"));
}

TEST_CASE("a folder that cannot be listed is said to an editor, and the conversation goes on") {
  const Folder folder;
  folder.write("project.mig", "project shop { edition 1; }\n");
  folder.write("schema", "no folder");
  CHECK(holds(conversation(folder), "cannot look into"));
}

}  // namespace dmc::tests
