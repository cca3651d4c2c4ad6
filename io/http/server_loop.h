// SPDX-License-Identifier: MIT
// The thread that servers live on. All handlers of all servers of one loop are called there, one
// after the other, so what they share needs no lock; a handler that takes long stops all of them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace nightstack::io {

class ServerLoop {
public:
    ServerLoop();   // starts the thread
    ~ServerLoop();  // as stop(); servers on it must be gone by then
    ServerLoop(const ServerLoop&) = delete;
    ServerLoop& operator=(const ServerLoop&) = delete;

    // Calls `work` on the thread. Any thread. What throws there is a bug and ends the program.
    void post(std::function<void()> work);
    // The same, and waits for its end; not from a handler (assert).
    void run(const std::function<void()>& work);
    // Ends the thread; what was posted and not begun is dropped. Not from a handler.
    void stop();
    bool in_loop() const;  // whether the caller is the thread

    class Core;  // for this folder's own files (loop_core-inl.h)
    Core& core() { return *core_; }

private:
    std::unique_ptr<Core> core_;
};

// Calls a handler at a time. Everything on the loop's thread, or after stop().
class Alarm {
public:
    Alarm(ServerLoop& loop, std::function<void()> ring);
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    void set(std::chrono::steady_clock::time_point when);  // instead of an earlier setting
    void cancel();

private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace nightstack::io
