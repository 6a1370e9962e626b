#include "feeds/calls/core/call_journal.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// A record: length of the sealed text (4 octets, big-endian), nonce, sealed text, tag.
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kHead = 4 + kNonce;
constexpr std::size_t kLargestRecord = 16UL * 1024 * 1024;

using Bytes = std::vector<unsigned char>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

std::string why(const std::filesystem::path& file)
{
    return file.string() + ": " + std::strerror(errno);
}

std::string to_text(const CallStatements& statements)
{
    json::array all;
    for (const auto& each : statements) {
        json::object object{{"type", static_cast<int>(each.type)},
                            {"at", each.at.time_since_epoch().count()},
                            {"agent", each.agents.front()},
                            {"id", each.id},
                            {"queue", each.queue},
                            {"ended_by", each.ended_by},
                            {"reason", static_cast<int>(each.reason)},
                            {"source", each.source}};
        if (each.talk) object["talk"] = each.talk->count();
        if (each.channel != Channel::voice) object["channel"] = name(each.channel);
        if (each.instead_of) object["instead_of"] = each.instead_of->time_since_epoch().count();
        if (each.hold) object["hold"] = each.hold->count();
        if (each.wrap_up) object["wrap_up"] = each.wrap_up->count();
        all.push_back(std::move(object));
    }
    return json::serialize(all);
}

std::optional<std::int64_t> integer_of(const json::object& object, std::string_view key)
{
    const auto* value = json_at(object, {key});
    return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

std::string text_of(const json::object& object, std::string_view key)
{
    const auto* value = json_at(object, {key});
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

CallStatements from_text(std::string_view text)
{
    boost::system::error_code error;
    const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
    CallStatements statements;
    if (error || !parsed.is_array()) return statements;
    for (const auto& value : parsed.get_array()) {
        const auto* object = value.if_object();
        if (object == nullptr) continue;
        CallStatement each;
        each.type = static_cast<CallStatement::Type>(integer_of(*object, "type").value_or(0));
        each.at = Timestamp(Duration(integer_of(*object, "at").value_or(0)));
        each.agents = {text_of(*object, "agent")};
        each.id = text_of(*object, "id");
        each.queue = text_of(*object, "queue");
        each.ended_by = text_of(*object, "ended_by");
        each.reason = static_cast<AgentStateEvent::Reason>(integer_of(*object, "reason").value_or(0));
        each.source = text_of(*object, "source");
        if (const auto talk = integer_of(*object, "talk")) each.talk = Duration(*talk);
        each.channel = channel_of(text_of(*object, "channel")).value_or(Channel::voice);
        if (const auto wrong = integer_of(*object, "instead_of")) each.instead_of = Timestamp(Duration(*wrong));
        if (const auto hold = integer_of(*object, "hold")) each.hold = Duration(*hold);
        if (const auto wrap_up = integer_of(*object, "wrap_up")) each.wrap_up = Duration(*wrap_up);
        statements.push_back(std::move(each));
    }
    return statements;
}

template <typename Key>
std::optional<Bytes> seal(const Key& key, std::string_view text)
{
    Bytes record(kHead + text.size() + kTag);
    const auto size = static_cast<std::uint32_t>(text.size());
    for (unsigned i = 0; i < 4; ++i) record[i] = static_cast<unsigned char>(size >> (24U - 8U * i));
    auto* nonce = record.data() + 4;
    auto* sealed = record.data() + kHead;
    if (RAND_bytes(nonce, kNonce) != 1) return std::nullopt;
    const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    int done = 0;
    int rest = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to unsigned char, both byte types
    const auto* plain = reinterpret_cast<const unsigned char*>(text.data());
    const bool good = EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce) == 1 &&
                      EVP_EncryptUpdate(cipher.get(), sealed, &done, plain, static_cast<int>(text.size())) == 1 &&
                      EVP_EncryptFinal_ex(cipher.get(), sealed + done, &rest) == 1 &&
                      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, sealed + text.size()) == 1;
    return good ? std::optional(std::move(record)) : std::nullopt;
}

