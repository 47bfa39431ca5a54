// A database that uses every field of the model.
#pragma once

#include "compiler/model/database.hpp"

namespace dmc::tests {

inline model::Element on(std::string column) {
  model::Element element;
  element.column = std::move(column);
  return element;
}

inline model::Table users_table() {
  model::Table users;
  users.name = "users";
  users.comment = "people who can log in";
  users.columns.resize(5);
  users.columns[0].name = "id";
  users.columns[0].type = "bigint";
  users.columns[0].not_null = true;
  users.columns[0].identity = model::Identity::by_default;
  users.columns[1].name = "email";
  users.columns[1].type = "varchar(200)";
  users.columns[1].not_null = true;
  users.columns[1].not_null_conflict = "fail";
  users.columns[1].default_value = model::Sql{"'A'"};
  users.columns[1].collation = "nocase";
  users.columns[1].comment = "where it's sent";
  users.columns[2].name = "age";
  users.columns[2].type = "int";
  users.columns[3].name = "slug";
  users.columns[3].type = "text";
  users.columns[3].generated = model::Generated{{"lower(email)"}, false};
  users.columns[4].name = "country";
  users.columns[4].type = "text";
  users.columns[4].default_value = model::Sql{"coalesce('', 'de')"};
  users.primary_key = model::Key{"users_pkey", {on("id")}, std::nullopt, {}};
  users.uniques = {{"users_email_country_key", {on("email"), on("country")}, "ignore", {}},
                   {"users_slug_key", {on("slug")}, std::nullopt, {}}};
  users.checks = {{"grown", {"age > 17"}, {}}, {"users_check", {"length(email) > 3"}, {}}};
  model::ForeignKey country;
  country.name = "users_country_fkey";
  country.columns = {"country"};
  country.table = "countries";
  country.on_delete = "cascade";
  users.foreign_keys = {country};
  model::Index index;
  index.name = "users_email_idx";
  model::Element element;
  element.expression = model::Sql{"lower(email)"};
  element.descending = true;
  index.elements = {element, on("age")};
  index.where = model::Sql{"age is not null"};
  users.indexes = {index};
  users.settings = {{"fillfactor", "80"}};
  return users;
}

inline model::Database shop() {
  model::Database shop;
  shop.name = "shop";
  shop.engine = "sqlite";
  shop.oldest_version = "3.40";
  model::Table log;
  log.schema = "audit";
  log.name = "log";
  log.columns.resize(1);
  log.columns[0].name = "at";
  log.columns[0].type = "text";
  model::Table countries;
  countries.name = "countries";
  countries.columns.resize(1);
  countries.columns[0].name = "code";
  countries.columns[0].type = "text";
  countries.columns[0].not_null = true;
  countries.primary_key = model::Key{"countries_pkey", {on("code")}, std::nullopt, {}};
  countries.settings = {{"strict", "true"}, {"without rowid", "true"}};
  shop.tables = {log, countries, users_table()};
  model::View emails;
  emails.name = "emails";
  emails.query = {"select email from users"};
  emails.after = {"users"};
  shop.views = {emails};
  model::Trigger seen;
  seen.name = "users_seen";
  seen.table = "users";
  seen.timing = "after";
  seen.events = {"insert", "update"};
  seen.of_columns = {"email"};
  seen.body = model::Sql{"begin update users set age = age + 1 where id = new.id; end"};
  shop.triggers = {seen};
  model::Object stats;
  stats.type = "statistics";
  stats.name = "users_stats";
  stats.create = {"create statistics users_stats on email from users"};
  stats.drop = {"drop statistics users_stats"};
  shop.objects = {stats};
  return shop;
}

}  // namespace dmc::tests
