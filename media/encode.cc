extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "media/opus.h"
#include "media/render.h"

namespace stagecast::media {
namespace {

constexpr int kLossyBitsPerSecond = 96'000;
constexpr std::size_t kOpusDelayFrames = 312;  // what the encoder holds back; players skip it (pre-skip)
constexpr std::size_t kOpusPageFrames = kSampleRateHz;  // one page a second, as RFC 7845, 4 advises for files
constexpr std::size_t kMaxOpusBytes = 1276;

void require(int code, const char* what) {
    if (code >= 0) return;
    std::array<char, AV_ERROR_MAX_STRING_SIZE> why{};
    av_strerror(code, why.data(), why.size());
    throw Unavailable(std::string("cannot ") + what + ": " + why.data(), std::chrono::seconds(60));
}

struct Free {
    void operator()(AVCodecContext* p) const noexcept { avcodec_free_context(&p); }
    void operator()(AVFrame* p) const noexcept { av_frame_free(&p); }
    void operator()(AVPacket* p) const noexcept { av_packet_free(&p); }
    void operator()(AVFormatContext* p) const noexcept {
        avio_closep(&p->pb);
        avformat_free_context(p);
    }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// "TITLE": RFC 7845 takes Vorbis comment names.
std::string comment_name(std::string name) {
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return name;
}

}  // namespace

struct FileEncoder::Impl {
    virtual ~Impl() = default;
    virtual std::size_t frame_frames() const = 0;
    // One encoder frame; the last may be shorter.
    virtual void encode(std::span<const float> frames) = 0;
    virtual void finish() = 0;

    std::filesystem::path path;
    std::vector<float> pending;
    bool finished = false;
};

namespace {

class LibavFile final : public FileEncoder::Impl {
public:
    LibavFile(const char* container, const char* codec_name, const std::filesystem::path& file,
              const Tags& tags) {
        av_log_set_level(AV_LOG_ERROR);  // libav is otherwise chatty on stderr, which is our log
        AVFormatContext* made = nullptr;
        require(avformat_alloc_output_context2(&made, nullptr, container, file.c_str()),
                "make an audio file");
        format_.reset(made);
        open_codec(codec_name);
        AVStream* stream = avformat_new_stream(format_.get(), nullptr);
        if (stream == nullptr) require(AVERROR(ENOMEM), "make an audio stream");
        stream->time_base = {1, kSampleRateHz};
        require(avcodec_parameters_from_context(stream->codecpar, codec_.get()), "describe the audio");
        for (const auto& [name, value] : tags)
            av_dict_set(&format_->metadata, name.c_str(), value.c_str(), 0);
        format_->flags |= AVFMT_FLAG_BITEXACT;  // no version and no time in the file
        require(avio_open(&format_->pb, file.c_str(), AVIO_FLAG_WRITE), "write an audio file");
        AVDictionary* options = nullptr;
        if (std::strcmp(container, "ipod") == 0) av_dict_set(&options, "movflags", "+faststart", 0);
        const int code = avformat_write_header(format_.get(), &options);
        av_dict_free(&options);
        require(code, "begin an audio file");
    }

    std::size_t frame_frames() const override { return static_cast<std::size_t>(codec_->frame_size); }

    void encode(std::span<const float> frames) override {
        Owned<AVFrame> frame(av_frame_alloc());
        frame->nb_samples = static_cast<int>(frames.size());
        frame->format = codec_->sample_fmt;
        frame->sample_rate = kSampleRateHz;
        require(av_channel_layout_copy(&frame->ch_layout, &codec_->ch_layout), "encode");
        require(av_frame_get_buffer(frame.get(), 0), "encode");
        std::memcpy(frame->data[0], frames.data(), frames.size_bytes());
        frame->pts = frames_;
        frames_ += static_cast<std::int64_t>(frames.size());
        require(avcodec_send_frame(codec_.get(), frame.get()), "encode");
        write_packets();
    }

