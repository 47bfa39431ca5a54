// A table stands one column right of the right-most table that it references; where tables reference each other in a
// circle the first one met stays left. Columns that grow too high are continued beside themselves.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/explain/picture.hpp"
#include "compiler/explain/words.hpp"

namespace dmc::explain {

namespace {

constexpr int row_height = 20, head_height = 26, gap = 28, lane = 90, highest = 1400, letter = 8, padding = 10;

struct Box {
  int x = 0, y = 0, width = 0, height = 0;
};

std::string_view class_of(Became became) {
  switch (became) {
    case Became::same:
    case Became::adopted:
    case Became::forgotten:
      return "same";
    case Became::added:
      return "added";
    case Became::gone:
      return "gone";
    case Became::changed:
      return "changed";
  }
  return "";
}

/// Letters of a text that is drawn; those of East Asia and pictures, from U+3000, are two wide.
int letters(std::string_view text) {
  int count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) count += byte >= 0xE3 ? 2 : 1;
  }
  return count;
}

std::string head_of(const DrawnTable& table) {
  return table.was.empty() ? table.path : table.path + " (was " + table.was + ")";
}
std::string tail_of(const DrawnColumn& column) {
  std::string text = column.type;
  if (!column.keys.empty()) text += " " + column.keys;
  if (!column.was.empty()) text += " (" + column.was + ")";
  return text;
}

class Layout {
 public:
  explicit Layout(const Drawing& drawing) : drawing_(drawing), boxes_(drawing.tables.size()) {
    for (std::size_t i = 0; i < boxes_.size(); ++i) size(i);
    for (std::size_t i = 0; i < boxes_.size(); ++i) rank(i);
    place();
  }
  const std::vector<Box>& boxes() const { return boxes_; }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  void size(std::size_t i) {
    const auto& table = drawing_.tables[i];
    int widest = letters(head_of(table)) + 2;
    if (!table.only_name)
      for (const auto& column : table.columns)
        widest = std::max(widest, letters(column.name) + letters(tail_of(column)) + 3);
    boxes_[i].width = widest * letter + 2 * padding;
    boxes_[i].height =
        head_height + (table.only_name ? 0 : static_cast<int>(table.columns.size()) * row_height + padding / 2);
  }

  int rank(std::size_t i) {
    if (const auto known = ranks_.find(i); known != ranks_.end()) return known->second;
    if (!met_.insert(i).second) return -1;
    int highest_rank = -1;
    for (const auto& key : drawing_.keys)
      if (key.from == i && key.to != i) highest_rank = std::max(highest_rank, rank(key.to));
    met_.erase(i);
    return ranks_[i] = highest_rank + 1;
  }

  void place() {
    std::map<int, std::vector<std::size_t>> columns;
    for (const auto& [table, at] : ranks_) columns[at].push_back(table);
    int x = padding;
    for (auto& [at, tables] : columns) {
      // Beside what they reference.
      std::stable_sort(tables.begin(), tables.end(), [&](auto one, auto other) { return aim(one) < aim(other); });
      int y = padding, widest = 0;
      for (const auto table : tables) {
        auto& box = boxes_[table];
        if (y > padding && y + box.height > highest) {
          x += widest + gap;
          y = padding, widest = 0;
        }
        box.x = x, box.y = y;
        y += box.height + gap;
        widest = std::max(widest, box.width);
        height_ = std::max(height_, y);
      }
      x += widest + lane;
    }
    width_ = x - lane + padding;
  }

  int aim(std::size_t table) const {
    int sum = 0, count = 0;
    for (const auto& key : drawing_.keys)
      if (key.from == table && key.to != table) sum += boxes_[key.to].y, ++count;
    return count == 0 ? 0 : sum / count;
  }

  const Drawing& drawing_;
  std::vector<Box> boxes_;
  std::map<std::size_t, int> ranks_;
  std::set<std::size_t> met_;
  int width_ = 0, height_ = 0;
};

