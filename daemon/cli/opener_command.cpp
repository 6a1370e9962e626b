#include "cli/opener_command.hpp"

#include "cli/passphrase.hpp"
#include "cli/write_whole.hpp"
#include "report/plain_text.hpp"
#include "store/opener.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kShortestPassphrase = 12;

}  // namespace

Outcome run_opener_make(const OpenerMakeOptions& options)
{
    std::error_code error;
    if (std::filesystem::exists(options.output, error))
        return failed("-o: " + options.output.string() + " is there already; a key is never written over", tool_usage);
    const auto passphrase = read_passphrase(
        {.file = options.passphrase_file, .before = "", .prompt = "Passphrase for the new key", .twice = true});
    if (!passphrase) return failed(passphrase.error(), tool_usage);
    if (passphrase->size() < kShortestPassphrase)
        return failed("the passphrase has " + std::to_string(passphrase->size()) + " characters; expected at least " +
                          std::to_string(kShortestPassphrase) + ", such as five words drawn by lot",
                      tool_usage);
    const auto secret = OpenerSecret::make();
    if (const auto wrong = write_whole(options.output, secret.lock(*passphrase), 0600); !wrong.empty())
        return failed(wrong);
    return {tool_success, "  - {name: " + printable(options.name) + ", key: " + to_string(secret.key()) + "}\n",
            "This line goes under `openers:` of the sensor's configuration, and onto paper. " +
                options.output.string() +
                " and its passphrase are yours alone: copy both to a safe place; nobody can make them again.\n"};
}

}  // namespace breakwatch
