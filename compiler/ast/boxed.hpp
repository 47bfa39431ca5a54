// Values kept on the heap, because a variant is as large as its largest alternative and an optional as large as its
// value.
#pragma once

#include <memory>
#include <utility>

namespace dmc::ast {

/// Copies, compares and reads like the value it holds; only a moved-from one holds none.
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

  /// A visitor of a variant need not know that an alternative is boxed.
  operator const Value&() const { return *value_; }
  const Value& operator*() const { return *value_; }
  const Value* operator->() const { return value_.get(); }
  bool operator==(const Boxed& other) const { return *value_ == *other.value_; }

 private:
  std::unique_ptr<Value> value_;
};

/// An optional of what is rarely there: as small as a pointer while it is not.
template <typename Value>
class Rare {
 public:
  Rare() = default;
  Rare(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(Rare&&) noexcept = default;
  Rare(const Rare& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
  Rare& operator=(const Rare& other) {
    value_ = other ? std::make_unique<Value>(*other) : nullptr;
    return *this;
  }
  ~Rare() = default;

  explicit operator bool() const { return value_ != nullptr; }
  bool has_value() const { return value_ != nullptr; }
  const Value& operator*() const { return *value_; }
  const Value* operator->() const { return value_.get(); }
  bool operator==(const Rare& other) const {
    return has_value() == other.has_value() && (!has_value() || *value_ == *other.value_);
  }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace dmc::ast
