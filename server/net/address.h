/*
 * address: how many connections each address has, and which addresses are trusted.
 * Owned by net. Bounded by the number of connections: an address without any is forgotten.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#define ADDRESS_TEXT_MAX 46

struct address_count {
    char text[ADDRESS_TEXT_MAX];
    uint32_t connections;
    UT_hash_handle hh;
};

struct address_table {
    struct address_count *counts; /* hash by text, owned */
};

/* Counts one more; NULL when the address already has `most`. */
struct address_count *address_enter(struct address_table *table, const char *text, uint32_t most);
/* Counts one less; NULL is allowed. */
void address_leave(struct address_table *table, struct address_count *count);

/* "192.0.2.1" or "2001:db8::1"; an IPv4 address in IPv6 clothes is written as IPv4. */
void address_print(const struct sockaddr_storage *from, char *out, size_t size);
/* Whether a text is an address and nothing else. */
bool address_is_valid(const char *text);
/* Whether a word stands in a list separated by spaces. */
bool address_is_listed(const char *list, const char *word);

#endif
