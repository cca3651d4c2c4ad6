// SPDX-License-Identifier: MIT
#include "io/image_files/tiff_handle.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <span>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

TiffHandle::Source& source_of(thandle_t handle) { return *static_cast<TiffHandle::Source*>(handle); }

// No exception may pass through libtiff: a failed read is told as a short one.
tmsize_t read_some(thandle_t handle, void* out, tmsize_t size) {
    TiffHandle::Source& source = source_of(handle);
    const std::uint64_t total = source.file->size();
    if (size <= 0 || source.position >= total) return 0;
    const std::uint64_t n = std::min<std::uint64_t>(static_cast<std::uint64_t>(size), total - source.position);
    try {
        source.file->read_at(std::span(static_cast<std::byte*>(out), n), source.position);
    } catch (const std::exception& e) {
        if (source.complaint.empty()) source.complaint = e.what();
        return 0;
    }
    source.position += n;
    return static_cast<tmsize_t>(n);
}

tmsize_t refuse_write(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek(thandle_t handle, toff_t offset, int whence) {
    TiffHandle::Source& source = source_of(handle);
    if (whence == SEEK_SET) source.position = offset;
    if (whence == SEEK_CUR) source.position += offset;
    if (whence == SEEK_END) source.position = source.file->size() + offset;
    return source.position;
}

int keep_open(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return source_of(handle).file->size(); }

int note_error(TIFF*, void* user, const char* where, const char* format, va_list arguments) {
    auto& source = *static_cast<TiffHandle::Source*>(user);
    if (source.complaint.empty()) {
        std::array<char, 256> text{};
        std::vsnprintf(text.data(), text.size(), format, arguments);
        source.complaint = (where != nullptr ? std::string(where) + ": " : std::string()) + text.data();
    }
    return 1;  // said; the global handler stays out
}

int drop_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct FreeOptions {
    void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

}  // namespace

TiffHandle::TiffHandle(const ReopenableFile& file) : source_(std::make_unique<Source>(Source{&file, 0, {}})) {
    const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
    if (!options) throw std::bad_alloc();
    // What libtiff itself must hold: directories and one compressed block, never more than the file.
    const std::uint64_t largest = std::min<std::uint64_t>(file.size(), std::uint64_t{1} << 30) + (1 << 20);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(largest));
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), note_error, source_.get());
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), drop_warning, nullptr);
    tiff_ = TIFFClientOpenExt("TIFF", "rm", source_.get(), read_some, refuse_write, seek, keep_open, size_of, nullptr,
                              nullptr, options.get());
    if (tiff_ == nullptr) throw FormatError(problem("not a TIFF"));
}

TiffHandle::~TiffHandle() {
    if (tiff_ != nullptr) TIFFClose(tiff_);
}

std::string TiffHandle::problem(const std::string& what) {
    std::string text = printable(source_->file->path().string()) + ": " + what;
    if (!source_->complaint.empty()) text += " (" + printable(source_->complaint) + ")";
    source_->complaint.clear();
    return text;
}

}  // namespace nightstack::io
