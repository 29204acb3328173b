#include "media/child/voice_out.h"

#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "media/voice_frame.h"

#define SAMPLES_MAX ((int64_t)VOICE_RATE * VOICE_MS_MAX / 1000)

struct voice_out {
    SwrContext *to_mono;
    AVCodecContext *encoder;
    AVAudioFifo *waiting; /* samples that do not fill a frame yet */
    AVFrame *frame;
    AVPacket *packet;
    int64_t samples; /* that went in */
    size_t len;
    uint8_t sound[VOICE_SOUND_BYTES_MAX];
};

/* One recording a process, which ends right after; so nothing here is ever given back. */
static struct voice_out the_voice;

static bool open_encoder(struct voice_out *out)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libmp3lame");
    if (codec == NULL)
        return false;
    AVCodecContext *encoder = avcodec_alloc_context3(codec);
    if (encoder == NULL)
        return false;
    encoder->sample_rate = VOICE_RATE;
    encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    encoder->bit_rate = VOICE_BITS;
    encoder->time_base = (AVRational){1, VOICE_RATE};
    encoder->thread_count = 1;
    av_channel_layout_default(&encoder->ch_layout, 1);
    out->encoder = encoder;
    return avcodec_open2(encoder, codec, NULL) == 0;
}

static bool open_frame(struct voice_out *out)
{
    out->packet = av_packet_alloc();
    out->frame = av_frame_alloc();
    out->waiting = av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, 1, out->encoder->frame_size);
    if (out->packet == NULL || out->frame == NULL || out->waiting == NULL)
        return false;
    out->frame->nb_samples = out->encoder->frame_size;
    out->frame->format = AV_SAMPLE_FMT_FLTP;
    out->frame->sample_rate = VOICE_RATE;
    return av_channel_layout_copy(&out->frame->ch_layout, &out->encoder->ch_layout) == 0 &&
           av_frame_get_buffer(out->frame, 0) == 0;
}

struct voice_out *voice_out_open(const AVFrame *like)
{
    struct voice_out *out = &the_voice;
    AVChannelLayout from;
    AVChannelLayout mono;
    av_channel_layout_default(&from, like->ch_layout.nb_channels);
    av_channel_layout_default(&mono, 1);
    if (!open_encoder(out) || !open_frame(out) ||
        swr_alloc_set_opts2(&out->to_mono, &mono, AV_SAMPLE_FMT_FLTP, VOICE_RATE, &from,
                            (enum AVSampleFormat)like->format, like->sample_rate, 0, NULL) != 0 ||
        swr_init(out->to_mono) != 0)
        return NULL;
    return out;
}

/* frame NULL: what the encoder still holds. */
static bool encode(struct voice_out *out, const AVFrame *frame)
{
    if (avcodec_send_frame(out->encoder, frame) != 0)
        return false;
    while (avcodec_receive_packet(out->encoder, out->packet) == 0) {
        size_t size = (size_t)out->packet->size;
        if (size > sizeof(out->sound) - out->len)
            return false;
        memcpy(out->sound + out->len, out->packet->data, size);
        out->len += size;
        av_packet_unref(out->packet);
    }
    return true;
}

/* Whole frames; at the end the last one with silence behind it. */
static bool encode_waiting(struct voice_out *out, bool is_last)
{
    const int whole = out->encoder->frame_size;
    for (;;) {
        int ready = av_audio_fifo_size(out->waiting);
        if (ready == 0 || (ready < whole && !is_last))
            return true;
        if (av_frame_make_writable(out->frame) != 0)
            return false;
        int got = av_audio_fifo_read(out->waiting, (void **)out->frame->data, whole);
        if (got <= 0)
            return false;
        memset(out->frame->data[0] + (size_t)got * sizeof(float), 0,
               (size_t)(whole - got) * sizeof(float));
        if (!encode(out, out->frame))
            return false;
    }
}

enum status voice_out_put(struct voice_out *out, const AVFrame *frame)
{
    int room = swr_get_out_samples(out->to_mono, frame != NULL ? frame->nb_samples : 0);
    if (room < 0)
        return STATUS_UNSUPPORTED_MEDIA;
    float *mono = calloc((size_t)room + 1, sizeof(*mono));
    if (mono == NULL)
        return STATUS_UNSUPPORTED_MEDIA;
    uint8_t *into = (uint8_t *)mono;
    const uint8_t **from = frame != NULL ? (const uint8_t **)frame->extended_data : NULL;
    int made = swr_convert(out->to_mono, &into, room, from, frame != NULL ? frame->nb_samples : 0);
    bool is_kept = made >= 0 && av_audio_fifo_write(out->waiting, (void **)&mono, made) == made;
    free(mono);
    if (!is_kept)
        return STATUS_UNSUPPORTED_MEDIA;
    out->samples += made;
    if (out->samples > SAMPLES_MAX)
        return STATUS_TOO_LARGE;
    bool is_last = frame == NULL;
    if (!encode_waiting(out, is_last) || (is_last && !encode(out, NULL)))
        return STATUS_UNSUPPORTED_MEDIA;
    return STATUS_OK;
}

const uint8_t *voice_out_sound(const struct voice_out *out, size_t *len, uint32_t *duration_ms)
{
    *len = out->len;
    *duration_ms = (uint32_t)(out->samples * 1000 / VOICE_RATE);
    return out->sound;
}
