#pragma once
#include <exception>
#include <nlohmann/json_fwd.hpp>

#include "web/connection.h"
#include "web/http.h"

namespace stagecast::web {

enum class Part { kWhole, kHeadOnly };  // HEAD asks for the head alone

// RFC 9457. `field` may be empty.
Response problem(int status, const std::string& detail, const std::string& field = {});

// A kind of problem of our own: its type is the place in the API's description that says which extension
// members (RFC 9457, 3.2) such a document has.
struct ProblemKind {
    const char* schema;  // "ClashProblem"
    const char* title;   // the same for every problem of this kind
};
// `members` is an object; none of them takes the place of a standard member.
Response problem_of_kind(const ProblemKind& kind, int status, const std::string& detail,
                         const nlohmann::json& members);

// What an error of the family (or any other) is answered with: a problem document for programs, a page or the
// way to sign in for people. What is not of the family is logged, and nothing of it shown; nor is an airing
// that the asker may not see, where a plan clashes with it.
Response answer_error(Services& services, const Request& request, std::exception_ptr error);

// From a handler's response to what is sent: conditional requests (RFC 9110, 13), ranges (14), gzip, the
// headers that every answer has. `after` is what the client wants to become of the connection.
Reply finish(const Request& request, Response response, Part part, After after, Services& services);

// Opens a door to other sites' scripts, for reading.
Response& allow_any_origin(Response& response);

}  // namespace stagecast::web
