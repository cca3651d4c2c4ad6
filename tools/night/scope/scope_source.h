// SPDX-License-Identifier: MIT
// A scope as the source of a live night: it is driven to a target and takes what the plan asks for, or a session that
// another program runs is followed; either way its lights come onto this disk and are told one after the other, after
// the darks that fit them.
//
// How it ends. By itself (next() gives nothing) when the captures are over and all their frames are here, when the
// scope has been away for longer than `away`, or after end_capture(). Destroyed before, it LEAVES: what moves the scope
// is stopped, a capture goes on by itself and the same night resumed catches up (`stop_on_leave`: it is stopped as
// well). Leaving takes up to 15 s while the scope is turning, else about one.
//
//     SIGINT, SIGTERM, a crash          destroy it: the scope goes on, `live --resume` catches up
//     --until, POST stop, --finish      end_capture(), then next() until it gives nothing, or destroy it
//
// Thread rule: know() before the first next(); next() on one thread; end_capture(), scope() from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tools/fetch/fetch_flags.h"
#include "tools/night/scope/night_plan.h"
#include "tools/night/scope/scope_diary.h"
#include "tools/night/show/night_state.h"
#include "tools/night/source/night_source.h"
#include "tools/scope/scope_flags.h"

namespace nightstack::tools {

struct ScopeNight {
    ScopeFlags scope;                         // where it is, site, zone, clock
    FetchFlags card;                          // --protocol, --root, log-in; host and ports are those of `scope`
    std::filesystem::path folder;             // that the card is mirrored into: SESSION/frames
    bool drive = true;                        // false: --no-drive
    TargetPlan target;                        // where it is driven; its `end` is heeded
    std::optional<device::dwarf::Utc> until;  // the capture is stopped then (plan_hour), by the clock of `scope`
    bool patient = false;  // of a plan: a scope that is not there, or gone, is waited for as long as `until` is to come
    bool stop_on_leave = false;
    std::uint64_t reserve_bytes = std::uint64_t{1} << 30;  // of the disk stays free
    std::chrono::milliseconds away{1'800'000};             // a scope gone for longer is given up
    // Where nobody drives, and the scope's account does not say that all is taken: so long after the last frame, when
    // the scope says that it takes none.
    std::chrono::milliseconds quiet{10'000};
    // Asks a person (a doubted clock, the lid); on a thread of the source, which waits. None: the answer is no.
    std::function<bool(const std::string& question)> ask;
    std::function<void(const NightScope&)> show;  // at every change, on threads of the source
};

class ScopeSource final : public NightSource {
public:
    // Throws OptionError for what cannot be meant, FormatError for a diary that cannot be read. Nothing is connected
    // before the first next().
    ScopeSource(ScopeNight night, ScopeDiary diary);
    ~ScopeSource() override;
    ScopeSource(const ScopeSource&) = delete;
    ScopeSource& operator=(const ScopeSource&) = delete;

    void know(const std::string& name, std::uint64_t bytes) override;
    // DeviceError: no scope there, refused, or nothing was begun at all (its words say why). What keeping the diary
    // throws comes here too.
    std::optional<Arrival> next(const std::stop_token& stop) override;
    std::filesystem::path folder() const override;
    std::optional<std::uint64_t> expected() const override;

    // The night is over: the scope is told to stop what it does. Returns at once.
    void end_capture() override;
    NightScope scope() const;
    // After next() gave nothing: lights the scope took that could not be had (each has had its notice).
    std::size_t not_had() const;

private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace nightstack::tools
