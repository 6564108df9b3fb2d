#include "access/letters.h"

#include <fmt/format.h>

namespace stagecast::access {
namespace {

// {0}: the site's name, {1}: the link.
struct Pattern {
    std::string_view subject, text;
};

constexpr std::string_view kIgnoreEn = "\n\nIf you did not ask for this, nothing needs to be done.\n";
constexpr std::string_view kIgnoreFr = "\n\nSi vous n’avez rien demandé, vous n’avez rien à faire.\n";

Pattern english(LetterKind kind) {
    switch (kind) {
        case LetterKind::kConfirm:
            return {"{0}: confirm your address",
                    "Welcome to {0}.\n\nOpen this link within 24 hours to confirm your address:\n\n{1}"};
        case LetterKind::kHasAccount:
            return {"{0}: you already have an account",
                    "Someone, perhaps you, tried to sign up to {0} with this address. It already has an "
                    "account.\n\n"
                    "Sign in, or ask for a new password, here:\n\n{1}"};
        case LetterKind::kReset:
            return {"{0}: choose a new password",
                    "Open this link within an hour to choose a new password:\n\n{1}"};
        case LetterKind::kInvitation:
            return {"You are invited to {0}",
                    "You are invited to {0}. The link is yours for 14 days:\n\n{1}"};
        case LetterKind::kApproved:
            return {"{0}: your account is open", "Your account at {0} was approved. Sign in here:\n\n{1}"};
    }
    return {};
}

Pattern french(LetterKind kind) {
    switch (kind) {
        case LetterKind::kConfirm:
            return {"{0} : confirmez votre adresse",
                    "Bienvenue sur {0}.\n\nOuvrez ce lien dans les 24 heures pour confirmer votre adresse "
                    ":\n\n{1}"};
        case LetterKind::kHasAccount:
            return {"{0} : vous avez déjà un compte",
                    "Quelqu’un, peut-être vous, a voulu s’inscrire sur {0} avec cette adresse. Elle a déjà "
                    "un compte.\n\n"
                    "Connectez-vous, ou demandez un nouveau mot de passe, ici :\n\n{1}"};
        case LetterKind::kReset:
            return {"{0} : choisissez un nouveau mot de passe",
                    "Ouvrez ce lien dans l’heure pour choisir un nouveau mot de passe :\n\n{1}"};
        case LetterKind::kInvitation:
            return {"Vous êtes invité sur {0}",
                    "Vous êtes invité sur {0}. Ce lien est à vous pendant 14 jours :\n\n{1}"};
        case LetterKind::kApproved:
            return {"{0} : votre compte est ouvert",
                    "Votre compte sur {0} a été approuvé. Connectez-vous ici :\n\n{1}"};
    }
    return {};
}

}  // namespace

Letter letter(LetterKind kind, std::string_view language, std::string_view site_name, std::string_view link) {
    const bool is_french = language == "fr";
    const auto pattern = is_french ? french(kind) : english(kind);
    const auto arguments = fmt::make_format_args(site_name, link);
    return {fmt::vformat(pattern.subject, arguments),
            fmt::vformat(pattern.text, arguments) + std::string(is_french ? kIgnoreFr : kIgnoreEn)};
}

}  // namespace stagecast::access
