// Call records over a Unix stream socket: several writers at once, one record a line. Main thread only.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "feeds/calls/core/call_intake.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallSocketSettings {
    CallIntakeSettings intake;
    std::string path;               // made with mode 0660; one left behind by a dead daemon is replaced
    std::size_t most_writers = 16;  // further ones are closed at once, and told
};

std::unique_ptr<Feed> make_call_socket(boost::asio::io_context& io, CallSocketSettings settings, CallFormat format,
                                       EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
