/*
 * change: somebody's login, roles or rooms changed while she is connected: her sockets are closed,
 * or know it at once.
 */
#ifndef OPS_SESSION_CHANGE_H
#define OPS_SESSION_CHANGE_H

#include "ops/ops_env.h"

struct session;

/* Closes all sockets of the account, of one login, of all logins that expired. */
void session_end_account(struct ops_env *env, uint64_t account_id, enum wire_close_reason reason);
void session_end_login(struct ops_env *env, uint64_t login_session_id,
                       enum wire_close_reason reason);
void session_end_expired(struct ops_env *env, int64_t now_ms);

/* Name, level, roles: read anew; sockets of a disabled account are closed. */
void session_reload_person(struct ops_env *env, uint64_t account_id);
/* In or out of a room, muted or not: read anew and told. */
void session_reload_membership(struct ops_env *env, uint64_t room_id, uint64_t account_id);

/* Something changed while she was being looked up: the same for one socket, whoever it was. */
void session_check(struct ops_env *env, struct session *session);
/* After notifications may have been missed: ends the sockets of logins that ended, takes those out
 * of rooms who are not in them any more, reads everybody who holds a role anew. */
void session_check_all(struct ops_env *env);

#endif
