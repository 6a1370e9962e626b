// The page for the volunteer's phone: who may press what, and what a hostile visitor gets.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <set>
#include <thread>

#include "cli/kit_page.hpp"
#include "cli/page_server.hpp"

using namespace breakwatch;
using namespace std::chrono_literals;

namespace {

using Stage = KitView::Stage;

const std::string kToken = "0123456789abcdef0123456789abcdef";

// A kit behind a page: marks are counted.
struct Site {
    KitView seen{Stage::marking, "x", "text_post", 0, 10, 7, 40};
    std::vector<KitDeed> deeds;
    KitPage page{kToken, [this] { return seen; },
                 [this](KitDeed deed) {
                     deeds.push_back(deed);
                     if (deed == KitDeed::mark) ++seen.done;
                 }};

    PageReply get(const std::string& more = "") { return page.answer({"GET", target(more), ""}); }
    PageReply post(const std::string& body) { return page.answer({"POST", target(""), body}); }
    // What a browser would send for the first button of that kind on a page that it has.
    static std::string form(const PageReply& shown, const std::string& deed)
    {
        const std::string state = "name=\"state\" value=\"";
        const auto at = shown.body.find(state, shown.body.find("value=\"" + deed + "\""));
        const auto from = at + state.size();
        return "do=" + deed + "&state=" + shown.body.substr(from, shown.body.find('"', from) - from);
    }

