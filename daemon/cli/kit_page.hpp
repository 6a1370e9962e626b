// The page for the volunteer's phone: what it shows, and what pressing its buttons does. No socket here
// (page_server.hpp). Who knows the link may press; nothing on it says whom it is about.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace breakwatch {

struct KitView {
    enum class Stage : std::uint8_t { waiting, marking, browsing, between, over };
    Stage stage = Stage::waiting;
    std::string platform;
    std::string label;     // of the session that is on, or comes next
    std::size_t done = 0;  // marks or minutes of this session
    std::size_t of = 0;
    std::size_t done_in_all = 0;
    std::size_t of_all = 0;
};

enum class KitDeed : std::uint8_t { begin, mark, take_back, end, discard };

struct PageRequest {
    std::string_view method;
    std::string_view target;
    std::string_view body;
};

struct PageReply {
    unsigned status = 404;
    std::string location;  // of a redirection
    std::string body;
    std::string style_nonce;
};

class KitPage {
  public:
    // `token`: the part of the address that only the volunteer knows. `act` does what was pressed; `view` tells what is
    // to be seen then.
    KitPage(std::string token, std::function<KitView()> view, std::function<void(KitDeed)> act);

    PageReply answer(const PageRequest& request);
    std::string path() const { return "/" + token_ + "/"; }
    // Requests that knew nothing of the link.
    std::uint64_t strangers() const { return strangers_; }

  private:
    PageReply post(std::string_view body);
    PageReply show(bool too_old);

    std::string token_;
    std::function<KitView()> view_;
    std::function<void(KitDeed)> act_;
    // Rises with all that was pressed: a form that was sent twice, or from an old page, carries an earlier one.
    std::uint64_t state_ = 1;
    KitView::Stage stage_ = KitView::Stage::waiting;
    std::uint64_t strangers_ = 0;
};

// 128 random bits of the kernel's, as 32 hexadecimal digits.
std::string random_token();

}  // namespace breakwatch
