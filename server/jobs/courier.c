#include "jobs/courier.h"

#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "rules/phone.h"
#include "rules/secret.h"
#include "store/store.h"

#define LINE_BYTES 1024
#define CODE_BYTES 64 /* a number of a case, a code; with its NUL */

/* template, what is said; %s is the code, where there is one */
static const struct {
    const char *name;
    const char *text;
} templates[] = {
    {"login.code", "【警民议事厅】验证码 %s,5 分钟内有效。不要告诉任何人，民警也不会向您要。"},
    {"dispute.new", "【警民议事厅】纠纷 %s 等待受理，请查看。"},
    {"dispute.overdue", "【警民议事厅】纠纷 %s 超时未办，请马上处理。"},
    {"dispute.returned", "【警民议事厅】纠纷 %s 负责人没有动静，已退回，请另行安排。"},
    {"dispute.goes_on", "【警民议事厅】纠纷 %s 继续办理，请查看。"},
    {"dispute.look", "【警民议事厅】纠纷 %s 该去看看了。"},
    {"dispute.raised", "【警民议事厅】纠纷 %s 预警升级，请查看。"},
    {"alert.target", "【警民议事厅】请先挂断电话，不要转账。民警正在联系您。反诈专线 96110"},
    {"person.verify_by", "【警民议事厅】有寻人求助等待核实，请马上处理。"},
    {"person.decide_by", "【警民议事厅】有寻人异议等待决定，请马上处理。"},
    {"person.hand_over_by", "【警民议事厅】找到的人还没有交接，请处理。"},
    {"person.review_by", "【警民议事厅】有寻人已发布一天，请看是否继续。"},
    {"person.take_down", "【警民议事厅】寻人撤下后仍有设备未确认删除，请知悉。"},
};

struct courier {
    uv_timer_t timer;    /* owned by the loop until closed */
    struct store *store; /* borrowed */
    struct courier_settings settings;
    bool stopped;
    bool claiming;
    unsigned open_letters; /* claimed, their end not yet recorded */
    uint64_t handed;
    void (*on_destroyed)(void *ctx);
    void *destroyed_ctx;
};

static void on_pause_over(uv_timer_t *handle);
static void on_claimed(void *ctx, enum status status, const struct store_rows *rows);
static void on_recorded(void *ctx, enum status status, const struct store_rows *rows);

struct courier *courier_create(uv_loop_t *loop, struct store *store,
                               const struct courier_settings *settings)
{
    struct courier *courier = mem_alloc(sizeof(*courier));
    courier->store = store;
    courier->settings = *settings;
    courier->stopped = true;
    courier->timer.data = courier;
    uv_timer_init(loop, &courier->timer);
    return courier;
}

static void rest(struct courier *courier)
{
    if (!courier->stopped)
        uv_timer_start(&courier->timer, on_pause_over, COURIER_PAUSE_MS, 0);
}

void courier_start(struct courier *courier)
{
    if (!courier->stopped || courier->settings.file[0] == '\0')
        return;
    courier->stopped = false;
    if (courier_is_idle(courier))
        rest(courier);
}

void courier_stop(struct courier *courier)
{
    courier->stopped = true;
    uv_timer_stop(&courier->timer);
}

bool courier_is_idle(const struct courier *courier)
{
    return !courier->claiming && courier->open_letters == 0;
}

uint64_t courier_handed(const struct courier *courier)
{
    return courier->handed;
}

static void on_closed(uv_handle_t *handle)
{
    struct courier *courier = handle->data;
    void (*fn)(void *ctx) = courier->on_destroyed;
    void *ctx = courier->destroyed_ctx;
    mem_free(courier);
    if (fn != NULL)
        fn(ctx);
}

void courier_destroy(struct courier *courier, void (*fn)(void *ctx), void *ctx)
{
    courier->on_destroyed = fn;
    courier->destroyed_ctx = ctx;
    uv_close((uv_handle_t *)&courier->timer, on_closed);
}

/* 1. Take what is due. */
static void on_pause_over(uv_timer_t *handle)
{
    struct courier *courier = handle->data;
    const struct wire_text channels[] = {{"sms", 3}};
    struct store_args args = {0};
    args_text_array(&args, channels, ARRAY_LEN(channels));
    args_int(&args, COURIER_STEP_ROWS);
    courier->claiming = true;
    store_write(courier->store, SQL_OUTBOX_CLAIM, &args, on_claimed, courier);
}

