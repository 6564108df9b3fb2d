#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "base/audio.h"
#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"
#include "recorder/plan.h"
#include "recorder/recorder.h"
#include "store/rooms.h"

namespace stagecast::recorder {
namespace {

using store::Episode;
using store::EpisodeState;
using store::Rendering;
using store::RenderingState;

// What the store says of silence, whose figures are -infinity: the gate of BS.1770-4, and less than 24 bits
// hold.
constexpr double kSilenceLufs = -70, kSilenceDbtp = -145;

enum class Outcome { kPublished, kUnchanged, kUnpublished, kStale, kDropped };

// A directory for one rendering's work, gone with it.
class WorkDirectory {
public:
    WorkDirectory(const BlobStore& blobs, Random& random) : path_(blobs.scratch() / random_id_text(random)) {
        std::error_code error;
        std::filesystem::create_directory(path_, error);
        if (error) throw Unavailable("cannot make a directory to render in", std::chrono::seconds(60));
    }
    ~WorkDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    WorkDirectory(const WorkDirectory&) = delete;
    WorkDirectory& operator=(const WorkDirectory&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    const std::filesystem::path path_;
};

}  // namespace

struct Renderer::Impl {
    Impl(store::Database& database_, BlobStore& blobs_, const Clock& clock_, Random& random_,
         Metrics& metrics, std::function<void(const EpisodeId&)> published_)
        : database(database_),
          blobs(blobs_),
          clock(clock_),
          random(random_),
          rendered(metrics.counter("stagecast_renderings_total", "Renderings published.")),
          failed(metrics.counter("stagecast_renderings_failed_total", "Renderings that ended in an error.")),
          published(std::move(published_)) {}

    void start();
    void run(const std::stop_token& stop);
    void queue_room(const RoomId& room);
    std::optional<Episode> episode_for(const RoomId& room);
    void recover();

    std::optional<EpisodeId> work_on(const RoomId& room, const std::stop_token& stop);
    Outcome render_room(const RoomId& room, const std::function<bool()>& wanted);
    Outcome unpublish(const RoomId& room);
    Rendering begin_rendering(const EpisodeId& episode, const std::string& hash);
    Outcome publish(const Plan& plan, Rendering rendering, const std::filesystem::path& directory);
    void erase_all_but(const EpisodeId& episode, const std::string& hash);
    void note_failure(const RoomId& room, const std::string& why) noexcept;

