#include "web/pages/embeddable.h"
#include "web/pages/page.h"

namespace stagecast::web {

void add_page_routes(Router& router, Services& services) {
    add_guide_pages(router, services);
    add_channel_pages(router, services);
    add_show_pages(router, services);
    add_room_pages(router, services);
    add_stage_forms(router, services);
    add_episode_pages(router, services);
    add_sign_pages(router, services);
    add_studio_pages(router, services);
    add_channel_settings_pages(router, services);
    add_webhook_pages(router, services);
    add_plan_pages(router, services);
    add_import_pages(router, services);
    add_follow_pages(router, services);
    add_airing_pages(router, services);
    add_show_desk_pages(router, services);
    add_note_pages(router, services);
    add_show_language_pages(router, services);
    add_me_pages(router, services);
    add_telling_pages(router, services);
    add_bell_pages(router, services);
    add_installed_routes(router, services);
    add_mail_follow_pages(router, services);
    add_desk_pages(router, services);
    add_embed_pages(router, services);
    add_oembed_routes(router, services);
}

}  // namespace stagecast::web
