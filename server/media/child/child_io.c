#include "media/child/child_io.h"

#include <stdint.h>
#include <unistd.h>

bool child_write(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        ssize_t written = write(STDOUT_FILENO, at, len);
        if (written <= 0)
            return false;
        at += written;
        len -= (size_t)written;
    }
    return true;
}

size_t child_read(uint8_t *bytes, size_t room)
{
    size_t used = 0;
    while (used < room) {
        ssize_t got = read(STDIN_FILENO, bytes + used, room - used);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    return used;
}
