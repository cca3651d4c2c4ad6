// SPDX-License-Identifier: MIT
#include "tests/tools/night/scope/night_twin.h"

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/replies.h"
#include "device/dwarf/protocol/requests.h"
#include "device/dwarf/session/scope.h"
#include "device/targets/find_target.h"
#include "tools/cli/site_option.h"
#include "tools/cli/time_option.h"
#include "tools/scope/scope_reach.h"

namespace nightstack::test {

using namespace std::chrono_literals;
using namespace device::dwarf;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

namespace {

constexpr char kTime[] = "2026-01-18T21:04:26Z";
constexpr char kSite[] = "48,9,300";

}  // namespace

NightTwin::NightTwin() {
    // Host keys that are trusted on first use are this test's own.
    ::setenv("XDG_CONFIG_HOME", (files_ / "config").c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    twin_ = std::make_unique<Twin>(Words{"--card", card().string(), "--time", kTime, "--speed", "60"});
}

tools::ScopeNight NightTwin::night(int count, double exposure_s) const {
    tools::ScopeNight night;
    night.scope.host = "127.0.0.1";
    night.scope.ports = twin_->address().at(3);
    night.scope.site = kSite;
    night.scope.zone = "Europe/Berlin";
    night.scope.time = kTime;
    night.folder = mirror();
    night.reserve_bytes = 0;
    night.quiet = 3s;
    night.target.target = device::find_target("M 42");
    night.target.exposure = Seconds(exposure_s);
    night.target.binning = Binning::two;
    night.target.count = count;
    return night;
}

void NightTwin::point(int speed) const {
    tools::ScopePlace place = night(1).scope.place();
    Scope scope(tools::address_of(place), ScopeOptions{});
    if (!scope.wait_until_known(scope.now() + 10s, {}, 100)) throw std::runtime_error("no twin");
    const auto until = [&](AstroState wanted) {
        for (int i = 0; i < 300; ++i) {
            const Reply reply = scope.ask(request::working_state(), 2000ms);
            if (reply.message && reply::working_state(*reply.message).astro == wanted) return;
            std::this_thread::sleep_for(50ms);
        }
        throw std::runtime_error("the twin does not point");
    };
    const device::Site site = tools::parse_site(kSite);
    const Utc now = tools::parse_time(kTime);
    scope.ask(request::open_camera(device::Lens::tele, Binning::two), 2000ms);
    scope.ask(request::calibrate(site, now, name_for(NameKind::go_to, now)), 2000ms);
    std::this_thread::sleep_for(100ms);
    until(AstroState::idle);
    scope.ask(request::go_to(device::find_target("M 42"), site, now, name_for(NameKind::go_to, now)), 2000ms);
    until(AstroState::tracking);
    twin_->set_speed(speed);
}

std::map<std::string, std::string> NightTwin::lights_on_card() const {
    std::map<std::string, std::string> sums;
    for (const fs::path& path : files_ending(card() / "DWARF_II/Astronomy", ".fits")) {
        const fs::path below = path.lexically_relative(card());
        if (below.string().find("DWARF_RAW_") != std::string::npos) sums[below.string()] = sha256_of(path);
    }
    return sums;
}

NightRun::NightRun(tools::ScopeNight night, const NightRun* before, std::vector<std::string> kept)
    : diary_(std::move(kept)) {
    if (before != nullptr) {
        diary_ = before->diary();
        frames_ = before->frames_;
        bytes_ = before->bytes_;
    }
    night.show = [this](const tools::NightScope& scope) {
        const std::scoped_lock lock(mutex_);
        shown_.emplace_back(steady_clock::now(), scope);
    };
    tools::ScopeDiary diary;
    diary.kept = diary_;
    diary.keep = [this](std::string record) {
        const std::scoped_lock lock(mutex_);
        diary_.push_back(std::move(record));
    };
    source_ = std::make_unique<tools::ScopeSource>(std::move(night), std::move(diary));
    for (const auto& [name, bytes] : bytes_) source_->know(name, bytes);
}

NightRun::~NightRun() = default;

void NightRun::take(const std::function<bool()>& enough) {
    std::stop_source late;
    std::jthread timer([&](const std::stop_token& stop) {
        for (int i = 0; i < 600 && !stop.stop_requested(); ++i) std::this_thread::sleep_for(100ms);
        if (!stop.stop_requested()) late.request_stop();
    });
    while (!(enough && enough())) {
        const auto arrival = source_->next(late.get_token());
        if (late.stop_requested()) throw std::runtime_error("nothing came within a minute; " + notices_);
        if (!arrival) {
            ended_ = true;
            return;
        }
        if (arrival->kind == tools::Arrival::Kind::notice) {
            notices_ += arrival->text + "\n";
            continue;
        }
        if (bytes_.contains(arrival->name)) throw std::runtime_error(arrival->name + " is told twice");
        frames_.push_back(arrival->name);
        bytes_[arrival->name] = fs::file_size(arrival->path);
    }
}

std::vector<std::string> NightRun::diary() const {
    const std::scoped_lock lock(mutex_);
    return diary_;
}

std::optional<steady_clock::time_point> NightRun::shown_at(const std::function<bool(const tools::NightScope&)>& what,
                                                           steady_clock::time_point after) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [at, scope] : shown_)
        if (at >= after && what(scope)) return at;
    return {};
}

bool NightRun::has_shown(const std::function<bool(const tools::NightScope&)>& what) const {
    return shown_at(what).has_value();
}

}  // namespace nightstack::test
