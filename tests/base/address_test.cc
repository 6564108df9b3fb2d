#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <string>

using namespace stagecast;

namespace {

bool is_public(const std::string& text) {
    sockaddr_storage storage{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1)
        storage.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1)
        storage.ss_family = AF_INET6;
    else
        FAIL("not an address: " << text);
    return is_public_address(*reinterpret_cast<sockaddr*>(&storage));
}

}  // namespace

TEST_CASE("an address of the public Internet is public, up to the edges of what is not", "[address]") {
    for (const char* address :
         {"1.0.0.0",         "1.1.1.1",         "8.8.8.8",         "9.255.255.255", "11.0.0.0",
          "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.0",     "169.253.255.255",
          "169.255.0.0",     "172.15.255.255",  "172.32.0.0",      "192.0.1.0",     "192.0.3.0",
          "192.167.255.255", "192.169.0.0",     "198.17.255.255",  "198.20.0.0",    "198.51.99.255",
          "203.0.114.0",     "223.255.255.255", "2000::1",         "2001:200::1",   "2001:4860:4860::8888",
          "2001:db7::1",     "2001:db9::1",     "2003::1",         "2a00:1450::1",  "3ffe::1",
          "64:ff9b::8.8.8.8"}) {
        INFO(address);
        CHECK(is_public(address));
    }
}

TEST_CASE("an address that means something here and something else there is not public", "[address]") {
    for (const char* address : {"0.0.0.0",
                                "0.255.255.255",
                                "10.0.0.1",
                                "10.255.255.255",
                                "100.64.0.0",
                                "100.127.255.255",
                                "127.0.0.1",
                                "127.255.255.255",
                                "169.254.0.0",
                                "169.254.169.254",
                                "172.16.0.0",
                                "172.31.255.255",
                                "192.0.0.1",
                                "192.0.0.192",
                                "192.0.2.1",
                                "192.88.99.1",
                                "192.168.0.1",
                                "192.168.255.255",
                                "198.18.0.1",
                                "198.19.255.255",
                                "198.51.100.1",
                                "203.0.113.255",
                                "224.0.0.1",
                                "239.255.255.255",
                                "240.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::127.0.0.1",
                                "::ffff:127.0.0.1",
                                "::ffff:8.8.8.8",
                                "64:ff9b::127.0.0.1",
                                "64:ff9b::10.0.0.1",
                                "64:ff9b::169.254.169.254",
                                "64:ff9b:1::8.8.8.8",
                                "100::1",
                                "2001::1",
                                "2001:2::1",
                                "2001:10::1",
                                "2001:1ff:ffff::1",
                                "2001:db8::1",
                                "2002:7f00:1::1",
                                "2002:808:808::1",
                                "3fff::1",
                                "3fff:fff::1",
                                "4000::1",
                                "5f00::1",
                                "fc00::1",
                                "fd12:3456:789a::1",
                                "fe80::1",
                                "fec0::1",
                                "ff02::1",
                                "ff0e::1"}) {
        INFO(address);
        CHECK_FALSE(is_public(address));
    }
}

TEST_CASE("a socket of another family leads nowhere public", "[address]") {
    sockaddr_storage storage{};
    storage.ss_family = AF_UNIX;
    CHECK_FALSE(is_public_address(*reinterpret_cast<sockaddr*>(&storage)));
}
