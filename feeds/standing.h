#pragma once

namespace stagecast::feeds {

// How an airing stands, the same in every document. One that was moved is known by its previous start.
enum class Standing {
    kPlanned,
    kLive,
    kDelayed,  // its host is late
    kNotHeld,  // its host never came
    kCancelled,
    kEnded,
};

}  // namespace stagecast::feeds