  private:
    static const std::string& target(const std::string& more)
    {
        static std::string text;
        return text = "/" + kToken + "/" + more;
    }
};

bool shows(const PageReply& reply, const std::string& part)
{
    return reply.body.find(part) != std::string::npos;
}

// A client of a page's port, by hand.
class Client {
  public:
    explicit Client(const PageServer& server)
    {
        const auto where = server.where();
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where.substr(where.rfind(':') + 1))));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& text) const
    {
        (void)!::send(socket_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    // What came until the server closed; nothing: it had not within the time.
    std::optional<std::string> answer(PageServer& server, std::chrono::milliseconds within = 3s) const
    {
        std::string text;
        for (const auto until = std::chrono::steady_clock::now() + within; std::chrono::steady_clock::now() < until;) {
            server.poll_for(10ms);
            char some[4096];
            const auto count = ::recv(socket_, some, sizeof some, MSG_DONTWAIT);
            if (count > 0) text.append(some, static_cast<std::size_t>(count));
            if (count == 0 || (count < 0 && errno != EAGAIN)) return text;
        }
        return std::nullopt;
    }

  private:
    int socket_;
};

std::unique_ptr<PageServer> serve(Site& site, std::chrono::milliseconds step = 5s)
{
    auto server = PageServer::open(
        *parse_page_address("127.0.0.1:0"), [&site](const PageRequest& request) { return site.page.answer(request); },
        step);
    REQUIRE(server);
    return std::move(*server);
}

std::string request(const std::string& method, const std::string& target, const std::string& body = "")
{
    return method + " " + target + " HTTP/1.1\r\nHost: kit\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("who does not know the link gets nothing, whatever is asked")
{
    Site site;
    for (const auto* target : {"/", "", "*", "/0123456789abcdef0123456789abcdee/", "/0123456789abcdef0123456789abcdef",
                               "/0123456789ABCDEF0123456789ABCDEF/", "/0123456789abcdef0123456789abcdef/x",
                               "/?0123456789abcdef0123456789abcdef/", "//0123456789abcdef0123456789abcdef/",
                               "http://kit/0123456789abcdef0123456789abcdef/", "/favicon.ico"}) {
        for (const auto* method : {"GET", "POST", "DELETE"}) {
            const auto reply = site.page.answer({method, target, "do=mark&state=1"});
            CHECK(reply.status == 404);
            CHECK(reply.body.empty());
        }
    }
    CHECK(site.deeds.empty());
    CHECK(site.page.strangers() == 30);  // a browser asks for an icon by itself
}

TEST_CASE("a press marks, and a reload, a second tap or going back does not mark twice")
{
    Site site;
    const auto shown = site.get();
    CHECK(shown.status == 200);
    const auto form = Site::form(shown, "mark");
    const auto reply = site.post(form);
    CHECK(reply.status == 303);
    CHECK(reply.location == site.page.path());
    CHECK(reply.body.empty());
    for (int i = 0; i < 3; ++i) CHECK(site.post(form).location == site.page.path() + "?old");
    CHECK(site.seen.done == 1);
    CHECK(shows(site.get("?old"), "Pressed on an old page, and not counted"));
    const auto again = site.get();
    CHECK(shows(again, "1 / 10"));
    CHECK_FALSE(shows(again, "old page"));
    CHECK(site.post(Site::form(again, "mark")).location == site.page.path());
    CHECK(site.seen.done == 2);
    CHECK(site.post(Site::form(site.get(), "back")).location == site.page.path());
    CHECK(site.deeds == std::vector{KitDeed::mark, KitDeed::mark, KitDeed::take_back});
}

TEST_CASE("marks by key do not outdate the page, the session's end does")
{
    Site site;
    const auto shown = site.get();
    site.seen.done = 4;
    CHECK(site.post(Site::form(shown, "mark")).location == site.page.path());
    const auto next = site.get();
    site.seen.stage = Stage::between;
    CHECK(site.post(Site::form(next, "mark")).location == site.page.path() + "?old");
    CHECK(site.deeds.size() == 1);
    CHECK(shows(site.get(), "http-equiv=\"refresh\""));
    // The same stage of the next session is another one.
    site.seen.stage = Stage::marking;
    CHECK(site.post(Site::form(next, "mark")).location == site.page.path() + "?old");
    (void)site.get();
    CHECK(site.post(Site::form(next, "mark")).location == site.page.path() + "?old");
    CHECK(site.deeds.size() == 1);
}

TEST_CASE("a body that no form of ours sends does nothing")
{
    Site site;
    (void)site.get();
    for (const auto& body : std::vector<std::string>{"", "do=mark", "do=mark&state=", "do=mark&state=1 ",
                                                     "state=1&do=mark", "do=rm&state=1", "do=mark&state=1&do=end",
                                                     "do=mark&state=-1", "do=mark&state=18446744073709551617",
                                                     std::string("do=mark&state=1\0", 16), std::string(1024, '=')}) {
        const auto reply = site.post(body);
        CHECK((reply.status == 400 || reply.location.ends_with("?old")));
    }
    CHECK(site.deeds.empty());
    CHECK(site.page.answer({"PUT", site.page.path(), "do=mark&state=1"}).status == 405);
}

TEST_CASE("each stage offers what can be done in it, in both languages, with no script and nothing from elsewhere")
{
    Site site;
    struct Offer {
        Stage stage;
        std::set<std::string> forms;
    };
    for (const auto& offer :
         {Offer{Stage::waiting, {"begin"}}, Offer{Stage::marking, {"mark", "back", "end"}},
          Offer{Stage::browsing, {"end", "discard"}}, Offer{Stage::between, {}}, Offer{Stage::over, {}}}) {
        site.seen.stage = offer.stage;
        site.seen.label = offer.stage == Stage::browsing ? "browse_only" : "text_post";
        const auto shown = site.get();
        for (const auto* name : {"begin", "mark", "back", "end", "discard"})
            CHECK(shows(shown, "value=\"" + std::string(name) + "\"") == offer.forms.contains(name));
        for (const auto* never : {"<script", "src=", "href=", "http://", "https://", "onclick"})
            CHECK_FALSE(shows(shown, never));
        CHECK(shows(shown, "<style nonce=\"" + shown.style_nonce + "\">"));
    }
    site.seen.stage = Stage::marking;
    CHECK(shows(site.get(), "投稿しました<br>I have published it"));
    CHECK(shows(site.get(), "取り消す / take the last mark back"));
    CHECK(shows(site.get(), "終了 / end this session"));
    CHECK(site.get().style_nonce != site.get().style_nonce);
    site.seen.platform = "<b>&\"";
    CHECK(shows(site.get(), "&lt;b&gt;&amp;&quot;"));
}

TEST_CASE("a token has 128 bits of the kernel's, another one each time")
{
    std::set<std::string> tokens;
    for (int i = 0; i < 100; ++i) tokens.insert(random_token());
    CHECK(tokens.size() == 100);
    CHECK(tokens.begin()->size() == 32);
    CHECK(tokens.begin()->find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("the page comes by HTTP with headers that keep it to itself")
{
    Site site;
    const auto server = serve(site);
    const Client client(*server);
    client.send(request("GET", site.page.path()));
    const auto text = client.answer(*server).value();
    CHECK(text.starts_with("HTTP/1.1 200 OK\r\n"));
    for (const auto* header :
         {"Cache-Control: no-store\r\n", "Referrer-Policy: no-referrer\r\n", "Connection: close\r\n",
          "Content-Security-Policy: default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
          "form-action 'self'; style-src 'nonce-"})
        CHECK(text.find(header) != std::string::npos);
    CHECK(text.find("I have published it") != std::string::npos);
    const Client second(*server);
    const auto body = Site::form(site.get(), "mark");
    second.send(request("POST", site.page.path(), body));
    CHECK(second.answer(*server)->starts_with("HTTP/1.1 303 See Other\r\n"));
    CHECK(site.seen.done == 1);
    const Client head(*server);
    head.send(request("HEAD", site.page.path()));
    CHECK(head.answer(*server)->ends_with("\r\n\r\n"));
}

TEST_CASE("what is no request, or too large, is refused in its own connection, and the next one is served")
{
    Site site;
    const auto server = serve(site);
    const auto answered = [&](const std::string& sent) {
        const Client client(*server);
        client.send(sent);
        return client.answer(*server).value_or("(none)");
    };
    CHECK(answered(request("GET", "/guess/")).starts_with("HTTP/1.1 404 Not Found\r\n"));
    CHECK(
        answered(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15)).starts_with("HTTP/1.1 400 "));
    CHECK(answered(std::string(200, '\0')).starts_with("HTTP/1.1 400 "));
    CHECK(answered("GET / HTTP/9.9\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(answered("GET /" + std::string(6000, 'a') + " HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 4"));
    CHECK(answered("GET / HTTP/1.1\r\nX: " + std::string(6000, 'a') + "\r\n\r\n").starts_with("HTTP/1.1 431 "));
    CHECK(answered(request("POST", site.page.path(), std::string(1025, 'a'))).starts_with("HTTP/1.1 413 "));
    CHECK(answered("POST " + site.page.path() + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + "800\r\n" +
                   std::string(2048, 'a') + "\r\n0\r\n\r\n")
              .starts_with("HTTP/1.1 413 "));
    CHECK(answered("POST " + site.page.path() + " HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n")
              .starts_with("HTTP/1.1 4"));
    CHECK(answered(request("GET", site.page.path())).starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(site.deeds.empty());
}

TEST_CASE("a trickle of octets, and silence, are ended by the deadline of the whole request")
{
    Site site;
    const auto server = serve(site, 300ms);
    const Client silent(*server);
    const Client slow(*server);
    const auto begun = std::chrono::steady_clock::now();
    std::optional<std::string> end;
    while (!end && std::chrono::steady_clock::now() - begun < 5s) {
        slow.send("G");
        end = slow.answer(*server, 50ms);
    }
    CHECK(end == "");
    CHECK(std::chrono::steady_clock::now() - begun < 3s);
    CHECK(silent.answer(*server) == "");
}

TEST_CASE("hundreds of connections take no more than a piece of a look, and the volunteer comes through after them")
{
    Site site;
    const auto server = serve(site);
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < 300; ++i) {
        crowd.push_back(std::make_unique<Client>(*server));
        const auto begun = std::chrono::steady_clock::now();
        server->poll();
        CHECK(std::chrono::steady_clock::now() - begun < 2s);
    }
    const Client volunteer(*server);
    volunteer.send(request("GET", site.page.path()));
    CHECK(volunteer.answer(*server)->starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("an answer that throws costs its connection; a port in use is told, and ends with its page")
{
    int asked = 0;
    auto server = PageServer::open(
        *parse_page_address("127.0.0.1:0"),
        [&](const PageRequest&) -> PageReply {
            if (++asked == 1) throw std::runtime_error("no memory");
            return {};
        },
        5s);
    REQUIRE(server);
    const Client first(**server);
    first.send(request("GET", "/"));
    CHECK(first.answer(**server) == "");
    const Client second(**server);
    second.send(request("GET", "/"));
    CHECK(second.answer(**server)->starts_with("HTTP/1.1 404 "));
    const auto where = (*server)->where();
    const auto address = parse_page_address(where).value();
    const auto again = PageServer::open(address, [](const PageRequest&) { return PageReply{}; }, 5s);
    REQUIRE_FALSE(again);
    CHECK(again.error() == "--listen: " + where + ": Address already in use");
    const Client left(**server);
    server->reset();
    CHECK(PageServer::open(address, [](const PageRequest&) { return PageReply{}; }, 5s).has_value());
}
