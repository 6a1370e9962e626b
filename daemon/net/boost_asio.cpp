// What Asio and Beast hold that is no template, compiled once; elsewhere their headers only declare it.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