/* The number in the form that may be shown, or "?" when there is none that can be opened. */
static void mask_number(const struct courier *courier, const struct store_rows *rows, int row,
                        char out[12])
{
    struct wire_bytes sealed = rows_bin(rows, row, rows_is_null(rows, row, 4) ? 5 : 4);
    char plain[SECRET_SEAL_PLAIN_MAX + 1] = "";
    char e164[PHONE_E164_LEN + 1] = "";
    snprintf(out, 12, "?");
    if (sealed.len <= SECRET_SEAL_EXTRA || sealed.len > SECRET_SEAL_PLAIN_MAX + SECRET_SEAL_EXTRA ||
        secret_unseal(courier->settings.ring, SECRET_SEAL_PHONE, sealed.data, sealed.len,
                      (uint8_t *)plain) != STATUS_OK)
        return;
    if (phone_normalise(plain, sealed.len - SECRET_SEAL_EXTRA, e164) == STATUS_OK)
        phone_mask(e164, out);
    secret_wipe(plain, sizeof(plain));
}

/* What stands in a letter's hole: in clear, or under seal as a login's code is (login/code.c). */
static bool open_code(const struct courier *courier, const json_t *root, char out[CODE_BYTES])
{
    const char *clear = json_string_value(json_object_get(root, "code"));
    const char *sealed_text = json_string_value(json_object_get(root, "code_sealed"));
    uint8_t sealed[CODE_BYTES + SECRET_SEAL_EXTRA];
    size_t len = 0;
    if (clear != NULL)
        return snprintf(out, CODE_BYTES, "%s", clear) < CODE_BYTES;
    if (sealed_text == NULL ||
        sodium_base642bin(sealed, sizeof(sealed) - 1, sealed_text, strlen(sealed_text), NULL, &len,
                          NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        len <= SECRET_SEAL_EXTRA ||
        secret_unseal(courier->settings.ring, SECRET_SEAL_PHONE, sealed, len, (uint8_t *)out) !=
            STATUS_OK)
        return false;
    out[len - SECRET_SEAL_EXTRA] = '\0';
    return true;
}

/* NULL, or why there is nothing to say. */
static const char *render(const struct courier *courier, const char *name, const char *payload,
                          char out[LINE_BYTES])
{
    const char *text = NULL;
    char code[CODE_BYTES] = "";
    for (size_t i = 0; i < ARRAY_LEN(templates) && text == NULL; i++)
        if (strcmp(templates[i].name, name) == 0)
            text = templates[i].text;
    if (text == NULL)
        return "unknown template";
    const char *hole = strstr(text, "%s");
    if (hole == NULL) {
        snprintf(out, LINE_BYTES, "%s", text);
        return NULL;
    }
    json_t *root = json_loads(payload, 0, NULL);
    bool is_open = open_code(courier, root, code);
    json_decref(root);
    if (!is_open)
        return "the code is missing";
    snprintf(out, LINE_BYTES, "%.*s%s%s", (int)(hole - text), text, code, hole + 2);
    secret_wipe(code, sizeof(code));
    return NULL;
}

/* The adapter: one line in the file. False: it could not be written. */
static bool show(const struct courier *courier, const char *channel, const char *number,
                 const char *text)
{
    char when[32];
    char line[LINE_BYTES * 2];
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &parts);
    int len = snprintf(line, sizeof(line), "%s %s %s %s\n", when, channel, number, text);
    int fd = open(courier->settings.file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool written = write(fd, line, (size_t)len) == len;
    return close(fd) == 0 && written;
}

static void record(struct courier *courier, uint64_t id, const char *error)
{
    struct store_args args = {0};
    args_id(&args, id);
    if (error != NULL)
        args_string(&args, error);
    else
        courier->handed++;
    courier->open_letters++;
    store_write(courier->store, error != NULL ? SQL_OUTBOX_FAILED : SQL_OUTBOX_DONE, &args,
                on_recorded, courier);
}

/* 2. Hand each over and record how that went. */
static void on_claimed(void *ctx, enum status status, const struct store_rows *rows)
{
    struct courier *courier = ctx;
    courier->claiming = false;
    for (int row = 0; status == STATUS_OK && row < rows->count; row++) {
        char number[12];
        char text[LINE_BYTES];
        const char *error =
            render(courier, rows_text(rows, row, 2).data, rows_text(rows, row, 6).data, text);
        mask_number(courier, rows, row, number);
        if (error == NULL && !show(courier, rows_text(rows, row, 1).data, number, text))
            error = "the file cannot be written";
        record(courier, rows_id(rows, row, 0), error);
    }
    if (courier->open_letters == 0)
        rest(courier);
}

/* 3. When the last is recorded, look for more. If that failed, it is claimed again in a minute. */
static void on_recorded(void *ctx, enum status status, const struct store_rows *rows)
{
    struct courier *courier = ctx;
    (void)rows;
    if (status != STATUS_OK)
        log_warn("jobs.letter_not_recorded", "status=%s", status_name(status));
    if (--courier->open_letters == 0)
        rest(courier);
}
