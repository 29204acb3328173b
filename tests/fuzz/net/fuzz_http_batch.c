/*
 * Lists of alerts in one request: the first byte chooses JSON or MessagePack. Every item that was
 * counted is given once, whatever it is.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "net/http_batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_batch *batch = NULL;
    if (size == 0)
        return 0;
    enum status status = data[0] & 1 ? http_batch_read_json(data + 1, size - 1, &batch)
                                     : http_batch_read_msgpack(data + 1, size - 1, &batch);
    if (status != STATUS_OK)
        return 0;
    unsigned count = http_batch_count(batch);
    if (count == 0 || count > HTTP_BATCH_ITEMS_MAX)
        abort();
    for (unsigned i = 0; i <= count; i++) {
        struct arena arena = {0};
        struct wire_body body = {0};
        status = http_batch_next(batch, WIRE_ALERT_INJECT, &arena, &body);
        if ((status == STATUS_CLOSED) != (i == count))
            abort();
        if (i < count)
            http_batch_note(batch, 200, "alert", "{}");
        arena_clear(&arena);
    }
    free(http_batch_answer(batch));
    http_batch_destroy(batch);
    return 0;
}
