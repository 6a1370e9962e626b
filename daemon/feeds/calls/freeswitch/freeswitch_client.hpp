// Calls from a FreeSWITCH by its event socket (mod_event_socket): authenticates, asks how the agents stand, and
// listens for callcenter::info. A lost connection is made again, and what happened meanwhile is made good.
#pragma once

#include <memory>
#include <string>

#include "feeds/calls/core/call_client.hpp"

namespace breakwatch {

std::unique_ptr<Feed> make_freeswitch_client(boost::asio::io_context& io, const CallClientSettings& settings,
                                             EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
