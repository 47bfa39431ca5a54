// What one run of one target has in hand while its steps run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/journal/clock.hpp"
#include "runtime/journal/event.hpp"
#include "runtime/ledger/ledger.hpp"
#include "runtime/session/stop.hpp"
#include "runtime/session/target.hpp"
#include "runtime/steps/alarm.hpp"
#include "runtime/steps/secrets.hpp"

namespace dmc::steps {

/// Who opened a gate by a signed approval.
struct Word {
  std::string gate;     ///< its text
  std::string persons;  ///< "ann, ben"
};

struct Context {
  session::Session& session;
  ledger::Ledger& ledger;
  journal::Clock& clock;
  journal::Sink& sink;
  session::Stop& stop;
  ledger::Grip grip;
  std::string target;  ///< for events: "shop (sqlite:shop.db)"
  std::string plan;    ///< hash of the forward plan
  std::string run_id;
  std::string normaliser;
  session::Holder runner;
  bool show_data = false;
  std::vector<std::string> through;  ///< gates that may be passed
  std::vector<Word> words = {};      ///< who said so, where it was not the runner's user
  Secrets secrets = {};
  bool spoiled = false;  ///< a session setting could not be put back: nothing more may be sent
  bool overran = false;  ///< the statement in flight was cancelled because it took longer than the plan allows
  std::unique_ptr<Alarm> alarm = {};  ///< made when a statement first has a limit
  ledger::Unit* joint = nullptr;      ///< open for several steps: whoever opened it commits

  std::string actor() const { return runner.user + "@" + runner.host; }
};

}  // namespace dmc::steps
