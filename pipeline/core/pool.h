// SPDX-License-Identifier: MIT
// Lends scratch objects so that frame-size buffers are made once and used again.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace nightstack {

// Thread-safe. A loan returns its object on destruction; the pool must outlive its loans.
// The state of a lent object is whatever its last user left behind.
template <class T>
class Pool {
public:
    class Loan {
    public:
        Loan(Pool& pool, std::unique_ptr<T> object) : pool_(&pool), object_(std::move(object)) {}
        Loan(Loan&& other) noexcept = default;
        Loan& operator=(Loan&&) = delete;
        ~Loan() {
            if (object_) pool_->give_back(std::move(object_));
        }
        T& operator*() const { return *object_; }
        T* operator->() const { return object_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<T> object_;
    };

    Loan borrow() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) return Loan(*this, std::make_unique<T>());
        std::unique_ptr<T> object = std::move(free_.back());
        free_.pop_back();
        return Loan(*this, std::move(object));
    }

private:
    void give_back(std::unique_ptr<T> object) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(object));
    }
    std::mutex mutex_;
    std::vector<std::unique_ptr<T>> free_;
};

}  // namespace nightstack
