#pragma once
#include "web/connection.h"
#include "web/http.h"

namespace stagecast::web {

// From a whole request to what is sent: recognises the visitor, finds the handler, maps errors.
// Thread: any; answer() does not throw.
class Core {
public:
    Core(const Router& router, Services& services) : router_(router), services_(services) {}
    Reply answer(RawRequest&& raw) noexcept;

private:
    Response respond(Request& request);
    Response respond_or_say_why(Request& request);

    const Router& router_;
    Services& services_;
};

}  // namespace stagecast::web
