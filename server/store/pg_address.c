#include "store/pg_address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

/* A healthy server answers with an error before we think it is lost. */
#define STATEMENT_TIMEOUT_PERCENT 75
#define LOCK_TIMEOUT_PERCENT      50

const char *pg_link_use_name(enum pg_link_use use)
{
    static const char *const names[] = {"hall-read", "hall-batch", "hall-control", "hall-slow",
                                        "hall-listen"};
    return names[use];
}

static bool is_literal(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return host[0] == '/' || host[0] == '@' || inet_pton(AF_INET, host, bytes) == 1 ||
           inet_pton(AF_INET6, host, bytes) == 1;
}

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (strcmp(o->keyword, keyword) == 0)
            return o->val;
    return NULL;
}

bool pg_address_init(struct pg_address *address, const char *database, unsigned answer_timeout_ms)
{
    memset(address, 0, sizeof(*address));
    address->database = database;
    address->answer_timeout_ms = answer_timeout_ms;
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(database, &why);
    if (!options) {
        log_error("store.bad_address", "why=%s", why ? why : "");
        PQfreemem(why);
        return false;
    }
    const char *host = value_of(options, "host");
    const char *hostaddr = value_of(options, "hostaddr");
    const char *wanted = value_of(options, "options");
    bool one_name = host && !hostaddr && !strchr(host, ',') && !is_literal(host);
    if (one_name && strlen(host) < sizeof(address->lookup))
        snprintf(address->lookup, sizeof(address->lookup), "%s", host);
    if (wanted)
        snprintf(address->options, sizeof(address->options), "%s", wanted);
    PQconninfoFree(options);
    return true;
}

/* Session settings; they are sent at start-up, so that no statement is needed. */
static void write_options(const struct pg_address *address, enum pg_link_use use, char *out,
                          size_t size)
{
    unsigned statement_ms = address->answer_timeout_ms * STATEMENT_TIMEOUT_PERCENT / 100;
    unsigned lock_ms = address->answer_timeout_ms * LOCK_TIMEOUT_PERCENT / 100;
    const char *special = use == PG_LINK_READ    ? " -c default_transaction_read_only=on"
                          : use == PG_LINK_BATCH ? " -c plan_cache_mode=force_generic_plan"
                                                 : "";
    /* Plans are made once and kept. One made while a table was empty would read the whole of it
     * for every row when it has grown; everything we ask has its index. */
    const char *plans = use == PG_LINK_SLOW ? "" : " -c enable_seqscan=off";
    snprintf(out, size,
             "%s -c statement_timeout=%u -c lock_timeout=%u"
             " -c idle_in_transaction_session_timeout=%u -c jit=off"
             " -c client_min_messages=warning -c timezone=UTC%s%s",
             address->options, statement_ms, lock_ms, address->answer_timeout_ms, special, plans);
}

PGconn *pg_address_connect(const struct pg_address *address, enum pg_link_use use,
                           const char *hostaddr)
{
    char options[PG_ADDRESS_OPTIONS_MAX * 2];
    char user_timeout[16];
    write_options(address, use, options, sizeof(options));
    snprintf(user_timeout, sizeof(user_timeout), "%u", address->answer_timeout_ms);
    const char *const keywords[] = {
        "dbname",           "application_name",
        "client_encoding",  "options",
        "tcp_user_timeout", "keepalives_idle",
        "keepalives_count", "keepalives_interval",
        "hostaddr",         NULL,
    };
    const char *const values[] = {
        address->database,
        pg_link_use_name(use),
        "UTF8",
        options,
        user_timeout,
        "5",
        "3",
        "2",
        hostaddr,
        NULL,
    };
    static_assert(ARRAY_LEN(keywords) == ARRAY_LEN(values), "pairs");
    return PQconnectStartParams(keywords, values, 1);
}
