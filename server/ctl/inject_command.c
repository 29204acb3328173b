/* inject, sign: an alert from a file, signed as sources sign (proto/openapi.yaml). */
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/commands.h"
#include "rules/inject_signature.h"
#include "rules/secret.h"

#define INJECT_PATH "/api/v1/alerts"
#define INJECT_TIMEOUT_S 20L
#define URL_LEN_MAX 1024
#define HEADER_LEN_MAX 256

/* One signed request. */
struct signed_alert {
    char *body; /* owned, by malloc as jansson gives it */
    char id[SECRET_TOKEN_CHARS + 1];
    char timestamp[24];
    char signature[INJECT_SIGNATURE_TEXT + 1];
    char url[URL_LEN_MAX];
    const char *source; /* borrowed */
};

/* The file's alert; what changes from one sending to the next may be left out of it. */
static char *read_alert(const char *path)
{
    json_error_t problem;
    json_t *alert = strcmp(path, "-") == 0 ? json_loadf(stdin, 0, &problem)
                                           : json_load_file(path, 0, &problem);
    if (alert == NULL || !json_is_object(alert)) {
        ctl_fail("%s: line %d: %s", path, problem.line, alert ? "not an object" : problem.text);
        json_decref(alert);
        return NULL;
    }
    const int64_t now_ms = clock_wall_ms();
    if (json_object_get(alert, "identifier") == NULL) {
        char identifier[40];
        snprintf(identifier, sizeof(identifier), "hallctl-%lld", (long long)now_ms);
        json_object_set_new(alert, "identifier", json_string(identifier));
    }
    if (json_object_get(alert, "sent") == NULL)
        json_object_set_new(alert, "sent", json_integer(now_ms));
    char *body = json_dumps(alert, JSON_COMPACT);
    json_decref(alert);
    return body;
}

static bool read_secret(const char *path, char out[INJECT_KEY_TEXT + 2])
{
    FILE *file = fopen(path, "r");
    bool read = file != NULL && fgets(out, INJECT_KEY_TEXT + 2, file) != NULL;
    if (file != NULL)
        (void)fclose(file);
    if (!read) {
        ctl_fail("%s cannot be read", path);
        return false;
    }
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

static bool sign_alert(const struct ctl *ctl, struct signed_alert *alert)
{
    const char *secret_file = ctl_option(ctl, "secret-file", NULL);
    char secret[INJECT_KEY_TEXT + 2];
    uint8_t unused[SECRET_HASH_BYTES];
    alert->source = ctl_option(ctl, "source", NULL);
    if (alert->source == NULL || secret_file == NULL) {
        ctl_fail("--source and --secret-file are needed");
        return false;
    }
    alert->body = read_alert(ctl_arg(ctl, 0));
    if (alert->body == NULL || !read_secret(secret_file, secret))
        return false;
    secret_token_make(alert->id, unused);
    snprintf(alert->timestamp, sizeof(alert->timestamp), "%lld",
             (long long)(clock_wall_ms() / 1000));
    snprintf(alert->url, sizeof(alert->url), "%s" INJECT_PATH, ctl->url);
    struct inject_request request = {
        .id = alert->id,
        .timestamp = alert->timestamp,
        .body = (const uint8_t *)alert->body,
        .body_len = strlen(alert->body),
    };
    enum status status = inject_signature_make(&request, secret, alert->signature);
    secret_wipe(secret, sizeof(secret));
    if (status != STATUS_OK)
        ctl_fail("%s holds no secret key", secret_file);
    return status == STATUS_OK;
}

/* The answer of the server goes to the output as it is. */
static struct curl_slist *headers_of(const struct signed_alert *alert)
{
    char line[HEADER_LEN_MAX];
    struct curl_slist *headers = curl_slist_append(NULL, "content-type: application/json");
    const char *const pairs[][2] = {{"webhook-id", alert->id},
                                    {"webhook-timestamp", alert->timestamp},
                                    {"webhook-signature", alert->signature},
                                    {"hall-source", alert->source}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        snprintf(line, sizeof(line), "%s: %s", pairs[i][0], pairs[i][1]);
        headers = curl_slist_append(headers, line);
    }
    return headers;
}

static int post_alert(const struct signed_alert *alert)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return ctl_fail("no memory");
    struct curl_slist *headers = headers_of(alert);
    long answer = 0;
    curl_easy_setopt(curl, CURLOPT_URL, alert->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, alert->body);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, INJECT_TIMEOUT_S);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK)
        return ctl_fail("%s: %s", alert->url, curl_easy_strerror(code));
    putchar('\n');
    if (answer != 200 && answer != 201)
        return ctl_fail("the server answered %ld", answer);
    return EXIT_SUCCESS;
}

int ctl_inject(struct ctl *ctl)
{
    struct signed_alert alert = {0};
    int code = sign_alert(ctl, &alert) ? post_alert(&alert) : EXIT_FAILURE;
    free(alert.body);
    return code;
}

/* A quoted word of curl's configuration. */
static void print_quoted(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    puts("\"");
}

int ctl_sign(struct ctl *ctl)
{
    struct signed_alert alert = {0};
    if (!sign_alert(ctl, &alert)) {
        free(alert.body);
        return EXIT_FAILURE;
    }
    fputs("url = ", stdout);
    print_quoted(alert.url);
    struct curl_slist *headers = headers_of(&alert);
    for (const struct curl_slist *header = headers; header != NULL; header = header->next) {
        fputs("header = ", stdout);
        print_quoted(header->data);
    }
    fputs("data-raw = ", stdout);
    print_quoted(alert.body);
    curl_slist_free_all(headers);
    free(alert.body);
    return EXIT_SUCCESS;
}
