/* The golden vectors: our codec, the JSON codec and msgpack-c agree on every byte. */
#include <dirent.h>
#include <jansson.h>
#include <msgpack.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/frame_scan.h"
#include "wire/wire.h"

#define FOLDER    "proto/vectors"
#define FRAME_MAX 70000

struct vector {
    const char *name;
    const char *test_case;
    uint32_t seq;
    const json_t *value;
    uint8_t bytes[FRAME_MAX];
    size_t len;
};

typedef void (*vector_fn)(const struct vector *vector);

static size_t from_hex(const char *hex, uint8_t *bytes)
{
    size_t len = strlen(hex) / 2;
    assert_true(len <= FRAME_MAX);
    for (size_t i = 0; i < len; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        char *end;
        bytes[i] = (uint8_t)strtoul(pair, &end, 16);
        assert_ptr_equal(end, pair + 2);
    }
    return len;
}

static json_t *load(const char *file)
{
    char path[300];
    (void)snprintf(path, sizeof(path), FOLDER "/%s", file);
    json_t *rows = json_load_file(path, 0, NULL);
    assert_non_null(rows);
    return rows;
}

static size_t each_in(const char *file, vector_fn check)
{
    static struct vector vector;
    json_t *rows = load(file);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        vector.name = json_string_value(json_object_get(row, "name"));
        vector.test_case = json_string_value(json_object_get(row, "case"));
        vector.seq = (uint32_t)json_integer_value(json_object_get(row, "seq"));
        vector.value = json_object_get(row, "value");
        vector.len = from_hex(json_string_value(json_object_get(row, "hex")), vector.bytes);
        check(&vector);
    }
    size_t count = json_array_size(rows);
    json_decref(rows);
    return count;
}

static void each_vector(vector_fn check)
{
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        bool is_special = strcmp(entry->d_name, "refused.json") == 0 ||
                          strcmp(entry->d_name, "lenient.json") == 0;
        if (entry->d_name[0] != '.' && !is_special)
            count += each_in(entry->d_name, check);
    }
    (void)closedir(folder);
    size_t messages = 0;
#define COUNT(code, name) messages++;
    WIRE_EACH_MESSAGE(COUNT)
#undef COUNT
    assert_true(count >= 3 * messages);
}

static void check_encoding(const struct vector *vector)
{
    const struct wire_operation_info *info = wire_info_by_name(vector->name);
    assert_non_null(info);
    char *json = json_dumps(vector->value, JSON_COMPACT);
    struct arena arena = {0};
    struct wire_buffer out = {0};
    struct wire_body body;
    enum status status = wire_from_json(info->code, json, strlen(json), &arena, &body);
    if (status != STATUS_OK)
        fail_msg("%s %s: %s %s", vector->name, vector->test_case, body.problem.field,
                 body.problem.reason);
    assert_int_equal(wire_encode(info->code, vector->seq, body.value, &out), STATUS_OK);
    assert_int_equal(out.len, vector->len);
    assert_memory_equal(out.data, vector->bytes, out.len);
    wire_buffer_deinit(&out);
    arena_clear(&arena);
    free(json);
}

static void check_decoding(const struct vector *vector)
{
    struct arena arena = {0};
    struct wire_frame frame;
    struct wire_buffer out = {0};
    assert_int_equal(wire_decode_any(vector->bytes, vector->len, &arena, &frame), STATUS_OK);
    assert_string_equal(frame.info->name, vector->name);
    assert_int_equal(frame.seq, vector->seq);
    assert_int_equal(wire_to_json(frame.code, frame.body, &out), STATUS_OK);
    json_t *value = json_loadb((const char *)out.data, out.len, 0, NULL);
    assert_true(json_equal(value, vector->value));
    json_decref(value);
    enum status as_request = wire_decode(vector->bytes, vector->len, &arena, &frame);
    bool is_request = wire_info_by_name(vector->name)->kind == WIRE_KIND_REQUEST;
    assert_int_equal(as_request, is_request ? STATUS_OK : STATUS_UNKNOWN_OPERATION);
    wire_buffer_deinit(&out);
    arena_clear(&arena);
}

/* msgpack-c writes shortest forms too: what it reads and writes again must be the same bytes. */
static void check_against_library(const struct vector *vector)
{
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    size_t used = 0;
    assert_int_equal(
        msgpack_unpack_next(&unpacked, (const char *)vector->bytes, vector->len, &used),
        MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(used, vector->len);
    msgpack_sbuffer again;
    msgpack_sbuffer_init(&again);
    msgpack_packer packer;
    msgpack_packer_init(&packer, &again, msgpack_sbuffer_write);
    assert_int_equal(msgpack_pack_object(&packer, unpacked.data), 0);
    assert_int_equal(again.size, vector->len);
    assert_memory_equal(again.data, vector->bytes, vector->len);
    msgpack_sbuffer_destroy(&again);
    msgpack_unpacked_destroy(&unpacked);
}

/* Each prefix in a block of its own, so that a sanitizer sees a read beyond it. */
static void check_prefixes(const struct vector *vector)
{
    struct arena arena = {0};
    struct wire_frame frame;
    size_t step = vector->len < 600 ? 1 : 7;
    for (size_t len = 0; len < vector->len; len += step) {
        uint8_t *prefix = mem_alloc(len);
        memcpy(prefix, vector->bytes, len);
        assert_int_equal(wire_decode_any(prefix, len, &arena, &frame), STATUS_MALFORMED_FRAME);
        mem_free(prefix);
    }
    arena_clear(&arena);
}

static void every_vector_is_encoded_byte_for_byte(void **state)
{
    (void)state;
    each_vector(check_encoding);
}

static void every_vector_is_decoded_to_its_value(void **state)
{
    (void)state;
    each_vector(check_decoding);
}

static void an_independent_library_writes_the_same_bytes(void **state)
{
    (void)state;
    each_vector(check_against_library);
}

static void every_truncated_prefix_is_refused(void **state)
{
    (void)state;
    each_vector(check_prefixes);
}

static void what_nobody_produces_is_taken_all_the_same(void **state)
{
    (void)state;
    assert_true(each_in("lenient.json", check_decoding) >= 4);
}

static void every_bad_frame_gets_its_error_and_field(void **state)
{
    (void)state;
    static uint8_t bytes[FRAME_MAX];
    json_t *rows = load("refused.json");
    assert_true(json_array_size(rows) > 40);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        size_t len = from_hex(json_string_value(json_object_get(row, "hex")), bytes);
        struct arena arena = {0};
        struct wire_frame frame;
        enum status status = wire_decode(bytes, len, &arena, &frame);
        const char *error = json_string_value(json_object_get(row, "error"));
        const char *test_case = json_string_value(json_object_get(row, "case"));
        if (strcmp(wire_error_info(status_wire_error(status))->name, error) != 0)
            fail_msg("%s: %s instead of %s", test_case, status_name(status), error);
        assert_string_equal(frame.problem.field, json_string_value(json_object_get(row, "field")));
        assert_null(frame.body);
        arena_clear(&arena);
    }
    json_decref(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_is_encoded_byte_for_byte),
        cmocka_unit_test(every_vector_is_decoded_to_its_value),
        cmocka_unit_test(an_independent_library_writes_the_same_bytes),
        cmocka_unit_test(every_truncated_prefix_is_refused),
        cmocka_unit_test(what_nobody_produces_is_taken_all_the_same),
        cmocka_unit_test(every_bad_frame_gets_its_error_and_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
