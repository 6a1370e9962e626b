// Messages as lines of a file, which somebody else may rotate: before each write it is looked whether the path is still
// the file that is open. What is on the disk is acknowledged; the disk is waited for on a thread of its own.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <utility>

#include "alerts/transports/framing.hpp"
#include "alerts/transports/syslog_connection.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;

constexpr std::size_t kFileWindow = 256;

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

// Of the writing thread alone.
class LineFile {
  public:
    explicit LineFile(std::string path) : path_(std::move(path)) {}
    ~LineFile() { close(); }
    LineFile(const LineFile&) = delete;
    LineFile& operator=(const LineFile&) = delete;

    // All of the lines, or none of them.
    error_code append(const std::string& lines)
    {
        if (file_ >= 0 && !is_at_its_path()) close();
        if (file_ < 0) {
            if (const auto error = open()) return error;
        }
        struct stat before{};
        if (::fstat(file_, &before) != 0) return last_error();
        for (std::size_t done = 0; done < lines.size();) {
            const auto wrote = ::write(file_, lines.data() + done, lines.size() - done);
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote < 0) return taken_back(before.st_size);
            done += static_cast<std::size_t>(wrote);
        }
        if (lines.empty() || ::fdatasync(file_) == 0) return {};
        return last_error();
    }

  private:
    bool is_at_its_path() const
    {
        struct stat open{}, there{};
        return ::fstat(file_, &open) == 0 && ::stat(path_.c_str(), &there) == 0 && open.st_ino == there.st_ino &&
               open.st_dev == there.st_dev;
    }
    error_code open()
    {
        file_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
        if (file_ < 0) return last_error();
        struct stat about{};
        if (::fstat(file_, &about) != 0) return last_error();
        if (!S_ISREG(about.st_mode)) {
            close();
            return boost::system::errc::make_error_code(boost::system::errc::operation_not_supported);
        }
        // A run that was killed may have left half a line.
        char end = '\n';
        if (about.st_size > 0 && ::pread(file_, &end, 1, about.st_size - 1) == 1 && end != '\n' &&
            ::write(file_, "\n", 1) != 1)
            return last_error();
        return {};
    }
    error_code taken_back(off_t size)
    {
        const auto error = last_error();
        if (::ftruncate(file_, size) != 0) close();  // what is there of a line is ended at the next opening
        return error;
    }
    void close()
    {
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }

    std::string path_;
    int file_ = -1;
};

class FileTransport final : public SyslogConnection {
  public:
    FileTransport(boost::asio::io_context& io, const SyslogPeer& peer, const SyslogTimes& times)
        : SyslogConnection(io, peer, times), main_(io), file_(peer.path)
    {}

    // What is being written is waited for: nothing of it comes after this.
    void close() override
    {
        SyslogConnection::close();
        writer_.join();
    }

    std::size_t window() const override { return kFileWindow; }
    bool acknowledges() const override { return true; }
    std::size_t acknowledged() const override { return written_; }
    // Until somebody makes room, or lets us write there.
    bool refused() const override { return refused_ || busy_; }
    std::string reason(error_code error) const override
    {
        if (error == boost::asio::error::timed_out) return "the disk does not answer";
        if (error == boost::system::errc::operation_not_supported) return "is no file that lines can be added to";
        return SyslogConnection::reason(error);
    }

  private:
    void begun() override
    {
        written_ = 0;
        refused_ = false;
    }
    bool peer_is_there() override { return true; }
    void open(const Addresses&) override
    {
        append("", [this](error_code error) {
            refused_ = error.failed();
            opened(error);
        });
    }
    void write() override
    {
        std::string lines;
        for (const auto& message : messages()) lines += framed(message, SyslogConfig::Framing::lf);
        append(std::move(lines), [this](error_code error) {
            refused_ = error.failed();
            if (!error) written_ = messages().size();
            finish(error);
        });
    }
    void close_socket() override {}

    template <typename Handler>
    void append(std::string lines, Handler handler)
    {
        auto answer = in_request(std::move(handler));
        // A disk that hangs holds one write, not one for each attempt.
        if (busy_.exchange(true))
            return boost::asio::post(main_, [answer]() mutable { answer(error_code(boost::asio::error::timed_out)); });
        boost::asio::post(writer_, [this, lines = std::move(lines), answer]() mutable {
            const auto error = file_.append(lines);
            busy_ = false;
            boost::asio::post(main_, [answer = std::move(answer), error]() mutable { answer(error); });
        });
    }

    boost::asio::io_context& main_;
    LineFile file_;                  // the writing thread's
    std::atomic<bool> busy_{false};  // that thread is at something
    std::size_t written_ = 0;        // of this request
    bool refused_ = false;
    boost::asio::thread_pool writer_{1};
};

}  // namespace

std::shared_ptr<SyslogTransport> make_file_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                     const SyslogTimes& times)
{
    return std::make_shared<FileTransport>(io, SyslogPeer{{}, 0, config.path.string()}, times);
}

}  // namespace breakwatch
