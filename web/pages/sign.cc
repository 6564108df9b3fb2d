#include "base/error.h"
#include "base/text.h"
#include "web/pages/form.h"
#include "web/pages/page.h"

// Signing up, in and out; confirming an address; a new password.
namespace stagecast::web {
namespace {

constexpr auto kSessionLife = std::chrono::days(30);  // as long as access/ keeps it

Data link(const std::string& href, const std::string& label) {
    Data made;
    made["href"] = href;
    made["label"] = label;
    return made;
}

struct SignPage {
    std::string heading, lead = {};
    std::optional<FormView> form = {};
    std::vector<Data> links = {};
    int status = 200;
};

Response show(const Services& services, const Request& request, SignPage sign) {
    Page page;
    page.template_name = "sign";
    page.title = sign.heading;
    page.status = sign.status;
    page.data["heading"] = sign.heading;
    page.data["lead"] = sign.lead;
    if (sign.form) page.data["form"] = sign.form->data();
    page.data["links"] = Data::List(sign.links.begin(), sign.links.end());
    return present(services, request, std::move(page));
}

// Runs `work`; what it refuses is shown in the form that `sign` makes again, with what was typed.
template <class Work>
Response submit(const Services& services, const Request& request, SignPage sign, Work work) {
    const auto refused = [&](int status, const std::string& field, const std::string& why) {
        sign.form->take(request);
        sign.form->refuse(field, why);
        sign.status = status;
        return show(services, request, std::move(sign));
    };
    try {
        return work();
    } catch (const Invalid& error) {
        return refused(422, error.field(), error.why());
    } catch (const Conflict& error) {
        return refused(409, "", error.what());
    } catch (const Unauthenticated& error) {
        return refused(422, "", error.what());
    } catch (const Unavailable& error) {
        return refused(429, "", error.what());
    }
}

Response signed_in(const Services& services, const access::Secret& session, const std::string& next) {
    auto response = redirect(own_path(next, "/guide"));
    return response.with("Set-Cookie", cookie(services.config, kSessionCookie, session.text, kSessionLife));
}

SignPage sign_in_page(const Services& services, const Request& request) {
    const auto& words = Words::in(request.language);
    const auto next = request.method == "POST" ? request.form_value("next") : request.query_value("next");
    SignPage page;
    page.heading = words.text("sign_in.title");
    page.form.emplace("/sign-in", words.text("sign_in.do"));
    page.form->add({.name = "next", .kind = "hidden", .value = own_path(next, "/guide")})
        .add({.name = "email",
              .label = words.text("field.email"),
              .kind = "email",
              .autocomplete = "username"})
        .add({.name = "password",
              .label = words.text("field.password"),
              .kind = "password",
              .autocomplete = "current-password"});
    page.links.push_back(link("/reset", words.text("sign_in.forgot")));
    if (services.config.sign_up != SignUp::kInvitation)
        page.links.push_back(link("/sign-up", words.text("sign_in.new")));
    return page;
}

SignPage sign_up_page(const Request& request, const std::string& invitation) {
    const auto& words = Words::in(request.language);
    SignPage page;
    page.heading = words.text("sign_up.title");
    page.lead = words.text(invitation.empty() ? "sign_up.lead" : "sign_up.invited");
    page.form.emplace(invitation.empty() ? "/sign-up" : "/join/" + url_encode(invitation),
                      words.text("sign_up.do"));
    page.form
        ->add({.name = "name",
               .label = words.text("field.name"),
               .hint = words.text("field.name.hint"),
               .autocomplete = "name"})
        .add({.name = "handle",
              .label = words.text("field.handle"),
              .hint = words.text("field.handle.hint"),
              .autocomplete = "nickname"})
        .add({.name = "email", .label = words.text("field.email"), .kind = "email", .autocomplete = "email"})
        .add({.name = "password",
              .label = words.text("field.password"),
              .kind = "password",
              .hint = words.text("field.password.hint"),
              .autocomplete = "new-password"});
    page.links.push_back(link("/sign-in", words.text("sign_up.have")));
    return page;
}

Response sign_up(const Services& services, const Request& request, const std::string& invitation) {
    return submit(services, request, sign_up_page(request, invitation), [&] {
        const auto account = services.accounts.sign_up({.email = request.form_value("email"),
                                                        .password = request.form_value("password"),
                                                        .name = request.form_value("name"),
                                                        .handle = request.form_value("handle"),
                                                        .language = request.language,
                                                        .zone = Viewer(request).zone().name(),
                                                        .invitation = invitation});
        services.delivery.wake();
        if (account.state == store::AccountState::kActive)
            return signed_in(
                services,
                services.accounts.sign_in(request.form_value("email"), request.form_value("password")),
                "/studio");
        const auto& words = Words::in(request.language);
        return show(services, request,
                    {.heading = words.text("sign_up.sent"),
                     .lead = words.text("sign_up.sent.lead", {{"email", request.form_value("email")}})});
    });
}

void add_in_and_out(Router& router, Services& services) {
    router.add("GET", "/sign-in", [&services](const Request& request) {
        return show(services, request, sign_in_page(services, request));
    });
    router.add("POST", "/sign-in", [&services](const Request& request) {
        return submit(services, request, sign_in_page(services, request), [&] {
            const auto session =
                services.accounts.sign_in(request.form_value("email"), request.form_value("password"));
            return signed_in(services, session, request.form_value("next"));
        });
    });
    router.add("GET", "/sign-in/{token}", [&services](const Request& request) {
        try {
            return signed_in(services, services.accounts.sign_in_by_link(request.param("token")), "/studio");
        } catch (const Unauthenticated& error) {
            auto page = sign_in_page(services, request);
            page.form->refuse("", error.what());
            page.status = 422;
            return show(services, request, std::move(page));
        }
    });
    router.add("POST", "/sign-out", [&services](const Request& request) {
        if (const auto session = request.cookies.find(kSessionCookie); session != request.cookies.end())
            services.accounts.sign_out(session->second);
        return redirect("/guide").with("Set-Cookie",
                                       cookie(services.config, kSessionCookie, "", std::chrono::seconds(0)));
    });
}

void add_up_and_confirm(Router& router, Services& services) {
    router.add("GET", "/sign-up", [&services](const Request& request) {
        if (services.config.sign_up != SignUp::kInvitation)
            return show(services, request, sign_up_page(request, ""));
        const auto& words = Words::in(request.language);
        return show(services, request,
                    {.heading = words.text("sign_up.title"), .lead = words.text("sign_up.by_invitation")});
    });
    router.add("POST", "/sign-up",
               [&services](const Request& request) { return sign_up(services, request, ""); });
    router.add("GET", "/join/{token}", [&services](const Request& request) {
        return show(services, request, sign_up_page(request, request.param("token")));
    });
    router.add("POST", "/join/{token}", [&services](const Request& request) {
        return sign_up(services, request, request.param("token"));
    });
    // A form, not a link that acts: mail scanners open links.
    router.add("GET", "/confirm/{token}", [&services](const Request& request) {
        const auto& words = Words::in(request.language);
        return show(
            services, request,
            {.heading = words.text("confirm.title"),
             .lead = words.text("confirm.lead"),
             .form = FormView("/confirm/" + url_encode(request.param("token")), words.text("confirm.do"))});
    });
    router.add("POST", "/confirm/{token}", [&services](const Request& request) {
        const auto account = services.accounts.confirm(request.param("token"));
        const auto& words = Words::in(request.language);
        const bool is_active = account.state == store::AccountState::kActive;
        return show(services, request,
                    {.heading = words.text("confirm.done"),
                     .lead = words.text(is_active ? "confirm.active" : "confirm.pending"),
                     .links = {link("/sign-in", words.text("sign_in.do"))}});
    });
}

SignPage new_password_page(const Request& request) {
    const auto& words = Words::in(request.language);
    SignPage page;
    page.heading = words.text("reset.new");
    page.form.emplace("/reset/" + url_encode(request.param("token")), words.text("reset.new.do"));
    page.form->add({.name = "password",
                    .label = words.text("field.new_password"),
                    .kind = "password",
                    .hint = words.text("field.password.hint"),
                    .autocomplete = "new-password"});
    return page;
}

SignPage reset_page(const Request& request) {
    const auto& words = Words::in(request.language);
    SignPage page;
    page.heading = words.text("reset.title");
    page.lead = words.text("reset.lead");
    page.form.emplace("/reset", words.text("reset.do"));
    page.form->add(
        {.name = "email", .label = words.text("field.email"), .kind = "email", .autocomplete = "username"});
    return page;
}

void add_reset(Router& router, Services& services) {
    router.add("GET", "/reset",
               [&services](const Request& request) { return show(services, request, reset_page(request)); });
    router.add("POST", "/reset", [&services](const Request& request) {
        return submit(services, request, reset_page(request), [&] {
            services.accounts.request_reset(request.form_value("email"));
            services.delivery.wake();
            const auto& words = Words::in(request.language);
            return show(services, request,
                        {.heading = words.text("reset.sent"), .lead = words.text("reset.sent.lead")});
        });
    });
    router.add("GET", "/reset/{token}", [&services](const Request& request) {
        return show(services, request, new_password_page(request));
    });
    router.add("POST", "/reset/{token}", [&services](const Request& request) {
        return submit(services, request, new_password_page(request), [&] {
            services.accounts.reset(request.param("token"), request.form_value("password"));
            const auto& words = Words::in(request.language);
            return show(services, request,
                        {.heading = words.text("reset.done"),
                         .lead = words.text("reset.done.lead"),
                         .links = {link("/sign-in", words.text("sign_in.do"))}});
        });
    });
}

}  // namespace

void add_sign_pages(Router& router, Services& services) {
    add_in_and_out(router, services);
    add_up_and_confirm(router, services);
    add_reset(router, services);
}

}  // namespace stagecast::web
