#include "base/mem.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define ARENA_BLOCK_BYTES 2048

struct arena_block {
    struct arena_block *next; /* owned */
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static void *must(void *block)
{
    if (block == NULL) {
        log_error("base.out_of_memory", "aborting=1");
        abort();
    }
    return block;
}

void *mem_alloc(size_t bytes)
{
    return must(calloc(1, bytes > 0 ? bytes : 1));
}

void *mem_grow(void *array, size_t count, size_t item_bytes)
{
    if (count > 0 && item_bytes > SIZE_MAX / count)
        abort();
    size_t bytes = count * item_bytes;
    return must(realloc(array, bytes > 0 ? bytes : 1));
}

void mem_free(void *block)
{
    free(block);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    const size_t align = alignof(max_align_t);
    if (bytes > SIZE_MAX / 2)
        abort();
    size_t need = (bytes + align - 1) / align * align;
    struct arena_block *block = arena->head;
    if (block == NULL || block->size - block->used < need) {
        size_t size = need > ARENA_BLOCK_BYTES ? need : ARENA_BLOCK_BYTES;
        block = mem_alloc(sizeof(*block) + size);
        block->size = size;
        block->next = arena->head;
        arena->head = block;
    }
    void *out = block->bytes + block->used;
    block->used += need;
    return out;
}

char *arena_copy_text(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

void arena_clear(struct arena *arena)
{
    struct arena_block *block = arena->head;
    while (block != NULL) {
        struct arena_block *next = block->next;
        mem_free(block);
        block = next;
    }
    arena->head = NULL;
}

void arena_join(struct arena *to, struct arena *from)
{
    struct arena_block **end = &to->head;
    while (*end != NULL)
        end = &(*end)->next;
    *end = from->head;
    from->head = NULL;
}