    store::Database& database;
    BlobStore& blobs;
    const Clock& clock;
    Random& random;
    Metrics::Counter &rendered, &failed;
    const std::function<void(const EpisodeId&)> published;

    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<RoomId> queue;       // guarded by mutex, as are the next four
    std::optional<RoomId> current;  // being rendered
    std::multiset<RoomId> held;     // not to be begun
    bool busy = false;              // with a room, or telling that it is published
    bool running = false;
    std::atomic<bool> cancelled{false};
    std::jthread thread;
};

void Renderer::Impl::start() {
    recover();
    const std::lock_guard lock(mutex);
    if (running) return;
    running = true;
    thread = named_thread("render-0", [this](const std::stop_token& stop) { run(stop); });
}

void Renderer::Impl::queue_room(const RoomId& room) {
    const std::lock_guard lock(mutex);
    if (std::ranges::find(queue, room) == queue.end()) queue.push_back(room);
    changed.notify_all();
}

void Renderer::Impl::run(const std::stop_token& stop) {
    const auto next = [&] {
        return std::ranges::find_if(queue, [&](const RoomId& room) { return !held.contains(room); });
    };
    std::unique_lock lock(mutex);
    while (changed.wait(lock, stop, [&] { return next() != queue.end(); }) && !stop.stop_requested()) {
        const RoomId room = *next();
        queue.erase(next());
        current = room;
        busy = true;
        cancelled = false;
        lock.unlock();
        const auto episode = work_on(room, stop);
        lock.lock();
        current.reset();
        changed.notify_all();
        lock.unlock();
        if (episode && published) published(*episode);
        lock.lock();
        busy = false;
        changed.notify_all();
    }
}

std::optional<EpisodeId> Renderer::Impl::work_on(const RoomId& room, const std::stop_token& stop) {
    const auto wanted = [&] { return !stop.stop_requested() && !cancelled; };
    try {
        switch (render_room(room, wanted)) {
            case Outcome::kPublished: {
                ++rendered;
                const auto episode = episode_for(room);
                log::info("episode.published", {{"room", room.text()}, {"rendering", episode->rendering}});
                return episode->id;
            }
            case Outcome::kStale:
                queue_room(room);
                break;
            case Outcome::kUnchanged:
            case Outcome::kUnpublished:
            case Outcome::kDropped:
                break;
        }
    } catch (const std::exception& error) {
        note_failure(room, error.what());
    }
    return std::nullopt;
}

Outcome Renderer::Impl::render_room(const RoomId& room, const std::function<bool()>& wanted) {
    const auto episode = episode_for(room);
    if (!episode) return Outcome::kDropped;
    const auto plan = database.read([&](store::Snapshot& snapshot) { return plan_of(snapshot, room); });
    const auto mixdown = plan ? mixdown_of(*plan, blobs) : std::nullopt;
    if (!mixdown) return unpublish(room);
    const std::string hash = hash_of(*plan, blobs);
    if (episode->state == EpisodeState::kPublished && episode->rendering == hash) {
        erase_all_but(episode->id, hash);
        return Outcome::kUnchanged;
    }
    const Rendering rendering = begin_rendering(episode->id, hash);
    const WorkDirectory work(blobs, random);
    const auto result = render(*mixdown, work.path(), wanted);
    if (!result) return Outcome::kDropped;  // its row says that it is unfinished
    Rendering done = rendering;
    done.state = RenderingState::kDone;
    done.duration_ms = mixdown->frames / (kSampleRateHz / 1000);
    done.loudness_lufs = std::max(result->loudness_lufs, kSilenceLufs);
    done.true_peak_dbtp = std::max(result->true_peak_dbtp, kSilenceDbtp);
    return publish(*plan, done, work.path());
}

// The row is there before the first file: what a crash leaves is found by it.
Rendering Renderer::Impl::begin_rendering(const EpisodeId& episode, const std::string& hash) {
    return database.write([&](store::Tx& tx) {
        const auto known = store::episodes::find_rendering(tx, hash);
        Rendering rendering;
        rendering.hash = hash;
        rendering.episode = episode;
        rendering.created_at = known ? known->created_at : clock.now();
        rendering.state = RenderingState::kRunning;
        if (known)
            store::episodes::update_rendering(tx, rendering);
        else
            store::episodes::insert_rendering(tx, rendering, {});
        return rendering;
    });
}

// The consents are asked again in the transaction that publishes: a withdrawal while we rendered wins.
Outcome Renderer::Impl::publish(const Plan& plan, Rendering rendering,
                                const std::filesystem::path& directory) {
    std::vector<store::RenderingFile> files;
    for (const auto& file : mixdown_files()) {
        const std::string key = rendering_key(rendering.hash, file);
        blobs.put_file(key, directory / file.name);
        files.push_back({file.format, key, file.type, static_cast<std::int64_t>(*blobs.size_bytes(key))});
    }
    const bool is_current = database.write([&](store::Tx& tx) {
        const auto now_planned = plan_of(tx, plan.room);
        if (!now_planned || !now_planned->same_as(plan)) return false;
        store::episodes::update_rendering(tx, rendering);
        store::episodes::set_files(tx, rendering.hash, files);
        Episode episode = *store::episodes::find(tx, rendering.episode);
        episode.state = EpisodeState::kPublished;
        episode.rendering = rendering.hash;
        episode.updated_at = clock.now();
        if (!episode.published_at) episode.published_at = episode.updated_at;
        store::episodes::update(tx, episode);
        return true;
    });
    if (!is_current) {
        erase_rendering(database, blobs, rendering);
        return Outcome::kStale;
    }
    erase_all_but(rendering.episode, rendering.hash);
    return Outcome::kPublished;
}

Outcome Renderer::Impl::unpublish(const RoomId& room) {
    const auto id = database.write([&](store::Tx& tx) {
        Episode episode = *store::episodes::of_room(tx, room);
        if (episode.state != EpisodeState::kUnpublished || !episode.rendering.empty()) {
            episode.state = EpisodeState::kUnpublished;
            episode.rendering.clear();
            episode.updated_at = clock.now();
            store::episodes::update(tx, episode);
        }
        return episode.id;
    });
    erase_all_but(id, "");
    return Outcome::kUnpublished;
}

void Renderer::Impl::erase_all_but(const EpisodeId& episode, const std::string& hash) {
    const auto all = database.read(
        [&](store::Snapshot& snapshot) { return store::episodes::renderings_of(snapshot, episode); });
    for (const auto& rendering : all)
        if (rendering.hash != hash && rendering.state != RenderingState::kErased)
            erase_rendering(database, blobs, rendering);
}

void Renderer::Impl::note_failure(const RoomId& room, const std::string& why) noexcept {
    ++failed;
    log::error("rendering.failed", {{"room", room.text()}, {"why", why}});
    try {
        database.write([&](store::Tx& tx) {
            const auto episode = store::episodes::of_room(tx, room);
            if (!episode) return;
            for (auto rendering : store::episodes::renderings_of(tx, episode->id)) {
                if (rendering.state != RenderingState::kRunning) continue;
                rendering.state = RenderingState::kFailed;
                rendering.why = why;
                store::episodes::update_rendering(tx, rendering);
            }
        });
    } catch (const std::exception& error) {
        log::error("rendering.failure_not_stored", {{"room", room.text()}, {"why", error.what()}});
    }
}

// The room's episode, made if it has none; none for a room that has not ended.
std::optional<Episode> Renderer::Impl::episode_for(const RoomId& room_id) {
    return database.write([&](store::Tx& tx) -> std::optional<Episode> {
        if (auto known = store::episodes::of_room(tx, room_id)) return known;
        const auto room = store::rooms::find(tx, room_id);
        if (!room || room->state != store::RoomState::kEnded) return std::nullopt;
        Episode episode;
        episode.id = EpisodeId::make(random);
        episode.room = room_id;
        episode.show = room->show;
        episode.guid = episode.id.text();
        episode.title = first_title(tx, *room);
        episode.updated_at = clock.now();
        store::episodes::insert(tx, episode);
        return episode;
    });
}

// What a crash or a stop left: files of unfinished renderings go, rooms that ended without a settled episode
// are queued.
void Renderer::Impl::recover() {
    std::vector<Rendering> unfinished;
    std::vector<RoomId> rooms;
    database.read([&](store::Snapshot& snapshot) {
        for (const auto state : {RenderingState::kQueued, RenderingState::kRunning, RenderingState::kFailed})
            for (auto& rendering : store::episodes::renderings_in(snapshot, state)) {
                rooms.push_back(store::episodes::find(snapshot, rendering.episode)->room);
                unfinished.push_back(std::move(rendering));
            }
        for (auto& rendering : store::episodes::renderings_in(snapshot, RenderingState::kDone)) {
            const auto episode = store::episodes::find(snapshot, rendering.episode);
            if (episode && episode->rendering != rendering.hash) unfinished.push_back(std::move(rendering));
        }
        for (const auto& room : store::rooms::in_state(snapshot, store::RoomState::kEnded)) {
            const auto episode = store::episodes::of_room(snapshot, room.id);
            if (!episode || episode->state == EpisodeState::kWaiting) rooms.push_back(room.id);
        }
    });
    for (const auto& rendering : unfinished) erase_rendering(database, blobs, rendering);
    for (const auto& room : rooms) queue_room(room);
}

Renderer::Renderer(store::Database& database, BlobStore& blobs, const Clock& clock, Random& random,
                   Metrics& metrics, std::function<void(const EpisodeId&)> published)
    : impl_(std::make_unique<Impl>(database, blobs, clock, random, metrics, std::move(published))) {}

Renderer::~Renderer() {
    stop();
}

void Renderer::start() {
    impl_->start();
}

void Renderer::stop() {
    if (impl_->thread.joinable()) {
        impl_->thread.request_stop();
        impl_->thread.join();
    }
    const std::lock_guard lock(impl_->mutex);
    impl_->running = false;
    impl_->changed.notify_all();
}

void Renderer::request(const RoomId& room) {
    if (impl_->episode_for(room)) impl_->queue_room(room);
}

std::shared_ptr<void> Renderer::hold(const RoomId& room) {
    std::unique_lock lock(impl_->mutex);
    impl_->held.insert(room);
    if (impl_->current == room) impl_->cancelled = true;
    impl_->changed.wait(lock, [&] { return impl_->current != room; });
    return {nullptr, [impl = impl_.get(), room](void*) {
                const std::lock_guard released(impl->mutex);
                impl->held.erase(impl->held.find(room));
                impl->changed.notify_all();
            }};
}

void Renderer::drain() {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [&] { return !impl_->running || (impl_->queue.empty() && !impl_->busy); });
}

}  // namespace stagecast::recorder
