// One thread reads and answers, one checks; whoever touches the server holds its lock.
#include "editors/lsp/serve.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <istream>
#include <mutex>
#include <ostream>
#include <thread>

#include "editors/lsp/framing.hpp"
#include "editors/lsp/server.hpp"

namespace dmc::lsp {

namespace {

/// So long nobody must have typed before a check begins: one that is outdated at its end is work for nothing.
constexpr std::chrono::milliseconds quiet{120};

class Conversation {
 public:
  Conversation(std::ostream& out, Disk& disk, const dialects::Dialects& dialects, const std::string& version)
      : dialects_(dialects),
        server_(disk, dialects, version, [&out](const Json& message) { out << framed(write(message)) << std::flush; }) {
  }

  /// Answers whether the conversation goes on.
  bool receive(const std::vector<std::string>& bodies, const std::vector<std::string>& problems) {
    const std::lock_guard lock(mutex_);
    for (const auto& problem : problems) server_.receive_problem(problem);
    server_.receive(bodies);
    ++received_;
    changed_.notify_one();
    return !server_.has_ended();
  }

  int end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
    return server_.exit_code();
  }

  void check_until_end() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      const auto before = received_;
      changed_.wait_for(lock, quiet, [&] { return ended_ || received_ != before; });
      if (ended_ || received_ != before) continue;
      const auto input = server_.next_check();
      if (!input) {
        changed_.wait(lock, [&] { return ended_ || received_ != before; });
        continue;
      }
      lock.unlock();
      auto result = check(*input, dialects_);
      lock.lock();
      server_.take(std::move(result));
    }
  }

 private:
  const dialects::Dialects& dialects_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Server server_;
  std::uint64_t received_ = 0;
  bool ended_ = false;
};

/// Waits for bytes, and takes as many as have come; none at the end.
std::string read_some(std::istream& in) {
  const auto first = in.get();
  if (first == std::istream::traits_type::eof()) return {};
  std::string bytes(1, std::istream::traits_type::to_char_type(first));
  std::array<char, 65536> more;
  for (std::streamsize size = 0; (size = in.readsome(more.data(), more.size())) > 0;)
    bytes.append(more.data(), static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace

int serve(std::istream& in, std::ostream& out, Disk& disk, const dialects::Dialects& dialects,
          const std::string& version) {
  Conversation conversation(out, disk, dialects, version);
  std::thread checker([&] { conversation.check_until_end(); });
  Framing framing;
  for (bool going_on = true; going_on;) {
    const auto bytes = read_some(in);
    if (bytes.empty()) break;
    framing.feed(bytes);
    std::vector<std::string> bodies;
    std::vector<std::string> problems;
    while (auto frame = framing.next()) {
      if (frame->problem.empty())
        bodies.push_back(std::move(frame->body));
      else
        problems.push_back(std::move(frame->problem));
    }
    if (!bodies.empty() || !problems.empty()) going_on = conversation.receive(bodies, problems);
  }
  const int code = conversation.end();
  checker.join();
  return code;
}

}  // namespace dmc::lsp
