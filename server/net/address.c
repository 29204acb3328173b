#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct address_count *address_enter(struct address_table *table, const char *text, uint32_t most)
{
    struct address_count *count;
    HASH_FIND_STR(table->counts, text, count);
    if (count != NULL && count->connections >= most)
        return NULL;
    if (count == NULL) {
        if (most == 0)
            return NULL;
        count = mem_alloc(sizeof(*count));
        snprintf(count->text, sizeof(count->text), "%s", text);
        HASH_ADD_STR(table->counts, text, count);
    }
    count->connections++;
    return count;
}

void address_leave(struct address_table *table, struct address_count *count)
{
    if (count == NULL)
        return;
    if (--count->connections > 0)
        return;
    HASH_DEL(table->counts, count);
    mem_free(count);
}

void address_print(const struct sockaddr_storage *from, char *out, size_t size)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)from;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)from;
    const char *done = NULL;
    if (from->ss_family == AF_INET)
        done = inet_ntop(AF_INET, &v4->sin_addr, out, (socklen_t)size);
    else if (from->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        done = inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], out, (socklen_t)size);
    else if (from->ss_family == AF_INET6)
        done = inet_ntop(AF_INET6, &v6->sin6_addr, out, (socklen_t)size);
    if (done == NULL)
        snprintf(out, size, "unknown");
}

bool address_is_valid(const char *text)
{
    struct in6_addr parsed;
    return inet_pton(AF_INET, text, &parsed) == 1 || inet_pton(AF_INET6, text, &parsed) == 1;
}

bool address_is_listed(const char *list, const char *word)
{
    const size_t len = strlen(word);
    const char *at = list;
    if (len == 0)
        return false;
    while (*at != '\0') {
        const size_t n = strcspn(at, " ");
        if (n == len && memcmp(at, word, len) == 0)
            return true;
        at += n + strspn(at + n, " ");
    }
    return false;
}
