#include "feeds/calls/core/call_envelope.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "feeds/core/base64.hpp"
#include "feeds/core/gzip.hpp"
#include "feeds/core/json_reading.hpp"
#include "feeds/core/json_texts.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

const json::object* object_at(const json::object& object, std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* list_at(const json::object& object, std::string_view key)
{
    const auto* value = json_at(object, {key});
    return value == nullptr ? nullptr : value->if_array();
}

const json::string* text_at(const json::object& object, std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    return value == nullptr ? nullptr : value->if_string();
}

std::string_view view(const json::string& text)
{
    return {text.data(), text.size()};
}

class Opener {
  public:
    Opener(Envelopes envelopes, const TakeRecord& take, const EnvelopeLimits& limits)
        : envelopes_(envelopes), take_(take), limits_(limits)
    {}

    void open(const json::value& value, std::string_view text, std::size_t depth)
    {
        if (depth > limits_.depth)
            return refuse("envelopes within envelopes, more than " + std::to_string(limits_.depth));
        if (const auto* list = value.if_array()) return open_list(*list, depth);
        if (const auto* inner = value.if_string()) return open_text(view(*inner), depth);
        const auto* object = value.if_object();
        if (object == nullptr) return refuse("expected a JSON object");
        if (open_batch(*object, depth) || open_message(*object, depth) || open_event(*object, depth)) return;
        record(text.empty() ? json::serialize(*object) : std::string(text));
    }

  private:
    void refuse(std::string why) { take_(std::unexpected(std::move(why)), index_); }

    void record(const std::string& text)
    {
        if (text.size() > limits_.record)
            return refuse("longer than " + std::to_string(limits_.record / 1024) + " KiB");
        take_(std::string_view(text), index_);
    }

    void open_list(const json::array& list, std::size_t depth)
    {
        for (const auto& each : list) {
            if (++index_ > limits_.records) {
                if (index_ == limits_.records + 1)
                    refuse("more than " + std::to_string(limits_.records) + " records in a batch");
                return;
            }
            open(each, {}, depth + 1);
        }
    }

    // Of a service that hands on several at once. False: it is none.
    bool open_batch(const json::object& object, std::size_t depth)
    {
        for (const auto key : {"Records", "records", "Messages", "logEvents", "events"}) {
            if (const auto* list = list_at(object, key)) return open_list(*list, depth), true;
        }
        // Kafka: by topic.
        if (const auto* topics = object_at(object, {"records"})) {
            for (const auto& topic : *topics) open(topic.value(), {}, depth + 1);
            return true;
        }
        return text_at(object, {"messageType"}) != nullptr &&
               view(*text_at(object, {"messageType"})) == "CONTROL_MESSAGE";
    }

    // One message with its payload as a text.
    bool open_message(const json::object& object, std::size_t depth)
    {
        const auto type = json_text(object, {"Type"});
        if (type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation") {
            refuse("a subscription that waits for its confirmation; open its SubscribeURL in a browser");
            return true;
        }
        if (type == "Notification" && open_member(object, {"Message"}, depth)) return true;
        // SNS and SQS as Lambda and the service's own answers have them; a line of CloudWatch Logs.
        if (open_member(object, {"Sns", "Message"}, depth)) return true;
        if (object.contains("messageId") && open_member(object, {"body"}, depth)) return true;
        if (object.contains("MessageId") && open_member(object, {"Body"}, depth)) return true;
        if (object.contains("timestamp") && object.size() <= 4 && open_member(object, {"message"}, depth)) return true;
        // Kinesis, Firehose, CloudWatch Logs, Pub/Sub, Kafka, CloudEvents in binary.
        if (open_packed(object, {"kinesis", "data"}, depth) || open_packed(object, {"awslogs", "data"}, depth))
            return true;
        if (open_packed(object, {"message", "data"}, depth) || open_packed(object, {"data_base64"}, depth)) return true;
        if (object.contains("PartitionKey") && open_packed(object, {"Data"}, depth)) return true;
        if (object.contains("topic") && object.contains("offset") && open_packed(object, {"value"}, depth)) return true;
        const bool only = object.size() == 1 || object.contains("recordId");
        return only && open_packed(object, {"data"}, depth);
    }

    // What says of an event which kind it is.
    bool open_event(const json::object& object, std::size_t depth)
    {
        if (envelopes_ == Envelopes::keep_event) return false;
        const bool bridge = object.contains("detail-type");
        const bool cloud = object.contains("specversion") || object.contains("eventType");
        const auto* inner = object_at(object, {bridge ? "detail" : "data"});
        if (inner == nullptr || !(bridge || cloud)) return false;
        open(*json_at(object, {bridge ? "detail" : "data"}), {}, depth + 1);
        return true;
    }

    bool open_member(const json::object& object, std::initializer_list<std::string_view> path, std::size_t depth)
    {
        const auto* text = text_at(object, path);
        if (text == nullptr) return false;
        open_text(view(*text), depth + 1);
        return true;
    }

    bool open_packed(const json::object& object, std::initializer_list<std::string_view> path, std::size_t depth)
    {
        const auto* text = text_at(object, path);
        if (text == nullptr) return false;
        auto bytes = from_base64(view(*text));
        if (!bytes) return refuse("its data is no base64"), true;
        if (is_gzip(*bytes)) bytes = unzip(*bytes, limits_.unpacked);
        if (!bytes) return refuse("its data is packed, and broken or too large"), true;
        open_text(*bytes, depth + 1);
        return true;
    }

    void open_text(std::string_view text, std::size_t depth)
    {
        if (depth > limits_.depth)
            return refuse("envelopes within envelopes, more than " + std::to_string(limits_.depth));
        std::size_t found = 0;
        const auto take = [&](const JsonTexts::Text& each) {
            ++found;
            if (each.value == nullptr) return refuse(std::string(each.wrong));
            open(*each.value, each.text, depth + 1);
        };
        JsonTexts texts(limits_.unpacked);
        texts.feed(text, take);
        texts.finish(take);
        if (found == 0) refuse("an empty message");
    }

    Envelopes envelopes_;
    const TakeRecord& take_;
    const EnvelopeLimits& limits_;
    std::size_t index_ = 0;
};

}  // namespace

void open_envelope(const json::value& value, std::string_view text, Envelopes envelopes, const TakeRecord& take,
                   const EnvelopeLimits& limits)
{
    Opener(envelopes, take, limits).open(value, text, 0);
}

}  // namespace breakwatch
