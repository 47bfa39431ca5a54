// The calendar is the standard library's.
#include "runtime/trust/time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace dmc::trust {

namespace {

constexpr std::string_view shape = "0000-00-00T00:00:00Z";
constexpr std::size_t day_size = 10;

bool has_shape(std::string_view text, std::string_view wanted) {
  return text.size() == wanted.size() && std::equal(text.begin(), text.end(), wanted.begin(), [](char is, char want) {
           return want == '0' ? is >= '0' && is <= '9' : is == want;
         });
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::chrono::sys_seconds> read(std::string_view text) {
  using namespace std::chrono;
  if (!has_shape(text, shape)) return std::nullopt;
  const year_month_day day{year(number(text.substr(0, 4))), month(static_cast<unsigned>(number(text.substr(5, 2)))),
                           std::chrono::day(static_cast<unsigned>(number(text.substr(8, 2))))};
  const int hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)), second = number(text.substr(17, 2));
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return sys_days(day) + hours(hour) + minutes(minute) + seconds(second);
}

std::string written(std::chrono::sys_seconds time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace

bool is_time(std::string_view text) { return read(text).has_value(); }

std::optional<std::string> time_meant(std::string_view text, std::string_view now) {
  using namespace std::chrono;
  if (is_time(text)) return std::string(text);
  if (has_shape(text, shape.substr(0, day_size))) {
    const std::string end = std::string(text) + "T23:59:59Z";
    return is_time(end) ? std::optional(end) : std::nullopt;
  }
  const auto from = read(now);
  if (!from || text.size() < 2 || text.size() > 6) return std::nullopt;
  const auto digits = text.substr(0, text.size() - 1);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  switch (text.back()) {
    case 'd':
      return written(*from + days(number(digits)));
    case 'h':
      return written(*from + hours(number(digits)));
    case 'm':
      return written(*from + minutes(number(digits)));
    default:
      return std::nullopt;
  }
}

}  // namespace dmc::trust
