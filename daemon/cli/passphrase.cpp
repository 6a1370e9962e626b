#include "cli/passphrase.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace breakwatch {

namespace {

// The terminal itself, whatever standard input and output are. Its echo is back when this goes.
class SilentTerminal {
  public:
    SilentTerminal() : tty_(::open("/dev/tty", O_RDWR | O_CLOEXEC))
    {
        if (tty_ < 0 || ::tcgetattr(tty_, &before_) != 0) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        there_ = ::tcsetattr(tty_, TCSAFLUSH, &silent) == 0;
    }
    ~SilentTerminal()
    {
        if (there_) ::tcsetattr(tty_, TCSAFLUSH, &before_);
        if (tty_ >= 0) ::close(tty_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    bool there() const { return there_; }
    void say(const std::string& text) const { (void)!::write(tty_, text.data(), text.size()); }
    std::string answer(const std::string& prompt) const
    {
        say(prompt);
        std::string line;
        for (char c = 0; ::read(tty_, &c, 1) == 1 && c != '\n';) line += c;
        say("\n");
        return line;
    }

  private:
    int tty_;
    termios before_{};
    bool there_ = false;
};

std::expected<std::string, std::string> first_line(const std::filesystem::path& file)
{
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line) && line.empty())
        return std::unexpected(
            "--passphrase-file: " + file.string() + ": " +
            (in.is_open() ? "is empty; expected a passphrase in its first line" : std::strerror(errno)));
    return line;
}

}  // namespace

std::expected<std::string, std::string> read_passphrase(const PassphraseQuestion& question)
{
    if (!question.file.empty()) return first_line(question.file);
    const SilentTerminal terminal;
    if (!terminal.there())
        return std::unexpected("there is no terminal to ask for the passphrase; expected --passphrase-file FILE");
    terminal.say(question.before);
    auto passphrase = terminal.answer(question.prompt + ": ");
    if (question.twice && terminal.answer("Once more: ") != passphrase)
        return std::unexpected("the two passphrases differ; nothing was made");
    return passphrase;
}

}  // namespace breakwatch
