// A labelled capture of the lab: its exchanges, by the same sensor as in the field, and what the
// people really did.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "policy/activity/exchange.hpp"

namespace breakwatch {

struct LabAction {
    MacAddress mac;
    std::string platform;
    std::string action;
    std::string transport;
    std::string client;
    std::string host;  // of the publish call, for a post
    bool is_post = false;
    Timestamp start;
    Timestamp end;
    Timestamp publish;  // the server saw the publish call begin; meaningful for posts only
};

struct LabSession {
    std::string name;
    std::vector<LabAction> actions;
    std::vector<Exchange> exchanges;  // in the order the sensor told them
    // Of the recorded session of which this is a variation: the same people, with sizes, waits and what follows drawn
    // anew. It is learned from wherever its origin may be, and never judged. Empty: recorded itself.
    std::string origin = {};
    std::string folder = {};     // as it was named when it was read
    std::string complaint = {};  // what is wrong with the capture; empty: nothing
};

// JSON lines, of which client_mac, platform, t_start, t_end and for posts is_post and t_publish are needed. The error
// names file, line and what was expected.
std::expected<std::vector<LabAction>, std::string> read_labels(const std::filesystem::path& file);
std::expected<LabSession, std::string> read_session(const std::filesystem::path& capture,
                                                    const PlatformCatalog& catalog);
// All captures of a folder that have labels, by name.
std::expected<std::vector<LabSession>, std::string> read_lab(const std::filesystem::path& folder,
                                                             const PlatformCatalog& catalog);
// Of several folders, in their order. A session of a later one that is named like one of an earlier, a dash and more,
// is its variation. The seed case ships as a proof and is never one of the lessons.
std::expected<std::vector<LabSession>, std::string> read_labs(const std::vector<std::string>& folders,
                                                              const PlatformCatalog& catalog);

}  // namespace breakwatch
