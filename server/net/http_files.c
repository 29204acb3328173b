#include "net/http_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/http_policy.h"

#define DEPTH_MAX 8
#define DISK_PATH_MAX 1024
#define HASH_LEN_MIN 8 /* characters of a content hash in a name */
#define POLICY_NAME "content-policy.txt"

struct http_files {
    struct http_file *by_path; /* hash; owns the files */
    size_t bytes;
};

struct type_row {
    const char *extension;
    const char *type;
};

static const struct type_row types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/vnd.microsoft.icon"},
    {".txt", "text/plain; charset=utf-8"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".wasm", "application/wasm"},
};

static const char *type_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < ARRAY_LEN(types); i++)
        if (strcmp(dot, types[i].extension) == 0)
            return types[i].type;
    return "application/octet-stream";
}

/* Vite's names: /assets/name-<hash>.js. */
static bool is_hashed(const char *path)
{
    const char *name = strrchr(path, '/');
    if (strstr(path, "/assets/") == NULL || name == NULL)
        return false;
    size_t stem = strcspn(name, ".");
    size_t hash = 0;
    while (hash < stem && name[stem - 1 - hash] != '-' && hash < HASH_LEN_MIN)
        hash++;
    return hash >= HASH_LEN_MIN && memchr(name, '-', stem) != NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* NULL: it cannot be read, or is no plain file. */
static uint8_t *read_disk(const char *path, size_t room, size_t *len)
{
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return NULL;
    uint8_t *bytes = NULL;
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size <= room) {
        size_t size = (size_t)info.st_size;
        size_t used = 0;
        bytes = mem_alloc(size + 1);
        while (used < size) {
            ssize_t got = read(file, bytes + used, size - used);
            if (got <= 0)
                break;
            used += (size_t)got;
        }
        if (used == size) {
            *len = size;
        } else {
            mem_free(bytes);
            bytes = NULL;
        }
    }
    close(file);
    return bytes;
}

