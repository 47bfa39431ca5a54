// One entry per code.
#include "runtime/trust/explanations.hpp"

#include <array>

namespace dmc::trust {

namespace {

constexpr std::array<grammar::Explanation, 22> table{{
    {"E0501", "an approval that nobody who may give it has signed",
     "The signature is not by a key of the person it names, as the cluster's file of approvers lists them. Either the "
     "key is\nnew and not listed yet, or somebody wrote another name."},
    {"E0502", "an approval for another plan",
     "An approval names the hash of a plan and of its way back. The plan was compiled anew since, or the approval "
     "belongs to\nanother version. Read the plan that is there now and approve that."},
    {"E0503", "an approval for another place",
     "An approval names the cluster, and perhaps targets of it. What was approved for staging is not approved for "
     "production."},
    {"E0504", "an approval that is over",
     "Every approval has a time until which it holds; `dmc approve --until` sets it. Approve again what is still "
     "meant."},
    {"E0505", "an approval that is bound to another dry run",
     "It was given for what `dmc run --dry-run` said then. Something has changed meanwhile: look again."},
    {"E0506", "an approval by the author",
     "Who signed the seal of a version (`dmc seal --key`) does not approve it: four eyes are two people."},
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
    {"E0511", "an index of sealed versions that nobody has signed",
     "A cluster with a file of approvers runs what the signed index names: catalog/index.sig.json says who sealed each "
     "version\nand who signed the index as it is now. Any person of the approvers may seal; who sealed a version does "
     "not approve it.\n"
     "\n"
     "    dmc seal 2 --key FILE --person NAME"},
    {"E0512", "a signature that does not fit the index",
     "The index was changed after it was signed, or the signature is by somebody else, or was cut or edited. Take\n"
     "catalog/index.json and catalog/index.sig.json from one commit, or sign what is there with  dmc seal N --key."},
    {"E0513", "an older index than the database has seen",
     "Every seal moves the sequence of catalog/index.json on, and a database remembers the highest one that a run came "
     "with. This\nproject is an older one: a version that was replaced or taken back since must not come back. Fetch "
     "the newer commit."},
    {"E0514", "another plan than the sealed one",
     "A version has one plan, and the index of sealed versions names it. A plan of the same number that was compiled "
     "before or\nafter does not run any more, wherever it was approved. Take plan and way back from version control."},
    {"E0515", "it does not look as expected",
     "`--expect` was given the hash of the plan, or the digest that `--dry-run` prints: of the plan, the direction, "
     "and "
     "each\ndatabase with where it lies and how far it is. One of them is another now. Look again with --dry-run."},
    {"E0516", "an attestation is missing",
     "The cluster demands that a machine has compiled the sources itself and got this very plan. The attestations that "
     "do not\ncount are listed with the reason.\n"
     "\n"
     "    dmc attest plans/0002.plan.json --key FILE --by ci"},
    {"E0517", "an attestation that does not count",
     "It is for another plan, or not signed by a key of the machine it names, as the cluster's file of approvers lists "
     "them."},
    {"E0518", "a database of a cluster, without its inventory",
     "The database remembers that it belongs to a cluster, and the cluster has rules for what runs there: sealed, "
     "approved,\nattested. With --on they would not be asked. Name the inventory with --cluster. Looking (status, "
     "drift, verify) needs none."},
    {"E0519", "one key under two names",
     "Two approvals must be by two persons, so a key belongs to one name. Give everybody a key of their own:\n"
     "\n"
     "    openssl genpkey -algorithm ed25519 -out my.key"},
    {"E0520", "a loss that nobody has approved",
     "Approving a plan approves its way back, but not what the way back loses. Where the cluster demands approvals for "
     "`data`,\neach loss that --lossy accepts needs as many, by name.\n"
     "\n"
     "    dmc approve plans/0002.plan.json --lossy STEP --key FILE --cluster NAME"},
    {"E0521", "a forged approval",
     "It says that it is signed with a key of the approvers, and the signature does not fit: the statement was edited "
     "after it\nwas signed, or somebody without the key made it."},
    {"E0522", "an approval that does not hold yet",
     "It has a time from which it holds, and that is still to come. Look at the clock of this machine as well."},
    {"E0523", "another index of the same sequence",
     "Every seal moves the sequence of catalog/index.json on, so two files with one sequence were sealed side by side, "
     "or one was\nsealed anew after it had run. A database remembers the hash of the index beside its sequence, and "
     "takes no other: a version\nthat has run there could have become another one. Fetch the commit that has run, and "
     "seal on top of it.\n"
     "\n"
     "    sha256sum catalog/index.json    says which one lies here"},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::trust
