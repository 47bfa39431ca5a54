// Several targets at once: each is one item, taken in order by the next worker that is free.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dmc::executor {

/// Calls `work` for 0, 1, … `count` - 1 on at most `parallel` threads, the caller's own when it is 1. Before each item
/// `goes_on` is asked; once it says no nothing more is begun. Returns when all that was begun has ended; then throws
/// the first thing that an item threw.
inline void for_each(std::size_t count, std::size_t parallel, const std::function<void(std::size_t)>& work,
                     const std::function<bool()>& goes_on = {}) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;
  std::atomic<bool> broken{false};
  const auto take = [&] {
    while (!broken.load() && (!goes_on || goes_on())) {
      const auto item = next.fetch_add(1);
      if (item >= count) return;
      try {
        work(item);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!thrown) thrown = std::current_exception();
        broken.store(true);
      }
    }
  };
  const auto workers = std::min(std::max<std::size_t>(parallel, 1), count);
  if (workers <= 1) {
    take();
  } else {
    std::vector<std::thread> threads;
    threads.reserve(workers);
    for (std::size_t i = 0; i < workers; ++i) threads.emplace_back(take);
    for (auto& thread : threads) thread.join();
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace dmc::executor
