// What the store's tests have in common: a key, incidents, and a look at the database from outside.
#pragma once

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch::test {

inline std::shared_ptr<const IdentityKey> key_of(const std::string& material = "a key for tests")
{
    return std::make_shared<const IdentityKey>(IdentityKey::from_material(material));
}

inline Timestamp hour(int hours)
{
    return Timestamp{std::chrono::hours{500'000 + hours}};
}

inline RecordIncident incident(const std::string& id, std::uint32_t revision = 1, Timestamp raised = hour(0))
{
    RecordIncident effect;
    effect.staff = StaffId{"s1001"};
    effect.incident.id = id;
    effect.incident.rule = "post-after-call";
    effect.incident.revision = revision;
    effect.incident.raised_at = raised;
    effect.incident.subject = key_of()->pseudonym(effect.staff);
    effect.incident.platform = "x";
    effect.incident.finding_count = revision;
    effect.incident.call = {
        .source = "acd", .id = "7", .queue = "billing", .answered = {}, .ended = {}, .ended_by = ""};
    return effect;
}

inline ReportHealth health(const std::string& text, Timestamp at = hour(0))
{
    return {"BW-3001", Severity::error, "calls:acd", text, at};
}

inline std::unique_ptr<Store> open_in(const TemporaryFolder& folder, std::vector<std::string> sinks = {"siem"},
                                      const std::string& material = "a key for tests")
{
    auto store = open_store(folder.path(), std::move(sinks), key_of(material));
    REQUIRE_MESSAGE(store, (store ? "" : store.error()));
    return std::move(*store);
}

// While it lives no file of this process grows past `octets`: what a full disk is, without one.
class SmallFiles {
  public:
    explicit SmallFiles(rlim_t octets)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{octets, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallFiles() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;

  private:
    rlimit before_{};
};

// Someone with the file in hand: runs SQL, gives the first value of the first row as text.
inline std::string sql(const std::filesystem::path& file, const std::string& text)
{
    sqlite3* handle = nullptr;
    std::string first;
    bool got = false;
    const auto take = [&](int columns, char** values) {
        if (!got && columns > 0 && values[0] != nullptr) first = values[0];
        got = true;
    };
    const auto row = [](void* self, int columns, char** values, char**) {
        (*static_cast<decltype(take)*>(self))(columns, values);
        return 0;
    };
    char* wrong = nullptr;
    const bool opened = sqlite3_open(file.c_str(), &handle) == SQLITE_OK;
    auto* const self = const_cast<void*>(static_cast<const void*>(&take));
    const bool ran = opened && sqlite3_exec(handle, text.c_str(), row, self, &wrong) == SQLITE_OK;
    const std::string why = wrong != nullptr ? wrong : "";
    sqlite3_free(wrong);
    sqlite3_close(handle);
    if (!ran) throw std::runtime_error(text + ": " + why);
    return first;
}

}  // namespace breakwatch::test