// The text of the record that begins these bytes, and its size in them; none: half, or not sealed by this key.
template <typename Key>
std::optional<std::string> unseal(const Key& key, std::string_view bytes, std::size_t& record_size)
{
    if (bytes.size() < kHead + kTag) return std::nullopt;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to unsigned char, both byte types
    const auto* record = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t size = 0;
    for (unsigned i = 0; i < 4; ++i) size = size << 8U | record[i];
    if (size > kLargestRecord || bytes.size() < kHead + size + kTag) return std::nullopt;
    Bytes plain(size + 1);
    std::array<unsigned char, kTag> tag{};
    std::memcpy(tag.data(), record + kHead + size, kTag);
    const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    int done = 0;
    int rest = 0;
    const bool good =
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), record + 4) == 1 &&
        EVP_DecryptUpdate(cipher.get(), plain.data(), &done, record + kHead, static_cast<int>(size)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), plain.data() + done, &rest) == 1;
    if (!good) return std::nullopt;
    record_size = kHead + size + kTag;
    return std::string(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace

CallJournal::~CallJournal()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::expected<void, std::string> CallJournal::open_key()
{
    const auto file = file_.string() + ".key";
    int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        const auto got = ::read(descriptor, key_.data(), key_.size());
        ::close(descriptor);
        if (got == static_cast<ssize_t>(key_.size())) return {};
        return std::unexpected(file + ": expected a key of 32 octets");
    }
    if (errno != ENOENT || RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        return std::unexpected(why(file));
    descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return std::unexpected(why(file));
    const bool kept =
        ::write(descriptor, key_.data(), key_.size()) == static_cast<ssize_t>(key_.size()) && ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!kept) return std::unexpected(why(file));
    return {};
}

std::expected<void, std::string> CallJournal::open_file()
{
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return std::unexpected(why(file_));
    // The name itself must outlast a crash.
    const auto folder = ::open(file_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool kept = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) ::close(folder);
    if (!kept) return std::unexpected(why(file_.parent_path()));
    return {};
}

std::size_t CallJournal::read(const std::filesystem::path& file, const std::function<void(const CallStatements&)>& take,
                              std::size_t& whole)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    const auto bytes = content.str();
    std::size_t records = 0;
    whole = 0;
    while (whole < bytes.size()) {
        std::size_t size = 0;
        const auto text = unseal(key_, std::string_view(bytes).substr(whole), size);
        if (!text) break;
        whole += size;
        ++records;
        const auto statements = from_text(*text);
        if (begun_ == Timestamp{} && !statements.empty()) begun_ = statements.front().at;
        take(statements);
    }
    cut_ += bytes.size() - whole;
    return records;
}

std::expected<std::size_t, std::string> CallJournal::open(const std::function<void(const CallStatements&)>& take)
{
    if (const auto key = open_key(); !key) return std::unexpected(key.error());
    std::size_t whole = 0;
    auto records = read(file_.string() + ".old", take, whole);
    begun_ = Timestamp{};
    records += read(file_, take, whole);
    if (const auto opened = open_file(); !opened) return std::unexpected(opened.error());
    if (::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0) return std::unexpected(why(file_));
    size_ = whole;
    return records;
}

std::expected<void, std::string> CallJournal::take_turns(Timestamp now)
{
    if (begun_ == Timestamp{}) begun_ = now;
    if (now - begun_ < kTurn) return {};
    std::error_code error;
    std::filesystem::rename(file_, file_.string() + ".old", error);
    if (error) return std::unexpected(file_.string() + ": " + error.message());
    ::close(std::exchange(descriptor_, -1));
    size_ = 0;
    if (const auto opened = open_file(); !opened) return opened;
    begun_ = now;
    return {};
}

std::expected<void, std::string> CallJournal::append(const CallStatements& statements, Timestamp now)
{
    if (statements.empty()) return {};
    if (descriptor_ < 0) {
        if (const auto opened = open_file(); !opened) return opened;
        if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) return std::unexpected(why(file_));
    }
    if (const auto turned = take_turns(now); !turned) return turned;
    const auto record = seal(key_, to_text(statements));
    if (!record) return std::unexpected(file_.string() + ": cannot be sealed");
    if (record->size() > kLargestRecord || size_ + record->size() > kLargest)
        return std::unexpected(file_.string() + ": full");
    errno = 0;
    const auto written = ::write(descriptor_, record->data(), record->size());
    if (written != static_cast<ssize_t>(record->size()) || ::fdatasync(descriptor_) != 0) {
        const auto reason = written >= 0 && errno == 0 ? file_.string() + ": written in part" : why(file_);
        // Half a record would hide those after it.
        if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
            ::close(descriptor_);
            descriptor_ = -1;
        }
        return std::unexpected(reason);
    }
    size_ += record->size();
    return {};
}

}  // namespace breakwatch
