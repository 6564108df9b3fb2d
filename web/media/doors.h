#pragma once
#include "web/http.h"

// The doors that programs open: sound in and out, events, files, feeds.
namespace stagecast::web {

void add_rtc_routes(Router& router, Services& services);  // /rooms/{id}/whip, /rooms/{id}/whep
// /rooms/{id}/listen.*, /rooms/{id}/events, /channels/{slug}/listen.*
void add_stream_routes(Router& router, Services& services);
void add_file_routes(Router& router, Services& services);  // /media/…
void add_feed_routes(Router& router, Services& services);  // calendar.ics, podcast.xml, /guide.*

}  // namespace stagecast::web
