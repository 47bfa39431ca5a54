// One step, detail by detail, in the words of its kind. Internal to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/step.hpp"

namespace dmc::explain {

/// A labelled piece of a step. Its text is not escaped yet; SQL may have several lines.
struct Detail {
  enum class Form { words, sql };
  std::string_view label;
  std::string text;
  Form form = Form::words;
  bool operator==(const Detail&) const = default;
};

/// Where it comes from, what it sends, what must hold before and after, how it is taken back.
std::vector<Detail> details(const plan::Step& step);

}  // namespace dmc::explain
