// SPDX-License-Identifier: MIT
// A bad way to a good server: what is cut goes on, what stalls ends in time, nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "io/files/sha256.h"
#include "tests/io/curl_files/helpers.h"
#include "tests/support/own_memory.h"
#include "tests/support/remote/fault_proxy.h"
#include "tests/support/soak.h"

namespace nightstack::io::test {
namespace {

using Kind = RemoteError::Kind;
using nightstack::test::FaultProxy;
using nightstack::test::Faults;
using testing::HasSubstr;

constexpr std::size_t kBytes = 3'000'000;

// Reads on from where it was cut, with a new connection each time.
std::string download(const RemoteConnector& connect, int& connections, const std::function<void()>& before_each) {
    Sha256 hash;
    std::uint64_t at = 0;
    const auto take = [&](std::span<const std::byte> piece) {
        hash.add(piece);
        at += piece.size();
        return true;
    };
    for (connections = 0; at < kBytes && connections < 1000; ++connections) {
        before_each();
        try {
            connect({})->read("big.bin", at, kBytes - at, take, {});
        } catch (const RemoteError& e) {
            EXPECT_EQ(static_cast<int>(e.kind()), static_cast<int>(Kind::lost)) << e.what();
        }
    }
    return hash.hex();
}

TEST(CurlFaults, CutsOverFtpLoseNothing) {
    const Served server = Served::test_ftp();
    const std::string sum = make_file(server.card() / "big.bin", kBytes, 11);
    std::mt19937 dice(12);
    int connections = 0;
    for (int round = 0; round < nightstack::test::soaked(1); ++round) {
        const std::string got = download(ftp_connector(ftp_to(server.port())), connections, [&] {
            server.fault((dice() % 2 == 0 ? "cut " : "reset ") + std::to_string(1 + dice() % 600'000));
        });
        EXPECT_EQ(got, sum);
        EXPECT_GT(connections, 4);
    }
}

TEST(CurlFaults, CutsOverHttpLoseNothing) {
    const Served server = Served::nginx();
    const std::string sum = make_file(server.card() / "big.bin", kBytes, 13);
    FaultProxy proxy(server.port());
    std::mt19937 dice(14);
    int connections = 0;
    for (int round = 0; round < nightstack::test::soaked(1); ++round) {
        const std::string got = download(http_connector(http_to(proxy.port())), connections, [&] {
            Faults faults;
            (dice() % 2 == 0 ? faults.end_after : faults.reset_after) = 300 + dice() % 600'000;
            proxy.set(faults);
        });
        EXPECT_EQ(got, sum);
        EXPECT_GT(connections, 4);
    }
}

// `call` hears nothing any more; it must end as `lost` in time, and heed a stop.
void check_silence(const std::function<void(const std::stop_token&)>& call, const std::string& where) {
    auto begin = Clock::now();
    remote_error([&] { call({}); }, Kind::lost);
    EXPECT_LT(seconds_since(begin), 3) << where;
    std::stop_source source;
    Clock::time_point asked;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        asked = Clock::now();
        source.request_stop();
    });
    EXPECT_THROW(call(source.get_token()), Interrupted) << where;
    stopper.join();
    EXPECT_LT(seconds_since(asked), 0.5) << where;  // a quarter is promised, the rest is for a busy machine
}

TEST(CurlFaults, SilenceOverFtpEnds) {
    const Served server = Served::test_ftp();
    make_file(server.card() / "big.bin", kBytes, 15);
    FtpOptions o = ftp_to(server.port());
    o.limits.silence = o.limits.connect = std::chrono::milliseconds(700);
    for (const char* words : {"silent USER", "silent CWD", "silent EPSV", "silent LIST", "silent RETR", "stall 1000"}) {
        server.fault(words);
        check_silence(
            [&](const std::stop_token& stop) {
                const auto files = connect_ftp(o, stop);
                if (std::string(words) == "silent CWD") files->list("x", stop);
                if (std::string(words) == "silent LIST") files->list("", stop);
                files->read("big.bin", 0, kBytes, take_all, stop);
            },
            words);
    }
}

TEST(CurlFaults, SilenceOverHttpEnds) {
    const Served server = Served::test_http();
    make_file(server.card() / "big.bin", kBytes, 16);
    FaultProxy proxy(server.port());
    HttpOptions o = http_to(proxy.port());
    o.limits.silence = o.limits.connect = std::chrono::milliseconds(700);
    for (const std::uint64_t after : {0U, 20U, 400U, 1'000'000U}) {
        Faults faults;
        faults.stall_after = after;
        proxy.set(faults);
        check_silence(
            [&](const std::stop_token& stop) { connect_http(o, stop)->read("big.bin", 0, kBytes, take_all, stop); },
            std::to_string(after));
    }
}

// A server may say a little now and then for ever; a listing has an end all the same.
TEST(CurlFaults, DrippingListingsEnd) {
    const Served server = Served::test_http();
    HttpOptions o = http_to(server.port());
    o.limits.silence = std::chrono::milliseconds(150);
    const auto files = connect_http(o, {});
    server.fault("drip");
    const auto begin = Clock::now();
    remote_error([&] { files->list("", {}); }, Kind::lost);
    EXPECT_LT(seconds_since(begin), 15);
}

// The same of a file: never silent, and never there.
TEST(CurlFaults, DrippingFilesAreLost) {
    const Served http = Served::test_http(), ftp = Served::test_ftp();
    for (const Served* one : {&http, &ftp}) {
        make_file(one->card() / "big.bin", kBytes, 19);
        one->fault("drip");
    }
    HttpOptions h = http_to(http.port());
    FtpOptions f = ftp_to(ftp.port());
    h.limits.slow_window = f.limits.slow_window = std::chrono::milliseconds(700);
    const std::vector<RemoteConnector> ways{http_connector(h), ftp_connector(f)};
    for (const RemoteConnector& connect : ways) {
        const auto files = connect({});
        const auto begin = Clock::now();
        EXPECT_THAT(remote_error([&] { files->read("big.bin", 0, kBytes, take_all, {}); }, Kind::lost),
                    HasSubstr("within 700 ms"));
        EXPECT_GT(seconds_since(begin), 0.7);
        EXPECT_LT(seconds_since(begin), 5);
    }
}

TEST(CurlFaults, NobodyThere) {
    const std::uint16_t port = nightstack::test::free_port();
    remote_error([&] { connect_ftp(ftp_to(port), {}); }, Kind::lost);
    remote_error([&] { connect_http(http_to(port), {}); }, Kind::lost);
    FtpOptions named = ftp_to(port);
    named.host = "no-such-host.invalid";
    remote_error([&] { connect_ftp(named, {}); }, Kind::lost);
    named.host = "a/b";
    EXPECT_THROW(connect_ftp(named, {}), OptionError);
}

TEST(CurlFaults, AfterALossItIsDead) {
    Served server = Served::test_http();
    const auto files = connect_http(http_to(server.port()), {});
    server.fault("stall 1");
    make_file(server.card() / "f", 1000, 17);
    server.stop();
    remote_error([&] { files->stat("f", {}); }, Kind::lost);
}

TEST(CurlFaults, AServerThatVanishedHoldsNoEndUp) {
    const Served server = Served::test_ftp();
    FaultProxy proxy(server.port());
    FtpOptions o = ftp_to(proxy.port());
    auto files = connect_ftp(o, {});
    server.fault("silent QUIT");
    const auto begin = Clock::now();
    files.reset();
    EXPECT_LT(seconds_since(begin), 1);
}

TEST(CurlFaults, DescriptorsAndMemoryStayFlat) {
    const Served ftp = Served::test_ftp(), http = Served::nginx();
    make_file(ftp.card() / "big.bin", 300'000, 18);
    make_file(http.card() / "big.bin", 300'000, 18);
    FtpOptions wrong = ftp_to(ftp.port());
    wrong.logins = {{"ftp", "wrong"}};
    const auto round = [&](int n) {
        ftp.fault(n % 2 == 0 ? "cut 70000" : "reset 70000");
        remote_error([&] { sha256_of(*connect_ftp(ftp_to(ftp.port()), {}), "big.bin"); }, Kind::lost);
        ftp.fault("mlsd");
        connect_ftp(ftp_to(ftp.port()), {})->list("", {});
        remote_error([&] { connect_ftp(wrong, {}); }, Kind::refused);
        const auto files = connect_http(http_to(http.port()), {});
        files->list("", {});
        files->read("big.bin", 5, UINT64_MAX, [](auto) { return false; }, {});
        remote_error([&] { files->stat("none", {}); }, Kind::missing);
    };
    for (int n = 0; n < 5; ++n) round(n);
    const int before = open_descriptors();
    const long memory = resident_kb();
    const int rounds = nightstack::test::soaked(30);
    for (int n = 0; n < rounds; ++n) round(n);
    EXPECT_EQ(open_descriptors(), before);
    if (nightstack::test::memory_is_ours()) {
        EXPECT_LT(resident_kb() - memory, 2048) << "of " << memory;
    }
}

}  // namespace
}  // namespace nightstack::io::test
