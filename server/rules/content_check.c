#include "rules/content_check.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "rules/text_fold.h"

/* Folded, without spaces and marks. A name that contains one of them could be taken for an
 * office; the office's own names come from grants and badges. */
static const char *const reserved[] = {
    "民警", "警官", "警察", "公安", "派出所", "警务", "警方", "刑警", "交警", "特警", "辅警",
    "协警", "片警", "网警", "巡警", "所长", "政委", "局长", "网格员", "网格长", "单元长", "楼栋长",
    "居委会", "村委会", "社区干部", "社区书记", "街道办", "值班员", "值班室", "指挥室", "反诈中心",
    "议事厅", "检察院", "法院", "法官", "检察官", "司法所", "督察", "官方", "系统", "管理员",
    "客服", "公告", "110", "police", "officer", "admin", "official", "system", "moderator",
};

enum kind { KIND_ILL_FORMED, KIND_SPACE, KIND_INVISIBLE, KIND_MARK, KIND_TURNING, KIND_VISIBLE };

static bool turns_direction(utf8proc_int32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
           c == 0x200F || c == 0x061C;
}

/* Drawn as nothing although their category says otherwise. */
static bool blank_filler(utf8proc_int32_t c)
{
    return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800 || c == 0x034F;
}

static enum kind kind_of(utf8proc_int32_t c)
{
    if (turns_direction(c))
        return KIND_TURNING;
    if (blank_filler(c))
        return KIND_INVISIBLE;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return KIND_SPACE;
    case UTF8PROC_CATEGORY_CC:
        return c == '\n' || c == '\t' ? KIND_SPACE : KIND_INVISIBLE;
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
        return KIND_INVISIBLE;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SK:
        return KIND_MARK;
    default:
        return KIND_VISIBLE;
    }
}

/* The next character and its kind; moves *at. */
static enum kind next(struct wire_text text, size_t *at, utf8proc_int32_t *c)
{
    utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.data + *at,
                                            (utf8proc_ssize_t)(text.len - *at), c);
    if (len <= 0) {
        *at = text.len;
        return KIND_ILL_FORMED;
    }
    *at += (size_t)len;
    return kind_of(*c);
}

bool content_has_substance(struct wire_text text)
{
    utf8proc_int32_t c;
    for (size_t at = 0; at < text.len;) {
        enum kind kind = next(text, &at, &c);
        if (kind == KIND_VISIBLE || kind == KIND_MARK)
            return true;
    }
    return false;
}

enum status content_check_body(struct wire_text body, uint32_t media_count)
{
    utf8proc_int32_t c;
    for (size_t at = 0; at < body.len;) {
        enum kind kind = next(body, &at, &c);
        if (kind == KIND_ILL_FORMED || kind == KIND_TURNING)
            return STATUS_INVALID_FIELD;
    }
    return content_has_substance(body) || (media_count > 0 && body.len == 0) ? STATUS_OK
                                                                             : STATUS_INVALID_FIELD;
}

/* The skeleton of a name: compatibility forms made plain, folded, without spaces and marks. */
static bool looks_official(struct wire_text name)
{
    utf8proc_uint8_t *plain = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)name.data, (utf8proc_ssize_t)name.len, &plain,
                     UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_IGNORE);
    if (len < 0)
        return true;
    struct arena arena = {0};
    struct wire_text made = {(const char *)plain, (uint32_t)len};
    struct wire_text folded = text_fold(made, &arena);
    char *skeleton = arena_alloc(&arena, (size_t)folded.len + 1);
    size_t used = 0;
    for (size_t at = 0; at < folded.len;) {
        size_t from = at;
        utf8proc_int32_t c;
        if (next(folded, &at, &c) == KIND_VISIBLE) {
            memcpy(skeleton + used, folded.data + from, at - from);
            used += at - from;
        }
    }
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(reserved) && !found; i++)
        found = memmem(skeleton, used, reserved[i], strlen(reserved[i])) != NULL;
    arena_clear(&arena);
    free(plain);
    return found;
}

enum status content_check_display_name(struct wire_text name)
{
    utf8proc_int32_t c;
    uint32_t count = 0;
    for (size_t at = 0; at < name.len; count++) {
        enum kind kind = next(name, &at, &c);
        if (kind == KIND_ILL_FORMED || kind == KIND_TURNING || kind == KIND_INVISIBLE ||
            (kind == KIND_SPACE && c != ' '))
            return STATUS_INVALID_FIELD;
    }
    bool framed = name.len > 0 && (name.data[0] == ' ' || name.data[name.len - 1] == ' ');
    if (count > CONTENT_NAME_MAX || framed || !content_has_substance(name) || looks_official(name))
        return STATUS_INVALID_FIELD;
    return STATUS_OK;
}

struct wire_text content_one_line(struct wire_text text, uint32_t chars_max, struct arena *arena)
{
    char *line = arena_alloc(arena, (size_t)text.len + 1);
    uint32_t len = 0;
    uint32_t chars = 0;
    bool gap = false;
    for (size_t at = 0; at < text.len && chars < chars_max;) {
        const size_t from = at;
        utf8proc_int32_t c;
        const enum kind kind = next(text, &at, &c);
        if (kind == KIND_SPACE)
            gap = len > 0;
        if (kind != KIND_VISIBLE && kind != KIND_MARK)
            continue;
        if (gap && chars + 1 < chars_max) {
            line[len++] = ' ';
            chars++;
        }
        gap = false;
        memcpy(line + len, text.data + from, at - from);
        len += (uint32_t)(at - from);
        chars++;
    }
    return (struct wire_text){line, len};
}
