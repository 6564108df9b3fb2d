#pragma once
#include <string>
#include <variant>

#include "web/connection.h"
#include "web/http.h"

namespace stagecast::web {

// The request as handlers see it, without who asks: path, query, cookies and form decoded. HEAD becomes GET.
// Refuses what cannot be decoded: broken percent signs, control characters, no UTF-8, more than 200 values.
std::variant<Request, Refusal> read_request(RawRequest&& raw);

// Says who asks, in which language and zone, and what their forms must send back. A visitor without a session
// gets a visit cookie's value, in request.cookies, if they bring none. Throws Unauthenticated for a bearer
// that nobody holds, at the doors of the API.
void recognise(Request& request, Services& services);

// Who asks, as other hosts know them. Throws Unauthenticated for a stranger or a guest.
scheduler::Editor editor_of(const Request& request);

// Throws Forbidden for a change that another site may have made this visitor's browser ask for. A bearer is
// no cookie: no browser sends it unasked. WHIP and WHEP carry their own secrets, and so do the links of
// mails. The API without cookies takes only JSON, which no form sends.
void check_forgery(const Request& request);

// /rooms/{id}/whip, /rooms/{id}/whep and their sessions.
bool is_rtc_door(const std::string& path);
// /follow/{token}, /following/{token}…, /unsubscribe/{token}: who knows the address is let in, whoever they
// are.
bool is_link_door(const std::string& path);
// Doors that programs open, not people: errors are problem documents whatever Accept says.
bool is_program_door(const Request& request);

}  // namespace stagecast::web
