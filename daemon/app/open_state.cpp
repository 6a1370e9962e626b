#include "app/open_state.hpp"

#include <utility>

namespace breakwatch {

std::expected<OpenState, std::string> open_state(const std::filesystem::path& directory,
                                                 const std::vector<std::string>& sinks, std::vector<Opener> openers)
{
    auto lock = StoreLock::take(directory);
    if (!lock) return std::unexpected(lock.error());
    auto key = IdentityKey::open_or_make(directory / "identity.key");
    if (!key) return std::unexpected(key.error());
    auto signing = ChainKey::open_or_make(directory);
    if (!signing) return std::unexpected(signing.error());
    OpenState state{std::move(*lock), std::make_shared<const IdentityKey>(*key), signing->public_key().hex(), nullptr};
    auto store =
        open_store(directory, sinks, state.key, std::make_shared<const ChainKey>(*signing), std::move(openers));
    if (!store) return std::unexpected(store.error());
    state.store = std::move(*store);
    return state;
}

}  // namespace breakwatch
