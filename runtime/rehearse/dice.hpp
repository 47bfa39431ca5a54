// Chance that falls the same way on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>

namespace dmc::rehearse {

/// The same draws for the same seed, wherever it runs: the distributions of the standard library promise no such thing.
class Dice {
 public:
  /// `seed` is any text: a plan's hash, with the name of what is drawn for.
  explicit Dice(std::string_view seed) {
    std::uint64_t number = 14695981039346656037ULL;  // FNV-1a
    for (const char c : seed) number = (number ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    engine_.seed(number);
  }
  std::uint64_t next() { return engine_(); }
  /// 0 … size − 1; `size` is not 0.
  std::size_t below(std::size_t size) { return static_cast<std::size_t>(engine_() % size); }
  bool one_in(std::size_t chances) { return below(chances) == 0; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace dmc::rehearse
