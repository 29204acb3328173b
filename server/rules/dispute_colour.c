#include "rules/dispute_colour.h"

#include <string.h>

#include "base/mem.h"

#define REASON(name) WIRE_DISPUTE_COLOUR_REASON_##name
#define YELLOW       WIRE_DISPUTE_COLOUR_YELLOW
#define RED          WIRE_DISPUTE_COLOUR_RED

/* What must be at least so great, or which of these signs seen, for the reason to hold. */
enum measure { BY_SIGN, BY_PEOPLE, BY_CLAIM, BY_EARLIER, BY_FAILED, BY_WORKERS, LASTING };

/* reason, colour at least, measure, threshold or set of signs; the numbers are defaults of ours */
static const struct reason_row {
    enum wire_dispute_colour_reason reason;
    enum wire_dispute_colour colour;
    enum measure measure;
    uint32_t least;
} rows[] = {
    {REASON(PEOPLE_5), YELLOW, BY_PEOPLE, 5},
    {REASON(VULNERABLE_PARTY), YELLOW, BY_SIGN, DISPUTE_SIGN(VULNERABLE_PARTY)},
    {REASON(CLAIM_20K), YELLOW, BY_CLAIM, 20000},
    {REASON(FAILED_2), YELLOW, BY_FAILED, 2},
    {REASON(EARLIER_2), YELLOW, BY_EARLIER, 2},
    {REASON(WAGES_3), YELLOW, BY_WORKERS, 3},
    {REASON(THREAT), YELLOW, BY_SIGN, DISPUTE_SIGN(THREAT)},
    {REASON(SETTLE_TARGET_MISSED), YELLOW, LASTING, 0},
    {REASON(FIRST_RESPONSE_MISSED), YELLOW, LASTING, 0},
    {REASON(ACCEPT_BY_MISSED), YELLOW, LASTING, 0},
    {REASON(RECURRED), YELLOW, LASTING, 0},
    {REASON(WEAPON), RED, BY_SIGN, DISPUTE_SIGN(WEAPON)},
    {REASON(FUEL), RED, BY_SIGN, DISPUTE_SIGN(FUEL)},
    {REASON(SELF_HARM), RED, BY_SIGN, DISPUTE_SIGN(SELF_HARM)},
    {REASON(KILLING_WORDS), RED, BY_SIGN, DISPUTE_SIGN(KILLING_WORDS)},
    {REASON(PEOPLE_10), RED, BY_PEOPLE, 10},
    {REASON(ACCESS_BLOCKED), RED, BY_SIGN, DISPUTE_SIGN(ACCESS_BLOCKED)},
    {REASON(SERIOUS_INJURY), RED, BY_SIGN, DISPUTE_SIGN(SERIOUS_INJURY)},
    {REASON(CLAIM_200K), RED, BY_CLAIM, 200000},
    {REASON(FAILED_3), RED, BY_FAILED, 3},
    {REASON(EARLIER_3), RED, BY_EARLIER, 3},
    {REASON(SETTLE_TARGET_MISSED_TWICE), RED, LASTING, 0},
    {REASON(SPREADING), RED, BY_SIGN, DISPUTE_SIGN(SPREADING)},
    {REASON(VIOLENCE_NOW), RED, BY_SIGN, DISPUTE_SIGN(VIOLENCE_NOW)},
};

static const enum wire_dispute_colour grade_colours[WIRE_DISPUTE_GRADE_MAX + 1] = {
    [0] = WIRE_DISPUTE_COLOUR_BLUE,
    [WIRE_DISPUTE_GRADE_SIMPLE] = WIRE_DISPUTE_COLOUR_BLUE,
    [WIRE_DISPUTE_GRADE_GENERAL] = WIRE_DISPUTE_COLOUR_BLUE,
    [WIRE_DISPUTE_GRADE_LARGER] = WIRE_DISPUTE_COLOUR_YELLOW,
    [WIRE_DISPUTE_GRADE_MAJOR] = WIRE_DISPUTE_COLOUR_RED,
    [WIRE_DISPUTE_GRADE_EXTRA_MAJOR] = WIRE_DISPUTE_COLOUR_RED,
};

static bool holds(const struct reason_row *row, const struct dispute_weight *weight)
{
    switch (row->measure) {
    case BY_SIGN:
        return (weight->signs & row->least) != 0;
    case BY_PEOPLE:
        return weight->people_count >= row->least;
    case BY_CLAIM:
        return weight->claim_yuan >= row->least;
    case BY_EARLIER:
        return weight->earlier_count >= row->least;
    case BY_FAILED:
        return weight->failed_sessions >= row->least;
    case BY_WORKERS:
        return weight->subclass == WIRE_DISPUTE_SUBCLASS_WAGES &&
               weight->people_count >= row->least;
    case LASTING:
        return (weight->lasting & (1u << row->reason)) != 0;
    }
    return false;
}

dispute_reasons dispute_colour_reasons(const struct dispute_weight *weight)
{
    dispute_reasons reasons = dispute_colour_lasting(weight->lasting);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (holds(&rows[i], weight))
            reasons |= 1u << rows[i].reason;
    if (grade_colours[weight->grade] > WIRE_DISPUTE_COLOUR_BLUE)
        reasons |= DISPUTE_REASON(GRADE);
    return reasons;
}

enum wire_dispute_colour dispute_colour_of(dispute_reasons reasons, enum wire_dispute_grade grade)
{
    enum wire_dispute_colour colour =
        (reasons & DISPUTE_REASON(GRADE)) != 0 ? grade_colours[grade] : WIRE_DISPUTE_COLOUR_BLUE;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((reasons & (1u << rows[i].reason)) != 0 && rows[i].colour > colour)
            colour = rows[i].colour;
    return colour;
}

