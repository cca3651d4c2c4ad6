// SPDX-License-Identifier: MIT
// A whole conversation over memory, whose stream fails at operation 0, 1, 2 ... until it succeeds:
// every point of failure ends in words, with all requests answered for and nothing left behind.
#include "device/dwarf/session/conversation-inl.h"
//
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/_experimental/test/fail_count.hpp>
#include <boost/beast/_experimental/test/stream.hpp>

#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using MemoryStream = beast::test::stream;
using MemoryConversation = Conversation<MemoryStream>;

// The scope at the other end: answers everything, with a push before and a copy behind.
net::awaitable<void> serve(MemoryStream stream) {
    websocket::stream<MemoryStream> ws(std::move(stream));
    boost::system::error_code ec;
    co_await ws.async_accept(net::redirect_error(net::use_awaitable, ec));
    beast::flat_buffer buffer;
    while (!ec) {
        buffer.clear();
        co_await ws.async_read(buffer, net::redirect_error(net::use_awaitable, ec));
        if (ec) break;
        const Message asked = decode(beast::buffers_to_string(buffer.data()));
        for (const std::string& reply : {std::string(R"({"interface":11011,"value":1})"), code(asked, 0)}) {
            if (!ec) co_await ws.async_write(net::buffer(reply), net::redirect_error(net::use_awaitable, ec));
        }
    }
}

struct Walk {
    std::string why;   // the conversation's end
    int answered = 0;  // of four requests
    int ended = 0;     // also otherwise
    int events = 0;
    bool ready = false;
    bool idle = false;   // the io_context ran out of work by itself
    bool freed = false;  // nobody holds the conversation any more
    bool unsent_lies = false;
};

Walk walk(std::size_t fail_at, std::optional<WireRecord::Way> tap_throws = {}) {
    Walk result;
    net::io_context io;
    beast::test::fail_count countdown(fail_at);
    MemoryStream ours(io, countdown), theirs(io);
    ours.connect(theirs);
    net::co_spawn(io, serve(std::move(theirs)), net::detached);

    std::shared_ptr<MemoryConversation> conversation;
    std::string sent;
    Counts counts;
    const ScopeOptions options = quick();
    Desk desk(options.pauses, counts,
              {[&] {
                   if (conversation) conversation->poke();
               },
               [&](const Message&) { ++result.events; }});
    ConversationOutlets outlets;
    outlets.tap = [&](const WireRecord& record) {
        if (record.way == tap_throws) throw std::runtime_error("the tap");
        if (record.way == WireRecord::Way::sent) sent += record.bytes + "\n";
    };
    outlets.ready = [&] { result.ready = true; };
    outlets.json = [] {};
    outlets.foreign = [](const std::string&) {};
    conversation = std::make_shared<MemoryConversation>(std::move(ours), desk, options, counts, outlets);
    for (const int number : {11003, 10011, 11405, 10006}) {
        auto ticket = std::make_shared<Ticket>();
        ticket->request = request(number);
        ticket->bytes = encode(ticket->request);
        ticket->deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        ticket->done = [&, bytes = ticket->bytes](const Outcome& outcome) {
            result.answered += outcome.reply.fate == Reply::Fate::answered;
            result.unsent_lies |= outcome.reply.fate == Reply::Fate::unsent && sent.find(bytes) != std::string::npos;
            if (++result.ended == 4 && conversation && !tap_throws) conversation->leave();
        };
        desk.take(ticket);
    }
    net::co_spawn(io, conversation->run("scope", Milliseconds(1000), true),
                  [&](const std::exception_ptr& problem, std::string why) {
                      result.why = problem ? in_words(problem) : why;
                      desk.close();
                      conversation.reset();
                  });
    const std::weak_ptr<MemoryConversation> watch = conversation;
    io.run_for(std::chrono::seconds(10));
    result.idle = io.stopped();
    result.freed = watch.expired();
    return result;
}

TEST(MemoryStream, EveryPointOfFailureEndsInWords) {
    std::size_t fail_at = 0;
    for (; fail_at < 500; ++fail_at) {
        SCOPED_TRACE("failing at operation " + std::to_string(fail_at));
        const Walk result = walk(fail_at);
        EXPECT_TRUE(result.idle);
        EXPECT_TRUE(result.freed);
        EXPECT_FALSE(result.why.empty());
        EXPECT_EQ(result.ended, 4);
        EXPECT_FALSE(result.unsent_lies);
        if (result.why == "closed by us") {
            EXPECT_EQ(result.answered, 4);
            EXPECT_TRUE(result.ready);
            break;
        }
        EXPECT_NE(result.why.find("test"), std::string::npos) << result.why;  // "... The test stream has failed"
        if (HasFailure()) break;
    }
    EXPECT_GT(fail_at, 15u) << "the walk has more operations than that";
    EXPECT_LT(fail_at, 500u);
}

// It must not, but then a connection must end as a whole: what still ran would take requests from the next one.
TEST(MemoryStream, ATapThatThrowsEndsTheConnectionAndNothingGoesOn) {
    for (const auto way : {WireRecord::Way::sent, WireRecord::Way::received, WireRecord::Way::note}) {
        const Walk result = walk(100000, way);
        EXPECT_EQ(result.why, "the tap");
        EXPECT_TRUE(result.idle);
        EXPECT_TRUE(result.freed);
        EXPECT_EQ(result.ended, 4);
        EXPECT_EQ(result.answered, 0);
    }
}

TEST(MemoryStream, PushesArriveBesideTheAnswers) {
    const Walk result = walk(100000);
    EXPECT_EQ(result.answered, 4);
    // A push with each of four requests and three state queries, and the answers of those three.
    EXPECT_EQ(result.events, 10);
}

}  // namespace
}  // namespace nightstack::device::dwarf
