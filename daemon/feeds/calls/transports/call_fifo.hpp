// Call records written into a named pipe, by any number of writers that come and go. Main thread only.
#pragma once

#include <memory>
#include <string>

#include "feeds/calls/core/call_intake.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallFifoSettings {
    CallIntakeSettings intake;
    std::string path;  // made with mode 0660 where there is none
};

std::unique_ptr<Feed> make_call_fifo(boost::asio::io_context& io, CallFifoSettings settings, CallFormat format,
                                     EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
