/*
 * pg_codec: PostgreSQL's binary forms of the few types we use: big-endian integers, and times as
 * microseconds since 2000.
 */
#ifndef STORE_PG_CODEC_H
#define STORE_PG_CODEC_H

#include <stdint.h>

/* Types by their fixed number in every PostgreSQL. */
enum pg_type {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043,
    PG_TIMESTAMPTZ = 1184,
    PG_UUID = 2950,
    PG_JSONB = 3802,
    PG_BOOL_ARRAY = 1000,
    PG_BYTEA_ARRAY = 1001,
    PG_INT2_ARRAY = 1005,
    PG_INT4_ARRAY = 1007,
    PG_TEXT_ARRAY = 1009,
    PG_VARCHAR_ARRAY = 1015,
    PG_INT8_ARRAY = 1016,
    PG_TIMESTAMPTZ_ARRAY = 1185,
};

/* ndim, has-null flag, element type, count, lower bound: 4 bytes each. */
#define PG_ARRAY_HEADER_BYTES 20
/* An empty array has no dimension, so it ends after the element type. */
#define PG_ARRAY_EMPTY_BYTES  12

/* 2000-01-01 UTC in Unix milliseconds. */
#define PG_EPOCH_MS INT64_C(946684800000)

static inline void pg_put16(uint8_t *at, uint16_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static inline void pg_put32(uint8_t *at, uint32_t v)
{
    v = __builtin_bswap32(v);
    __builtin_memcpy(at, &v, sizeof(v));
}

static inline void pg_put64(uint8_t *at, uint64_t v)
{
    v = __builtin_bswap64(v);
    __builtin_memcpy(at, &v, sizeof(v));
}

static inline uint16_t pg_get16(const uint8_t *at)
{
    return (uint16_t)((uint16_t)at[0] << 8 | at[1]);
}

static inline uint32_t pg_get32(const uint8_t *at)
{
    uint32_t v;
    __builtin_memcpy(&v, at, sizeof(v));
    return __builtin_bswap32(v);
}

static inline uint64_t pg_get64(const uint8_t *at)
{
    uint64_t v;
    __builtin_memcpy(&v, at, sizeof(v));
    return __builtin_bswap64(v);
}

static inline int64_t pg_time_from_ms(int64_t ms)
{
    return (ms - PG_EPOCH_MS) * 1000;
}

/* Rounds down, also before 2000. */
static inline int64_t pg_time_to_ms(int64_t pg)
{
    int64_t ms = pg / 1000;
    if (pg % 1000 < 0)
        ms--;
    return ms + PG_EPOCH_MS;
}

static inline void pg_put_array_header(uint8_t *at, uint32_t element_type, uint32_t count,
                                       int has_null)
{
    pg_put32(at, count ? 1 : 0);
    pg_put32(at + 4, has_null ? 1 : 0);
    pg_put32(at + 8, element_type);
    pg_put32(at + 12, count);
    pg_put32(at + 16, 1);
}

#endif
