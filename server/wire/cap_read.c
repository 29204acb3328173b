#include "wire/cap_read.h"

#include <expat.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/member.h"

#define DEPTH_MAX      6
#define ELEMENTS_MAX   512
#define TEXT_BYTES_MAX 8192 /* of one element */
#define NAME_BYTES_MAX 40
#define SEPARATOR      '|' /* between namespace and name, as expat puts it */

/* Where an element stands: what may be read depends on it. */
enum place { AT_NONE, AT_ALERT, AT_INFO, AT_AREA, AT_CODE, AT_PARAMETER, AT_GEOCODE, AT_LEAF };

struct cap_reader {
    XML_Parser parser;
    json_t *alert;   /* owned; what the message says so far */
    json_t *info;    /* owned; of the info that is being read */
    json_t *chosen;  /* owned; of the info that counts: the Chinese one, else the first */
    bool is_chinese; /* the chosen one is */
    bool info_is_chinese;
    enum place places[DEPTH_MAX + 1];
    char leaf[NAME_BYTES_MAX + 1];
    unsigned depth;
    unsigned elements;
    char text[TEXT_BYTES_MAX + 1]; /* of the leaf */
    size_t text_len;
    char value_name[NAME_BYTES_MAX + 1]; /* of the pair being read */
    char scope[NAME_BYTES_MAX + 1];
    struct wire_problem *problem;
    enum status status;
};

struct name_pair {
    const char *cap;
    const char *ours;
};

static void stop(struct cap_reader *reader, enum status status)
{
    if (reader->status == STATUS_OK)
        reader->status = status;
    XML_StopParser(reader->parser, XML_FALSE);
}

static void refuse(struct cap_reader *reader, const char *field, const char *reason)
{
    if (reader->status == STATUS_OK)
        problem_set(reader->problem, field, reason);
    stop(reader, STATUS_INVALID_FIELD);
}

/* --- values --- */

static const struct name_pair statuses[] = {{"Actual", "actual"},
                                            {"Exercise", "exercise"},
                                            {"System", "system"},
                                            {"Test", "system"},
                                            {NULL, NULL}};
static const struct name_pair message_types[] = {
    {"Alert", "alert"}, {"Update", "update"}, {"Cancel", "cancel"}, {NULL, NULL}};
static const struct name_pair severities[] = {{"Extreme", "critical"},
                                              {"Severe", "high"},
                                              {"Moderate", "medium"},
                                              {"Minor", "low"},
                                              {NULL, NULL}};
/* Pairs of valueName and value: parameters, event codes, geocodes. */
static const struct name_pair parameters[] = {
    {"hall:target_name", "name"}, {"hall:target_phone", "phone"}, {NULL, NULL}};
static const struct name_pair geocodes[] = {{"hall:community", "community_code"},
                                            {"hall:building", "building_code"},
                                            {"hall:unit", "unit_code"},
                                            {"hall:door", "door_code"},
                                            {NULL, NULL}};

static const char *ours_of(const struct name_pair *pairs, const char *cap)
{
    for (; pairs->cap != NULL; pairs++)
        if (strcmp(pairs->cap, cap) == 0)
            return pairs->ours;
    return NULL;
}

/* expat gives well-formed UTF-8 without NUL. */
static void put(json_t *object, const char *name, const char *text)
{
    json_object_set_new(object, name, json_string(text));
}

static void put_known(struct cap_reader *reader, json_t *object, const char *name,
                      const struct name_pair *pairs)
{
    const char *ours = ours_of(pairs, reader->text);
    if (ours != NULL)
        put(object, name, ours);
    else
        refuse(reader, name, "is not a value that is taken here");
}

/* CAP's form of ISO 8601: seconds, and an offset that is not Z. False: it is none. */
static bool read_time(const char *text, int64_t *ms)
{
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S%z", &tm);
    if (end == NULL || *end != '\0')
        return false;
    const long offset = tm.tm_gmtoff;
    const time_t seconds = timegm(&tm);
    *ms = ((int64_t)seconds - offset) * 1000;
    return *ms >= 0;
}

static void put_time(struct cap_reader *reader, json_t *object, const char *name)
{
    int64_t ms;
    if (read_time(reader->text, &ms))
        json_object_set_new(object, name, json_integer((json_int_t)ms));
    else
        refuse(reader, name, "is no date and time of CAP");
}

/* "sender,identifier,sent sender,identifier,sent …" */
static void put_references(struct cap_reader *reader)
{
    json_t *references = json_array();
    char *rest = NULL;
    char *one = strtok_r(reader->text, " \t\r\n", &rest);
    for (; one != NULL; one = strtok_r(NULL, " \t\r\n", &rest)) {
        char *identifier = strchr(one, ',');
        char *sent = identifier != NULL ? strchr(identifier + 1, ',') : NULL;
        int64_t ms;
        if (sent == NULL || !read_time(sent + 1, &ms)) {
            json_decref(references);
            refuse(reader, "references", "is not sender,identifier,sent");
            return;
        }
        *identifier++ = *sent++ = '\0';
        json_array_append_new(references, json_pack("{s:s, s:s, s:I}", "sender", one, "identifier",
                                                    identifier, "sent", (json_int_t)ms));
    }
    json_object_set_new(reader->alert, "references", references);
}

