// What the operator configured, as plain values with their defaults. Filled by load_config.
// File names are absolute after loading (relative ones are taken from the file's own folder).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/call_mapping.hpp"
#include "config/encoding.hpp"
#include "config/load_call_mapping.hpp"
#include "policy/duty/duty.hpp"
#include "policy/identity/binding_limits.hpp"
#include "policy/identity/zones.hpp"
#include "policy/incident/due.hpp"
#include "policy/incident/rules.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Law 7: without all of these `run` refuses to start.
struct PurposeConfig {
    std::string text;
    std::string responsible;                     // the person answerable for the monitoring
    std::string rules_reference;                 // where the internal rules stand
    std::string notice_date;                     // ISO date on which staff were told
    std::optional<std::chrono::days> retention;  // of incidents and evidence
};

struct CaptureConfig {
    static constexpr std::size_t kMostInterfaces = 8;
    static constexpr int kMostRings = 8;
    std::vector<std::string> interfaces;  // each read by itself, by a thread of its own
    int snaplen = 1600;                   // octets
    int ring_mib = 64;                    // of an interface, divided among its rings
    int rings = 1;                        // of an interface, each read by a thread of its own
    bool promiscuous = true;
    std::string filter;  // pcap-filter(7); empty: everything
    // Whose tunnels are opened (flow/mirror_trust.hpp), as configured.
    struct Mirror {
        std::string encapsulation;
        std::vector<std::string> from, to;  // CIDR
        std::vector<MacAddress> macs;
    };
    std::vector<Mirror> mirrors;
    std::vector<std::string> routers;       // MACs whose frames carry other devices' packets; empty: learnt
    std::vector<std::string> dhcp_servers;  // addresses or MACs; empty: the first that answers
};

struct SiteConfig {
    std::string name = "default";
    std::string time_zone = "UTC";  // IANA; for notice dates and local times in files
    bool time_zone_empty = false;   // the key is there, and says nothing: `run` asks for it
};

// Which of the keys mean something depends on the kind; the wiring knows the kinds.
struct CallFeedConfig {
    std::string name;  // "acd"; unique
    std::string kind = "ndjson-file";
    std::string format = "generic";                  // of the records
    std::filesystem::path path;                      // file, pipe or socket
    Encoding encoding = Encoding::automatic;         // of its lines and names
    Duration silence = std::chrono::minutes{60};     // longer than this without a word: health event
    Duration clock_limit = std::chrono::minutes{2};  // the source's clock may be off by so much
    std::vector<std::string> contexts;               // of Asterisk, domains of FreeSWITCH: ours; empty: the usual ones
    // A server to connect to.
    std::string host;
    std::uint16_t port = 0;  // 0: the usual one
    std::string user;
    bool tls = false;
    std::filesystem::path ca_file;  // empty: those the system trusts
    std::string server_name;        // in its certificate; empty: the host
    // A server to be.
    std::string listen = "::";
    std::filesystem::path certificate_file;
    std::filesystem::path key_file;
    std::filesystem::path secret_file;  // shared by both ends
    std::vector<std::string> peers;     // who may connect: addresses or networks
    // How records are to be read that have no format of their own, and a service that is asked for them.
    std::filesystem::path mapping_file;
    std::shared_ptr<const CallMapping> mapping;  // of the file, or of a preset that `format` names
    std::string time_zone;                       // of local times; empty: the site's
    std::string url;                             // https://host[:port][/path]
    enum class Authorization : std::uint8_t { bearer, basic, header, oauth2, none };
    Authorization authorization = Authorization::bearer;
    std::string header;     // Authorization::header: its name
    std::string token_url;  // Authorization::oauth2
    std::string scope;
    Duration interval = std::chrono::seconds{60};

    bool operator==(const CallFeedConfig&) const = default;
};

// Where in a record of an export each fact of a mention stands: a column of a table; a member or JSON pointer of an
// object.
struct MentionFields {
    std::string platform = "platform";
    std::string at = "at";
    std::string within = "within";
    std::string reference = "reference";
    std::string about_us = "about_us";
    std::string contact = "contact";

    bool operator==(const MentionFields&) const = default;
};

// Posts that somebody saw: an export of social listening, or complaints.
struct MentionFeedConfig {
    enum class Kind : std::uint8_t { csv_file, ndjson_file, webhook };
    static constexpr Duration kMostWithin = std::chrono::hours{24};

