#include "net/lite_page.h"

#include <stdio.h>
#include <string.h>

#include "wire/markup.h"

static const char *const language_names[LITE_LANGUAGE_COUNT] = {
    [LITE_ZH_HANS] = "zh-Hans", [LITE_ZH_HANT] = "zh-Hant", [LITE_EN] = "en"};

/* One scope within another: what the inner one has not, the outer one has. */
struct scope {
    const struct lite_values *inner;
    const struct lite_values *outer; /* NULL: none */
};

static struct wire_text slot_of(const struct scope *scope, uint8_t slot)
{
    struct wire_text text = scope->inner->slots[slot];
    return text.len == 0 && scope->outer != NULL ? scope->outer->slots[slot] : text;
}

/* Items hold no items of their own, so this goes one level deep. */
static void render(const struct lite_piece *pieces, uint32_t count, const struct scope *scope,
                   struct wire_buffer *out)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct lite_piece *piece = &pieces[i];
        bool is_there = piece->kind != LITE_TEXT && slot_of(scope, piece->slot).len > 0;
        if (piece->kind == LITE_TEXT) {
            wire_buffer_append(out, piece->text, piece->len);
        } else if (piece->kind == LITE_VALUE) {
            markup_add_text(out, slot_of(scope, piece->slot));
        } else if (piece->kind == LITE_EACH) {
            for (unsigned k = 0; scope->outer == NULL && k < scope->inner->item_count; k++) {
                const struct scope item = {&scope->inner->items[k], scope->inner};
                render(piece + 1, piece->skip - 1u, &item, out);
            }
            i += piece->skip;
        } else if ((piece->kind == LITE_IF && !is_there) ||
                   (piece->kind == LITE_UNLESS && is_there)) {
            i += piece->skip;
        }
    }
}

void lite_page_render(enum lite_page page, enum lite_language language,
                      const struct lite_values *values, struct wire_buffer *out)
{
    const struct lite_template *text = &lite_templates[page][language];
    const struct scope whole = {values, NULL};
    render(text->pieces, text->count, &whole, out);
}

enum lite_language lite_page_language(const char *name)
{
    for (unsigned i = 0; i < LITE_LANGUAGE_COUNT; i++)
        if (strcmp(language_names[i], name) == 0)
            return (enum lite_language)i;
    return LITE_ZH_HANS;
}

const char *lite_page_language_name(enum lite_language language)
{
    return language_names[language];
}

const char *lite_page_time(int64_t ms, enum lite_language language, char out[LITE_TIME_BYTES])
{
    const struct tm tm = markup_local_time(ms);
    if (language == LITE_EN)
        strftime(out, LITE_TIME_BYTES, "%Y-%m-%d, %H:%M", &tm);
    else
        snprintf(out, LITE_TIME_BYTES, "%d年%d月%d日 %02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
                 tm.tm_mday, tm.tm_hour, tm.tm_min);
    return out;
}
