#pragma once
#include <exception>

#include "web/connection.h"
#include "web/http.h"

namespace stagecast::web {

enum class Part { kWhole, kHeadOnly };  // HEAD asks for the head alone

// RFC 9457. `field` may be empty.
Response problem(int status, const std::string& detail, const std::string& field = {});

// What an error of the family (or any other) is answered with: a problem document for programs, a page or the
// way to sign in for people. What is not of the family is logged, and nothing of it shown.
Response answer_error(const Request& request, std::exception_ptr error);

// From a handler's response to what is sent: conditional requests (RFC 9110, 13), ranges (14), gzip, the
// headers that every answer has. `after` is what the client wants to become of the connection.
Reply finish(const Request& request, Response response, Part part, After after, Services& services);

// Opens a door to other sites' scripts, for reading.
Response& allow_any_origin(Response& response);

}  // namespace stagecast::web
