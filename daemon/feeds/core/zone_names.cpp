#include "feeds/core/zone_names.hpp"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace breakwatch {

namespace {

struct DisplayName {
    std::string_view shown;  // behind "(UTC+09:00) "
    std::string_view windows;
};

// As Windows and Exchange show their zones in English, for each whose name cannot be told from it.
constexpr std::array kDisplayNames{
    DisplayName{"International Date Line West", "Dateline Standard Time"},
    DisplayName{"Coordinated Universal Time-11", "UTC-11"},
    DisplayName{"Coordinated Universal Time-09", "UTC-09"},
    DisplayName{"Coordinated Universal Time-08", "UTC-08"},
    DisplayName{"Coordinated Universal Time-02", "UTC-02"},
    DisplayName{"Coordinated Universal Time+12", "UTC+12"},
    DisplayName{"Coordinated Universal Time+13", "UTC+13"},
    DisplayName{"Coordinated Universal Time", "UTC"},
    DisplayName{"Aleutian Islands", "Aleutian Standard Time"},
    DisplayName{"Hawaii", "Hawaiian Standard Time"},
    DisplayName{"Marquesas Islands", "Marquesas Standard Time"},
    DisplayName{"Alaska", "Alaskan Standard Time"},
    DisplayName{"Baja California", "Pacific Standard Time (Mexico)"},
    DisplayName{"Pacific Time (US & Canada)", "Pacific Standard Time"},
    DisplayName{"Arizona", "US Mountain Standard Time"},
    DisplayName{"Chihuahua, La Paz, Mazatlan", "Mountain Standard Time (Mexico)"},
    DisplayName{"La Paz, Mazatlan", "Mountain Standard Time (Mexico)"},
    DisplayName{"Mountain Time (US & Canada)", "Mountain Standard Time"},
    DisplayName{"Yukon", "Yukon Standard Time"},
    DisplayName{"Central America", "Central America Standard Time"},
    DisplayName{"Central Time (US & Canada)", "Central Standard Time"},
    DisplayName{"Easter Island", "Easter Island Standard Time"},
    DisplayName{"Guadalajara, Mexico City, Monterrey", "Central Standard Time (Mexico)"},
    DisplayName{"Saskatchewan", "Canada Central Standard Time"},
    DisplayName{"Bogota, Lima, Quito, Rio Branco", "SA Pacific Standard Time"},
    DisplayName{"Bogota, Lima, Quito", "SA Pacific Standard Time"},
    DisplayName{"Chetumal", "Eastern Standard Time (Mexico)"},
    DisplayName{"Eastern Time (US & Canada)", "Eastern Standard Time"},
    DisplayName{"Haiti", "Haiti Standard Time"},
    DisplayName{"Havana", "Cuba Standard Time"},
    DisplayName{"Indiana (East)", "US Eastern Standard Time"},
    DisplayName{"Turks and Caicos", "Turks And Caicos Standard Time"},
    DisplayName{"Asuncion", "Paraguay Standard Time"},
    DisplayName{"Atlantic Time (Canada)", "Atlantic Standard Time"},
    DisplayName{"Caracas", "Venezuela Standard Time"},
    DisplayName{"Cuiaba", "Central Brazilian Standard Time"},
    DisplayName{"Georgetown, La Paz, Manaus, San Juan", "SA Western Standard Time"},
    DisplayName{"Santiago", "Pacific SA Standard Time"},
    DisplayName{"Newfoundland", "Newfoundland Standard Time"},
    DisplayName{"Araguaina", "Tocantins Standard Time"},
    DisplayName{"Brasilia", "E. South America Standard Time"},
    DisplayName{"Cayenne, Fortaleza", "SA Eastern Standard Time"},
    DisplayName{"City of Buenos Aires", "Argentina Standard Time"},
    DisplayName{"Buenos Aires", "Argentina Standard Time"},
    DisplayName{"Greenland", "Greenland Standard Time"},
    DisplayName{"Montevideo", "Montevideo Standard Time"},
    DisplayName{"Punta Arenas", "Magallanes Standard Time"},
    DisplayName{"Saint Pierre and Miquelon", "Saint Pierre Standard Time"},
    DisplayName{"Salvador", "Bahia Standard Time"},
    DisplayName{"Azores", "Azores Standard Time"},
    DisplayName{"Cabo Verde Is.", "Cape Verde Standard Time"},
    DisplayName{"Dublin, Edinburgh, Lisbon, London", "GMT Standard Time"},
    DisplayName{"Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "GMT Standard Time"},
    DisplayName{"Monrovia, Reykjavik", "Greenwich Standard Time"},
    DisplayName{"Sao Tome", "Sao Tome Standard Time"},
    DisplayName{"Casablanca", "Morocco Standard Time"},
    DisplayName{"Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "W. Europe Standard Time"},
    DisplayName{"Belgrade, Bratislava, Budapest, Ljubljana, Prague", "Central Europe Standard Time"},
    DisplayName{"Brussels, Copenhagen, Madrid, Paris", "Romance Standard Time"},
    DisplayName{"Sarajevo, Skopje, Warsaw, Zagreb", "Central European Standard Time"},
    DisplayName{"West Central Africa", "W. Central Africa Standard Time"},
    DisplayName{"Amman", "Jordan Standard Time"},
    DisplayName{"Athens, Bucharest", "GTB Standard Time"},
    DisplayName{"Beirut", "Middle East Standard Time"},
    DisplayName{"Cairo", "Egypt Standard Time"},
    DisplayName{"Chisinau", "E. Europe Standard Time"},
    DisplayName{"Damascus", "Syria Standard Time"},
    DisplayName{"Gaza, Hebron", "West Bank Standard Time"},
    DisplayName{"Harare, Pretoria", "South Africa Standard Time"},
    DisplayName{"Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", "FLE Standard Time"},
    DisplayName{"Helsinki, Kiev, Riga, Sofia, Tallinn, Vilnius", "FLE Standard Time"},
    DisplayName{"Jerusalem", "Israel Standard Time"},
    DisplayName{"Juba", "South Sudan Standard Time"},
    DisplayName{"Kaliningrad", "Kaliningrad Standard Time"},
    DisplayName{"Khartoum", "Sudan Standard Time"},
    DisplayName{"Tripoli", "Libya Standard Time"},
    DisplayName{"Windhoek", "Namibia Standard Time"},
    DisplayName{"Baghdad", "Arabic Standard Time"},
    DisplayName{"Istanbul", "Turkey Standard Time"},
    DisplayName{"Kuwait, Riyadh", "Arab Standard Time"},
    DisplayName{"Minsk", "Belarus Standard Time"},
    DisplayName{"Moscow, St. Petersburg", "Russian Standard Time"},
    DisplayName{"Moscow, St. Petersburg, Volgograd", "Russian Standard Time"},
    DisplayName{"Nairobi", "E. Africa Standard Time"},
    DisplayName{"Volgograd", "Volgograd Standard Time"},
    DisplayName{"Tehran", "Iran Standard Time"},
    DisplayName{"Abu Dhabi, Muscat", "Arabian Standard Time"},
    DisplayName{"Astrakhan, Ulyanovsk", "Astrakhan Standard Time"},
    DisplayName{"Baku", "Azerbaijan Standard Time"},
    DisplayName{"Izhevsk, Samara", "Russia Time Zone 3"},
    DisplayName{"Port Louis", "Mauritius Standard Time"},
    DisplayName{"Saratov", "Saratov Standard Time"},
    DisplayName{"Tbilisi", "Georgian Standard Time"},
    DisplayName{"Yerevan", "Caucasus Standard Time"},
    DisplayName{"Kabul", "Afghanistan Standard Time"},
    DisplayName{"Ashgabat, Tashkent", "West Asia Standard Time"},
    DisplayName{"Ekaterinburg", "Ekaterinburg Standard Time"},
    DisplayName{"Islamabad, Karachi", "Pakistan Standard Time"},
    DisplayName{"Qyzylorda", "Qyzylorda Standard Time"},
    DisplayName{"Chennai, Kolkata, Mumbai, New Delhi", "India Standard Time"},
    DisplayName{"Sri Jayawardenepura", "Sri Lanka Standard Time"},
    DisplayName{"Kathmandu", "Nepal Standard Time"},
    DisplayName{"Astana", "Central Asia Standard Time"},
    DisplayName{"Nur-Sultan", "Central Asia Standard Time"},
    DisplayName{"Dhaka", "Bangladesh Standard Time"},
    DisplayName{"Omsk", "Omsk Standard Time"},
    DisplayName{"Yangon (Rangoon)", "Myanmar Standard Time"},
    DisplayName{"Bangkok, Hanoi, Jakarta", "SE Asia Standard Time"},
    DisplayName{"Barnaul, Gorno-Altaysk", "Altai Standard Time"},
    DisplayName{"Hovd", "W. Mongolia Standard Time"},
    DisplayName{"Krasnoyarsk", "North Asia Standard Time"},
    DisplayName{"Novosibirsk", "N. Central Asia Standard Time"},
    DisplayName{"Tomsk", "Tomsk Standard Time"},
    DisplayName{"Beijing, Chongqing, Hong Kong, Urumqi", "China Standard Time"},
    DisplayName{"Irkutsk", "North Asia East Standard Time"},
    DisplayName{"Kuala Lumpur, Singapore", "Singapore Standard Time"},
    DisplayName{"Perth", "W. Australia Standard Time"},
    DisplayName{"Taipei", "Taipei Standard Time"},
    DisplayName{"Ulaanbaatar", "Ulaanbaatar Standard Time"},
    DisplayName{"Eucla", "Aus Central W. Standard Time"},
    DisplayName{"Chita", "Transbaikal Standard Time"},
    DisplayName{"Osaka, Sapporo, Tokyo", "Tokyo Standard Time"},
    DisplayName{"Pyongyang", "North Korea Standard Time"},
    DisplayName{"Seoul", "Korea Standard Time"},
    DisplayName{"Yakutsk", "Yakutsk Standard Time"},
    DisplayName{"Adelaide", "Cen. Australia Standard Time"},
    DisplayName{"Darwin", "AUS Central Standard Time"},
    DisplayName{"Brisbane", "E. Australia Standard Time"},
    DisplayName{"Canberra, Melbourne, Sydney", "AUS Eastern Standard Time"},
    DisplayName{"Guam, Port Moresby", "West Pacific Standard Time"},
    DisplayName{"Hobart", "Tasmania Standard Time"},
    DisplayName{"Vladivostok", "Vladivostok Standard Time"},
    DisplayName{"Lord Howe Island", "Lord Howe Standard Time"},
    DisplayName{"Bougainville Island", "Bougainville Standard Time"},
    DisplayName{"Chokurdakh", "Russia Time Zone 10"},
    DisplayName{"Magadan", "Magadan Standard Time"},
    DisplayName{"Norfolk Island", "Norfolk Standard Time"},
    DisplayName{"Sakhalin", "Sakhalin Standard Time"},
    DisplayName{"Solomon Is., New Caledonia", "Central Pacific Standard Time"},
    DisplayName{"Anadyr, Petropavlovsk-Kamchatsky", "Russia Time Zone 11"},
    DisplayName{"Auckland, Wellington", "New Zealand Standard Time"},
    DisplayName{"Fiji", "Fiji Standard Time"},
    DisplayName{"Chatham Islands", "Chatham Islands Standard Time"},
    DisplayName{"Nuku'alofa", "Tonga Standard Time"},
    DisplayName{"Samoa", "Samoa Standard Time"},
    DisplayName{"Kiritimati Island", "Line Islands Standard Time"},
    // As Japanese editions show the zones a centre there meets.
    DisplayName{"大阪、札幌、東京", "Tokyo Standard Time"},
    DisplayName{"東京 (標準時)", "Tokyo Standard Time"},
    DisplayName{"協定世界時", "UTC"},
};

std::string_view without_spaces(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// "(UTC+09:00) " or "(GMT+09.00) " off.
std::string_view without_shown_offset(std::string_view name)
{
    if (!name.starts_with("(UTC") && !name.starts_with("(GMT")) return name;
    const auto close = name.find(')');
    return close == std::string_view::npos ? name : without_spaces(name.substr(close + 1));
}

// "Eastern Time (US and Canada)", as Outlook before 2007 and Exchange's web services have it.
std::string with_ampersand(std::string_view name)
{
    std::string shown(name);
    for (const std::string_view written : {"(US and Canada)", "(US &amp; Canada)"}) {
        if (const auto at = shown.find(written); at != std::string::npos)
            shown.replace(at, written.size(), "(US & Canada)");
    }
    return shown;
}

std::optional<std::string> by_cldr(std::string_view windows)
{
    constexpr std::int32_t kMost = 128;
    if (windows.empty() || windows.size() >= kMost) return std::nullopt;
    std::array<UChar, kMost> id{};
    std::array<UChar, kMost> found{};
    std::int32_t length = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8(id.data(), kMost, &length, windows.data(), static_cast<std::int32_t>(windows.size()), &status);
    if (U_FAILURE(status)) return std::nullopt;
    const auto size = ucal_getTimeZoneIDForWindowsID(id.data(), length, nullptr, found.data(), kMost, &status);
    if (U_FAILURE(status) || size <= 0 || size >= kMost) return std::nullopt;
    std::string iana;
    for (std::int32_t i = 0; i < size; ++i) iana += static_cast<char>(found[static_cast<std::size_t>(i)]);
    return iana;
}

}  // namespace

std::optional<std::string> iana_of_windows_zone(std::string_view name)
{
    name = without_spaces(name);
    if (name.starts_with('"') && name.ends_with('"') && name.size() > 1) name = name.substr(1, name.size() - 2);
    if (name == "tzone://Microsoft/Utc") return "Etc/UTC";
    const auto shown = with_ampersand(without_shown_offset(name));
    const auto* const row = std::ranges::find(kDisplayNames, shown, &DisplayName::shown);
    return by_cldr(row == kDisplayNames.end() ? std::string_view(shown) : row->windows);
}

std::optional<std::string> without_zone_prefix(std::string_view name, bool (*known)(const std::string&))
{
    std::vector<std::size_t> slashes;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '/') slashes.push_back(i);
    }
    // IANA names have at most three parts.
    for (std::size_t i = slashes.size() < 3 ? 0 : slashes.size() - 3; i < slashes.size(); ++i) {
        std::string rest(name.substr(slashes[i] + 1));
        if (!rest.empty() && known(rest)) return rest;
    }
    return std::nullopt;
}

std::optional<int> fixed_offset_of(std::string_view name)
{
    name = without_spaces(name);
    if (name == "Z") return 0;
    const auto prefix = [&](std::string_view word) {
        return name.size() >= word.size() && std::ranges::equal(name.substr(0, word.size()), word, [](char a, char b) {
                   return std::toupper(static_cast<unsigned char>(a)) == b;
               });
    };
    if (prefix("UTC") || prefix("GMT")) {
        name = without_spaces(name.substr(3));
        if (name.empty()) return 0;
    }
    if (name.size() < 2 || (name.front() != '+' && name.front() != '-')) return std::nullopt;
    const int sign = name.front() == '-' ? -1 : 1;
    std::string digits;
    for (const char c : name.substr(1)) {
        if (c == ':') continue;
        if (c < '0' || c > '9') return std::nullopt;
        digits += c;
    }
    if (digits.empty() || digits.size() > 4) return std::nullopt;
    const int number = std::stoi(digits);
    const int minutes = digits.size() <= 2 ? number * 60 : number / 100 * 60 + number % 100;
    if (minutes > 14 * 60 || (digits.size() > 2 && number % 100 > 59)) return std::nullopt;
    return sign * minutes;
}

}  // namespace breakwatch
