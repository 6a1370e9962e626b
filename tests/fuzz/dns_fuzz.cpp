// A DNS message.
#include "decode/dns_message.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto message = decode_dns(Bytes(data, size));
    if (!message) return 0;
    promise(is_normal_name(message->question, kLongestDnsName), "a question is a normal name");
    promise(message->answers.size() <= kMostDnsAnswers, "answers are bounded");
    for (const auto& record : message->answers) {
        promise(is_normal_name(record.owner, kLongestDnsName) && is_normal_name(record.target, kLongestDnsName),
                "names are normal");
        promise(record.hints.size() <= 16, "hints are bounded");
        const bool address = record.type == dns_type::a || record.type == dns_type::aaaa;
        promise(address == (record.address.family != IpAddress::Family::none), "an address record has an address");
    }
    return 0;
}
