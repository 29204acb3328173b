#include "hub/frame_encode.h"

#include "base/log.h"

struct shared_frame *frame_encode(enum wire_operation code, uint32_t seq, const void *body)
{
    struct wire_buffer buffer = {0};
    struct shared_frame *frame = NULL;
    enum status status = wire_encode(code, seq, body, &buffer);
    if (status == STATUS_OK)
        frame = shared_frame_create(buffer.data, buffer.len);
    else
        log_error("hub.not_encoded", "operation=%d status=%s", (int)code, status_name(status));
    wire_buffer_deinit(&buffer);
    return frame;
}
