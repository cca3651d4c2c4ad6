// SPDX-License-Identifier: MIT
#include "device/dwarf/session/tcp_conversation-inl.h"

namespace nightstack::device::dwarf {

template class Conversation<boost::beast::tcp_stream>;

}  // namespace nightstack::device::dwarf
