#include "alerts/transports/stream_connection.hpp"

#include <sys/un.h>

#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace breakwatch {

using boost::system::error_code;

void StreamConnection::open(const Addresses& addresses)
{
    if (where().path.size() >= sizeof(sockaddr_un::sun_path)) return opened(boost::asio::error::name_too_long);
    std::vector<ByteStream::Endpoint> targets;
    if (where().is_local()) targets.emplace_back(boost::asio::local::stream_protocol::endpoint(where().path));
    for (const auto& address : addresses) targets.emplace_back(boost::asio::ip::tcp::endpoint(address, where().port));
    stream_->connect(std::move(targets), in_request([this](error_code error) {
                         if (error) return opened(error);
                         watch();
                         greet();
                     }));
}

void StreamConnection::watch()
{
    stream_->read(room_, in_connection([this, before = connection()](error_code error, std::size_t size) {
                      if (error) return ended(error);
                      received({room_.data(), size});
                      if (connection() == before) watch();
                  }));
}

std::string StreamConnection::reason(error_code error) const
{
    auto words = stream_->reason(error);
    return words.empty() ? SyslogConnection::reason(error) : words;
}

}  // namespace breakwatch
