/*
 * batch_writer: the link that batches share. Part of its store. One load is in flight at a time;
 * the kinds with waiting rows take turns.
 */
#ifndef STORE_BATCH_WRITER_H
#define STORE_BATCH_WRITER_H

#include "store/batch.h"
#include "store/pg_pool.h"

struct batch_refusal;

struct batch_writer {
    struct store *store; /* borrowed */
    struct pg_link link;
    struct batch *kinds[BATCH_KINDS_MAX]; /* owned */
    unsigned kind_count;
    unsigned turn;                  /* the kind after the last one served */
    bool in_flight;                 /* a load, or the replay of one */
    int64_t down_since_ms;          /* 0 while the link is ready */
    struct batch_refusal *refusals; /* owned; told on the next turn */
    struct batch_refusal **refusals_tail;
    uv_idle_t wake; /* active: rows came while nothing was in flight, or there are refusals */
    unsigned closing;
    void (*closed)(void *ctx);
    void *closed_ctx;
    bool is_closed;
};

void batch_writer_init(struct batch_writer *writer, struct store *store);
void batch_writer_open(struct batch_writer *writer);
void batch_writer_close(struct batch_writer *writer, void (*fn)(void *ctx), void *ctx);
/* Frees the kinds. */
void batch_writer_deinit(struct batch_writer *writer);
bool batch_writer_is_idle(const struct batch_writer *writer);
void batch_writer_tick(struct batch_writer *writer, int64_t now_ms);

/* For batch.c. */
void batch_writer_wake(struct batch_writer *writer);
/* The load in flight has come to its end; sends the next one. */
void batch_writer_next(struct batch_writer *writer);
/* True when rows must not be taken. */
bool batch_writer_is_away(const struct batch_writer *writer);

#endif
