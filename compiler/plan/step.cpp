// What identifies a step: everything in it, and everything that must have happened before it.
#include "compiler/plan/step.hpp"

#include "compiler/plan/digest.hpp"

namespace dmc::plan {

namespace {

struct Identified {
  std::string from;
  Step step;
  static void fields(auto& self, auto&& visit) {
    visit("from", self.from);
    visit("step", self.step);
  }
};

}  // namespace

std::string step_id(const Step& step, const std::string& from_hash) {
  Identified identified{from_hash, step};
  identified.step.id.clear();
  return digest(canonical(identified));
}

std::string kind_of(const Step& step) {
  return std::visit([]<class K>(const K&) { return std::string(K::kind) + "@" + std::to_string(K::version); },
                    step.action);
}

}  // namespace dmc::plan
