#include "scheduler/letters.h"

#include <fmt/format.h>

namespace stagecast::scheduler {
namespace {

store::Message letter(Random& random, const store::Account& to, std::string key, std::string subject,
                      std::string text, Instant now) {
    store::Message message;
    message.id = MessageId::make(random);
    message.key = std::move(key);
    message.to = to.email;
    message.subject = std::move(subject);
    message.text = std::move(text);
    message.due_at = message.created_at = now;
    return message;
}

}  // namespace

store::Message zone_changed_letter(Random& random, const store::Account& to, const store::Show& show,
                                   std::size_t airings, const std::string& site_url, Instant now) {
    const bool french = to.language == "fr";
    const auto link = site_url + "/shows/" + show.slug;
    const auto subject = fmt::format(fmt::runtime(french ? "{} : le fuseau {} a changé ses règles"
                                                         : "{}: the time zone {} changed its rules"),
                                     show.title, show.zone);
    const auto text = fmt::format(
        fmt::runtime(
            french
                ? "Les règles du fuseau horaire {0} ne sont plus celles d’avant. {1} diffusions à venir de « "
                  "{2} » "
                  "gardent leur heure locale ; l’instant où elles ont lieu a changé, dans le guide et dans "
                  "tous les "
                  "calendriers.\n\n{3}\n"
                : "The rules of the time zone {0} are no longer what they were. {1} coming airings of "
                  "\"{2}\" keep "
                  "their local time; the moment at which they happen has changed, in the guide and in every "
                  "calendar.\n\n{3}\n"),
        show.zone, airings, show.title, link);
    return letter(random, to,
                  fmt::format("zone:{}:{}:{}", show.id.text(), to.id.text(), now.time_since_epoch().count()),
                  subject, text, now);
}

store::Message cohost_letter(Random& random, const store::Account& to, const std::string& by,
                             const store::Show& show, const std::string& site_url, Instant now) {
    const bool french = to.language == "fr";
    const auto subject =
        fmt::format(fmt::runtime(french ? "{} vous propose d’animer « {} »" : "{} asks you to host \"{}\""),
                    by, show.title);
    const auto text = fmt::format(
        fmt::runtime(french ? "{0} vous propose d’animer « {1} » à ses côtés.\n\nL’émission : "
                              "{2}\n\nAcceptez ou déclinez "
                              "ici :\n\n{3}\n"
                            : "{0} asks you to host \"{1}\" together.\n\nThe show: {2}\n\nAccept or decline "
                              "here:\n\n{3}\n"),
        by, show.title, site_url + "/shows/" + show.slug, site_url + "/me");
    return letter(
        random, to,
        fmt::format("cohost:{}:{}:{}", show.id.text(), to.id.text(), now.time_since_epoch().count()), subject,
        text, now);
}

}  // namespace stagecast::scheduler
