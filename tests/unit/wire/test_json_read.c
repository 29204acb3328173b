#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

static struct arena arena;
static struct wire_problem problem;

static int clear_arena(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static enum status parse(enum wire_operation code, const char *json, void **body)
{
    struct wire_body out;
    enum status status = wire_from_json(code, json, strlen(json), &arena, &out);
    *body = out.value;
    problem = out.problem;
    return status;
}

static void a_body_is_read_by_names(void **state)
{
    (void)state;
    void *body = NULL;
    assert_int_equal(parse(WIRE_ALERT_INJECT,
                           "{\"identifier\":\"A-1\",\"sender\":\"s\",\"sent\":1790000000000,"
                           "\"msg_type\":\"alert\",\"status\":\"actual\",\"level\":\"critical\","
                           "\"target\":{\"community_code\":\"C1\",\"name\":\"\u738b\"},"
                           "\"features\":[\"secrecy\",\"safe_account\"],\"colour\":\"red\"}",
                           &body),
                     STATUS_OK);
    const struct wire_alert_inject *inject = body;
    assert_true(wire_text_equals(inject->identifier, "A-1"));
    assert_int_equal(inject->sent, 1790000000000);
    assert_true(inject->has_level);
    assert_int_equal(inject->level, WIRE_ALERT_LEVEL_CRITICAL);
    assert_true(wire_text_equals(inject->target.name, "\xE7\x8E\x8B"));
    assert_int_equal(inject->features.count, 2);
    assert_int_equal(inject->features.items[1], WIRE_SCAM_FEATURE_SAFE_ACCOUNT);
    assert_false(inject->has_scam_type);
}

static void null_is_absent(void **state)
{
    (void)state;
    void *body = NULL;
    assert_int_equal(parse(WIRE_DONE, "{\"state_version\":null}", &body), STATUS_OK);
    assert_false(((const struct wire_done *)body)->has_state_version);
    assert_int_equal(parse(WIRE_ROOM_READ, "{\"room_id\":1,\"seq\":null}", &body),
                     STATUS_INVALID_FIELD);
    assert_string_equal(problem.field, "seq");
    assert_string_equal(problem.reason, "is missing");
}

static void keys_are_base64url(void **state)
{
    (void)state;
    void *body = NULL;
    assert_int_equal(parse(WIRE_MESSAGE_POST,
                           "{\"room_id\":1,\"client_key\":\"AAECAwQFBgcICQoLDA0O_w\","
                           "\"body\":\"\"}",
                           &body),
                     STATUS_OK);
    const struct wire_message_post *post = body;
    assert_int_equal(post->client_key[1], 1);
    assert_int_equal(post->client_key[15], 0xFF);
    static const char *const bad[] = {"AAECAwQFBgcICQoLDA0O/w",
                                      "AAECAwQFBgcICQoLDA0O_w==", "AAECAwQFBgcICQoLDA0O", "", "!"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char json[100];
        (void)snprintf(json, sizeof(json), "{\"room_id\":1,\"client_key\":\"%s\",\"body\":\"\"}",
                       bad[i]);
        assert_int_equal(parse(WIRE_MESSAGE_POST, json, &body), STATUS_INVALID_FIELD);
        assert_string_equal(problem.field, "client_key");
    }
}

struct refusal {
    enum wire_operation code;
    const char *json;
    const char *field;
    const char *reason;
};

static const struct refusal refusals[] = {
    {WIRE_ROOM_READ, "{\"room_id\":1}", "seq", "is missing"},
    {WIRE_ROOM_READ, "{\"room_id\":1.0,\"seq\":2}", "room_id", "must be a whole number"},
    {WIRE_ROOM_READ, "{\"room_id\":\"1\",\"seq\":2}", "room_id", "must be a whole number"},
    {WIRE_ROOM_READ, "{\"room_id\":-1,\"seq\":2}", "room_id", "is out of range"},
    {WIRE_ROOM_READ, "{\"room_id\":9007199254740992,\"seq\":2}", "room_id", "is out of range"},
    {WIRE_MESSAGE_HISTORY, "{\"room_id\":1,\"limit\":101}", "limit", "is out of range"},
    {WIRE_ACCOUNT_RENAME, "{\"display_name\":7}", "display_name", "must be text"},
    {WIRE_ACCOUNT_RENAME, "{\"display_name\":\"a\\u001bb\"}", "display_name",
     "has a control character"},
    {WIRE_ACCOUNT_RENAME, "{\"display_name\":\"12345678901234567890123456789012345678901\"}",
     "display_name", "is too long"},
    {WIRE_CLOSING, "{\"reason\":\"boredom\",\"retry_after_ms\":1}", "reason",
     "is not a known value"},
    {WIRE_CLOSING, "{\"reason\":1,\"retry_after_ms\":1}", "reason", "must be the name of a value"},
    {WIRE_PING, "{\"rooms\":{}}", "rooms", "must be a list"},
    {WIRE_PING, "{\"rooms\":[1,true]}", "rooms[1]", "must be a whole number"},
    {WIRE_ALERT_RECEIPTS, "{\"items\":[{\"stage\":\"queued\"},{}]}", "items[1].stage",
     "is missing"},
    {WIRE_ALERT_RECEIPTS, "{\"items\":[5]}", "items[0]", "must be a record"},
};

static void a_refusal_names_field_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        void *body = NULL;
        assert_int_equal(parse(refusals[i].code, refusals[i].json, &body), STATUS_INVALID_FIELD);
        assert_string_equal(problem.field, refusals[i].field);
        assert_string_equal(problem.reason, refusals[i].reason);
        assert_null(body);
    }
}

static void what_is_not_json_is_malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "7",
        "{} {}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"seq\":1,\"seq\":2}",
        "{\"a\":\"\xC3\x28\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":99999999999999999999}",
        "{\"a\":\"\\ud800\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        void *body = NULL;
        assert_int_equal(parse(WIRE_DONE, bad[i], &body), STATUS_MALFORMED_FRAME);
    }
}

static void size_and_depth_are_limited(void **state)
{
    (void)state;
    static char json[WIRE_JSON_BYTES_MAX + 2];
    void *body = NULL;
    memset(json, ' ', WIRE_JSON_BYTES_MAX);
    json[0] = '{';
    json[WIRE_JSON_BYTES_MAX - 1] = '}';
    assert_int_equal(parse(WIRE_DONE, json, &body), STATUS_OK);
    json[WIRE_JSON_BYTES_MAX] = ' ';
    assert_int_equal(parse(WIRE_DONE, json, &body), STATUS_TOO_LARGE);
    memset(json, '[', WIRE_JSON_BYTES_MAX);
    memcpy(json, "{\"a\":", 5);
    json[WIRE_JSON_BYTES_MAX] = '\0';
    assert_int_equal(parse(WIRE_DONE, json, &body), STATUS_MALFORMED_FRAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_read_by_names),
        cmocka_unit_test(null_is_absent),
        cmocka_unit_test(keys_are_base64url),
        cmocka_unit_test(a_refusal_names_field_and_reason),
        cmocka_unit_test(what_is_not_json_is_malformed),
        cmocka_unit_test(size_and_depth_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, clear_arena);
}
