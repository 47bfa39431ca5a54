// From the bytes on the wire to the answers of the language server. However the bytes are cut, the same messages come
// out; every request is answered once, and every answer is JSON.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/plan/json_message.hpp"
#include "editors/lsp/framing.hpp"
#include "editors/lsp/server.hpp"
#include "tests/fuzz/property.hpp"

using namespace dmc;

namespace {

class NoDisk final : public lsp::Disk {
 public:
  std::optional<std::string> root_of(const std::string&) override { return std::nullopt; }
  bool is_source(const std::string&) override { return true; }
  lsp::Loaded load(const std::string&) override { return {}; }
};

std::vector<lsp::Frame> frames_of(const std::string& bytes, std::size_t piece) {
  lsp::Framing framing;
  std::vector<lsp::Frame> frames;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    framing.feed(std::string_view(bytes).substr(at, piece));
    while (auto frame = framing.next()) frames.push_back(std::move(*frame));
  }
  return frames;
}

bool is_request(const lsp::Json& message) {
  return lsp::find(message, "id") != nullptr && !lsp::text_at(message, "method").empty();
}

/// Sends one body, and holds the server to its answers.
void converse(lsp::Server& server, const std::string& body, std::size_t& answers) {
  const auto before = answers;
  const bool ended = server.has_ended();
  server.receive({body});
  plan::JsonError error;
  const auto message = plan::read_json_message(body, error);
  if (message && is_request(*message) && !ended)
    fuzz::demand(answers == before + 1, "a request is answered once", body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dialects::Dialects dialects;
  const auto bytes = fuzz::text_of(data, size);
  const auto frames = frames_of(bytes, std::max<std::size_t>(bytes.size(), 1));
  std::vector<std::string> bodies;
  for (const auto& frame : frames)
    if (frame.problem.empty()) bodies.push_back(frame.body);
  std::vector<std::string> in_pieces;
  for (const auto& frame : frames_of(bytes, 7))
    if (frame.problem.empty()) in_pieces.push_back(frame.body);
  fuzz::demand(bodies == in_pieces, "the same messages, however the bytes are cut", bytes);

  NoDisk disk;
  std::size_t answers = 0;
  lsp::Server server(disk, dialects, "fuzz", [&](const lsp::Json& message) {
    const auto text = lsp::write(message);
    plan::JsonError error;
    fuzz::demand(plan::read_json_message(text, error).has_value(), "an answer is JSON", text);
    if (lsp::find(message, "result") != nullptr || lsp::find(message, "error") != nullptr) ++answers;
  });
  const bool raw = bodies.empty();  // most inputs are no frames: then they are bodies, a line each
  if (raw) {
    converse(server, R"({"id":0,"method":"initialize","params":{}})", answers);
    for (std::size_t at = 0; at < bytes.size();) {
      const auto end = std::min(bytes.find('\n', at), bytes.size());
      converse(server, bytes.substr(at, end - at), answers);
      at = end + 1;
    }
  }
  for (const auto& body : bodies) converse(server, body, answers);
  return 0;
}
