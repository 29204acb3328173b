/*
 * ops_watch: what the doors, the hub and the store tell the operations. `ctx` is the struct
 * ops_env: app puts these functions into the tables of net, hub and store as they are, or calls
 * them from its own.
 */
#ifndef OPS_OPS_WATCH_H
#define OPS_OPS_WATCH_H

#include "ops/ops_env.h"
#include "store/session_store.h"

struct board_shown;
struct person_shown;
struct session;

/* A socket was opened with this credential (token: as sent, NUL-terminated; "" for none). */
void ops_on_socket_open(struct ops_env *env, uint64_t session_id,
                        enum session_credential_kind kind, const char *token);
/* ctx: ops_env. One whole message of a socket. */
void ops_on_frame(void *ctx, uint64_t session_id, const uint8_t *bytes, size_t len);
/* The session is still found in the hub, for the last time. */
void ops_on_socket_closed(void *ctx, uint64_t session_id);

/* hub_watch */
void ops_on_room_gap(void *ctx, uint64_t room_id, uint64_t from_seq, uint64_t to_seq);
void ops_on_session_drained(void *ctx, uint64_t session_id);

/* board_watch */
void ops_on_alert_shown(void *ctx, const struct board_shown *shown);
/* person_watch */
void ops_on_person_shown(void *ctx, const struct person_shown *shown);

/* store_watch; app may look at a notification first */
void ops_on_store_up(void *ctx);
void ops_on_notify(void *ctx, const char *text);
void ops_on_listening(void *ctx);

/* Once a second: answers what waits too long, ends logins that expired, looks whether rooms have
 * gone on elsewhere. */
void ops_on_second(void *ctx);

#endif