    std::string name;  // unique
    Kind kind = Kind::csv_file;
    std::filesystem::path path;
    Encoding encoding = Encoding::automatic;
    MentionFields fields;
    std::map<std::string, std::string> platforms;  // the export's word -> the catalogue's
    Duration within = std::chrono::seconds{60};    // so exact a time is of which the record says nothing
    std::string time_zone;                         // of local times; empty: the site's
    // A server to be.
    std::string listen = "::";
    std::uint16_t port = 8444;
    std::filesystem::path certificate_file;
    std::filesystem::path key_file;
    std::filesystem::path secret_file;  // shared by both ends

    bool operator==(const MentionFeedConfig&) const = default;
};

// What may stand in a call feed, by kind.
struct CallFeedKind {
    std::string word;
    std::string meaning;
    std::vector<std::string> needs;  // keys it cannot do without
    std::vector<std::string> may;    // keys it can use
};
// The words of what is built in, given from outside: this folder knows none of it.
struct ConfigVocabulary {
    std::vector<CallFeedKind> call_kinds;
    std::vector<std::string> call_formats;
    PatternGroups pattern_groups = {};
    std::vector<std::string> alert_formats = {};
    std::vector<std::string> alert_transports = {};
    std::vector<std::string> tls_transports = {};  // of those, to which `tls:` means something
    std::vector<std::string> alert_headers = {};
    std::vector<std::string> encapsulations = {};
};

// The incident clock (policy/incident/due.hpp), as configured.
struct DueConfig {
    DueTimes contractual;
    DueTimes statutory;
};

// RADIUS accounting by UDP; secrets are read from files that the daemon alone can read.
struct RadiusConfig {
    struct Client {
        std::string name;
        std::string address;  // of the NAS or proxy, or a CIDR
        std::filesystem::path secret_file;

        bool operator==(const Client&) const = default;
    };
    std::string name = "radius";
    std::string listen = "::";
    std::uint16_t port = 1813;
    bool answer = true;
    std::vector<Client> clients;

    bool operator==(const RadiusConfig&) const = default;
};

// A file that another server writes: FreeRADIUS detail, dnsmasq or Kea leases.
struct FileFeedConfig {
    std::string name;
    std::filesystem::path path;

    bool operator==(const FileFeedConfig&) const = default;
};

// NICE IEX "Agent Schedule Detail": the columns, where files have no #fields line, and which is what.
struct IexColumns {
    std::vector<std::string> fields;
    std::string agent = "logonID";
    std::string date = "excdate";
    std::string zone = "TZ";
    std::string activity = "exc";
    std::string start = "start";
    std::string stop = "stop";
    std::string date_format = "mmddyyyy";
};

// A roster table (CSV): which columns hold what, each by any of the names given, compared without case and width.
struct RosterColumns {
    using Names = std::vector<std::string>;
    Names agent{"agent_id"}, start{"start"}, end{"end"};   // whole moments, or
    Names date, end_date, start_time, end_time, duration;  // days and times of the day
    Names activity{"activity"}, time_zone{"tz"}, site{"site"};
    Names shift;                                   // a code or a span of hours, of the day in `date`
    Names inner_activity, inner_start, inner_end;  // of what lies inside the row's shift, on the same row
};

// What a code of a table with a column a day means: times of the day as "09:00"; an end not after the start is
// on the next day.
struct ShiftCode {
    std::string code, start, end;
};

struct RosterTable {
    RosterColumns columns;
    std::string separator;    // empty: found
    std::string date_format;  // "dd/mm/yyyy"; empty: by what dates allow
    std::vector<ShiftCode> shift_codes;
};

// How rosters are to be read, and what says who is on shift.
struct RosterConfig {
    Encoding encoding = Encoding::automatic;  // of its files
    std::string time_zone;                    // of local times that name none; empty: the site's
    // Words of the site's work-force plan, beyond the usual English ones. `ignore`: rows without meaning.
    std::vector<std::string> shift, break_, meal, training, off, ignore;
    IexColumns iex;
    RosterTable table;
    // How often enrolment and rosters are looked at; zero: at SIGHUP only.
    Duration watch = std::chrono::seconds{5};
    DutyBasis duty = DutyBasis::roster;
};

// How the two ends of a destination know each other.
struct SyslogTls {
    std::filesystem::path ca;                // empty: those the system trusts
    std::string name;                        // in the server's certificate; empty: the host
    std::filesystem::path certificate, key;  // ours; empty: none
    std::filesystem::path crl;               // empty: none
    std::vector<std::string> fingerprints;   // SHA-256, 64 digits of lower-case hex
    bool verify = true;

