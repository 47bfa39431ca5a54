#include "tests/support/fake_server.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/session/sqlite_session.hpp"
#include "tests/support/fault_session.hpp"

namespace dmc::tests {

namespace {

std::unique_ptr<session::Session> in_memory() {
  return session::open_sqlite(":memory:", session::Missing::create, session::Access::write);
}

std::string text_of(const session::Value& value) {
  struct Reader {
    std::string operator()(std::nullptr_t) const { return "NULL"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const session::Blob& blob) const { return blob.bytes; }
  };
  return std::visit(Reader{}, value);
}

}  // namespace

FakeServer::FakeServer(std::vector<std::string> script) : script_(std::move(script)) { reset(); }

void FakeServer::reset() {
  base_.clear();
  back_to_base();
}

void FakeServer::back_to_base() {
  restart();
  events_ = 0;
  replay(std::vector<Sent>(base_));
}

void FakeServer::keep() { kept_ = log_; }

void FakeServer::back_to_kept() {
  restart();
  events_ = 0;
  replay(std::vector<Sent>(kept_));
}

void FakeServer::restart() {
  in_flight_.clear();
  alive_.clear();
}

void FakeServer::travel(long statements) {
  restart();
  auto log = log_;
  log.resize(std::max(base_.size(), log.size() - std::min(log.size(), static_cast<std::size_t>(statements))));
  replay(log);
}

void FakeServer::replay(const std::vector<Sent>& log) {
  const auto alone = std::exchange(passes_on, {});
  storage_ = in_memory();
  log_.clear();
  for (const auto& statement : script_) storage_->execute(statement);
  for (const auto& sent : log) execute(sent.sql, sent.parameters);
  passes_on = alone;
}

std::vector<std::string> FakeServer::writes() const {
  std::vector<std::string> writes;
  for (std::size_t i = base_.size(); i < log_.size(); ++i) {
    std::string text = log_[i].sql;
    for (const auto& parameter : log_[i].parameters) text += "|" + text_of(parameter);
    writes.push_back(std::move(text));
  }
  return writes;
}

void FakeServer::script(const std::string& sql) { execute(sql, {}); }

std::vector<std::string> FakeServer::rows(const std::string& sql) {
  std::vector<std::string> rows;
  for (const auto& row : storage_->query(sql).rows) {
    std::string line;
    for (const auto& value : row) line += (line.empty() ? "" : "|") + text_of(value);
    rows.push_back(std::move(line));
  }
  return rows;
}

std::string FakeServer::dump() {
  std::string text;
  for (const auto& table : rows("select name from sqlite_schema where type = 'table' and name not like '\\_dmc\\_%' "
                                "escape '\\' order by 1")) {
    text += table + "\n";
    for (const auto& row : rows("select * from " + table + " order by 1")) text += "  " + row + "\n";
  }
  return text;
}

void FakeServer::tick() {
  ++events_;
  execute_due();
}

/// Due statements of sessions that nobody ended; with the last one, a session whose client is gone ends.
void FakeServer::execute_due() {
  for (std::size_t i = 0; i < in_flight_.size();) {
    auto& sent = in_flight_[i];
    if (sent.due < 0 || sent.due > events_) {
      ++i;
      continue;
    }
    const auto now = std::move(sent);
    in_flight_.erase(in_flight_.begin() + static_cast<std::ptrdiff_t>(i));
    alive_.erase(now.session);
    try {
      execute(now.sql, now.parameters);
    } catch (const session::SessionError&) {
      // Nobody is there to be told.
    }
  }
}

session::Rows FakeServer::query(const std::string& sql, std::span<const session::Value> parameters) {
  return storage_->query(sql, parameters);
}

std::int64_t FakeServer::execute(const std::string& sql, std::span<const session::Value> parameters) {
  const auto rows = storage_->execute(sql, parameters);
  log_.push_back({"", sql, {parameters.begin(), parameters.end()}, 0});
  if (passes_on) passes_on(sql);
  return rows;
}

class FakeSession : public session::Session, public session::Place {
  template <class Call>
  auto around(std::string_view sql, std::span<const session::Value> parameters, Call call) {
    check();
    event("sent", sql, &parameters);
    check();
    auto answer = call();
    event("executed", sql, nullptr);
    event("answered", sql, nullptr);
    check();
    return answer;
  }