std::string table_svg(const DrawnTable& table, const Box& box) {
  std::string out = fmt::format("<g class=\"table {}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/>",
                                class_of(table.became), box.x, box.y, box.width, box.height);
  out += fmt::format("<text class=\"head\" x=\"{}\" y=\"{}\">{}</text>", box.x + padding, box.y + 18,
                     in_html(head_of(table)));
  if (!table.only_name) {
    int y = box.y + head_height;
    for (const auto& column : table.columns) {
      out += fmt::format(
          "<g class=\"{}\"><text x=\"{}\" y=\"{}\">{}</text><text class=\"type\" x=\"{}\" y=\"{}\">{}</text></g>",
          class_of(column.became), box.x + padding, y + 14, in_html(column.name), box.x + box.width - padding, y + 14,
          in_html(tail_of(column)));
      y += row_height;
    }
  }
  return out + "</g>\n";
}

/// Where the line of a key meets its table: at its first column, else at the head.
int height_of(const DrawnTable& table, const Box& box, const std::string& column) {
  if (!table.only_name)
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].name == column)
        return box.y + head_height + static_cast<int>(i) * row_height + row_height / 2;
  return box.y + head_height / 2;
}

std::string key_svg(const Drawing& drawing, const std::vector<Box>& boxes, const DrawnKey& key) {
  const auto &from = boxes[key.from], &to = boxes[key.to];
  const int y1 = height_of(drawing.tables[key.from], from, key.columns.empty() ? "" : key.columns.front());
  const int y2 = to.y + head_height / 2;
  const bool loops = from.x <= to.x;  // to itself, or back
  const int x1 = loops ? from.x + from.width : from.x, x2 = to.x + to.width;
  const int pull = loops ? lane / 2 : (x1 - x2) / 2;
  const int c1 = loops ? std::max(x1, x2) + pull : x1 - pull, c2 = loops ? c1 : x2 + pull;
  return fmt::format(
      "<path class=\"key {}{}\" d=\"M{},{} C{},{} {},{} {},{}\"/><circle class=\"key {}\" cx=\"{}\" cy=\"{}\" "
      "r=\"3\"/>\n",
      class_of(key.became), key.required ? "" : " loose", x1, y1, c1, y1, c2, y2, x2, y2, class_of(key.became), x2, y2);
}

}  // namespace

std::string picture(const Drawing& drawing) {
  if (drawing.tables.empty()) return {};
  const Layout layout(drawing);
  std::string out =
      fmt::format("<svg class=\"er\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n",
                  layout.width() + lane / 2, layout.height());
  for (const auto& key : drawing.keys) out += key_svg(drawing, layout.boxes(), key);
  for (std::size_t i = 0; i < drawing.tables.size(); ++i) out += table_svg(drawing.tables[i], layout.boxes()[i]);
  return out + "</svg>\n";
}

std::string picture(const plan::Plan& plan) {
  constexpr int height = 24, between = 8, left = 120, stage_height = 26;
  int y = padding, widest = 0;
  std::int64_t stage = 0;
  std::map<std::string_view, int> heights;
  std::string boxes, arcs;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    if (step.stage != stage) {
      stage = step.stage;
      boxes += fmt::format("<text class=\"stage\" x=\"{}\" y=\"{}\">stage {}</text>\n", left, y + 17, stage);
      y += stage_height;
    }
    const std::string text =
        fmt::format("{} {}{}", i + 1, plan.databases.size() > 1 ? step.database + ": " : "", step.summary);
    const int width = letters(text) * letter + 2 * padding;
    const bool loses =
        step.reverse.grade == plan::ReverseClass::lossy || step.reverse.grade == plan::ReverseClass::none;
    boxes += fmt::format(
        "<a href=\"#step{}\"><g class=\"step {}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/><text "
        "x=\"{}\" y=\"{}\">{}</text></g></a>\n",
        i + 1, loses ? "gone" : "same", left, y, width, height,
        std::holds_alternative<plan::Gate>(step.action) ? 12 : 4, left + padding, y + 17, in_html(text));
    const int middle = y + height / 2;
    for (const auto& required : step.requires_steps)
      if (const auto before = heights.find(required); before != heights.end()) {
        const int reach = std::min(left - 10, 14 + (middle - before->second) / 4);
        arcs += fmt::format("<path class=\"arc\" d=\"M{0},{1} C{2},{1} {2},{3} {0},{3}\"/>\n", left, before->second,
                            left - reach, middle);
      }
    heights.emplace(step.id, middle);
    widest = std::max(widest, width);
    y += height + between;
  }
  if (plan.steps.empty()) return {};
  return fmt::format(
      "<svg class=\"steps\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n{2}{3}</svg>\n",
      left + widest + padding, y + padding, arcs, boxes);
}

}  // namespace dmc::explain