/* --- elements that hold text --- */

static void end_of_alert(struct cap_reader *reader)
{
    const char *leaf = reader->leaf;
    if (strcmp(leaf, "identifier") == 0 || strcmp(leaf, "sender") == 0)
        put(reader->alert, leaf, reader->text);
    else if (strcmp(leaf, "sent") == 0)
        put_time(reader, reader->alert, "sent");
    else if (strcmp(leaf, "status") == 0)
        put_known(reader, reader->alert, "status", statuses);
    else if (strcmp(leaf, "msgType") == 0)
        put_known(reader, reader->alert, "msg_type", message_types);
    else if (strcmp(leaf, "references") == 0)
        put_references(reader);
    else if (strcmp(leaf, "note") == 0)
        put(reader->alert, "reason", reader->text);
    else if (strcmp(leaf, "scope") == 0 && reader->text_len <= NAME_BYTES_MAX)
        memcpy(reader->scope, reader->text, reader->text_len + 1);
}

static void end_of_info(struct cap_reader *reader)
{
    const char *leaf = reader->leaf;
    if (strcmp(leaf, "language") == 0)
        reader->info_is_chinese = strncmp(reader->text, "zh", 2) == 0;
    else if (strcmp(leaf, "severity") == 0)
        put_known(reader, reader->info, "level", severities);
    else if (strcmp(leaf, "expires") == 0)
        put_time(reader, reader->info, "expires");
    else if (strcmp(leaf, "description") == 0 ||
             (strcmp(leaf, "headline") == 0 &&
              json_object_get(reader->info, "situation") == NULL))
        put(reader->info, "situation", reader->text);
}

static json_t *member_of(json_t *object, const char *name, json_t *fresh)
{
    json_t *found = json_object_get(object, name);
    if (found != NULL) {
        json_decref(fresh);
        return found;
    }
    json_object_set_new(object, name, fresh);
    return fresh;
}

static void end_of_pair(struct cap_reader *reader, enum place place)
{
    const char *name = reader->value_name;
    const char *ours = ours_of(place == AT_GEOCODE ? geocodes : parameters, name);
    if (strcmp(reader->leaf, "valueName") == 0) {
        if (reader->text_len <= NAME_BYTES_MAX)
            memcpy(reader->value_name, reader->text, reader->text_len + 1);
    } else if (strcmp(reader->leaf, "value") != 0) {
        return;
    } else if (ours != NULL && place != AT_CODE) {
        put(member_of(reader->info, "target", json_object()), ours, reader->text);
    } else if (place == AT_CODE && strcmp(name, "hall:scam_type") == 0) {
        put(reader->info, "scam_type", reader->text);
    } else if (place == AT_PARAMETER && strcmp(name, "hall:amount_range") == 0) {
        put(reader->info, "amount_range", reader->text);
    } else if (place == AT_PARAMETER && strcmp(name, "hall:feature") == 0) {
        json_array_append_new(member_of(reader->info, "features", json_array()),
                              json_string(reader->text));
    }
}

/* --- what expat tells --- */

/* The local name of a CAP element; NULL: of another namespace (a signature, an extension). */
static const char *local_name(const char *name)
{
    const size_t len = strlen(CAP_NAMESPACE);
    return strncmp(name, CAP_NAMESPACE, len) == 0 && name[len] == SEPARATOR ? name + len + 1 : NULL;
}

static enum place place_of(enum place above, const char *name)
{
    if (above == AT_ALERT && strcmp(name, "info") == 0)
        return AT_INFO;
    if (above == AT_INFO && strcmp(name, "area") == 0)
        return AT_AREA;
    if (above == AT_INFO && strcmp(name, "eventCode") == 0)
        return AT_CODE;
    if (above == AT_INFO && strcmp(name, "parameter") == 0)
        return AT_PARAMETER;
    if (above == AT_AREA && strcmp(name, "geocode") == 0)
        return AT_GEOCODE;
    return above == AT_LEAF ? AT_NONE : AT_LEAF;
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
    struct cap_reader *reader = ctx;
    const char *local = local_name(name);
    (void)attributes;
    if (reader->status != STATUS_OK)
        return; /* a stopped parser still says what it has read */
    if (++reader->elements > ELEMENTS_MAX || reader->depth >= DEPTH_MAX ||
        (reader->depth == 0 && (local == NULL || strcmp(local, "alert") != 0))) {
        stop(reader, STATUS_MALFORMED_FRAME);
        return;
    }
    const enum place above = reader->places[reader->depth];
    enum place place = AT_NONE;
    if (reader->depth == 0)
        place = AT_ALERT;
    else if (local != NULL && above != AT_NONE)
        place = place_of(above, local);
    reader->places[++reader->depth] = place;
    reader->text_len = 0;
    reader->leaf[0] = '\0';
    if (place == AT_LEAF && strlen(local) <= NAME_BYTES_MAX)
        memcpy(reader->leaf, local, strlen(local) + 1);
    if (place == AT_CODE || place == AT_PARAMETER || place == AT_GEOCODE)
        reader->value_name[0] = '\0';
    if (place == AT_INFO) {
        reader->info = json_object();
        reader->info_is_chinese = false;
    }
}

