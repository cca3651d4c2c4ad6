// SPDX-License-Identifier: MIT
#include "tools/night/scope/arrivals.h"

#include <algorithm>
#include <utility>

namespace nightstack::tools {
namespace {

constexpr std::size_t kMostNotices = 1000;  // that nobody has taken yet

bool is_notice(const Arrival& arrival) { return arrival.kind == Arrival::Kind::notice; }

}  // namespace

void Arrivals::frame(Arrival arrival) {
    arrival.kind = Arrival::Kind::frame;
    put(std::move(arrival));
}

void Arrivals::notice(std::string text) { put({Arrival::Kind::notice, {}, {}, false, std::move(text)}); }

void Arrivals::put(Arrival arrival) {
    {
        const std::scoped_lock lock(mutex_);
        if (closed_) return;
        if (is_notice(arrival) && ++notices_ > kMostNotices) {
            waiting_.erase(std::find_if(waiting_.begin(), waiting_.end(), is_notice));
            --notices_;
        }
        waiting_.push_back(std::move(arrival));
    }
    changed_.notify_all();
}

void Arrivals::close(std::exception_ptr error) {
    {
        const std::scoped_lock lock(mutex_);
        if (!closed_) error_ = std::move(error);
        closed_ = true;
    }
    changed_.notify_all();
}

std::optional<Arrival> Arrivals::next(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return !waiting_.empty() || closed_; });
    if (stop.stop_requested()) return std::nullopt;
    if (waiting_.empty()) {
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        return std::nullopt;
    }
    Arrival first = std::move(waiting_.front());
    waiting_.pop_front();
    if (is_notice(first)) --notices_;
    return first;
}

}  // namespace nightstack::tools
