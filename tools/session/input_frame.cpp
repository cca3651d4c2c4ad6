// SPDX-License-Identifier: MIT
#include "tools/session/input_frame.h"

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "io/files/file.h"
#include "io/fits/fits_error.h"
#include "io/fits/frame_info.h"
#include "io/fits/reader.h"
#include "io/image_files/jpeg.h"
#include "io/image_files/png_reader.h"
#include "io/image_files/tiff.h"
#include "io/packed/packed_fits.h"
#include "io/packed/unpacker.h"
#include "pipeline/core/error.h"
#include "tools/session/scratch.h"

namespace nightstack::tools {
namespace {

enum class Kind { fits, tiff, png, jpeg };

Kind kind_of(const std::filesystem::path& path) {
    static constexpr std::pair<std::string_view, Kind> kKnown[] = {
        {{"II*\0", 4}, Kind::tiff}, {{"MM\0*", 4}, Kind::tiff}, {"\x89PNG", Kind::png}, {"\xFF\xD8\xFF", Kind::jpeg}};
    const io::File file(path);
    std::array<char, 4> magic{};
    if (file.size() < magic.size()) return Kind::fits;
    file.read_at(std::as_writable_bytes(std::span(magic)), 0);
    for (const auto& [start, kind] : kKnown) {
        if (std::string_view(magic.data(), magic.size()).starts_with(start)) return kind;
    }
    return Kind::fits;
}

// Plain, or packed in a way that we undo; the plain way says first what it is.
template <class Plain, class Packed>
auto plain_or_packed(const std::filesystem::path& path, const Plain& plain, const Packed& packed) {
    try {
        return plain();
    } catch (const io::FitsError& e) {
        if (e.fault() != io::FitsFault::compressed || !io::can_unpack(io::file_source(path))) throw;
    }
    return packed();
}

std::unique_ptr<io::FrameFile> open_any_fits(const std::filesystem::path& path, const std::stop_token& stop) {
    using Result = std::unique_ptr<io::FrameFile>;
    return plain_or_packed(
        path, [&]() -> Result { return io::open_fits(path); },
        [&]() -> Result {
            return io::open_packed_fits(path, {io::unpacker_beside_program(), &scratch(), stop});
        });
}

Judgement failed(Reason reason, const std::string& text) { return {Verdict::failed, reason, text, {}}; }

void open_one(InputFrame& frame, const std::string& pattern, Hashing hashing, const std::stop_token& stop) {
    try {
        frame.file = open_frame(frame.path, pattern, stop);
        frame.info = frame.file->info();
        const io::FitsHeader* header = fits_header(*frame.file);
        if (frame.role == "light" && header != nullptr && io::is_own_product(*header)) {
            frame.own_result = true;
            frame.settled = failed(Reason::header, frame.shown + ": a result of this program, not a light");
        }
    } catch (const io::FitsError& e) {
        frame.settled = failed(io::reason_of(e.fault()), e.what());
    } catch (const DamagedError& e) {
        frame.settled = failed(Reason::truncated, e.what());
    } catch (const FormatError& e) {
        frame.settled = failed(Reason::header, e.what());
    } catch (const IoError& e) {
        if (e.disk_full()) throw;  // unpacked frames have no room: so it will be for the next
        frame.settled = failed(Reason::io, e.what());
    }
    try {
        frame.bytes = std::filesystem::file_size(frame.path);
        frame.hash = std::make_shared<FileHash>(frame.path, stop);
        if (hashing == Hashing::now) frame.sha256 = frame.hash->get();
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& e) {
        if (!frame.settled) frame.settled = failed(Reason::io, e.what());
        frame.file.reset();
    }
}

}  // namespace

std::unique_ptr<io::FrameFile> open_frame(const std::filesystem::path& path, const std::string& pattern,
                                          const std::stop_token& stop) {
    switch (kind_of(path)) {
        case Kind::tiff: return io::open_tiff(path, {parse_cfa_pattern(pattern), &decoded_blocks()});
        case Kind::png: return io::open_png(path, {parse_cfa_pattern(pattern)}, scratch());
        case Kind::jpeg: return io::open_jpeg(path, scratch());
        case Kind::fits: break;
    }
    return open_any_fits(path, stop);
}

const io::FitsHeader* fits_header(const io::FrameFile& frame) {
    if (const auto* fits = dynamic_cast<const io::FitsFrame*>(&frame)) return &fits->file().header();
    if (const auto* packed = dynamic_cast<const io::PackedFits*>(&frame)) return &packed->header();
    return nullptr;
}

std::optional<io::HeaderSummary> header_summary(const std::filesystem::path& path) {
    try {
        const io::FitsHeader header = plain_or_packed(
            path, [&] { return io::FitsFile(path).header(); }, [&] { return io::packed_fits_header(path); });
        return io::HeaderSummary{io::frame_info(header), io::is_own_product(header) || io::stack_count(header) > 1};
    } catch (const Error&) {
        return std::nullopt;  // it will fail by name when it is opened
    }
}

std::vector<InputFrame> open_inputs(const std::vector<std::filesystem::path>& paths, const std::string& role,
                                    const std::string& pattern, Hashing hashing, Runner& runner,
                                    const std::stop_token& stop) {
    std::vector<InputFrame> frames(paths.size());
    runner.run(static_cast<int>(paths.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            if (stop.stop_requested()) throw Interrupted();
            InputFrame& frame = frames[static_cast<std::size_t>(i)];
            frame.path = paths[static_cast<std::size_t>(i)];
            frame.shown = io::printable(frame.path.string());
            frame.role = role;
            open_one(frame, pattern, hashing, stop);
        }
    });
    return frames;
}

void take_hashes(std::vector<InputFrame>& frames, Runner& runner) {
    runner.run(static_cast<int>(frames.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            InputFrame& frame = frames[static_cast<std::size_t>(i)];
            if (!frame.hash || !frame.sha256.empty()) continue;
            try {
                frame.sha256 = frame.hash->get();
            } catch (const Interrupted&) {
                throw;
            } catch (const Error&) {
                continue;  // gone since it was opened
            }
        }
    });
}

}  // namespace nightstack::tools