static void on_text(void *ctx, const char *text, int len)
{
    struct cap_reader *reader = ctx;
    if (reader->status != STATUS_OK || reader->places[reader->depth] != AT_LEAF)
        return;
    if ((size_t)len > TEXT_BYTES_MAX - reader->text_len) {
        stop(reader, STATUS_MALFORMED_FRAME);
        return;
    }
    memcpy(reader->text + reader->text_len, text, (size_t)len);
    reader->text_len += (size_t)len;
}

static void choose_info(struct cap_reader *reader)
{
    if (reader->chosen == NULL || (reader->info_is_chinese && !reader->is_chinese)) {
        json_decref(reader->chosen);
        reader->chosen = reader->info;
        reader->is_chinese = reader->info_is_chinese;
    } else {
        json_decref(reader->info);
    }
    reader->info = NULL;
}

static void trim(struct cap_reader *reader)
{
    size_t blanks = 0;
    while (reader->text_len > 0 && strchr(" \t\r\n", reader->text[reader->text_len - 1]) != NULL)
        reader->text_len--;
    reader->text[reader->text_len] = '\0';
    blanks = strspn(reader->text, " \t\r\n");
    reader->text_len -= blanks;
    memmove(reader->text, reader->text + blanks, reader->text_len + 1);
}

static void on_end(void *ctx, const char *name)
{
    struct cap_reader *reader = ctx;
    (void)name;
    if (reader->status != STATUS_OK)
        return;
    const enum place place = reader->places[reader->depth--];
    const enum place above = reader->places[reader->depth];
    if (place == AT_INFO)
        choose_info(reader);
    if (place != AT_LEAF)
        return;
    trim(reader);
    if (above == AT_ALERT)
        end_of_alert(reader);
    else if (above == AT_INFO)
        end_of_info(reader);
    else if (above == AT_CODE || above == AT_PARAMETER || above == AT_GEOCODE)
        end_of_pair(reader, above);
    reader->text_len = 0;
}

static void on_doctype(void *ctx, const char *name, const char *system_id, const char *public_id,
                       int has_internal_subset)
{
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    stop(ctx, STATUS_MALFORMED_FRAME);
}

/* A message about somebody is not for everybody. */
static void check_scope(struct cap_reader *reader)
{
    const json_t *target = json_object_get(reader->chosen, "target");
    const bool names_somebody = json_object_get(target, "name") != NULL ||
                                json_object_get(target, "phone") != NULL ||
                                json_object_get(target, "door_code") != NULL;
    const bool is_public = strcmp(reader->scope, "Public") == 0;
    if (!is_public && strcmp(reader->scope, "Restricted") != 0 &&
        strcmp(reader->scope, "Private") != 0)
        refuse(reader, "scope", "is not Public, Restricted or Private");
    else if (is_public && names_somebody)
        refuse(reader, "scope", "is Public, and the message names a person");
}

static void parse(struct cap_reader *reader, const char *xml, size_t len)
{
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    if (XML_Parse(reader->parser, xml, (int)len, XML_TRUE) != XML_STATUS_OK)
        stop(reader, STATUS_MALFORMED_FRAME);
    else
        check_scope(reader);
}

enum status cap_read(const char *xml, size_t len, char **json, struct wire_problem *problem)
{
    if (len > WIRE_JSON_BYTES_MAX)
        return STATUS_TOO_LARGE;
    struct cap_reader *reader = mem_alloc(sizeof(*reader));
    reader->problem = problem;
    reader->alert = json_object();
    reader->parser = XML_ParserCreateNS("UTF-8", SEPARATOR);
    if (reader->parser == NULL)
        abort(); /* no memory */
    parse(reader, xml, len);
    enum status status = reader->status;
    if (status == STATUS_OK) {
        json_object_update(reader->alert, reader->chosen);
        *json = json_dumps(reader->alert, JSON_COMPACT);
    }
    XML_ParserFree(reader->parser);
    json_decref(reader->alert);
    json_decref(reader->info);
    json_decref(reader->chosen);
    mem_free(reader);
    return status;
}
