/* The doors themselves, asked in raw bytes. */
#include "net/raw_client.h"

static void messages_of_every_size_come_back_whole(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 125, 126, 900, 1023, 1024, 1025, 1040, 1041, 4096,
                                   32768, 65535, 65536};
    static uint8_t payload[65536];
    int fd = open_known();
    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 31 + 7);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        say_frame(fd, 0x82, payload, sizes[i]);
        expect_echo(fd, payload, sizes[i]);
    }
    close(fd);
}

static void many_messages_in_one_write_are_many(void **state)
{
    (void)state;
    uint8_t bytes[20000];
    size_t n = 0;
    int fd = open_known();
    for (uint8_t i = 0; i < 100; i++) {
        uint8_t payload[150];
        memset(payload, i, sizeof(payload));
        n += frame(bytes + n, 0x82, payload, sizeof(payload));
    }
    say(fd, bytes, n);
    for (uint8_t i = 0; i < 100; i++) {
        uint8_t payload[150];
        memset(payload, i, sizeof(payload));
        expect_echo(fd, payload, sizeof(payload));
    }
    close(fd);
}

static void fragments_are_put_together_and_pings_answered_between(void **state)
{
    (void)state;
    int fd = open_known();
    uint8_t header[2], pong[3];
    say_frame(fd, 0x02, "one ", 4);
    say_frame(fd, 0x89, "hey", 3);
    assert_int_equal(hear(fd, header, 2, 2000), 2);
    assert_int_equal(header[0], 0x8a);
    assert_int_equal(hear(fd, pong, 3, 2000), 3);
    assert_memory_equal(pong, "hey", 3);
    say_frame(fd, 0x00, "two ", 4);
    say_frame(fd, 0x80, "three", 5);
    expect_echo(fd, "one two three", 13);
    say_frame(fd, 0x82, "after", 5);
    expect_echo(fd, "after", 5);
    close(fd);
}

static void thirty_two_fragments_pass_and_one_more_does_not(void **state)
{
    (void)state;
    char whole[33];
    memset(whole, 'x', sizeof(whole));
    int fd = open_known();
    for (int i = 0; i < 32; i++)
        say_frame(fd, i == 0 ? 0x02 : i == 31 ? 0x80 : 0x00, "x", 1);
    expect_echo(fd, whole, 32);
    for (int i = 0; i < 33; i++)
        say_frame(fd, i == 0 ? 0x02 : i == 32 ? 0x80 : 0x00, "x", 1);
    expect_close(fd, 1008);
}

static void a_message_too_large_is_refused_in_one_frame_or_many(void **state)
{
    (void)state;
    static uint8_t payload[65537];
    int fd = open_known();
    say_frame(fd, 0x82, payload, sizeof(payload));
    expect_close(fd, 1009);
    fd = open_known();
    say_frame(fd, 0x02, payload, 40000);
    say_frame(fd, 0x80, payload, 40000);
    expect_close(fd, 1009);
}

static void text_is_refused(void **state)
{
    (void)state;
    int fd = open_known();
    say_frame(fd, 0x81, "hello", 5);
    expect_close(fd, 1003);
}

static void a_message_that_is_never_finished_is_given_up(void **state)
{
    (void)state;
    int fd = open_known();
    say_frame(fd, 0x02, "begun", 5);
    for (int i = 0; i < 14; i++) { /* pongs keep the connection alive, not the message */
        usleep(400000);
        say_frame(fd, 0x8a, "h", 1);
    }
    expect_close(fd, 1008);
}

static void silence_is_noticed_and_an_answered_ping_is_life(void **state)
{
    (void)state;
    uint8_t bytes[16];
    size_t len = 0;
    int silent = open_known();
    int lively = open_known();
    assert_int_equal(hear(silent, bytes, 3, 2000), 3);
    assert_int_equal(bytes[0], 0x89);
    for (int i = 0; i < 10; i++) {
        usleep(300000);
        say_frame(lively, 0x8a, "h", 1);
    }
    say_frame(lively, 0x82, "here", 4);
    expect_echo(lively, "here", 4);
    close(lively);
    assert_int_equal(hear_frame(silent, large, &len), 0x82); /* why: the closing event */
    expect_close(silent, 4008);
}

static void nobody_in_particular_is_closed_with_4401(void **state)
{
    (void)state;
    expect_close(open_socket(""), 4401);
    int fd = open_socket("Cookie: a=b; hall=token\r\n");
    say_frame(fd, 0x82, "x", 1);
    expect_echo(fd, "x", 1);
    close(fd);
    fd = open_socket("Cookie: hallo=token\r\n");
    expect_close(fd, 4401);
}

/* Sends a request and gives the answer as text. */
static const char *ask(const char *request)
{
    static char answer[400000];
    int fd = dial();
    say(fd, request, strlen(request));
    size_t n = hear(fd, (uint8_t *)answer, sizeof(answer) - 1, 3000);
    answer[n] = '\0';
    close(fd);
    return answer;
}

