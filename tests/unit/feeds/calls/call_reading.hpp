// What a format makes of one record.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch::test {

inline CallStatements without_heartbeats(CallStatements statements)
{
    std::erase_if(statements, [](const auto& each) { return each.type == CallStatement::Type::heartbeat; });
    return statements;
}

template <typename Read>
CallStatements good(const Read& read, const std::string& record)
{
    const auto statements = read(record);
    INFO((statements ? std::string() : statements.error()));
    REQUIRE(statements);
    return without_heartbeats(*statements);
}

}  // namespace breakwatch::test
