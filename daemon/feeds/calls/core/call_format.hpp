// A format in which a call system tells its records, and how these are told apart in what it sends.
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "feeds/calls/core/call_envelope.hpp"
#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

struct CallFormat {
    // Reads one record; empty: understood, and nothing to tell. The error is in words for the operator and
    // never holds a value of the record. It may keep what it needs between records (an open call), within a
    // bound of its own.
    using Read = std::function<std::expected<CallStatements, std::string>(std::string_view)>;
    enum class Framing : std::uint8_t { lines, json };

    CallFormat() = default;
    // A record a line.
    template <typename Function>
        requires(!std::same_as<std::decay_t<Function>, CallFormat>) && std::convertible_to<Function, Read>
    // NOLINTNEXTLINE(google-explicit-constructor): whatever reads a line is a format
    CallFormat(Function&& function) : read(std::forward<Function>(function))
    {}
    // JSON values, in whatever envelopes they come.
    static CallFormat json(Read read, Envelopes envelopes = Envelopes::all)
    {
        CallFormat format(std::move(read));
        format.framing = Framing::json;
        format.envelopes = envelopes;
        return format;
    }

    std::expected<CallStatements, std::string> operator()(std::string_view record) const { return read(record); }

    Read read;
    Framing framing = Framing::lines;
    Envelopes envelopes = Envelopes::all;
};

}  // namespace breakwatch
