// A store that signs, and what verification says of it.
#pragma once

#include <string>
#include <vector>

#include "unit/store/cases.hpp"

namespace breakwatch::test {

inline std::shared_ptr<const ChainKey> chain_key_of(const std::string& material = "a chain key for tests")
{
    return std::make_shared<const ChainKey>(ChainKey::from_material(material));
}

inline std::unique_ptr<Store> open_signing(const TemporaryFolder& folder,
                                           const std::string& material = "a chain key for tests")
{
    auto store = open_store(folder.path(), {"siem"}, key_of(), chain_key_of(material));
    REQUIRE_MESSAGE(store, (store ? "" : store.error()));
    return std::move(*store);
}

// The words that the SIEM has of the heads of all alerts it is owed.
inline std::string heads_at_siem(Store& store)
{
    std::string all;
    const auto owed = store.owed("siem", 10'000).value();
    for (const auto& alert : owed) {
        for (const auto& [name, value] : alert.fields) {
            if (name == "head") all += "<132>1 - - breakwatch - - [breakwatch@0 head=\"" + value + "\"]\n";
        }
    }
    return all;
}

inline Verification verify_with(const TemporaryFolder& folder, const std::string& outside = "",
                                std::optional<ChainPublicKey> key = std::nullopt)
{
    HeadFinder finder;
    finder.add(outside);
    VerifyAgainst against{.key = key, .heads = {}};
    if (!outside.empty()) against.heads = [&finder] { return finder.next(true); };
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    auto verification = file->verify(against);
    REQUIRE_MESSAGE(verification, (verification ? "" : verification.error()));
    return *verification;
}

// The first fault, "" none.
inline std::string first_wrong(const Verification& verification)
{
    return verification.wrong.empty() ? "" : verification.wrong.front();
}

}  // namespace breakwatch::test
