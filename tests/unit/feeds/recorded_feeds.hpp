// Recordings of real servers (data/README) and the bindings that were true while they were made.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>
#include <boost/json.hpp>

#include "policy/identity/binding_table.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

inline std::string data_path(const std::string& name)
{
    const char* source = std::getenv("BREAKWATCH_SOURCE");
    return std::string(source == nullptr ? "." : source) + "/tests/unit/feeds/data/" + name;
}

inline std::string read_file(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<boost::json::object> read_jsonl(const std::string& name)
{
    std::istringstream lines(read_file(data_path(name)));
    std::vector<boost::json::object> rows;
    for (std::string line; std::getline(lines, line);) rows.push_back(boost::json::parse(line).as_object());
    return rows;
}

inline std::string text(const boost::json::object& row, const char* key)
{
    const auto* value = row.if_contains(key);
    return value == nullptr || value->is_null() ? std::string{} : std::string(value->as_string());
}

inline Timestamp time(const boost::json::object& row, const char* key)
{
    return parse_rfc3339(text(row, key)).value();
}

// A folder of one test, gone after it.
struct ScratchFolder {
    std::filesystem::path path;

    ScratchFolder()
    {
        auto name = (std::filesystem::temp_directory_path() / "breakwatch-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
        path = name;
    }
    ~ScratchFolder() { std::filesystem::remove_all(path); }
    std::string file(const std::string& name) const { return (path / name).string(); }
};

inline void write_file(const std::string& path, const std::string& content, std::ios::openmode mode = std::ios::trunc)
{
    std::ofstream out(path, std::ios::binary | mode);
    out << content;
}

// The six people of the recordings, with every MAC that was theirs.
inline Enrolment recorded_staff()
{
    const std::vector<std::vector<std::string>> people{{"s1001", "02:1a:10:00:10:01"},
                                                       {"s1002", "02:1a:10:00:10:02"},
                                                       {"s1003", "02:1a:10:00:10:03", "5a:3c:91:7e:02:1b"},
                                                       {"s1004", "02:1a:10:00:10:04"},
                                                       {"s1005", "02:1a:10:00:10:05", "02:1a:10:00:20:05"},
                                                       {"s1006", "02:1a:10:00:10:06"}};
    std::vector<EnrolledPerson> enrolled;
    for (const auto& [staff, macs] : [&] {
             std::vector<std::pair<std::string, std::vector<MacAddress>>> rows;
             for (const auto& row : people) {
                 rows.push_back({row.front(), {}});
                 for (std::size_t i = 1; i < row.size(); ++i) rows.back().second.push_back(mac(row[i]));
             }
             return rows;
         }()) {
        EnrolledPerson person;
        person.staff = {staff};
        person.macs = macs;
        person.notice = at("00:00") - std::chrono::hours{24};
        enrolled.push_back(person);
    }
    return Enrolment(enrolled);
}

inline std::string describe(const Binding& binding)
{
    return binding.staff.value + " " + to_string(binding.mac) + " " + to_string(binding.ip) + " " +
           to_rfc3339(binding.from) + ".." + (binding.to ? to_rfc3339(*binding.to) : "") + " " + binding.zone;
}

inline bool near(Timestamp a, Timestamp b, Duration tolerance)
{
    return a - b <= tolerance && b - a <= tolerance;
}

}  // namespace breakwatch::test
