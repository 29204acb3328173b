/*
 * child_io: the two pipes of a child: a stranger's file in, its answer out.
 */
#ifndef MEDIA_CHILD_CHILD_IO_H
#define MEDIA_CHILD_CHILD_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Until the end or until room is full: with one byte more than allowed one knows it is too much. */
size_t child_read(uint8_t *bytes, size_t room);
/* false: nobody reads any more. */
bool child_write(const void *bytes, size_t len);

#endif
