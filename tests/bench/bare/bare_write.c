/*
 * bare_write: how many messages a second PostgreSQL can be made to keep by a program that does
 * nothing else: batches of one size, one on its way at a time, the next one made ready meanwhile.
 * write.sql beside this file has the tables and, as its last statement, what a batch runs.
 *     bare_write --database URL --sql FILE --batch N [--seconds N] [--body BYTES]
 */
#include <getopt.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/pg_codec.h"

#define ROOMS     1000
#define SENDERS   10000
#define KEY_BYTES 16
#define COLUMNS   4
#define SQL_MAX   8192
#define BATCH_MAX 4096
#define BODY_MAX  4000

struct options {
    const char *database;
    const char *sql;
    unsigned batch;
    unsigned seconds;
    unsigned body;
};

struct batch {
    uint8_t *columns[COLUMNS]; /* owned */
    int lengths[COLUMNS];
};

static uint64_t drawn = 88172645463325252u;

static uint64_t draw(void)
{
    drawn ^= drawn << 13;
    drawn ^= drawn >> 7;
    drawn ^= drawn << 17;
    return drawn;
}

static void fail(const char *what, PGconn *conn)
{
    fprintf(stderr, "bare_write: %s: %s\n", what, conn != NULL ? PQerrorMessage(conn) : "");
    exit(1);
}

/* The file's two parts: what is run once, and its last statement, which begins with WITH. */
static void read_sql(const char *path, char *text, const char **statement)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail(path, NULL);
    size_t len = fread(text, 1, SQL_MAX - 1, file);
    fclose(file);
    text[len] = '\0';
    char *last = strstr(text, "\nWITH ");
    if (last == NULL)
        fail("no statement", NULL);
    *last = '\0';
    *statement = last + 1;
    char *end = strrchr(last + 1, ';');
    if (end != NULL)
        *end = '\0';
}

static void put_column(struct batch *batch, unsigned column, uint32_t element_oid, unsigned count)
{
    pg_put_array_header(batch->columns[column], element_oid, count, 0);
    batch->lengths[column] = PG_ARRAY_HEADER_BYTES;
}

static uint8_t *put_element(struct batch *batch, unsigned column, uint32_t len)
{
    uint8_t *at = batch->columns[column] + batch->lengths[column];
    pg_put32(at, len);
    batch->lengths[column] += 4 + (int)len;
    return at + 4;
}

static void make(struct batch *batch, const struct options *options)
{
    static const uint32_t types[COLUMNS] = {PG_INT8, PG_INT8, PG_BYTEA, PG_TEXT};
    for (unsigned i = 0; i < COLUMNS; i++)
        put_column(batch, i, types[i], options->batch);
    for (unsigned i = 0; i < options->batch; i++) {
        uint64_t sender = draw() % SENDERS;
        uint64_t key[2] = {draw(), draw()};
        pg_put64(put_element(batch, 0, 8), sender % ROOMS + 1);
        pg_put64(put_element(batch, 1, 8), sender + 1);
        memcpy(put_element(batch, 2, KEY_BYTES), key, KEY_BYTES);
        memset(put_element(batch, 3, options->body), 'a', options->body);
    }
}

static void create(struct batch *batch, const struct options *options)
{
    const size_t bytes = PG_ARRAY_HEADER_BYTES + (size_t)options->batch * (BODY_MAX + 4);
    for (unsigned i = 0; i < COLUMNS; i++)
        batch->columns[i] = mem_alloc(bytes);
}

static void send_batch(PGconn *conn, const struct batch *batch)
{
    static const int formats[COLUMNS] = {1, 1, 1, 1};
    const char *values[COLUMNS];
    for (unsigned i = 0; i < COLUMNS; i++)
        values[i] = (const char *)batch->columns[i];
    if (!PQsendQueryPrepared(conn, "write", COLUMNS, values, batch->lengths, formats, 1))
        fail("send", conn);
}

/* Rows that came back; committed when this returns. */
static unsigned await(PGconn *conn)
{
    unsigned rows = 0;
    PGresult *result;
    while ((result = PQgetResult(conn)) != NULL) {
        if (PQresultStatus(result) != PGRES_TUPLES_OK)
            fail("batch", conn);
        rows += (unsigned)PQntuples(result);
        PQclear(result);
    }
    return rows;
}

static PGconn *open_database(const struct options *options)
{
    static char text[SQL_MAX];
    const char *statement = NULL;
    read_sql(options->sql, text, &statement);
    PGconn *conn = PQconnectdb(options->database);
    PGresult *made = PQexec(conn, text);
    if (PQresultStatus(made) != PGRES_COMMAND_OK)
        fail("tables", conn);
    PQclear(made);
    PGresult *prepared = PQprepare(conn, "write", statement, 0, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
        fail("statement", conn);
    PQclear(prepared);
    return conn;
}

static void read_options(int argc, char **argv, struct options *out)
{
    static const struct option known[] = {
        {"database", required_argument, NULL, 'd'}, {"sql", required_argument, NULL, 'q'},
        {"batch", required_argument, NULL, 'b'},    {"seconds", required_argument, NULL, 's'},
        {"body", required_argument, NULL, 'y'},     {NULL, 0, NULL, 0},
    };
    *out = (struct options){NULL, NULL, 0, 3, 200};
    int which;
    while ((which = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (which) {
        case 'd':
            out->database = optarg;
            break;
        case 'q':
            out->sql = optarg;
            break;
        case 'b':
            out->batch = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 's':
            out->seconds = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'y':
            out->body = (unsigned)strtoul(optarg, NULL, 10);
            break;
        default:
            exit(2);
        }
    }
    if (out->database != NULL && out->sql != NULL && out->batch > 0 && out->batch <= BATCH_MAX &&
        out->body <= BODY_MAX)
        return;
    fprintf(stderr, "usage: bare_write --database URL --sql FILE --batch N [--seconds N] "
                    "[--body BYTES]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    struct options options;
    read_options(argc, argv, &options);
    PGconn *conn = open_database(&options);
    struct batch batches[2];
    create(&batches[0], &options);
    create(&batches[1], &options);
    make(&batches[0], &options);
    uint64_t durable = 0;
    const int64_t begun_us = clock_mono_us();
    const int64_t ends_us = begun_us + (int64_t)options.seconds * 1000000;
    for (unsigned turn = 0; clock_mono_us() < ends_us; turn++) {
        send_batch(conn, &batches[turn % 2]);
        make(&batches[(turn + 1) % 2], &options); /* while the database works */
        durable += await(conn);
    }
    const double seconds = (double)(clock_mono_us() - begun_us) / 1e6;
    printf("{\"durable\": %llu, \"durable_per_s\": %.0f}\n", (unsigned long long)durable,
           (double)durable / seconds);
    PQfinish(conn);
    for (unsigned i = 0; i < COLUMNS; i++) {
        mem_free(batches[0].columns[i]);
        mem_free(batches[1].columns[i]);
    }
    return 0;
}
