// SPDX-License-Identifier: MIT
// The small family of exceptions for "cannot do what was asked". The text says what, where and
// which number. Caught only at four edges: per-frame wrapper of a run, device session loop, the
// main of a tool, a test. Our own bugs are asserts; an ordinary "no" is a value (see verdict.h).
#pragma once

#include <stdexcept>
#include <string>

namespace nightstack {

class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Bytes that are not what they claim to be: a broken FITS header, a short file, absurd axes.
class FormatError : public Error {
public:
    using Error::Error;
};

// Bytes that began well and then end too early, fail their checksum or cannot be decoded.
class DamagedError : public FormatError {
public:
    using FormatError::FormatError;
};

// The operating system said no. `code()` is the errno of the failing call, 0 if there was none.
class IoError : public Error {
public:
    explicit IoError(const std::string& text, int code = 0) : Error(text), code_(code) {}
    int code() const { return code_; }
    bool disk_full() const;

private:
    int code_;
};

// A scope, mount or broker refused, went silent or broke its protocol.
class DeviceError : public Error {
public:
    using Error::Error;
};

// An option or a combination of inputs that cannot work; the text names the option or field.
class OptionError : public Error {
public:
    using Error::Error;
};

// The user (or a signal) asked to stop; everything begun was put away cleanly.
class Interrupted : public Error {
public:
    Interrupted() : Error("interrupted") {}
};

}  // namespace nightstack
