/*
 * mem: allocation that never fails (it aborts), and arenas: blocks that are freed together.
 * What a peer can make us allocate is limited before it gets here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Zeroed memory; aborts when there is none. Freed with mem_free. */
void *mem_alloc(size_t bytes);
/* Grows or makes an array of count items; aborts on overflow or when there is no memory. */
void *mem_grow(void *array, size_t count, size_t item_bytes);
void mem_free(void *block);

/* An arena: many small allocations, one release. Zero-initialised is a valid empty arena. */
struct arena_block;
struct arena {
    struct arena_block *head; /* owned */
};

/* Zeroed and aligned for any type; lives until arena_clear. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* A NUL-terminated copy; the length may be 0. */
char *arena_copy_text(struct arena *arena, const char *text, size_t len);
void arena_clear(struct arena *arena);
/* Moves everything of `from`, which is empty afterwards, into `to`; pointers stay valid. */
void arena_join(struct arena *to, struct arena *from);

#endif
