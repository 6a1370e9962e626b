// The packets of one capture file, whatever its format.
#pragma once

#include <string>
#include <utility>

#include "flow/packet.hpp"

namespace breakwatch {

class RecordFile {
  public:
    RecordFile() = default;
    RecordFile(const RecordFile&) = delete;
    RecordFile& operator=(const RecordFile&) = delete;
    virtual ~RecordFile() = default;

    // The next packet. Null: the file has ended, by an error if there is one.
    virtual const Packet* next() = 0;
    // Whether packets' bytes lie in the file's buffer, and stay until that is read into; else until the next call.
    virtual bool lends() const { return true; }
    const std::string& error() const { return error_; }

  protected:
    const Packet* end_by(std::string error)
    {
        error_ = std::move(error);
        return nullptr;
    }

    Packet packet_;  // that next() gives

  private:
    std::string error_;
};

}  // namespace breakwatch
