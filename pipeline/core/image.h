// SPDX-License-Identifier: MIT
// Pixels: who owns them and who only looks. `Image` owns one plane and moves; `ImageView` never
// owns and is never stored in long-lived objects. A colour picture is three planes, not interleaved.
// Neither type locks: one writer or many readers at a time.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "pipeline/core/aligned_memory.h"
#include "pipeline/core/geometry.h"

namespace nightstack {

// A window on pixels somebody else owns. `stride` is in elements. Hot loops take `row_data(y)`.
template <class T>
class ImageView {
public:
    ImageView() = default;
    ImageView(T* data, int width, int height, std::ptrdiff_t stride)
        : data_(data), width_(width), height_(height), stride_(stride) {
        assert(width >= 0 && height >= 0 && (stride >= width || height <= 1));
    }
    // Writable converts to read-only, never back.
    template <class U>
    requires(std::is_same_v<const U, T> && !std::is_same_v<U, T>)
        ImageView(const ImageView<U>& other)  // NOLINT(google-explicit-constructor): one-way widening
        : ImageView(other.data(), other.width(), other.height(), other.stride()) {}

    T* data() const { return data_; }
    int width() const { return width_; }
    int height() const { return height_; }
    std::ptrdiff_t stride() const { return stride_; }
    bool empty() const { return width_ == 0 || height_ == 0; }
    Rect bounds() const { return {0, 0, width_, height_}; }
    bool same_size(int width, int height) const { return width_ == width && height_ == height; }

    T* row_data(int y) const {
        assert(y >= 0 && y < height_);
        return data_ + y * stride_;
    }
    std::span<T> row(int y) const { return {row_data(y), static_cast<std::size_t>(width_)}; }
    T& operator()(int x, int y) const {
        assert(x >= 0 && x < width_);
        return row_data(y)[x];
    }
    ImageView cropped(const Rect& r) const {
        assert(bounds().contains(r));
        return {data_ + r.y * stride_ + r.x, r.width, r.height, stride_};
    }

private:
    T* data_ = nullptr;
    int width_ = 0;
    int height_ = 0;
    std::ptrdiff_t stride_ = 0;
};

// Owns one plane; rows start at 64-byte boundaries and are padded to a multiple of 64 bytes, large
// planes ask for huge pages. Fresh pixels are zero. Copying is a named act: `clone()`.
template <class T>
class Image {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    Image() = default;
    // Throws std::bad_alloc; asserts that the sizes are not negative.
    Image(int width, int height) : width_(width), height_(height) {
        assert(width >= 0 && height >= 0);
        constexpr std::size_t lane = 64 / sizeof(T);
        stride_ = static_cast<std::ptrdiff_t>((static_cast<std::size_t>(width) + lane - 1) / lane * lane);
        memory_ = AlignedMemory(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height) * sizeof(T));
    }
    Image(Image&& other) noexcept { swap(other); }
    Image& operator=(Image&& other) noexcept {
        Image moved(std::move(other));
        swap(moved);
        return *this;
    }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    Image clone() const {
        Image copy(width_, height_);
        if (copy.memory_.size() != 0) std::memcpy(copy.memory_.data(), memory_.data(), copy.memory_.size());
        return copy;
    }
    // Makes the size fit; keeps the memory when it is large enough (then the pixels are left as
    // they were, not zeroed). For buffers that live through many frames.
    void reshape(int width, int height) {
        if (width == width_ && height == height_) return;
        constexpr std::size_t lane = 64 / sizeof(T);
        const std::size_t stride = (static_cast<std::size_t>(width) + lane - 1) / lane * lane;
        if (stride * static_cast<std::size_t>(height) * sizeof(T) > memory_.size()) {
            *this = Image(width, height);
            return;
        }
        width_ = width;
        height_ = height;
        stride_ = static_cast<std::ptrdiff_t>(stride);
    }

    int width() const { return width_; }
    int height() const { return height_; }
    bool empty() const { return width_ == 0 || height_ == 0; }
    ImageView<T> view() { return {data(), width_, height_, stride_}; }
    ImageView<const T> view() const { return {data(), width_, height_, stride_}; }
    ImageView<const T> cview() const { return view(); }

private:
    T* data() const { return static_cast<T*>(memory_.data()); }
    void swap(Image& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(width_, other.width_);
        std::swap(height_, other.height_);
        std::swap(stride_, other.stride_);
    }
    AlignedMemory memory_;
    int width_ = 0;
    int height_ = 0;
    std::ptrdiff_t stride_ = 0;
};

}  // namespace nightstack
