// A walk over canonical bytes: every function takes exactly what the writer would have written there, or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dmc::plan {

/// What a walk accepts to its end is what `canonical` writes for the values it gave, so it need not be compared. It
/// says only whether; why not is for `read_json` and `read` to say.
class CanonicalText {
 public:
  explicit CanonicalText(std::string_view text) : text_(text) {}

  bool literal(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  bool string(std::string& value);
  bool integer(std::int64_t& value);

  bool at_end() const { return at_ == text_.size(); }
  std::size_t place() const { return at_; }
  void go_back(std::size_t place) { at_ = place; }

 private:
  bool escape(std::string& value);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace dmc::plan