    bool operator==(const SyslogTls&) const = default;
};

// Which events a sink is told; those that it keeps back are counted.
struct AlertFilter {
    std::vector<std::string> codes;  // an event's code or its beginning, "BW-10"; empty: any
    int severity = 7;                // syslog's number, as the sink tells it: so severe or more
    std::vector<std::string> rules;  // of events that name a rule; empty: any

    bool operator==(const AlertFilter&) const = default;
};

struct SyslogConfig {
    // The words of the built-in ones; which there are, `alerts` knows.
    struct Transport {
        static constexpr std::string_view local = "local", udp = "udp", tcp = "tcp", tls = "tls", relp = "relp",
                                          file = "file";
    };
    enum class Framing : std::uint8_t { octet_counting, lf, nul };  // nul: of a local stream, and of nothing else
    std::string name;                                               // "siem"; unique
    std::string profile;                  // of sink_profiles.hpp; what it chose is in the other members
    std::map<std::string, int> severity;  // of a code, where another than the event's own is told; syslog's number
    AlertFilter filter;
    std::string format = "rfc5424";
    std::string header = "rfc5424";
    std::size_t most_octets = 0;  // of a message; 0: as the transport is used to
    std::string transport{Transport::local};
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;                     // 0: the transport's usual one
    Framing framing = Framing::octet_counting;  // tcp, tls
    std::optional<SyslogTls> tls;               // tls, relp
    std::filesystem::path path = "/dev/log";    // local, file
    int facility = 16;                          // RFC 5424 table 1: local0
    std::string hostname;                       // empty: the machine's
    std::string app_name = "breakwatch";
    std::uint32_t enterprise = 32473;  // IANA private enterprise number of the SD-ID; 32473 is for documentation
    bool bom = false;
    char delimiter = '\t';  // leef
    Duration heartbeat = std::chrono::seconds{60};
    Duration confirm_after = std::chrono::seconds{60};  // not of relp

    bool operator==(const SyslogConfig&) const = default;
};

// Where Prometheus may ask for the daemon's figures: on this machine alone.
struct MetricsConfig {
    std::string listen = "127.0.0.1";
    std::uint16_t port = 9477;

    bool operator==(const MetricsConfig&) const = default;
};

// A person without whom no name is opened (store/opener.hpp reads the key).
struct OpenerConfig {
    std::string name;
    std::string key;

    bool operator==(const OpenerConfig&) const = default;
};

struct Config {
    std::filesystem::path file;  // "" when made in a test
    // Line and column of each value by its dotted key ("syslog[0].port"), for what is found wrong later.
    std::map<std::string, std::pair<int, int>> places;
    PurposeConfig purpose;
    SiteConfig site;
    DueConfig due;
    CaptureConfig capture;
    std::size_t memory = std::size_t{1} << 30U;         // octets of the whole daemon
    std::filesystem::path enrolment;                    // CSV or YAML
    Encoding enrolment_encoding = Encoding::automatic;  // of a CSV file; YAML is UTF-8
    std::vector<std::filesystem::path> rosters;         // files or directories: CSV, iCalendar, NICE IEX
    RosterConfig roster;
    std::vector<CallFeedConfig> calls;
    std::vector<MentionFeedConfig> mentions;
    std::vector<RadiusConfig> radius;
    std::vector<FileFeedConfig> radius_detail;
    std::vector<FileFeedConfig> dnsmasq_leases;
    std::vector<FileFeedConfig> kea_leases;
    SiteScope identity;  // what of RADIUS and DHCP is this site's
    std::vector<ZoneRule> zones;
    std::filesystem::path platforms;  // empty: the shipped table
    std::filesystem::path rules;      // empty: the shipped rules
    std::filesystem::path detector;   // empty: the shipped model
    std::filesystem::path measured;   // what the site measured of it; empty: what the detector's file says
    // How long `breakwatch who` and `duty` can look back; zero: no journal is kept.
    Duration journal_retention = std::chrono::hours{26};
    std::vector<OpenerConfig> openers;  // none: one person alone opens names
    // How long post-like exchanges after contacts are on record for complaints; zero: none is.
    Duration exchange_retention = std::chrono::hours{72};
    std::filesystem::path state_directory = "/var/lib/breakwatch";
    std::filesystem::path runtime_directory = "/run/breakwatch";
    std::vector<SyslogConfig> syslog;
    std::optional<MetricsConfig> metrics;  // none: nobody can ask
};

}  // namespace breakwatch