    void finish() override {
        require(avcodec_send_frame(codec_.get(), nullptr), "encode the end");
        write_packets();
        require(av_write_trailer(format_.get()), "finish an audio file");
        require(avio_closep(&format_->pb), "write an audio file");
    }

private:
    void open_codec(const char* name) {
        const AVCodec* codec = avcodec_find_encoder_by_name(name);
        if (codec == nullptr) require(AVERROR_ENCODER_NOT_FOUND, "find an encoder");
        codec_.reset(avcodec_alloc_context3(codec));
        codec_->sample_rate = kSampleRateHz;
        codec_->sample_fmt = AV_SAMPLE_FMT_FLTP;
        codec_->bit_rate = kLossyBitsPerSecond;
        codec_->time_base = {1, kSampleRateHz};
        codec_->flags |= AV_CODEC_FLAG_BITEXACT;
        if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        av_channel_layout_default(&codec_->ch_layout, 1);
        require(avcodec_open2(codec_.get(), codec, nullptr), "open an encoder");
    }
    void write_packets() {
        for (;;) {
            const int code = avcodec_receive_packet(codec_.get(), packet_.get());
            if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
            require(code, "encode");
            av_packet_rescale_ts(packet_.get(), codec_->time_base, format_->streams[0]->time_base);
            packet_->stream_index = 0;
            require(av_write_frame(format_.get(), packet_.get()), "write an audio file");
            av_packet_unref(packet_.get());
        }
    }

    Owned<AVFormatContext> format_;
    Owned<AVCodecContext> codec_;
    Owned<AVPacket> packet_{av_packet_alloc()};
    std::int64_t frames_ = 0;
};

class OpusFile final : public FileEncoder::Impl {
public:
    OpusFile(const std::filesystem::path& file, const Tags& tags)
        : file_path_(file),
          file_(open_file(file, O_CREAT | O_TRUNC | O_WRONLY)),
          encoder_({}),
          muxer_(kSerial, 1, comments(tags)) {
        write_all(file_, muxer_.headers(), file_path_);
    }
    std::size_t frame_frames() const override { return kBlockFrames; }

    void encode(std::span<const float> frames) override {
        Block block{};
        std::ranges::copy(frames, block.begin());
        std::array<std::byte, kMaxOpusBytes> packet{};
        const std::size_t size_bytes = encoder_.encode(block, packet);
        muxer_.packet(std::span(packet).first(size_bytes));
        frames_ += frames.size();
        if (static_cast<std::size_t>(muxer_.frames()) % kOpusPageFrames == 0)
            write_all(file_, muxer_.flush(), file_path_);
    }
    void finish() override {
        while (static_cast<std::size_t>(muxer_.frames()) < frames_ + kOpusDelayFrames) {
            const std::size_t sounding = frames_;
            encode(std::vector<float>(kBlockFrames));
            frames_ = sounding;
        }
        write_all(file_, muxer_.finish(), file_path_);
    }

private:
    static constexpr std::uint32_t kSerial = 1;  // one stream in the file: any number does
    static Tags comments(Tags tags) {
        for (auto& [name, value] : tags) name = comment_name(name);
        return tags;
    }
    const std::filesystem::path file_path_;
    const Descriptor file_;
    OpusEncoder encoder_;
    OggOpusMuxer muxer_;
    std::size_t frames_ = 0;
};

std::unique_ptr<FileEncoder::Impl> make_encoder(FileFormat format, const std::filesystem::path& path,
                                                const Tags& tags) {
    switch (format) {
        case FileFormat::kM4a:
            return std::make_unique<LibavFile>("ipod", "aac", path, tags);
        case FileFormat::kMp3:
            return std::make_unique<LibavFile>("mp3", "libmp3lame", path, tags);
        case FileFormat::kOpus:
            break;
    }
    return std::make_unique<OpusFile>(path, tags);
}

}  // namespace

FileEncoder::FileEncoder(FileFormat format, const std::filesystem::path& path, const Tags& tags)
    : impl_(make_encoder(format, path, tags)) {
    impl_->path = path;
}

FileEncoder::~FileEncoder() {
    std::error_code ignored;
    if (!impl_->finished) std::filesystem::remove(impl_->path, ignored);
}

void FileEncoder::write(std::span<const float> frames) {
    auto& pending = impl_->pending;
    pending.insert(pending.end(), frames.begin(), frames.end());
    const std::size_t step = impl_->frame_frames();
    std::size_t done = 0;
    for (; pending.size() - done >= step; done += step) impl_->encode(std::span(pending).subspan(done, step));
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(done));
}

void FileEncoder::finish() {
    if (!impl_->pending.empty()) impl_->encode(impl_->pending);
    impl_->pending.clear();
    impl_->finish();
    impl_->finished = true;
}

void encode_file(FileFormat format, const std::filesystem::path& path, const Tags& tags,
                 const std::function<std::size_t(float*, std::size_t)>& read) {
    FileEncoder encoder(format, path, tags);
    std::vector<float> frames(kSampleRateHz);
    for (std::size_t got; (got = read(frames.data(), frames.size())) > 0;)
        encoder.write(std::span(frames).first(got));
    encoder.finish();
}

}  // namespace stagecast::media
