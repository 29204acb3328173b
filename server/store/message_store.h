/*
 * message_store: what is said in rooms: adding (through the write batch), taking back, hiding,
 * reading. Texts in what callbacks get live for the callback.
 */
#ifndef STORE_MESSAGE_STORE_H
#define STORE_MESSAGE_STORE_H

#include "store/store.h"
#include "wire/wire_schema.h"

#define MESSAGE_MEDIA_MAX 9
/* Messages of one page or backlog slice. */
#define MESSAGE_PAGE_MAX  100

/* Registers the batch kinds of messages; once, after store_create. Owned by the caller. */
struct message_store;
struct message_store *message_store_create(struct store *store);
void message_store_destroy(struct message_store *messages);

struct message_draft {
    uint64_t room_id;
    uint64_t sender_id; /* 0 for the system */
    uint8_t client_key[WIRE_KEY_BYTES];
    enum wire_message_kind kind;
    enum wire_badge badge;
    bool official;
    struct wire_text sender_name;
    struct wire_text body;
    struct wire_text folded; /* empty when it is the same as body */
    struct wire_list_text media_ids;
    uint64_t quote_seq; /* 0: none */
    uint64_t notice_id; /* 0: none */
};

struct message_added {
    uint64_t room_id;
    uint64_t seq;
    int64_t sent_at;
    bool is_new; /* false: this key was stored before; the answer is the first one's */
    struct wire_list_media_view media; /* what the card needs; borrowed for the callback */
};

/* added is NULL unless status is OK. STATUS_NOT_FOUND: no such room, not a member, quoted message
 * not there; STATUS_INVALID_FIELD: a picture is not hers, not there or in a message already;
 * STATUS_MUTED; STATUS_KEY_REUSED: same key, other content. */
typedef void (*message_added_fn)(void *ctx, enum status status, const struct message_added *added);

/* The draft is borrowed for the call. The callback always comes from the loop. */
void message_store_add(struct message_store *messages, const struct message_draft *draft,
                       message_added_fn fn, void *ctx);

/* What became of a message that was taken back or hidden. */
struct message_revoked {
    uint64_t room_id;
    uint64_t seq;
    uint64_t sender_id;
    uint64_t revocation_seq;
    enum wire_message_state state;
    int64_t at;
};
typedef void (*message_revoked_fn)(void *ctx, enum status status,
                                   const struct message_revoked *revoked);

struct message_ref {
    uint64_t room_id;
    uint64_t seq;
};

struct message_recall {
    struct message_ref message;
    uint64_t account_id;
    int64_t window_ms;
};
/* Its own message, not older than window_ms. STATUS_NOT_FOUND, STATUS_TOO_LATE,
 * STATUS_ALREADY_DONE. */
void message_store_recall(struct store *store, const struct message_recall *recall,
                          message_revoked_fn fn, void *ctx);

struct message_hide {
    struct message_ref message;
    uint64_t actor_id;
    enum wire_role role_used;
    enum wire_hide_reason reason;
    struct wire_text public_reason;
};
/* With journal and audit in the same transaction. STATUS_NOT_FOUND, STATUS_ALREADY_DONE. */
void message_store_hide(struct store *store, const struct message_hide *hide, message_revoked_fn fn,
                        void *ctx);

/* A run without gaps, oldest first. Bodies are there only where the state is visible; client_key
 * only where the viewer is the sender. */
struct message_run {
    struct wire_list_message_view messages;
    uint64_t first_seq; /* the oldest seq that can be read in this room */
    uint64_t head_seq;
};
typedef void (*message_run_fn)(void *ctx, enum status status, const struct message_run *run);

/* At most one of before, after and around is not 0; none: the newest page. */
struct message_page_query {
    uint64_t room_id;
    uint64_t viewer_id;
    uint64_t before_seq;
    uint64_t after_seq;
    uint64_t around_seq;
    uint32_t limit; /* cut to MESSAGE_PAGE_MAX */
};
void message_store_page(struct store *store, const struct message_page_query *query,
                        message_run_fn fn, void *ctx);

/* Seqs from_seq to to_seq, both included, at most MESSAGE_PAGE_MAX of them; for resume. viewer_id
 * 0: nobody's client_key is given (frames shared between sessions). */
struct message_range_query {
    uint64_t room_id;
    uint64_t viewer_id;
    uint64_t from_seq;
    uint64_t to_seq;
};
void message_store_range(struct store *store, const struct message_range_query *query,
                         message_run_fn fn, void *ctx);

/* How far rooms have come; rooms that do not exist are left out. */
typedef void (*room_heads_fn)(void *ctx, enum status status,
                              const struct wire_list_room_head *heads);
void message_store_heads(struct store *store, const struct wire_list_id *room_ids, room_heads_fn fn,
                         void *ctx);

/* The journal of what is no longer to be shown, in the rooms of one account, after a position. */
struct revocation_run {
    struct wire_list_revocation revocations;
    uint64_t head_seq; /* of the journal */
};
typedef void (*revocation_run_fn)(void *ctx, enum status status, const struct revocation_run *run);
struct revocation_query {
    uint64_t account_id;
    uint64_t after_seq;
    uint32_t limit;
};
void message_store_revocations(struct store *store, const struct revocation_query *query,
                               revocation_run_fn fn, void *ctx);

#endif
