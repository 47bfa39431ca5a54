// dmc seal: freezes a version, so that its change cannot be edited any more, and signs that with a key.
#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/cli/sealing.hpp"

namespace dmc::cli {
namespace {

std::int64_t wanted_number(const Arguments& arguments, const CompileInput& input) {
  if (input.catalogs.empty())
    throw Refusal(Exit::usage, "no version has been compiled in this project yet, so there is nothing to seal",
                  {"dmc compile"});
  const auto word = arguments.operand();
  if (!word) return input.catalogs.back().first;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), number);
  if (error != std::errc{} || end != word->data() + word->size() || number <= 0)
    throw Refusal(
        Exit::usage, fmt::format("'{}' is not the number of a version", grammar::escaped(*word)),
        {fmt::format("the newest is {}:  dmc seal {}", input.catalogs.back().first, input.catalogs.back().first)});
  return number;
}

catalog::CatalogFile read_catalog(const CompileInput& input, std::int64_t number) {
  for (const auto& [found, bytes] : input.catalogs) {
    if (found != number) continue;
    plan::JsonError error;
    auto file = catalog::read_catalog(bytes, error);
    if (!file) throw not_ours(catalog_name(number), error);
    return std::move(*file);
  }
  throw Refusal(
      Exit::usage, fmt::format("there is no {}: version {} has not been compiled", catalog_name(number), number),
      {fmt::format("the newest is {}:  dmc seal {}", input.catalogs.back().first, input.catalogs.back().first)});
}

std::optional<std::string> plan_hash(const Project& project, const std::string& name) {
  const auto bytes = project.file_if_there(name);
  if (!bytes) return std::nullopt;
  plan::JsonError error;
  const auto file = plan::read_plan(*bytes, error);
  if (!file) throw not_ours(name, error);
  return file->hash;
}

/// Of every stage of the version, in their order.
std::vector<std::string> stage_hashes(const CompileInput& input, std::int64_t number) {
  std::vector<std::string> hashes;
  for (const auto& file : input.stages) {
    if (file.number != number) continue;
    plan::JsonError error;
    const auto name = stage_catalog_name(number, file.stage);
    const auto stage = catalog::read_stage_catalog(file.bytes, error);
    if (!stage) throw not_ours(name, error);
    hashes.push_back(plan::digest(file.bytes));
  }
  return hashes;
}

/// The newest version can still be compiled, so what is sealed must be exactly what its sources say.
void check_up_to_date(const Project& project, const CompileInput& input, std::int64_t number, World& world) {
  if (number != input.catalogs.back().first) return;
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto compiled = dmc::compile(input, world.dialects, sources, diagnostics);
  if (diagnostics.has_errors()) {
    world.err << findings_text(diagnostics, sources, {}, project.from(world.directory));
    throw Refusal(Exit::refused,
                  fmt::format("the sources do not compile ({}), so nothing was sealed", findings_count(diagnostics)));
  }
  if (compiled.plan.number != number) return;
  const auto same_stages = [](const Compiled& is, const CompileInput& there) {
    std::size_t found = 0;
    for (const auto& file : there.stages) {
      if (file.number != is.plan.number) continue;
      const auto place = static_cast<std::size_t>(file.stage) - 1;
      if (place >= is.stage_bytes.size() || is.stage_bytes[place] != file.bytes) return false;
      ++found;
    }
    return found == is.stage_bytes.size();
  };
  const auto same = [&](const std::string& name, const std::string& bytes) {
    return project.file_if_there(name) == bytes;
  };
  if (same(catalog_name(number), compiled.catalog_bytes) && same(plan_name(number), compiled.plan_bytes) &&
      same(undo_plan_name(number), compiled.reverse_bytes) && same_stages(compiled, input))
    return;
  throw Refusal(Exit::refused,
                fmt::format("what is compiled of version {} is not what the sources say, so it was not sealed", number),
                {"dmc compile          compiles them anew", fmt::format("dmc seal {:<8}     then seals that", number)});
}

