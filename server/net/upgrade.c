/*
 * upgrade: from an HTTP request to an open WebSocket: the guard, then what says who it is.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/handshake.h"
#include "net/net_state.h"

#define COOKIE_NAME_SECURE "__Host-hall="
#define COOKIE_NAME_PLAIN "hall="

/* The headers the guard looks at, as they came. */
struct asked {
    char upgrade[32];
    char path[64];
    char host[256];
    char origin[320];
    char version[16];
    char key[64];
    char protocols[128];
    char length[32];
    char http_version[16];
    char connection[128];
};

static const char *read_or_null(struct lws *wsi, enum lws_token_indexes token, char *out,
                                size_t size)
{
    if (lws_hdr_total_length(wsi, token) <= 0)
        return NULL;
    /* Too long is as good as wrong: an empty text passes nowhere. */
    if (!request_header(wsi, token, out, size))
        out[0] = '\0';
    return out;
}

static void read_asked(struct conn *conn, struct asked *texts, struct handshake *asked)
{
    struct lws *wsi = conn->wsi;
    memset(asked, 0, sizeof(*asked));
    asked->is_get = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0;
    asked->path = read_or_null(wsi, WSI_TOKEN_GET_URI, texts->path, sizeof(texts->path));
    if (asked->path == NULL)
        asked->path = read_or_null(wsi, WSI_TOKEN_POST_URI, texts->path, sizeof(texts->path));
    asked->upgrade =
        read_or_null(wsi, WSI_TOKEN_UPGRADE, texts->upgrade, sizeof(texts->upgrade));
    asked->http_version =
        read_or_null(wsi, WSI_TOKEN_HTTP, texts->http_version, sizeof(texts->http_version));
    asked->connection =
        read_or_null(wsi, WSI_TOKEN_CONNECTION, texts->connection, sizeof(texts->connection));
    asked->host = read_or_null(wsi, WSI_TOKEN_HOST, texts->host, sizeof(texts->host));
    asked->origin = read_or_null(wsi, WSI_TOKEN_ORIGIN, texts->origin, sizeof(texts->origin));
    asked->version = read_or_null(wsi, WSI_TOKEN_VERSION, texts->version, sizeof(texts->version));
    asked->key = read_or_null(wsi, WSI_TOKEN_KEY, texts->key, sizeof(texts->key));
    asked->protocols =
        read_or_null(wsi, WSI_TOKEN_PROTOCOL, texts->protocols, sizeof(texts->protocols));
    asked->secure = request_is_secure(conn);
    const char *length = read_or_null(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, texts->length,
                                      sizeof(texts->length));
    asked->has_body = (length != NULL && strcmp(length, "0") != 0) ||
                      lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0;
}

static bool take_token(struct net_credential *credential, enum net_credential_kind kind,
                       const char *token, size_t len)
{
    if (len == 0 || len >= sizeof(credential->token))
        return false;
    memcpy(credential->token, token, len);
    credential->token[len] = '\0';
    credential->kind = kind;
    return true;
}

static bool take_bearer(struct conn *conn, struct net_credential *credential)
{
    char text[NET_TOKEN_MAX + 16];
    if (!request_header(conn->wsi, WSI_TOKEN_HTTP_AUTHORIZATION, text, sizeof(text)) ||
        strncasecmp(text, "Bearer ", 7) != 0)
        return false;
    return take_token(credential, NET_CREDENTIAL_BEARER, text + 7, strlen(text + 7));
}

static bool take_ticket(struct conn *conn, struct net_credential *credential)
{
    char piece[NET_TOKEN_MAX + 16];
    for (int i = 0; i < 8; i++) {
        int len =
            lws_hdr_copy_fragment(conn->wsi, piece, sizeof(piece), WSI_TOKEN_HTTP_URI_ARGS, i);
        if (len > 7 && memcmp(piece, "ticket=", 7) == 0)
            return take_token(credential, NET_CREDENTIAL_TICKET, piece + 7, (size_t)len - 7);
    }
    return false;
}

static bool take_cookie(struct conn *conn, struct net_credential *credential)
{
    char text[4096];
    const char *name = credential->secure ? COOKIE_NAME_SECURE : COOKIE_NAME_PLAIN;
    const size_t name_len = strlen(name);
    if (!request_header(conn->wsi, WSI_TOKEN_HTTP_COOKIE, text, sizeof(text)))
        return false;
    for (const char *at = text; *at != '\0';) {
        at += strspn(at, "; \t");
        const size_t len = strcspn(at, ";");
        if (len > name_len && memcmp(at, name, name_len) == 0)
            return take_token(credential, NET_CREDENTIAL_COOKIE, at + name_len, len - name_len);
        at += len;
    }
    return false;
}

/* A ticket before a cookie: it was asked for because the cookie does not come through. */
static void read_credential(struct conn *conn)
{
    struct net_credential *credential = mem_alloc(sizeof(*credential));
    credential->secure = request_is_secure(conn);
    request_address(conn, credential->address, sizeof(credential->address));
    if (!take_bearer(conn, credential) && !take_ticket(conn, credential))
        (void)take_cookie(conn, credential);
    mem_free(conn->credential);
    conn->credential = credential;
}

/* Connections behind the proxy are counted by the address the proxy names. */
static bool count_behind_proxy(struct conn *conn)
{
    struct net *net = conn->net;
    if (!conn->from_proxy)
        return true;
    conn->counted_behind = address_enter(&net->addresses, conn->credential->address,
                                         net->settings.address_connections);
    return conn->counted_behind != NULL;
}

int upgrade_confirm(struct conn *conn)
{
    struct net *net = conn->net;
    struct asked texts;
    struct handshake asked;
    int status;
    const struct handshake_rules rules = {.origins = net->settings.origins,
                                          .hosts = net->settings.hosts};
    conn_first_request(conn);
    if (conn->exchange != NULL || net->draining)
        return -1;
    if (!request_version_is_known(conn->wsi))
        return -1;
    read_asked(conn, &texts, &asked);
    const char *reason = handshake_check(&asked, &rules, &status);
    if (reason != NULL) {
        log_debug("net.handshake_refused", "reason=%s", reason);
        net->counts.refused_handshake++;
        /* Another protocol: libwebsockets may already have let go of the headers. Only hang up. */
        if (strcmp(reason, "upgrade") == 0)
            return -1;
        (void)exchange_refuse(conn, status, reason);
        return -1;
    }
    read_credential(conn);
    if (!count_behind_proxy(conn)) {
        net->counts.refused_address++;
        (void)exchange_refuse(conn, 429, "rate_limited");
        return -1;
    }
    conn->admitted = true;
    return 0;
}
