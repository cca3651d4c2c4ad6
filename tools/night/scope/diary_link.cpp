// SPDX-License-Identifier: MIT
#include "tools/night/scope/diary_link.h"

#include "device/dwarf/protocol/replies.h"

namespace nightstack::tools {

using device::dwarf::Message;
using device::dwarf::Milliseconds;
using device::dwarf::Reply;

namespace {

constexpr int kTakeRaw = 10011;
constexpr int kTakeDarks = 10026;

}  // namespace

Reply DiaryLink::ask(const Message& request, Milliseconds timeout) {
    const std::string name = request.text("name").value_or("");
    if (request.interface() == kTakeRaw) diary_.about_capture(name, request.integer("count").value_or(0));
    if (request.interface() == kTakeDarks) diary_.about_darks(name);
    Reply reply = link_.ask(request, timeout);
    if (request.interface() == kTakeRaw && reply.message && device::dwarf::code_of(*reply.message).value_or(0) == 0)
        diary_.begun(name);
    return reply;
}

}  // namespace nightstack::tools
