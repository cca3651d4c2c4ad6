// SPDX-License-Identifier: MIT
// The Asio side of ServerLoop; part of the .cpp files of this folder only.
#pragma once

#include <utility>  // before Asio, whose awaitable.hpp forgets it

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "io/http/server_loop.h"

namespace nightstack::io {

class ServerLoop::Core {
public:
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{context.get_executor()};
    std::jthread thread;
};

}  // namespace nightstack::io
