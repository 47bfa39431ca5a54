// PLN-4: who sealed a version, and whether the index is the one that was signed.
#include "runtime/trust/seals.hpp"

#include <functional>

#include <doctest/doctest.h>

#include "runtime/trust/statement.hpp"
#include "tests/unit/trust/signers.hpp"

using namespace dmc;
using trust::SealStatement;
using trust::VersionSeal;

namespace {

VersionSeal version(const std::string& person = "", std::int64_t number = 2) {
  VersionSeal seal;
  seal.project = "shop";
  seal.number = number;
  seal.catalog = "sha256:catalog";
  seal.plan = "sha256:plan";
  seal.reverse = "sha256:reverse";
  seal.change_digest = "sha256:change";
  seal.person = person;
  return seal;
}

SealStatement index(const std::string& person = "", std::int64_t sequence = 2) {
  SealStatement seal;
  seal.project = "shop";
  seal.index = "sha256:index " + std::to_string(sequence);
  seal.sequence = sequence;
  seal.person = person;
  return seal;
}

std::string said(const trust::Seals& seals, const SealStatement& there) {
  const auto signer = trust::index_signer(seals, tests::approvers(), there);
  return signer.objection ? signer.objection->code + ": " + signer.objection->text : "signed by " + signer.person;
}

std::vector<std::string> authors(const trust::Seals& seals, const VersionSeal& there) {
  return trust::authors(seals, tests::approvers(), there);
}

}  // namespace

TEST_CASE("PLN-4 the author of a version stays known when others seal later ones") {
  auto seals = trust::with_signed({}, version("ann", 1), index("ann", 1), tests::ann());
  CHECK(said(seals, index("", 1)) == "signed by ann");
  seals = trust::with_signed(seals, version("ben", 2), index("ben", 2), tests::ben());
  CHECK(said(seals, index("", 2)) == "signed by ben");
  CHECK(authors(seals, version("", 1)) == std::vector<std::string>{"ann"});
  CHECK(authors(seals, version("", 2)) == std::vector<std::string>{"ben"});
  CHECK(authors(seals, version("", 3)).empty());
}

TEST_CASE("PLN-4 a signature on another index is none on this one") {
  const auto seals = trust::with_signed({}, version("ann"), index("ann"), tests::ann());
  CHECK(said(seals, index("", 3)) ==
        "E0512: the signature of 'ann' on it is for another index (sequence 2), and the one that is there has sequence "
        "3");
  auto other = index();
  other.project = "bank";
  CHECK(said(seals, other) == "E0512: the signature of 'ann' on it is for project 'shop', not for 'bank'");
  other = index();
  other.index = "sha256:other";
  CHECK(said(seals, other).starts_with("E0512"));
  CHECK(said({}, index()) == "E0511: nobody has signed it");
}

TEST_CASE("PLN-4 only a person seals, and only with a key of theirs") {
  const auto by = [](const std::string& person, const trust::SigningKey& key) {
    return said(trust::with_signed({}, version(person), index(person), key), index());
  };
  CHECK(by("ben", tests::ann()) == "E0512: the signature of 'ben' on it is made with a key of 'ann'");
  CHECK(by("ci", tests::ci()) ==
        "E0512: the signature of 'ci' on it is not by a key of any person of the cluster's approvers");
  CHECK(authors(trust::with_signed({}, version("ben"), index("ben"), tests::ann()), version()).empty());
  auto seals = trust::with_signed({}, version("ann"), index("ann"), tests::ann());
  auto forged = seals;
  forged.index->payload =
      trust::enclose(SealStatement::payload_type, plan::canonical(index("ann", 7)), tests::ben()).payload;
  CHECK(said(forged, index("", 7)) ==
        "E0512: the signature of 'ann' on it is forged: it is not by the key that it names");
  // S1: a statement of one kind is none of another, whoever signed it.
  auto confused = seals;
  confused.index = seals.versions.front();
  CHECK(said(confused, index()).starts_with("E0512: a signed statement is of another type"));
  confused.versions = {*seals.index};
  CHECK(authors(confused, version()).empty());
}

TEST_CASE("PLN-4 each thing that a version ships with is part of its seal") {
  const auto seals = trust::with_signed({}, version("ann"), index("ann"), tests::ann());
  const std::vector<std::function<void(VersionSeal&)>> changes{
      [](VersionSeal& it) { it.project = "bank"; },          [](VersionSeal& it) { it.number = 3; },
      [](VersionSeal& it) { it.catalog = "sha256:x"; },      [](VersionSeal& it) { it.plan = "sha256:x"; },
      [](VersionSeal& it) { it.plan = std::nullopt; },       [](VersionSeal& it) { it.reverse = "sha256:x"; },
      [](VersionSeal& it) { it.change_digest = "sha256:x"; }};
  CHECK(authors(seals, version()).size() == 1);
  for (const auto& change : changes) {
    auto other = version();
    change(other);
    CHECK(authors(seals, other).empty());
  }
}

TEST_CASE("signing again with the same key changes nothing, with a new key it takes the place of the old one") {
  const auto once = trust::with_signed({}, version("ann"), index("ann"), tests::ann());
  CHECK(trust::with_signed(once, version("ann"), index("ann"), tests::ann()) == once);
  const auto anew = trust::with_signed(once, version("ann"), index("ann"), tests::ben());
  CHECK(anew.versions.size() == 1);
  CHECK(trust::signed_by(anew.versions.front(), tests::ben().public_key()));
  CHECK(trust::with_signed(once, version("ben"), index("ben"), tests::ben()).versions.size() == 2);
}

TEST_CASE("the file of signatures comes back as it was written, and not when it was cut") {
  const auto seals = trust::with_signed({}, version("ann"), index("ann"), tests::ann());
  const auto bytes = trust::write_seals(seals);
  CHECK(trust::read_seals(bytes) == seals);
  CHECK(trust::read_seals(trust::write_seals({})) == trust::Seals{});
  for (std::size_t size = 0; size < bytes.size(); size += 7)
    CHECK_THROWS_AS(trust::read_seals(bytes.substr(0, size)), trust::TrustError);
  auto newer = seals;
  newer.version = 2;
  CHECK_THROWS_AS(trust::read_seals(trust::write_seals(newer)), trust::TrustError);
}
