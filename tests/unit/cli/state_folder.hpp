// A state directory with one incident in it, and the tool as it is called.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "store/site_facts.hpp"
#include "store/store.hpp"
#include "unit/cli/told_case.hpp"

namespace breakwatch::test {

inline constexpr const char* kStaff = "agent-4711-suzuki";

class StateFolder {
  public:
    StateFolder()
    {
        char name[] = "/tmp/breakwatch-cli-XXXXXX";
        path_ = ::mkdtemp(name);
        key_ = std::make_shared<const IdentityKey>(IdentityKey::open_or_make(path_ / "identity.key").value());
    }
    ~StateFolder() { std::filesystem::remove_all(path_); }
    StateFolder(const StateFolder&) = delete;
    StateFolder& operator=(const StateFolder&) = delete;

    std::unique_ptr<Store> open() const { return open_store(path_, {"siem"}, key_).value(); }
    void fill() const
    {
        const auto store = open();
        CHECK(store->record(RecordIncident{incident(), StaffId{kStaff}}));
        CHECK(record_site_facts(path_, *told_case().site));
    }
    // Its subject is the pseudonym of kStaff under this folder's key.
    Incident incident() const
    {
        auto told = told_incident();
        told.subject = key_->pseudonym(StaffId{kStaff});
        return told;
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    std::shared_ptr<const IdentityKey> key_;
};

inline Outcome tool(const std::vector<std::string>& words)
{
    std::vector<const char*> arguments{"breakwatch"};
    for (const auto& word : words) arguments.push_back(word.c_str());
    return run_tool(static_cast<int>(arguments.size()), arguments.data());
}

inline bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

inline std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

inline const std::string kId = "bw-02ec275cdc7f3f35";

}  // namespace breakwatch::test
