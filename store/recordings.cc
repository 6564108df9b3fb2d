#include "store/recordings.h"

#include "store/programme.h"
#include "store/sql.h"

namespace stagecast::store {

namespace {

constexpr std::string_view kAppendConsent =
    "INSERT INTO consents (entry, speaker_id, room_id, purpose, decision, wording, language, how, at_ms) "
    "VALUES ((SELECT coalesce(max(entry), 0) + 1 FROM consents), $1, $2, $3, $4, $5, $6, $7, $8)";
constexpr std::string_view kConsentColumns =
    "speaker_id, room_id, purpose, decision, wording, language, how, at_ms";
constexpr Query kConsentsOfSpeaker{kConsentColumns, "FROM consents WHERE speaker_id = $1 ORDER BY entry"};
constexpr Query kConsentsOfRoom{kConsentColumns, "FROM consents WHERE room_id = $1 ORDER BY entry"};

constexpr std::string_view kStemColumns =
    "id, room_id, speaker_id, blob, state, started_at_ms, frames, erased_at_ms";
constexpr std::string_view kInsertStem =
    "INSERT INTO stems (id, room_id, speaker_id, blob, state, started_at_ms, frames, erased_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
constexpr std::string_view kUpdateStem =
    "UPDATE stems SET blob = $1, state = $2, started_at_ms = $3, frames = $4, erased_at_ms = $5 WHERE id = "
    "$6";
constexpr Query kFindStem{kStemColumns, "FROM stems WHERE id = $1"};
constexpr Query kStemsOfRoom{kStemColumns, "FROM stems WHERE room_id = $1 ORDER BY started_at_ms, id"};
constexpr Query kStemsOfSpeaker{kStemColumns, "FROM stems WHERE speaker_id = $1 ORDER BY started_at_ms, id"};
constexpr Query kStemsInState{kStemColumns, "FROM stems WHERE state = $1 ORDER BY started_at_ms, id"};

constexpr std::string_view kInsertReceipt =
    "INSERT INTO receipts (id, speaker_id, room_id, body, at_ms) VALUES ($1, $2, $3, $4, $5)";
constexpr std::string_view kReceiptColumns = "id, speaker_id, room_id, body, at_ms";
constexpr Query kFindReceipt{kReceiptColumns, "FROM receipts WHERE id = $1"};
constexpr Query kReceiptsOfSpeaker{kReceiptColumns, "FROM receipts WHERE speaker_id = $1 ORDER BY at_ms, id"};

Consent read_consent(Row& row) {
    return Consent{.speaker = row.id<SpeakerId>(),
                   .room = row.id<RoomId>(),
                   .purpose = row.word<Purpose>(),
                   .decision = row.word<Decision>(),
                   .wording = row.text(),
                   .language = row.text(),
                   .how = row.text(),
                   .at = row.instant()};
}

Stem read_stem(Row& row) {
    return Stem{.id = row.id<StemId>(),
                .room = row.id<RoomId>(),
                .speaker = row.id<SpeakerId>(),
                .blob = row.text(),
                .state = row.word<StemState>(),
                .started_at = row.instant(),
                .frames = row.integer(),
                .erased_at = row.optional_instant()};
}

Receipt read_receipt(Row& row) {
    return Receipt{.id = row.id<ReceiptId>(),
                   .speaker = row.id<SpeakerId>(),
                   .room = row.id<RoomId>(),
                   .body = row.text(),
                   .at = row.instant()};
}

}  // namespace

namespace consents {

void append(Tx& tx, const Consent& c) {
    programme::touch(tx);  // whose names a feed may say
    execute(tx, kAppendConsent, c.speaker, c.room, c.purpose, c.decision, c.wording, c.language, c.how, c.at);
}

std::vector<Consent> of_speaker(Snapshot& snapshot, const SpeakerId& speaker) {
    return select(snapshot, kConsentsOfSpeaker, read_consent, speaker);
}

std::vector<Consent> of_room(Snapshot& snapshot, const RoomId& room) {
    return select(snapshot, kConsentsOfRoom, read_consent, room);
}

}  // namespace consents

namespace stems {

void insert(Tx& tx, const Stem& s) {
    execute(tx, kInsertStem, s.id, s.room, s.speaker, s.blob, s.state, s.started_at, s.frames, s.erased_at);
}

void update(Tx& tx, const Stem& s) {
    execute_on_one(tx, "stem", kUpdateStem, s.blob, s.state, s.started_at, s.frames, s.erased_at, s.id);
}

std::optional<Stem> find(Snapshot& snapshot, const StemId& id) {
    return select_one(snapshot, kFindStem, read_stem, id);
}

std::vector<Stem> of_room(Snapshot& snapshot, const RoomId& room) {
    return select(snapshot, kStemsOfRoom, read_stem, room);
}

std::vector<Stem> of_speaker(Snapshot& snapshot, const SpeakerId& speaker) {
    return select(snapshot, kStemsOfSpeaker, read_stem, speaker);
}

std::vector<Stem> in_state(Snapshot& snapshot, StemState state) {
    return select(snapshot, kStemsInState, read_stem, state);
}

}  // namespace stems

namespace receipts {

void insert(Tx& tx, const Receipt& r) {
    execute(tx, kInsertReceipt, r.id, r.speaker, r.room, r.body, r.at);
}

std::optional<Receipt> find(Snapshot& snapshot, const ReceiptId& id) {
    return select_one(snapshot, kFindReceipt, read_receipt, id);
}

std::vector<Receipt> of_speaker(Snapshot& snapshot, const SpeakerId& speaker) {
    return select(snapshot, kReceiptsOfSpeaker, read_receipt, speaker);
}

}  // namespace receipts
}  // namespace stagecast::store
