#include "net/handshake.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "net/address.h"
#include "net/net.h"

#define KEY_LEN 24 /* base64 of 16 bytes: 22 digits and "==" */
#define HOST_LEN_MAX 255

bool handshake_is_host(const char *host)
{
    const size_t len = strlen(host);
    if (len == 0 || len > HOST_LEN_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)host[i]) && strchr(".-:[]", host[i]) == NULL)
            return false;
    const char *opens = strchr(host, '[');
    const char *closes = strchr(host, ']');
    if (opens == NULL && closes == NULL)
        return true;
    return opens == host && closes != NULL && strchr(opens + 1, '[') == NULL &&
           strchr(closes + 1, ']') == NULL && (closes[1] == '\0' || closes[1] == ':');
}

static bool is_key(const char *key)
{
    if (strlen(key) != KEY_LEN || strcmp(key + KEY_LEN - 2, "==") != 0)
        return false;
    for (int i = 0; i < KEY_LEN - 2; i++)
        if (!isalnum((unsigned char)key[i]) && key[i] != '+' && key[i] != '/')
            return false;
    /* The last digit carries two bits; the other four are nothing. */
    return strchr("AQgw", key[KEY_LEN - 3]) != NULL;
}

typedef int (*compare_fn)(const char *a, const char *b, size_t len);

/* A header that is a list of tokens holds this one. */
static bool lists(const char *header, const char *token, compare_fn compare)
{
    const size_t len = strlen(token);
    const char *at = header;
    while (*at != '\0') {
        at += strspn(at, " \t,");
        const size_t n = strcspn(at, ",");
        size_t trimmed = n;
        while (trimmed > 0 && (at[trimmed - 1] == ' ' || at[trimmed - 1] == '\t'))
            trimmed--;
        if (trimmed == len && compare(at, token, len) == 0)
            return true;
        at += n;
    }
    return false;
}

/* A page may only connect when it came from here: browsers say where it came from. */
static bool is_origin_welcome(const struct handshake *asked, const struct handshake_rules *rules)
{
    char own[HOST_LEN_MAX + 16];
    if (asked->origin == NULL)
        return true; /* not a browser */
    if (rules->origins[0] != '\0')
        return address_is_listed(rules->origins, asked->origin);
    snprintf(own, sizeof(own), "%s://%s", asked->secure ? "https" : "http", asked->host);
    return strcasecmp(own, asked->origin) == 0;
}

const char *handshake_check(const struct handshake *asked, const struct handshake_rules *rules,
                            int *status)
{
    *status = 400;
    if (asked->upgrade == NULL || strcasecmp(asked->upgrade, "websocket") != 0)
        return "upgrade";
    if (asked->path == NULL || strcmp(asked->path, NET_SOCKET_PATH) != 0) {
        *status = 404;
        return "path";
    }
    if (!asked->is_get) {
        *status = 405;
        return "method";
    }
    if (asked->http_version == NULL || strcmp(asked->http_version, "HTTP/1.1") != 0) {
        *status = 505;
        return "http";
    }
    if (asked->connection == NULL || !lists(asked->connection, "upgrade", strncasecmp))
        return "connection";
    if (asked->has_body)
        return "body";
    if (asked->host == NULL || !handshake_is_host(asked->host))
        return "host";
    if (rules->hosts[0] != '\0' && !address_is_listed(rules->hosts, asked->host)) {
        *status = 421;
        return "host";
    }
    if (asked->version == NULL || strcmp(asked->version, "13") != 0) {
        *status = 426;
        return "version";
    }
    if (asked->key == NULL || !is_key(asked->key))
        return "key";
    if (asked->protocols == NULL || !lists(asked->protocols, NET_SUBPROTOCOL, strncmp))
        return "protocol";
    if (!is_origin_welcome(asked, rules)) {
        *status = 403;
        return "origin";
    }
    *status = 101;
    return NULL;
}
