// SPDX-License-Identifier: MIT
#include "io/http/server_loop.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <future>

#include "io/http/loop_core-inl.h"

namespace nightstack::io {

ServerLoop::ServerLoop() : core_(std::make_unique<Core>()) {
    core_->thread = std::jthread([core = core_.get()] { core->context.run(); });
}

ServerLoop::~ServerLoop() { stop(); }

void ServerLoop::post(std::function<void()> work) { boost::asio::post(core_->context, std::move(work)); }

void ServerLoop::run(const std::function<void()>& work) {
    assert(!in_loop());
    std::promise<void> done;
    post([&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

void ServerLoop::stop() {
    assert(!in_loop());
    core_->context.stop();
    if (core_->thread.joinable()) core_->thread.join();
}

bool ServerLoop::in_loop() const { return core_->context.get_executor().running_in_this_thread(); }

// Outlives the alarm while a wait of its timer is on the way.
class Alarm::State {
public:
    State(ServerLoop& loop, std::function<void()> ring) : timer(loop.core().context), ring_(std::move(ring)) {}

    static void set(const std::shared_ptr<State>& state, std::chrono::steady_clock::time_point when) {
        state->timer.expires_at(when);
        state->timer.async_wait([state, setting = ++state->settings_](const boost::system::error_code& error) {
            // A ring that was already on its way when the alarm was set anew is told by its number.
            if (!error && setting == state->settings_) state->ring_();
        });
    }
    void cancel() {
        ++settings_;
        timer.cancel();
    }

    boost::asio::steady_timer timer;

private:
    std::function<void()> ring_;
    std::uint64_t settings_ = 0;
};

Alarm::Alarm(ServerLoop& loop, std::function<void()> ring) : state_(std::make_shared<State>(loop, std::move(ring))) {}

Alarm::~Alarm() { state_->cancel(); }

void Alarm::set(std::chrono::steady_clock::time_point when) { State::set(state_, when); }

void Alarm::cancel() { state_->cancel(); }

}  // namespace nightstack::io
