// Watches a run and sends each backfill a second time, directly behind its step, to see whether anything changes.
#pragma once

#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "runtime/rehearse/engine.hpp"

namespace dmc::rehearse {

struct SecondPass {
  std::string summary;     ///< of the step
  std::string source;      ///< the words that it came from
  bool one_commit = true;  ///< rows and watermark are one transaction: there is no second pass on this engine
  bool changes = false;
  std::string not_asked;  ///< why nothing is known of it; empty when it was tried
};

/// Everything it sends is rolled back. It lives as long as one run forward.
class Again : public journal::Sink {
 public:
  Again(const plan::Plan& plan, const std::vector<executor::TargetAddress>& targets, session::Connector& connector,
        const Engine& engine)
      : plan_(plan), targets_(targets), connector_(connector), engine_(engine) {}
  void tell(const journal::Event& event) override;
  const std::vector<SecondPass>& passes() const { return passes_; }

 private:
  void send_again(const plan::Step& step, const plan::Backfill& fill);

  const plan::Plan& plan_;
  const std::vector<executor::TargetAddress>& targets_;
  session::Connector& connector_;
  const Engine& engine_;
  std::vector<SecondPass> passes_;
};

}  // namespace dmc::rehearse
