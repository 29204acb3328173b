/*
 * http_files: the built clients, read into memory once at start, so that the loop never waits for
 * a disk. Each file with the .br and .gz that the build made beside it. Bounded: HTTP_FILES_MAX
 * files, HTTP_FILES_BYTES_MAX bytes in all.
 */
#ifndef NET_HTTP_FILES_H
#define NET_HTTP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "base/status.h"

#define HTTP_FILES_MAX 4096
#define HTTP_FILES_BYTES_MAX (96u * 1024 * 1024)
#define HTTP_FILE_PATH_MAX 256
#define HTTP_FILE_TAG_CHARS 22

enum http_encoding { HTTP_PLAIN, HTTP_GZIP, HTTP_BROTLI, HTTP_ENCODING_COUNT };

struct http_file {
    char path[HTTP_FILE_PATH_MAX]; /* key: as asked for, "/assets/app-1a2b3c4d.js" */
    const char *type;              /* Content-Type; static */
    bool is_page;                  /* text/html: has a policy */
    bool is_hashed;                /* its name changes with its content: kept for ever */
    uint8_t *bytes[HTTP_ENCODING_COUNT]; /* owned; NULL where the build made none */
    size_t len[HTTP_ENCODING_COUNT];
    char tag[HTTP_FILE_TAG_CHARS + 1]; /* of the content, for ETag */
    char *policy;                      /* owned; NULL unless is_page */
    UT_hash_handle hh;
};

struct http_files;

/* STATUS_NOT_FOUND: no such directory. STATUS_TOO_LARGE: over the bounds. STATUS_INVALID_FIELD: a
 * file cannot be read, or a page's policy is not one. The log says which. */
MUST_USE enum status http_files_open(const char *folder, struct http_files **out);
void http_files_close(struct http_files *files);

/* The file at exactly this path, or NULL. */
const struct http_file *http_files_find(const struct http_files *files, const char *path);
unsigned http_files_count(const struct http_files *files);
/* What an ETag says of these bytes, without the quotes. */
void http_files_tag(const uint8_t *bytes, size_t len, char tag[HTTP_FILE_TAG_CHARS + 1]);

#endif
