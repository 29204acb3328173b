#include "media/child/voice_in.h"

#include <libavformat/avformat.h>
#include <stdbool.h>
#include <string.h>

#define IO_BYTES 16384
#define STREAMS_MAX 4
#define RATE_MIN 8000
#define RATE_MAX 96000
#define CHANNELS_MAX 2

struct voice_in {
    const uint8_t *bytes; /* borrowed */
    int64_t len;
    int64_t at;
    AVFormatContext *file;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *frame;
    int stream;
    bool is_drained; /* the decoder was told that nothing follows */
    int rate;        /* of the first frame; 0: none yet */
    int channels;
};

/* One recording a process, which ends right after; so nothing here is ever given back. */
static struct voice_in the_recording;

static int on_read(void *ctx, uint8_t *out, int room)
{
    struct voice_in *in = ctx;
    int64_t rest = in->len - in->at;
    if (rest <= 0)
        return AVERROR_EOF;
    int got = rest < room ? (int)rest : room;
    memcpy(out, in->bytes + in->at, (size_t)got);
    in->at += got;
    return got;
}

static int64_t on_seek(void *ctx, int64_t offset, int whence)
{
    struct voice_in *in = ctx;
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE)
        return in->len;
    int64_t base = whence == SEEK_CUR ? in->at : whence == SEEK_END ? in->len : 0;
    if (offset < -base || offset > in->len - base)
        return AVERROR(EINVAL);
    in->at = base + offset;
    return in->at;
}

/* A file that points to other files points to nothing. */
static int on_open(AVFormatContext *file, AVIOContext **out, const char *url, int flags,
                   AVDictionary **options)
{
    (void)file;
    (void)out;
    (void)url;
    (void)flags;
    (void)options;
    return AVERROR(EPERM);
}

static bool open_file(struct voice_in *in, enum voice_kind kind)
{
    static const char *const names[] = {
        [VOICE_WEBM] = "webm",
        [VOICE_MP4] = "mp4",
        [VOICE_OGG] = "ogg",
    };
    const AVInputFormat *format = av_find_input_format(names[kind]);
    uint8_t *buffer = av_malloc(IO_BYTES);
    in->file = avformat_alloc_context();
    if (format == NULL || buffer == NULL || in->file == NULL)
        return false;
    in->file->pb = avio_alloc_context(buffer, IO_BYTES, 0, in, on_read, NULL, on_seek);
    if (in->file->pb == NULL)
        return false;
    in->file->flags |= AVFMT_FLAG_CUSTOM_IO;
    in->file->io_open = on_open;
    in->file->max_streams = STREAMS_MAX;
    in->file->codec_whitelist = av_strdup("opus,aac");
    in->file->protocol_whitelist = av_strdup("none");
    return avformat_open_input(&in->file, NULL, format, NULL) == 0;
}

/* The first sound in it; whatever else is there is not even read. */
static const AVCodecParameters *choose_stream(struct voice_in *in)
{
    const AVCodecParameters *chosen = NULL;
    for (unsigned i = 0; i < in->file->nb_streams; i++) {
        AVStream *stream = in->file->streams[i];
        bool is_sound = stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        stream->discard = AVDISCARD_ALL;
        if (!is_sound || chosen != NULL)
            continue;
        stream->discard = AVDISCARD_DEFAULT;
        in->stream = (int)i;
        chosen = stream->codecpar;
    }
    return chosen;
}

static const AVCodec *find_decoder(enum AVCodecID id)
{
    if (id == AV_CODEC_ID_OPUS)
        return avcodec_find_decoder_by_name("opus");
    return id == AV_CODEC_ID_AAC ? avcodec_find_decoder_by_name("aac") : NULL;
}

static bool open_decoder(struct voice_in *in)
{
    const AVCodecParameters *parameters = choose_stream(in);
    const AVCodec *codec = parameters != NULL ? find_decoder(parameters->codec_id) : NULL;
    if (codec == NULL)
        return false;
    in->decoder = avcodec_alloc_context3(codec);
    in->packet = av_packet_alloc();
    in->frame = av_frame_alloc();
    if (in->decoder == NULL || in->packet == NULL || in->frame == NULL ||
        avcodec_parameters_to_context(in->decoder, parameters) < 0)
        return false;
    in->decoder->thread_count = 1; /* the sandbox has no threads */
    return avcodec_open2(in->decoder, codec, NULL) == 0;
}

struct voice_in *voice_in_open(const uint8_t *bytes, size_t len, enum voice_kind kind)
{
    struct voice_in *in = &the_recording;
    in->bytes = bytes;
    in->len = (int64_t)len;
    return open_file(in, kind) && open_decoder(in) ? in : NULL;
}

/* false: broken. At the end of the file the decoder gives what it still holds. */
static bool feed(struct voice_in *in)
{
    for (;;) {
        av_packet_unref(in->packet);
        int error = av_read_frame(in->file, in->packet);
        if (error == AVERROR_EOF) {
            in->is_drained = true;
            return avcodec_send_packet(in->decoder, NULL) == 0;
        }
        if (error != 0)
            return false;
        if (in->packet->stream_index == in->stream)
            return avcodec_send_packet(in->decoder, in->packet) == 0;
    }
}

static bool is_steady(struct voice_in *in)
{
    const AVFrame *frame = in->frame;
    if (in->rate == 0) {
        in->rate = frame->sample_rate;
        in->channels = frame->ch_layout.nb_channels;
    }
    return frame->nb_samples > 0 && in->rate == frame->sample_rate && in->rate >= RATE_MIN &&
           in->rate <= RATE_MAX && in->channels == frame->ch_layout.nb_channels &&
           in->channels >= 1 && in->channels <= CHANNELS_MAX &&
           frame->format == in->decoder->sample_fmt;
}

enum status voice_in_next(struct voice_in *in, const AVFrame **frame)
{
    for (;;) {
        int error = avcodec_receive_frame(in->decoder, in->frame);
        if (error == 0) {
            *frame = in->frame;
            return is_steady(in) ? STATUS_OK : STATUS_UNSUPPORTED_MEDIA;
        }
        if (error == AVERROR_EOF) {
            *frame = NULL;
            return STATUS_OK;
        }
        if (error != AVERROR(EAGAIN) || in->is_drained || !feed(in))
            return STATUS_UNSUPPORTED_MEDIA;
    }
}
