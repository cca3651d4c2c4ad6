// SPDX-License-Identifier: MIT
// The conversation over TCP, compiled once in tcp_conversation.cpp.
#pragma once

#include "device/dwarf/session/conversation-inl.h"
//
#include <boost/beast/core/tcp_stream.hpp>

namespace nightstack::device::dwarf {

using TcpConversation = Conversation<boost::beast::tcp_stream>;
extern template class Conversation<boost::beast::tcp_stream>;

}  // namespace nightstack::device::dwarf