/// Plans may have been given up since; those that are there must be the sealed ones.
void check_as_sealed(const catalog::Sealed& sealed, const catalog::Sealed& there) {
  const auto check = [&](const std::optional<std::string>& then, const std::optional<std::string>& now,
                         const std::string& name) {
    if (then && now && *then != *now)
      throw Refusal(
          Exit::refused,
          fmt::format("version {} is sealed already, and {} is not the file that was sealed", sealed.number, name),
          {"take the sealed file back from version control"});
  };
  check(sealed.catalog, there.catalog, catalog_name(sealed.number));
  check(sealed.plan, there.plan, plan_name(sealed.number));
  check(sealed.reverse, there.reverse, undo_plan_name(sealed.number));
  if (!there.stages.empty() && sealed.stages != there.stages)
    throw Refusal(Exit::refused,
                  fmt::format("version {} is sealed already, and the catalogs of its stages are not those that were "
                              "sealed",
                              sealed.number),
                  {"take the sealed files back from version control"});
}

/// Whose name and key; none: the index is written unsigned.
struct Signing {
  std::unique_ptr<const trust::SigningKey> key;
  std::string person;
};

Signing signing(const Arguments& arguments, const World& world) {
  Signing with;
  with.person = arguments.value("--person").value_or(world.user);
  if (const auto file = arguments.value("--key"))
    with.key.reset(new trust::SigningKey(read_key(*file, world)));
  else if (arguments.given("--person"))
    throw Refusal(Exit::usage, "'--person' says who signs, and no '--key' is given to sign with",
                  {"dmc seal N --key FILE --person NAME"});
  return with;
}

/// Signs the version and the index as it is now. True when something was written.
bool sign(const Project& project, const catalog::Index& index, const catalog::Sealed& entry, const std::string& name,
          const Signing& with) {
  const auto before = read_seals(project);
  const auto after =
      trust::with_signed(before, version_seal(name, entry, with.person),
                         index_seal(name, catalog::write_index(index), index.sequence, with.person), *with.key);
  if (after == before) return false;
  project.write(seals_name, trust::write_seals(after));
  return true;
}

/// Signatures that do not fit the index any more are said to be missing, not found out on the day of the run.
void note_unsigned(const Project& project, std::int64_t number, World& world) {
  if (!read_seals(project).index) return;
  world.err << fmt::format(
      "note: {} does not fit the index any more; clusters with approvers refuse it until it is signed:\n"
      "      dmc seal {} --key FILE --person NAME\n",
      seals_name, number);
}

Exit run(const Arguments& arguments, World& world) {
  const auto project = find_project(arguments, world);
  const auto with = signing(arguments, world);
  const auto input = project.compile_input();
  const auto number = wanted_number(arguments, input);
  const auto index = read_index(input.index);
  const auto file = read_catalog(input, number);
  const auto there = std::find_if(index.sealed.begin(), index.sealed.end(),
                                  [&](const auto& sealed) { return sealed.number == number; });
  check_up_to_date(project, input, number, world);
  const catalog::Sealed entry{number,
                              file.hash,
                              plan_hash(project, plan_name(number)),
                              plan_hash(project, undo_plan_name(number)),
                              file.catalog.change_digest,
                              stage_hashes(input, number)};
  const bool is_new = there == index.sealed.end();
  if (!is_new) check_as_sealed(*there, entry);
  const auto sealed = is_new ? with_sealed(index, entry) : index;
  if (is_new) {
    project.write(index_name, catalog::write_index(sealed));
    world.out << fmt::format("sealed version {}: change {} cannot be edited from now on\n  wrote {} (sequence {})\n",
                             number, number, index_name, sealed.sequence);
  } else {
    world.out << fmt::format("version {} is sealed already\n", number);
  }
  if (!with.key) {
    if (is_new) note_unsigned(project, number, world);
    return Exit::done;
  }
  if (sign(project, sealed, is_new ? entry : *there, file.catalog.project, with))
    world.out << fmt::format("  signed it in {}, as {}; who seals a version does not approve it\n  the key is  {}\n",
                             seals_name, grammar::escaped(with.person), with.key->public_key().text());
  else
    world.out << fmt::format("  signed already, by {}\n", grammar::escaped(with.person));
  return Exit::done;
}

}  // namespace

Command seal_command() {
  return {"seal",
          "freeze a version: its change cannot be edited any more",
          {{"N", false, false, Completes::nothing}},
          {{"--key",
            "FILE",
            "your private key, Ed25519 as PEM: signs the version and the index",
            {},
            false,
            Completes::file},
           {"--person", "NAME", "who seals; without it, your user name"},
           project_option()},
          run};
}

}  // namespace dmc::cli
