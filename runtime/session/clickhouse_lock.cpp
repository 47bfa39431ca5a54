// The change lock on a ClickHouse server, which has no locks: whoever holds a database shows it by a query that does
// nothing, again and again, for as long as its process lives. Everybody sees it in system.processes, and it ends within
// seconds when the process is dead or stands still.
//
// That only tells whom to refuse. What makes a second runner harmless is the slot that it cannot claim, and what makes
// the first one harmless once its slot was passed is the end of its session (clickhouse_fence.cpp).
#include "runtime/session/clickhouse_lock.hpp"

#include <algorithm>
#include <condition_variable>
#include <thread>

#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::session {

namespace {

/// One look of somebody else may fall between two of these queries, and nothing comes of it but a takeover.
constexpr std::string_view opening = "select 'dmc holds', ";
constexpr int naps = 150;  ///< of 20 ms; a query that is killed ends with its nap
constexpr int notice_ms = 3500, look_ms = 50;

struct Shown {
  Holder holder;
  std::string nonce;
  bool comes = false;  ///< since a moment, and may give way
};

std::string shown_text(const Holder& holder, const std::string& database, const std::string& nonce, bool comes) {
  std::string text(opening);
  for (const auto& word : {database, nonce, std::to_string(holder.pid), holder.host, holder.user, holder.runner,
                           holder.since, std::string(comes ? "comes" : "stays")})
    text += clickhouse_text(word) + ", ";
  return text + "sleepEachRow(0.02) from numbers(" + std::to_string(naps) + ")";
}

/// Whoever shows on the server that it holds the database.
std::vector<Shown> found_holders(ClickhouseLink& link) {
  std::vector<Shown> found;
  const auto rows =
      link.query("select query from system.processes where startsWith(query, " + clickhouse_text(opening) + ")");
  for (const auto& row : rows.rows) {
    const auto* query = std::get_if<std::string>(&row.at(0));
    const auto words = query ? clickhouse_texts_in(*query) : std::vector<std::string>();
    constexpr std::size_t all = 9;
    if (words.size() != all || words[1] != link.address().database) continue;
    found.push_back(
        {{std::atoll(words[3].c_str()), words[4], words[5], words[6], words[7]}, words[2], words[8] == "comes"});
  }
  return found;
}

}  // namespace

class ClickhousePresence {
 public:
  ClickhousePresence(std::shared_ptr<ClickhouseLink> link, ClickhouseAddress address, const Holder& holder)
      : link_(std::move(link)),
        comes_(shown_text(holder, address.database, link_->handle(), true)),
        stays_(shown_text(holder, address.database, link_->handle(), false)),
        id_("dmc-here-" + link_->handle()) {
    address.options.erase("timeout");
    wire_ = clickhouse_http(address);
    thread_ = std::thread([this] { stay(); });
  }

  ~ClickhousePresence() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    wire_->interrupt();
    thread_.join();
    try {
      link_->aside("kill query where query_id = " + clickhouse_text(id_) + " async", "");
      // Whoever looks next finds nobody.
      const auto is_own = [&](const Shown& one) { return "dmc-here-" + one.nonce == id_; };
      for (int waited = 0; waited < notice_ms; waited += look_ms / 10) {
        const auto all = found_holders(*link_);
        if (std::none_of(all.begin(), all.end(), is_own)) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(look_ms / 10));
      }
    } catch (const std::exception&) {
      // It ends by itself.
    }
  }

 private:
  void stay() {
    std::unique_lock lock(mutex_);
    for (bool first = true; !over_; first = false) {
      lock.unlock();
      bool stayed = true;
      try {
        // As it comes, so that a server may notice who goes away.
        wire_->send(
            {.sql = first ? comes_ : stays_, .query_id = id_, .settings = {{"max_block_size", "1"}}, .at_once = false},
            [](std::string_view) {});
      } catch (const std::exception&) {
        stayed = false;  // The next one may be heard.
      }
      try {
        link_->keep_session();
      } catch (const std::exception&) {
        // The next statement of the runner says what is the matter.
      }
      lock.lock();
      if (!stayed && !over_) changed_.wait_for(lock, std::chrono::milliseconds(200));
    }
  }

  std::shared_ptr<ClickhouseLink> link_;
  std::string comes_, stays_, id_;
  std::unique_ptr<ClickhouseWire> wire_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

ClickhouseLock::ClickhouseLock(std::shared_ptr<ClickhouseLink> link, std::unique_ptr<ClickhousePresence> presence)
    : link_(std::move(link)), presence_(std::move(presence)) {}

ClickhouseLock::~ClickhouseLock() = default;

std::unique_ptr<Lock> lock_clickhouse_server(const ClickhouseAddress& address, const Holder& holder, Held held) {
  auto link = std::make_shared<ClickhouseLink>(address, Access::write, [address] { return clickhouse_http(address); });
  const auto nonce = link->handle();
  const auto refuse_held = [&](const Holder& other) {
    throw TargetHeld("the target is held by " + holder_in_words(other), other);
  };
  for (int waited = 0; held == Held::refuse; waited += look_ms) {
    const auto holders = found_holders(*link);
    if (holders.empty()) break;
    if (waited >= notice_ms) refuse_held(holders.front().holder);
    std::this_thread::sleep_for(std::chrono::milliseconds(look_ms));
  }
  // One that shows itself and has not claimed a slot yet, which would name its session.
  if (held == Held::end)
    for (const auto& other : found_holders(*link)) end_clickhouse_session(*link, other.nonce + "@" + link->user());
  auto presence = std::make_unique<ClickhousePresence>(link, address, holder);
  std::vector<Shown> all;
  const auto is_own = [&](const Shown& one) { return one.nonce == nonce; };
  for (int waited = 0; waited < notice_ms; waited += look_ms / 10) {
    all = found_holders(*link);
    if (std::any_of(all.begin(), all.end(), is_own)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(look_ms / 10));
  }
  // Of two that came at once one goes. Where both stay all the same, the slot decides.
  for (const auto& other : all)
    if (held == Held::refuse && !is_own(other) && (!other.comes || other.nonce < nonce)) refuse_held(other.holder);
  link->begin_session();
  return std::make_unique<ClickhouseLock>(std::move(link), std::move(presence));
}

Holder holder_of_clickhouse_server(const ClickhouseAddress& address) {
  ClickhouseLink link(address, Access::read, [address] { return clickhouse_http(address); });
  const auto holders = found_holders(link);
  return holders.empty() ? Holder{} : holders.front().holder;
}

}  // namespace dmc::session
