// A very small HTTP server for one page (kit_page.hpp), on the thread of whoever polls it: between two looks at the
// network. What comes from outside costs a bounded piece of work a poll, and its errors end a connection at most.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cli/kit_page.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct PageAddress {
    IpAddress address;
    std::uint16_t port = 0;  // 0: any
};

// "10.0.0.5:8080" or "[fd00::5]:8080": one address of this machine, not all of them. The error says what was expected.
std::expected<PageAddress, std::string> parse_page_address(const std::string& text);

class PageServer {
  public:
    using Answer = std::function<PageReply(const PageRequest&)>;

    static constexpr std::size_t kMostConnections = 16;
    static constexpr std::size_t kMostOfAPeer = 8;
    static constexpr std::size_t kLargestHeader = 4096;
    static constexpr std::size_t kLargestBody = 1024;

    // `step`: what a request, or an answer, may take. The error: the address or port cannot be had.
    static std::expected<std::unique_ptr<PageServer>, std::string> open(const PageAddress& address, Answer answer,
                                                                        std::chrono::milliseconds step);
    ~PageServer();
    PageServer(const PageServer&) = delete;
    PageServer& operator=(const PageServer&) = delete;

    // What is ready now, and no more than a piece of it; never waits, never throws.
    void poll() noexcept;
    // The same, waiting so long at most for something to come.
    void poll_for(std::chrono::milliseconds time) noexcept;
    // "10.0.0.5:8080", with the port that was given.
    std::string where() const;

  private:
    class Impl;
    explicit PageServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