static void requests_are_read_and_answered(void **state)
{
    (void)state;
    const char *answer = ask("GET /now?a=%26b&c=d HTTP/1.1\r\nHost: x\r\nWebhook-Id: id-1\r\n\r\n");
    assert_non_null(strstr(answer, "0 /now?a=%26b&c=d [0] id-1"));
    answer = ask("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    assert_non_null(strstr(answer, "2 /p? [5] -"));
    answer = ask("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    assert_non_null(strstr(answer, "2 /p? [0] -"));
    answer = ask("PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    assert_non_null(strstr(answer, "3 /p? [0] -"));
    answer = ask("HEAD /now HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_non_null(strstr(answer, "200 OK"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void a_late_and_large_answer_arrives_whole(void **state)
{
    (void)state;
    const char *answer = ask("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    const char *body = strstr(answer, "\r\n\r\n");
    assert_non_null(body);
    for (size_t i = 0; i < ANSWER_LEN; i++)
        assert_int_equal((uint8_t)body[4 + i], (uint8_t)(i * 7));
}

static void an_asker_who_left_harms_nobody(void **state)
{
    (void)state;
    int fd = dial();
    say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n", 33);
    close(fd);
    usleep(200000);
    assert_non_null(strstr(ask("GET /now HTTP/1.1\r\nHost: x\r\n\r\n"), "200 OK"));
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        const char *expected; /* "": hung up on without a word */
    } cases[] = {
        {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello", " 400 "},
        {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", " 400 "},
        {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
         " 400 "},
        {"POST /p HTTP/1.1\r\nHost: x\r\n\r\nhello", " 411 "},
        {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", " 413 "},
        {"POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", " 501 "},
        {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello",
         " 415 "},
        {"GET /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", " 400 "},
        {"GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n", " 400 "},
        {"GET /a%0ab HTTP/1.1\r\nHost: x\r\n\r\n", " 400 "}, /* would begin a header */
        {"GET /a%20HTTP/1.1%0aX-Own:%20b HTTP/1.1\r\nHost: x\r\n\r\n", " 400 "},
        {"GET /now\r\n\r\n", " 400 "},
        {"GET /now HTTP/2.0\r\nHost: x\r\n\r\n", " 400 "},
        {"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", ""},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
         "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
         ""},
        {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *answer = ask(cases[i].request);
        if (cases[i].expected[0] == '\0' ? strstr(answer, "HTTP/1.1 2") != NULL
                                         : strstr(answer, cases[i].expected) == NULL)
            fail_msg("case %zu: %s", i, answer);
    }
}

static void a_second_request_ahead_of_the_answer_is_not_served(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GET /now HTTP/1.1\r\nHost: x\r\n\r\nPOST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        "\r\nhelloGET /now HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /now HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        "Upgrade: foo\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        const char *answer = ask(requests[i]);
        const char *first = strstr(answer, "HTTP/1.1 200");
        if (first != NULL)
            assert_null(strstr(first + 1, "HTTP/1.1 200"));
    }
    assert_non_null(strstr(ask("GET /now HTTP/1.1\r\nHost: x\r\n\r\n"), "200 OK"));
}

static void too_many_connections_are_turned_away(void **state)
{
    (void)state;
    int fds[40];
    int refused = 0;
    for (int i = 0; i < 20; i++)
        fds[i] = dial();
    for (int i = 0; i < 20; i++)
        refused += is_closed_within(fds[i], 50);
    assert_int_equal(refused, 10); /* half-open: 10 */
    for (int i = 0; i < 20; i++)
        close(fds[i]);
    usleep(200000);
    refused = 0;
    for (int i = 0; i < 40; i++) {
        fds[i] = i < 30 ? open_known() : dial();
        refused += i >= 30 && is_closed_within(fds[i], 200);
    }
    assert_int_equal(refused, 10); /* per address: 30 */
    for (int i = 0; i < 40; i++)
        close(fds[i]);
    usleep(200000);
    close(open_known());
}

#define NET_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NET_TEST(messages_of_every_size_come_back_whole),
        NET_TEST(many_messages_in_one_write_are_many),
        NET_TEST(fragments_are_put_together_and_pings_answered_between),
        NET_TEST(thirty_two_fragments_pass_and_one_more_does_not),
        NET_TEST(a_message_too_large_is_refused_in_one_frame_or_many),
        NET_TEST(text_is_refused),
        NET_TEST(a_message_that_is_never_finished_is_given_up),
        NET_TEST(silence_is_noticed_and_an_answered_ping_is_life),
        NET_TEST(nobody_in_particular_is_closed_with_4401),
        NET_TEST(requests_are_read_and_answered),
        NET_TEST(a_late_and_large_answer_arrives_whole),
        NET_TEST(an_asker_who_left_harms_nobody),
        NET_TEST(bad_requests_are_refused),
        NET_TEST(a_second_request_ahead_of_the_answer_is_not_served),
        NET_TEST(too_many_connections_are_turned_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
