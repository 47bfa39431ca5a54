// A value kept on the heap, because a variant is as large as its largest alternative.
#pragma once

#include <memory>
#include <utility>

namespace dmc::ast {

/// Copies and compares like the value it holds; only a moved-from one holds none.
template <typename Value>
class Boxed {
 public:
  Boxed() : value_(std::make_unique<Value>()) {}
  Boxed(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed&&) noexcept = default;
  Boxed(const Boxed& other) : value_(std::make_unique<Value>(*other)) {}
  Boxed& operator=(const Boxed& other) {
    value_ = std::make_unique<Value>(*other);
    return *this;
  }
  ~Boxed() = default;

  const Value& operator*() const { return *value_; }
  const Value* operator->() const { return value_.get(); }
  Value& operator*() { return *value_; }
  Value* operator->() { return value_.get(); }
  bool operator==(const Boxed& other) const { return *value_ == *other.value_; }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace dmc::ast
