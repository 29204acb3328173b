/* Arenas: aligned, zeroed, joined, cleared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void what_an_arena_gives_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t bytes = 0; bytes < 5000; bytes += 37) {
        unsigned char *block = arena_alloc(&arena, bytes);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(block[i], 0);
        memset(block, 0xff, bytes);
    }
    arena_clear(&arena);
    assert_null(arena.head);
}

static void blocks_of_one_arena_do_not_overlap(void **state)
{
    (void)state;
    struct arena arena = {0};
    char *texts[200];
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char text[32];
        int len = snprintf(text, sizeof(text), "text number %zu", i);
        texts[i] = arena_copy_text(&arena, text, (size_t)len);
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char text[32];
        snprintf(text, sizeof(text), "text number %zu", i);
        assert_string_equal(texts[i], text);
    }
    arena_clear(&arena);
}

static void joined_arenas_keep_every_pointer(void **state)
{
    (void)state;
    struct arena to = {0};
    struct arena from = {0};
    char *kept = arena_copy_text(&to, "kept", 4);
    char *moved = arena_copy_text(&from, "moved", 5);
    arena_join(&to, &from);
    assert_null(from.head);
    assert_string_equal(kept, "kept");
    assert_string_equal(moved, "moved");
    char *later = arena_copy_text(&to, "later", 5);
    assert_string_equal(later, "later");
    arena_join(&to, &from); /* empty: nothing happens */
    arena_clear(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_arena_gives_is_zeroed_and_aligned),
        cmocka_unit_test(blocks_of_one_arena_do_not_overlap),
        cmocka_unit_test(joined_arenas_keep_every_pointer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
