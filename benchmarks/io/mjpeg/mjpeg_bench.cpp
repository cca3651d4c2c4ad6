// SPDX-License-Identifier: MIT
// A multipart stream of pictures through the splitter, in pieces of 64 KiB as they come from a socket, beside a memcpy
// of the same bytes in the same pieces and a memchr over them: mjpeg_split/<stream>/<bytes of a picture>. The pictures
// that come out are compared before anything is timed.
#include <benchmark/benchmark.h>

#include <cstring>
#include <iostream>
#include <memory>

#include "tests/io/mjpeg/made_streams.h"

namespace {

using namespace nightstack::io;

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kStream = std::size_t{48} << 20;

struct Streams {
    std::vector<std::string> pictures;
    std::string lengths, no_lengths, bare;

    explicit Streams(std::size_t picture_bytes) {
        for (unsigned i = 0; i < kStream / picture_bytes; ++i) {
            pictures.push_back(test::picture(i % 16, picture_bytes));
            lengths += test::part(pictures.back());
            no_lengths += test::part_without_length(pictures.back());
            bare += pictures.back();
        }
    }
};

template <class Piece>
void in_pieces(std::string_view stream, Piece piece) {
    for (std::size_t at = 0; at < stream.size(); at += kPiece)
        piece(std::as_bytes(std::span(stream.substr(at, kPiece))));
}

void check(const char* what, std::string_view type, const std::string& stream, const Streams& all) {
    const test::Split got = test::split(type, stream, kPiece);
    if (got.parts == all.pictures && got.counts.all_dropped() == 0) return;
    std::cerr << what << ": other pictures came out than went in; nothing timed\n";
    std::exit(1);
}

void split(benchmark::State& state, std::string_view type, std::string_view stream) {
    std::uint64_t bytes = 0;
    PartSplitter splitter(type, [&](Bytes jpeg) { bytes += jpeg.size(); });
    for (auto _ : state) {
        splitter.restart(type);
        in_pieces(stream, [&](Bytes piece) { splitter.feed(piece); });
        splitter.end();
    }
    benchmark::DoNotOptimize(bytes);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

// Into a ring as large as what the splitter holds.
void copy(benchmark::State& state, std::string_view stream) {
    std::vector<std::byte> ring(16 * kPiece);
    for (auto _ : state) {
        std::size_t at = 0;
        in_pieces(stream, [&](Bytes piece) {
            std::memcpy(ring.data() + at, piece.data(), piece.size());
            at = (at + kPiece) % ring.size();
        });
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

// From FF to FF: what has to be done at least to walk over the pictures.
void search(benchmark::State& state, std::string_view stream) {
    std::size_t found = 0;
    for (auto _ : state) {
        for (std::size_t at = 0; at < stream.size(); ++found) {
            const void* ff = std::memchr(stream.data() + at, 0xFF, stream.size() - at);
            if (ff == nullptr) break;
            at = static_cast<std::size_t>(static_cast<const char*>(ff) - stream.data()) + 1;
        }
    }
    benchmark::DoNotOptimize(found);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    std::vector<std::unique_ptr<Streams>> streams;
    for (const std::size_t bytes : {std::size_t{110'000}, std::size_t{680'000}}) {
        streams.push_back(std::make_unique<Streams>(bytes));
        const Streams& s = *streams.back();
        check("with lengths", test::kDwarfType, s.lengths, s);
        check("without lengths", test::kDwarfType, s.no_lengths, s);
        check("without boundaries", "image/jpeg", s.bare, s);
        const std::string size = std::to_string(bytes);
        const auto add = [](const std::string& name, auto run) {
            benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMillisecond);
        };
        add("mjpeg_split/lengths/" + size,
            [&s](benchmark::State& state) { split(state, test::kDwarfType, s.lengths); });
        add("mjpeg_split/no_lengths/" + size,
            [&s](benchmark::State& state) { split(state, test::kDwarfType, s.no_lengths); });
        add("mjpeg_split/no_boundaries/" + size, [&s](benchmark::State& state) { split(state, "image/jpeg", s.bare); });
        add("mjpeg_split/memcpy/" + size, [&s](benchmark::State& state) { copy(state, s.lengths); });
        add("mjpeg_split/memchr/" + size, [&s](benchmark::State& state) { search(state, s.lengths); });
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
