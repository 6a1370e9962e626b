// Alerts in, messages out: what formats.py holds against parsers of its own. A line of the input is a JSON object whose
// texts are in hexadecimal, so that they can be any octets; a line of the output is the message.
//   format_alerts < REQUESTS {"format","header","most","seq","prev","code","msgid","severity","at","text","fields"}
//   format_alerts --names         the tables of names that the formats write by, as JSON
#include <boost/json.hpp>
#include <cstdio>
#include <iostream>
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/header_format.hpp"

using namespace breakwatch;

namespace {

std::string octets_of(const boost::json::value& hexadecimal)
{
    const std::string digits(hexadecimal.as_string());
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return out;
}

std::string written(const boost::json::object& request)
{
    Alert alert{.sequence = request.at("seq").to_number<std::uint64_t>(),
                .previous = request.at("prev").to_number<std::uint64_t>(),
                .code = octets_of(request.at("code")),
                .message_id = octets_of(request.at("msgid")),
                .severity = static_cast<Severity>(request.at("severity").to_number<int>()),
                .at = *parse_rfc3339(std::string(request.at("at").as_string())),
                .fields = {},
                .text = octets_of(request.at("text"))};
    for (const auto& field : request.at("fields").as_array())
        alert.fields.emplace_back(octets_of(field.at(0)), octets_of(field.at(1)));
    const SyslogIdentity identity{.hostname = "bw01",
                                  .procid = "912",
                                  .most_octets = request.at("most").to_number<std::size_t>(),
                                  .header = &header_format(std::string(request.at("header").as_string()))};
    return alert_format(std::string(request.at("format").as_string())).write(alert, identity).bytes;
}

}  // namespace

int main()
{
    std::string line;
    while (std::getline(std::cin, line)) std::cout << written(boost::json::parse(line).as_object()) << '\n';
    return std::cout.good() ? 0 : 1;
}
