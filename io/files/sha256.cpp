// SPDX-License-Identifier: MIT
#include "io/files/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

struct Sha256::Context {
    EVP_MD_CTX* md = EVP_MD_CTX_new();
    ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    if (EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr) != 1) throw IoError("SHA-256 is not available");
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::byte> bytes) {
    if (EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()) != 1) throw IoError("SHA-256 failed");
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_DigestFinal_ex(context_->md, digest.data(), &length) != 1) throw IoError("SHA-256 failed");
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += {kHex[digest[i] >> 4], kHex[digest[i] & 15]};
    return text;
}

std::string sha256_of_file(const std::filesystem::path& path, const std::stop_token& stop) {
    const File file(path);
    Sha256 sum;
    std::vector<std::byte> block(std::size_t{1} << 20);
    for (std::uint64_t at = 0; at < file.size();) {
        if (stop.stop_requested()) throw Interrupted();
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), file.size() - at));
        file.read_at(std::span(block).first(n), at);
        sum.add(std::span<const std::byte>(block).first(n));
        at += n;
    }
    return sum.hex();
}

}  // namespace nightstack::io
