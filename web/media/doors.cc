#include "web/media/doors.h"

namespace stagecast::web {

void add_media_routes(Router& router, Services& services) {
    add_rtc_routes(router, services);
    add_stream_routes(router, services);
    add_file_routes(router, services);
    add_feed_routes(router, services);
}

}  // namespace stagecast::web