dispute_reasons dispute_colour_lasting(dispute_reasons reasons)
{
    dispute_reasons lasting = DISPUTE_REASON(RAISED_BY_HAND) | DISPUTE_REASON(LOWERED_BY_TWO);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].measure == LASTING)
            lasting |= 1u << rows[i].reason;
    return reasons & lasting;
}

enum wire_dispute_colour dispute_colour_above(enum wire_dispute_colour colour)
{
    return colour < WIRE_DISPUTE_COLOUR_RED ? (enum wire_dispute_colour)(colour + 1) : colour;
}

bool dispute_is_dangerous(dispute_signs signs)
{
    return (signs & (DISPUTE_SIGN(WEAPON) | DISPUTE_SIGN(FUEL) | DISPUTE_SIGN(SELF_HARM) |
                     DISPUTE_SIGN(KILLING_WORDS) | DISPUTE_SIGN(VIOLENCE_NOW) |
                     DISPUTE_SIGN(SERIOUS_INJURY))) != 0;
}

/* words, what they are a sign of */
static const struct {
    const char *words;
    dispute_signs sign;
} patterns[] = {
    {"走着瞧", DISPUTE_SIGN(THREAT)},       {"收拾你", DISPUTE_SIGN(THREAT)},
    {"不客气", DISPUTE_SIGN(THREAT)},       {"砸了", DISPUTE_SIGN(THREAT)},
    {"打断", DISPUTE_SIGN(THREAT)},         {"找人打", DISPUTE_SIGN(THREAT)},
    {"威胁", DISPUTE_SIGN(THREAT)},         {"要打我", DISPUTE_SIGN(THREAT)},
    {"拿刀", DISPUTE_SIGN(WEAPON)},         {"持刀", DISPUTE_SIGN(WEAPON)},
    {"动刀", DISPUTE_SIGN(WEAPON)},         {"菜刀", DISPUTE_SIGN(WEAPON)},
    {"砍人", DISPUTE_SIGN(WEAPON)},         {"钢管", DISPUTE_SIGN(WEAPON)},
    {"汽油", DISPUTE_SIGN(FUEL)},           {"放火", DISPUTE_SIGN(FUEL)},
    {"点火烧", DISPUTE_SIGN(FUEL)},         {"煤气罐", DISPUTE_SIGN(FUEL)},
    {"自杀", DISPUTE_SIGN(SELF_HARM)},      {"跳楼", DISPUTE_SIGN(SELF_HARM)},
    {"割腕", DISPUTE_SIGN(SELF_HARM)},      {"不想活", DISPUTE_SIGN(SELF_HARM)},
    {"喝农药", DISPUTE_SIGN(SELF_HARM)},    {"弄死", DISPUTE_SIGN(KILLING_WORDS)},
    {"打死", DISPUTE_SIGN(KILLING_WORDS)},  {"杀了", DISPUTE_SIGN(KILLING_WORDS)},
    {"砍死", DISPUTE_SIGN(KILLING_WORDS)},  {"同归于尽", DISPUTE_SIGN(KILLING_WORDS)},
    {"堵门", DISPUTE_SIGN(ACCESS_BLOCKED)}, {"堵路", DISPUTE_SIGN(ACCESS_BLOCKED)},
    {"正在打", DISPUTE_SIGN(VIOLENCE_NOW)}, {"打起来了", DISPUTE_SIGN(VIOLENCE_NOW)},
};

static bool contains(struct wire_text text, const char *words)
{
    size_t len = strlen(words);
    for (size_t at = 0; at + len <= text.len; at++)
        if (memcmp(text.data + at, words, len) == 0)
            return true;
    return false;
}

dispute_signs dispute_signs_of_text(struct wire_text text)
{
    dispute_signs signs = 0;
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (contains(text, patterns[i].words))
            signs |= patterns[i].sign;
    return signs;
}

#define CLASS(name) WIRE_DISPUTE_CLASS_##name

static const enum wire_dispute_class classes[WIRE_DISPUTE_SUBCLASS_MAX + 1] = {
    [WIRE_DISPUTE_SUBCLASS_NEIGHBOUR_NOISE] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_NEIGHBOUR_FUMES] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_PARKING] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_PETS] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_SHARED_SPACE] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_FAMILY] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_MARKET_STALL] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_COMPANY_RESIDENT] = CLASS(PUBLIC_ORDER),
    [WIRE_DISPUTE_SUBCLASS_WAGES] = CLASS(LABOUR),
    [WIRE_DISPUTE_SUBCLASS_ACCIDENT] = CLASS(SAFETY),
};

enum wire_dispute_class dispute_class_of(enum wire_dispute_subclass subclass)
{
    enum wire_dispute_class found =
        (unsigned)subclass <= WIRE_DISPUTE_SUBCLASS_MAX ? classes[subclass] : 0;
    return found != 0 ? found : CLASS(OTHER);
}

enum wire_dispute_grade dispute_grade_of(enum wire_dispute_colour colour)
{
    switch (colour) {
    case WIRE_DISPUTE_COLOUR_RED:
        return WIRE_DISPUTE_GRADE_MAJOR;
    case WIRE_DISPUTE_COLOUR_YELLOW:
        return WIRE_DISPUTE_GRADE_LARGER;
    case WIRE_DISPUTE_COLOUR_BLUE:
        break;
    }
    return WIRE_DISPUTE_GRADE_SIMPLE;
}