void http_files_tag(const uint8_t *bytes, size_t len, char tag[HTTP_FILE_TAG_CHARS + 1])
{
    uint8_t hash[16];
    crypto_generichash(hash, sizeof(hash), bytes, len, NULL, 0);
    sodium_bin2base64(tag, HTTP_FILE_TAG_CHARS + 1, hash, sizeof(hash),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void free_file(struct http_file *file)
{
    for (size_t i = 0; i < HTTP_ENCODING_COUNT; i++)
        mem_free(file->bytes[i]);
    mem_free(file->policy);
    mem_free(file);
}

/* The policy beside the page, or one made for it. The desk's map library writes HTML. */
static enum status find_policy(const char *disk_path, struct http_file *file)
{
    char beside[DISK_PATH_MAX];
    char policy[HTTP_POLICY_MAX];
    size_t len = 0;
    int folder_len = (int)(strrchr(disk_path, '/') - disk_path);
    snprintf(beside, sizeof(beside), "%.*s/" POLICY_NAME, folder_len, disk_path);
    uint8_t *text = read_disk(beside, HTTP_POLICY_MAX, &len);
    bool found = text != NULL
                     ? http_policy_read(text, len, policy)
                     : http_policy_make(file->bytes[HTTP_PLAIN], file->len[HTTP_PLAIN],
                                        strncmp(file->path, "/desk/", 6) != 0, policy);
    mem_free(text);
    if (!found)
        return STATUS_INVALID_FIELD;
    file->policy = mem_alloc(strlen(policy) + 1);
    memcpy(file->policy, policy, strlen(policy));
    return STATUS_OK;
}

static void read_encodings(const char *disk_path, struct http_file *file)
{
    static const char *const endings[] = {[HTTP_GZIP] = ".gz", [HTTP_BROTLI] = ".br"};
    for (size_t i = HTTP_GZIP; i <= HTTP_BROTLI; i++) {
        char path[DISK_PATH_MAX + 4];
        snprintf(path, sizeof(path), "%s%s", disk_path, endings[i]);
        file->bytes[i] = read_disk(path, HTTP_FILES_BYTES_MAX, &file->len[i]);
        if (file->bytes[i] != NULL && file->len[i] >= file->len[HTTP_PLAIN]) {
            mem_free(file->bytes[i]); /* it saves nothing */
            file->bytes[i] = NULL;
        }
    }
}

static enum status add_file(struct http_files *files, const char *disk_path, const char *path)
{
    struct http_file *file = mem_alloc(sizeof(*file));
    enum status status = STATUS_OK;
    memcpy(file->path, path, strlen(path));
    file->type = type_of(path);
    file->is_page = ends_with(path, ".html");
    file->is_hashed = is_hashed(path);
    file->bytes[HTTP_PLAIN] = read_disk(disk_path, HTTP_FILES_BYTES_MAX, &file->len[HTTP_PLAIN]);
    if (file->bytes[HTTP_PLAIN] == NULL)
        status = STATUS_INVALID_FIELD;
    if (status == STATUS_OK) {
        http_files_tag(file->bytes[HTTP_PLAIN], file->len[HTTP_PLAIN], file->tag);
        read_encodings(disk_path, file);
        if (file->is_page)
            status = find_policy(disk_path, file);
    }
    for (size_t i = 0; i < HTTP_ENCODING_COUNT; i++)
        files->bytes += file->bytes[i] != NULL ? file->len[i] : 0;
    if (status == STATUS_OK &&
        (files->bytes > HTTP_FILES_BYTES_MAX || HASH_COUNT(files->by_path) >= HTTP_FILES_MAX))
        status = STATUS_TOO_LARGE;
    if (status != STATUS_OK) {
        log_error("net.file_refused", "path=%s status=%s", path, status_name(status));
        free_file(file);
        return status;
    }
    HASH_ADD_STR(files->by_path, path, file);
    return STATUS_OK;
}

static bool is_served(const char *name)
{
    return name[0] != '.' && !ends_with(name, ".br") && !ends_with(name, ".gz") &&
           !ends_with(name, ".map") && strcmp(name, POLICY_NAME) != 0;
}

static enum status add_folder(struct http_files *files, const char *disk_path, const char *path,
                              unsigned depth)
{
    DIR *folder = opendir(disk_path);
    if (folder == NULL)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_INVALID_FIELD;
    enum status status = STATUS_OK;
    const struct dirent *entry;
    while (status == STATUS_OK && (entry = readdir(folder)) != NULL) {
        char inner_disk[DISK_PATH_MAX];
        char inner[HTTP_FILE_PATH_MAX];
        struct stat info;
        int disk_len = snprintf(inner_disk, sizeof(inner_disk), "%s/%s", disk_path, entry->d_name);
        int len = snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
        if (!is_served(entry->d_name))
            continue;
        if (disk_len >= DISK_PATH_MAX || len >= HTTP_FILE_PATH_MAX || depth > DEPTH_MAX)
            status = STATUS_TOO_LARGE;
        else if (lstat(inner_disk, &info) != 0)
            status = STATUS_INVALID_FIELD;
        else if (S_ISDIR(info.st_mode))
            status = add_folder(files, inner_disk, inner, depth + 1);
        else if (S_ISREG(info.st_mode))
            status = add_file(files, inner_disk, inner);
    }
    closedir(folder);
    return status;
}

enum status http_files_open(const char *folder, struct http_files **out)
{
    struct http_files *files = mem_alloc(sizeof(*files));
    enum status status = add_folder(files, folder, "", 0);
    if (status != STATUS_OK) {
        log_error("net.files_not_read", "status=%s", status_name(status));
        http_files_close(files);
        return status;
    }
    log_info("net.files_read", "files=%u bytes=%zu", HASH_COUNT(files->by_path), files->bytes);
    *out = files;
    return STATUS_OK;
}

void http_files_close(struct http_files *files)
{
    struct http_file *file, *next;
    HASH_ITER(hh, files->by_path, file, next)
    {
        HASH_DEL(files->by_path, file);
        free_file(file);
    }
    mem_free(files);
}

const struct http_file *http_files_find(const struct http_files *files, const char *path)
{
    struct http_file *file = NULL;
    HASH_FIND_STR(files->by_path, path, file);
    return file;
}

unsigned http_files_count(const struct http_files *files)
{
    return HASH_COUNT(files->by_path);
}