 public:
  FakeSession(FakeServer& server, Mischief& mischief)
      : server_(server), mischief_(mischief), name_(fmt::format("session {}", ++server.sessions_)) {
    server_.alive_.insert(name_);
  }
  /// The server notices that its client is gone once it has nothing left to do for it.
  ~FakeSession() override {
    const bool busy = std::any_of(server_.in_flight_.begin(), server_.in_flight_.end(),
                                  [&](const auto& sent) { return sent.session == name_; });
    if (!busy) server_.alive_.erase(name_);
  }

  session::Rows query(std::string_view sql, std::span<const session::Value> parameters) override {
    return around(sql, parameters, [&] { return server_.query(std::string(sql), parameters); });
  }
  std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
    if (read_only_) throw session::SessionError("this session only reads");
    return around(sql, parameters, [&] { return server_.execute(std::string(sql), parameters); });
  }
  void transaction(session::Transaction) override { throw session::SessionError("this server has no transactions"); }
  bool in_transaction() const override { return false; }
  void read_only(bool on) override { read_only_ = on; }
  void interrupt() override {}
  session::Place& place() override { return *this; }
  session::Identity identity() override { return {{"server", server_.uuid}}; }
  session::Likeness likeness(const session::Identity& recorded) override {
    return recorded == identity() ? session::Likeness::same : session::Likeness::copy;
  }
  std::string handle() override { return name_; }
  bool alive(const std::string& handle) override { return server_.alive_.contains(handle); }
  void end(const std::string& handle) override {
    if (!server_.fence) return;
    std::erase_if(server_.in_flight_, [&](const auto& sent) { return sent.session == handle; });
    server_.alive_.erase(handle);
  }

 private:
  void check() const {
    if (broken_ || (server_.fence && !server_.alive_.contains(name_)))
      throw session::SessionError("the connection to the server is gone");
  }

  void event(std::string_view name, std::string_view sql, const std::span<const session::Value>* in_flight) {
    server_.tick();
    if (++mischief_.events != mischief_.at || mischief_.done || mischief_.what == Mishap::none) return;
    mischief_.done = true;
    mischief_.where = fmt::format("{}: {}", name, sql.substr(0, 160));
    if (in_flight && mischief_.what != Mishap::server_dies && mischief_.what != Mishap::time_travel)
      server_.in_flight_.push_back({name_,
                                    std::string(sql),
                                    {in_flight->begin(), in_flight->end()},
                                    mischief_.late < 0 ? -1 : server_.events_ + mischief_.late});
    switch (mischief_.what) {
      case Mishap::none:
        return;
      case Mishap::dies:
        broken_ = true;
        throw RunnerDied{};
      case Mishap::answer_lost:
        broken_ = true;
        throw session::SessionError("the connection to the server is gone");
      case Mishap::server_dies:
        server_.restart();
        broken_ = true;
        throw session::SessionError("the connection to the server is gone");
      case Mishap::time_travel:
        server_.travel(mischief_.late);
        broken_ = true;
        throw session::SessionError("the connection to the server is gone");
      case Mishap::taken_over: {
        mischief_.meanwhile();
        // What was still on its way is executed now, where nobody took care that it cannot be.
        const auto mine = [&](const auto& sent) { return sent.session == name_; };
        const bool on_its_way = std::any_of(server_.in_flight_.begin(), server_.in_flight_.end(), mine);
        std::erase_if(server_.in_flight_, mine);
        if (in_flight && !on_its_way) throw session::SessionError("the connection to the server is gone");
        return;
      }
    }
  }

  FakeServer& server_;
  Mischief& mischief_;
  std::string name_;
  bool read_only_ = false;
  bool broken_ = false;
};

std::unique_ptr<session::Session> FakeConnector::open(const session::Url&, session::Missing, session::Access,
                                                      session::Lock*) {
  return std::make_unique<FakeSession>(server_, mischief_);
}

std::unique_ptr<session::Lock> FakeConnector::lock(const session::Url&, const session::Holder&, session::Held) {
  return std::make_unique<session::Lock>();
}

}  // namespace dmc::tests
