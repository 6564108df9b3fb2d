#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/log.h"
#include "recorder/plan.h"
#include "recorder/recorder.h"
#include "store/rooms.h"

namespace stagecast::recorder {
namespace {

constexpr const char* kCannotBeUndone =
    "Copies that others have already downloaded, and what people heard live, are out of our reach.";

std::uint64_t erase_blob(BlobStore& blobs, const std::string& key) {
    const auto size_bytes = blobs.size_bytes(key);
    return blobs.erase(key) ? size_bytes.value_or(0) : 0;
}

bool touches_podcast(const Purposes& withdrawn) {
    return withdrawn.contains(Purpose::kRecord) || withdrawn.contains(Purpose::kPodcast);
}

// What a speaker's newest lines took back, as a receipt that is still to be made true.
std::map<SpeakerId, ReceiptBody> withdrawals_in(store::Snapshot& snapshot, const RoomId& room) {
    std::map<std::pair<SpeakerId, Purpose>, store::Consent> newest;
    for (auto& line : store::consents::of_room(snapshot, room)) newest[{line.speaker, line.purpose}] = line;
    std::map<SpeakerId, ReceiptBody> result;
    for (const auto& [key, line] : newest) {
        if (line.decision != store::Decision::kWithdrawn) continue;
        auto& receipt = result[key.first];
        receipt.speaker = key.first;
        receipt.room = room;
        receipt.withdrawn.insert(key.second);
        receipt.at = std::max(receipt.at, line.at);
    }
    return result;
}

// The receipt is the last step: a withdrawal without one was interrupted.
bool is_finished(store::Snapshot& snapshot, const ReceiptBody& withdrawal) {
    if (store::stems::of_speaker(snapshot, withdrawal.speaker).empty()) return true;
    return std::ranges::any_of(store::receipts::of_speaker(snapshot, withdrawal.speaker),
                               [&](const store::Receipt& receipt) { return receipt.at >= withdrawal.at; });
}

std::vector<ReceiptBody> unfinished_in(store::Snapshot& snapshot) {
    std::set<RoomId> rooms;
    for (const auto state : {store::StemState::kOpen, store::StemState::kClosed, store::StemState::kErased})
        for (const auto& stem : store::stems::in_state(snapshot, state)) rooms.insert(stem.room);
    std::vector<ReceiptBody> unfinished;
    for (const auto& room : rooms)
        for (const auto& [speaker, withdrawal] : withdrawals_in(snapshot, room))
            if (!is_finished(snapshot, withdrawal)) unfinished.push_back(withdrawal);
    return unfinished;
}

}  // namespace

std::string to_json(const ReceiptBody& receipt) {
    nlohmann::ordered_json json;
    json["id"] = receipt.id.text();
    json["speaker"] = receipt.speaker.text();
    json["room"] = receipt.room.text();
    json["withdrawn"] = nlohmann::json::array();
    for (const Purpose purpose : receipt.withdrawn) json["withdrawn"].push_back(name_of(purpose));
    json["stems_erased"] = receipt.stems_erased;
    json["bytes_erased"] = receipt.bytes_erased;
    json["renderings_erased"] = receipt.renderings_erased;
    json["at"] = to_iso8601(receipt.at);
    json["cannot_be_undone"] = receipt.cannot_be_undone;
    return json.dump();
}

Eraser::Eraser(store::Database& database, BlobStore& blobs, const Clock& clock, Random& random,
               StemWriter& writer, Renderer& renderer)
    : database_(database),
      blobs_(blobs),
      clock_(clock),
      random_(random),
      writer_(writer),
      renderer_(renderer) {}

ReceiptBody Eraser::withdraw(const SpeakerId& speaker, const Purposes& purposes, std::string_view how) {
    if (purposes.empty()) throw Invalid("purposes", "name at least one");
    ReceiptBody receipt;
    receipt.id = ReceiptId::make(random_);
    receipt.speaker = speaker;
    receipt.at = clock_.now();
    receipt.cannot_be_undone = kCannotBeUndone;
    database_.write([&](store::Tx& tx) {
        const auto known = store::rooms::find_speaker(tx, speaker);
        if (!known) throw NotFound("speaker not found");
        receipt.room = known->room;
        receipt.withdrawn = recorder::withdraw(tx, speaker, known->room, purposes, how, receipt.at);
    });
    take_effect(receipt);
    return receipt;
}

// Every step may be done twice: recover() does them again after a crash.
void Eraser::take_effect(ReceiptBody& receipt) {
    const bool erases_stems = receipt.withdrawn.contains(Purpose::kRecord);
    if (erases_stems) writer_.close(receipt.speaker);
    const auto stems = database_.read(
        [&](store::Snapshot& snapshot) { return store::stems::of_speaker(snapshot, receipt.speaker); });
    const bool changes_episode = touches_podcast(receipt.withdrawn) && !stems.empty();
    const auto held = changes_episode ? renderer_.hold(receipt.room) : nullptr;
    if (erases_stems) erase_stems(stems, receipt);
    if (changes_episode) erase_renderings(receipt);
    const store::Receipt row{receipt.id, receipt.speaker, receipt.room, to_json(receipt), receipt.at};
    database_.write([&](store::Tx& tx) { store::receipts::insert(tx, row); });
    if (changes_episode) renderer_.request(receipt.room);
    log::info("consent.withdrawn", {{"room", receipt.room.text()},
                                    {"stems", std::to_string(receipt.stems_erased)},
                                    {"renderings", std::to_string(receipt.renderings_erased.size())}});
}

void Eraser::erase_stems(const std::vector<store::Stem>& stems, ReceiptBody& receipt) {
    for (auto stem : stems) {
        if (stem.state == store::StemState::kErased) continue;
        receipt.bytes_erased += static_cast<std::int64_t>(erase_blob(blobs_, stem.blob) +
                                                          erase_blob(blobs_, sidecar_key(stem.blob)));
        stem.state = store::StemState::kErased;
        stem.erased_at = clock_.now();
        database_.write([&](store::Tx& tx) { store::stems::update(tx, stem); });
        ++receipt.stems_erased;
    }
}

// The episode waits until it is rendered anew: nothing points at files that are gone.
void Eraser::erase_renderings(ReceiptBody& receipt) {
    const auto renderings = database_.write([&](store::Tx& tx) {
        auto episode = store::episodes::of_room(tx, receipt.room);
        if (!episode) return std::vector<store::Rendering>();
        episode->state = store::EpisodeState::kWaiting;
        episode->rendering.clear();
        episode->updated_at = clock_.now();
        store::episodes::update(tx, *episode);
        return store::episodes::renderings_of(tx, episode->id);
    });
    for (const auto& rendering : renderings) {
        if (rendering.state == store::RenderingState::kErased) continue;
        erase_rendering(database_, blobs_, rendering);
        receipt.renderings_erased.push_back(rendering.hash);
    }
}

int Eraser::recover() {
    auto unfinished = database_.read([](store::Snapshot& snapshot) { return unfinished_in(snapshot); });
    for (auto& receipt : unfinished) {
        receipt.id = ReceiptId::make(random_);
        receipt.at = std::max(receipt.at, clock_.now());
        receipt.cannot_be_undone = kCannotBeUndone;
        take_effect(receipt);
    }
    return static_cast<int>(unfinished.size());
}

}  // namespace stagecast::recorder
