// One entry per code.
#include "runtime/trust/explanations.hpp"

#include <array>

namespace dmc::trust {

namespace {

constexpr std::array<grammar::Explanation, 9> table{{
    {"E0501", "an approval that nobody who may give it has signed",
     "The signature is not by a key of the person it names, as the cluster's file of approvers lists them. Either the "
     "key is\nnew and not listed yet, or somebody wrote another name."},
    {"E0502", "an approval for another plan",
     "An approval names the hash of a plan and of its way back. The plan was compiled anew since, or the approval "
     "belongs to\nanother version. Read the plan that is there now and approve that."},
    {"E0503", "an approval for another place",
     "An approval names the cluster, and perhaps targets of it. What was approved for staging is not approved for "
     "production."},
    {"E0504", "an approval that does not hold now",
     "Every approval has a time from which and until which it holds; `dmc approve --until` sets it."},
    {"E0505", "an approval that is bound to another dry run",
     "It was given for what `dmc run --dry-run` said then. Something has changed meanwhile: look again."},
    {"E0506", "an approval by the author",
     "Who sealed a plan does not approve it: four eyes are two people. This version does not record who sealed, so it "
     "cannot\nfind that by itself yet."},
    {"E0507", "a signed statement that cannot be read",
     "The file was cut or edited, or the statement is of another kind than it is used for. What is signed cannot be "
     "mended by\nhand; take the file back from version control, or sign again."},
    {"E0508", "too few people have approved",
     "The cluster demands approvals, for every step or for steps with certain hazards, by so many different people. "
     "The\napprovals that do not count are listed with the reason.\n"
     "\n"
     "    dmc approve plans/0002.plan.json --key FILE --cluster NAME"},
    {"E0510", "a cluster that runs sealed plans only",
     "What is sealed cannot be edited any more, so every target of the cluster gets the same version. `dmc seal` "
     "freezes it.\nA cluster that says `disposable;` runs unsealed plans too."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::trust
