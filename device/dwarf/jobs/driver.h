// SPDX-License-Identifier: MIT
// The hands of all jobs. Whatever comes goes into the state first, so jobs look at the state and never at
// single messages: a push that came while an answer was waited for counts the same. Sends through the guard, keeps what
// is known up to date with every reply and push, repeats what may be repeated, waits within bounds. Borrows the link
// for its life; one thread, the stop token may be asked from any (which reads the link's clock). The link's DeviceError
// (a scope that speaks another protocol) passes through every job to its caller.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "device/dwarf/jobs/guard.h"
#include "device/dwarf/jobs/outcome.h"
#include "device/dwarf/jobs/scope_state.h"
#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf::jobs {

inline constexpr Milliseconds kAnswerTime{5000};   // for one answer, a connection included
inline constexpr Milliseconds kReturnTime{60000};  // for a lost scope to come back before a job gives up
// From a stop that was asked to the outcome, whatever the scope does: a request in flight (kAnswerTime), then the stop
// sent twice and its effect asked for. Longer nobody waits after Ctrl-C.
inline constexpr Milliseconds kStopTime{15000};
inline constexpr Milliseconds kIspSpacing{500};  // real clients leave it between two settings
inline constexpr Milliseconds kValueSpacing{1000};

// What became of a request.
struct Sent {
    enum class Fate { answered, refused, unsent, unknown };
    Fate fate = Fate::unsent;
    std::optional<Message> message;  // when answered: the answer
    std::optional<Refusal> refusal;  // when refused, by the guard or by the check of ranges

    bool answered() const { return fate == Fate::answered; }
    std::int64_t code() const;  // of the answer; 0 when it carries none
};

class Driver {
public:
    Driver(ScopeLink& link, ScopeState& state, std::stop_token stop, ProgressTo progress);

    ScopeState& state() { return state_; }
    Moment now() const { return link_.now(); }
    ScopeLink& link() { return link_; }
    bool stop_asked() const { return stop_.stop_requested(); }
    // Until when a stop that was asked may take: kStopTime later. Nothing: none was asked.
    std::optional<Moment> stop_limit() const;
    // What is left of that, but enough to send one stop and look; kStopTime when none was asked.
    Milliseconds stop_time() const;
    // How often the connection has been lost so far; a job compares two moments.
    int losses() const { return losses_; }
    bool lost() const { return lost_; }

    // Once through the guard to the wire.
    Sent send(const Message& request, Milliseconds timeout = kAnswerTime);
    // For what a second sending does not harm: again while it went unsent or unanswered, until `within` has passed.
    Sent insist(const Message& request, Milliseconds within = kReturnTime);
    Sent insist_on(const Message& request, Milliseconds within);  // deaf to the stop token

    // The next event, put into the state; nothing when `until` has passed or a stop was asked.
    std::optional<Event> listen(Moment until);
    // As listen, but deaf to the stop token: for what must be finished after a stop.
    std::optional<Event> listen_on(Moment until);
    // Listens until then; false when a stop was asked.
    bool rest(Milliseconds time);
    void rest_on(Milliseconds time);  // deaf to the stop token

    // Asks for the working state (10022). False: no answer within `within`.
    bool refresh(Milliseconds within = kAnswerTime);

    void step(std::string words);
    void notice(std::string words);
    void count(std::string words, std::int64_t done, std::int64_t total);

private:
    static constexpr Moment::rep kNoLimit = Moment::max().time_since_epoch().count();

    std::optional<Event> hear(Moment until, const std::stop_token& stop);
    void catch_up();                                          // what has come by now
    Sent pass(const Message& request, Milliseconds timeout);  // without the guard
    Sent insist_while(const Message& request, Milliseconds within, const std::stop_token& stop);

    ScopeLink& link_;
    ScopeState& state_;
    std::stop_token stop_;
    ProgressTo progress_;
    std::atomic<Moment::rep> stop_limit_{kNoLimit};
    std::stop_callback<std::function<void()>> stop_heard_;  // on the asker's thread
    int losses_ = 0;
    bool lost_ = false;
    bool met_ = false;  // it has been heard of at least once
};

// The outcome of a request that did not succeed: refused, no connection, no answer, an error code.
Outcome trouble(const Sent& sent, const std::string& doing);

// First thing in a job: asks for the working state, so that nothing is begun on old knowledge. The outcome when the
// scope does not say, or a stop was asked: then `doing` has not been sent.
std::optional<Outcome> meet(Driver& driver, const std::string& doing);

}  // namespace nightstack::device::dwarf::jobs
