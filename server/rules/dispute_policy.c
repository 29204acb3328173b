#include "rules/dispute_policy.h"

#include <string.h>

#include "base/mem.h"

#define MINUTES INT64_C(60000)
#define HOURS   DUTY_HOUR_MS
#define DAYS    DUTY_DAY_MS

#define CAL  DUTY_CLOCK_CAL
#define DUTY DUTY_CLOCK_DUTY
#define WD   DUTY_CLOCK_WD

/* name, life, blue, yellow, red: {clock, time, the same off duty}; warnings, those of red */
static const struct timer_row {
    const char *name;
    enum timer_life life;
    struct dispute_budget budgets[3];
    uint8_t warnings[TIMER_WARNINGS_MAX];
    uint8_t red_warnings[TIMER_WARNINGS_MAX];
} rows[DISPUTE_TIMERS] = {
    [WIRE_DISPUTE_TIMER_FIRST_RESPONSE] = {"first_response",
                                           TIMER_OF_OBJECT,
                                           {{CAL, 30 * MINUTES, 2 * HOURS},
                                            {CAL, 15 * MINUTES, 30 * MINUTES},
                                            {CAL, 5 * MINUTES, 0}},
                                           {75},
                                           {75}},
    [WIRE_DISPUTE_TIMER_ACCEPT_BY] = {"accept_by",
                                      TIMER_OF_OBJECT,
                                      {{DUTY, 4 * HOURS, 0},
                                       {DUTY, 2 * HOURS, 0},
                                       {CAL, 1 * HOURS, 0}},
                                      {75},
                                      {75}},
    [WIRE_DISPUTE_TIMER_FIRST_SESSION_BY] = {"first_session_by",
                                             TIMER_OF_OBJECT,
                                             {{CAL, 24 * HOURS, 0},
                                              {CAL, 48 * HOURS, 0},
                                              {CAL, 24 * HOURS, 0}},
                                             {75},
                                             {75}},
    [WIRE_DISPUTE_TIMER_SETTLE_TARGET] = {"settle_target",
                                          TIMER_OF_OBJECT,
                                          {{CAL, 3 * DAYS, 0},
                                           {CAL, 15 * DAYS, 0},
                                           {CAL, 30 * DAYS, 0}},
                                          {75},
                                          {50, 75}},
    [WIRE_DISPUTE_TIMER_RETURN] = {"return",
                                   TIMER_OF_OBJECT,
                                   {{DUTY, 4 * HOURS, 0},
                                    {DUTY, 4 * HOURS, 0},
                                    {CAL, 4 * HOURS, 0}},
                                   {75},
                                   {75}},
    [WIRE_DISPUTE_TIMER_PAUSE_LIMIT] = {"pause_limit",
                                        TIMER_THROUGH,
                                        {{CAL, 60 * DAYS, 0},
                                         {CAL, 60 * DAYS, 0},
                                         {CAL, 60 * DAYS, 0}},
                                        {75},
                                        {75}},
    [WIRE_DISPUTE_TIMER_RETURN_CHECK] = {"return_check",
                                         TIMER_THROUGH,
                                         {{WD, 5 * DAYS, 0}, {WD, 5 * DAYS, 0}, {WD, 5 * DAYS, 0}},
                                         {0},
                                         {0}},
    [WIRE_DISPUTE_TIMER_CHOOSE_BY] = {"choose_by",
                                      TIMER_THROUGH,
                                      {{CAL, 24 * HOURS, 0},
                                       {CAL, 24 * HOURS, 0},
                                       {CAL, 24 * HOURS, 0}},
                                      {75},
                                      {75}},
    [WIRE_DISPUTE_TIMER_TRACKING] = {"tracking",
                                     TIMER_THROUGH,
                                     {{CAL, 30 * DAYS, 0},
                                      {CAL, 30 * DAYS, 0},
                                      {CAL, 30 * DAYS, 0}},
                                     {75},
                                     {75}},
    [WIRE_DISPUTE_TIMER_REVISIT] = {"revisit",
                                    TIMER_THROUGH,
                                    {{CAL, 7 * DAYS, 0}, {CAL, 7 * DAYS, 0}, {CAL, 3 * DAYS, 0}},
                                    {0},
                                    {0}},
    [WIRE_DISPUTE_TIMER_ANSWER_BY] = {"answer_by",
                                      TIMER_THROUGH,
                                      {{CAL, 3 * DAYS, 0}, {CAL, 3 * DAYS, 0}, {CAL, 3 * DAYS, 0}},
                                      {0},
                                      {0}},
};

static const uint32_t revisit_days[DISPUTE_COLOURS][DISPUTE_REVISITS_MAX] = {
    [WIRE_DISPUTE_COLOUR_BLUE] = {7, 30},
    [WIRE_DISPUTE_COLOUR_YELLOW] = {7, 30, 90},
    [WIRE_DISPUTE_COLOUR_RED] = {3, 7, 30, 90},
};

void dispute_policy_defaults(struct dispute_policy *policy)
{
    memset(policy, 0, sizeof(*policy));
    for (size_t timer = 1; timer < DISPUTE_TIMERS; timer++)
        for (size_t colour = 1; colour < DISPUTE_COLOURS; colour++)
            policy->budgets[timer][colour] = rows[timer].budgets[colour - 1];
    policy->extensions[WIRE_DISPUTE_COLOUR_BLUE] = (struct dispute_extension){1, 3 * DAYS, false};
    policy->extensions[WIRE_DISPUTE_COLOUR_YELLOW] = (struct dispute_extension){1, 15 * DAYS, true};
    policy->extensions[WIRE_DISPUTE_COLOUR_RED] = (struct dispute_extension){0, 30 * DAYS, true};
    policy->reminder_ms = DAYS;
    policy->pause_total_ms = 60 * DAYS;
    policy->tracking_end_ms = 180 * DAYS;
    policy->proposal_ms = 30 * MINUTES;
    policy->reopen_ms = 180 * DAYS;
    policy->police_first_wd_ms = 3 * DAYS;
    policy->police_second_wd_ms = 7 * DAYS;
}

static int64_t *single_value(struct dispute_policy *policy, const char *name)
{
    const struct {
        const char *name;
        int64_t *value;
    } singles[] = {
        {"reminder", &policy->reminder_ms},
        {"pause_total", &policy->pause_total_ms},
        {"tracking_end", &policy->tracking_end_ms},
        {"proposal", &policy->proposal_ms},
        {"reopen", &policy->reopen_ms},
        {"police_first", &policy->police_first_wd_ms},
        {"police_second", &policy->police_second_wd_ms},
    };
    for (size_t i = 0; i < ARRAY_LEN(singles); i++)
        if (strcmp(singles[i].name, name) == 0)
            return singles[i].value;
    return NULL;
}

bool dispute_policy_change(struct dispute_policy *policy, const struct dispute_policy_row *row)
{
    enum wire_dispute_timer timer = dispute_timer_of(row->name);
    if (row->ms <= 0 || (unsigned)row->colour >= DISPUTE_COLOURS)
        return false;
    if (timer == 0) {
        int64_t *single = single_value(policy, row->name);
        if (single != NULL)
            *single = row->ms;
        return single != NULL;
    }
    for (size_t colour = 1; colour < DISPUTE_COLOURS; colour++) {
        if (row->colour != 0 && (size_t)row->colour != colour)
            continue;
        struct dispute_budget *budget = &policy->budgets[timer][colour];
        budget->ms = row->ms;
        budget->off_duty_ms = row->off_duty_ms;
        if (row->clock != 0)
            budget->clock = row->clock;
    }
    return true;
}

void dispute_policy_spec(const struct dispute_policy *policy, enum wire_dispute_timer timer,
                         enum wire_dispute_colour colour, bool on_duty, struct timer_spec *out)
{
    const struct dispute_budget *budget = &policy->budgets[timer][colour];
    bool is_red = colour == WIRE_DISPUTE_COLOUR_RED;
    *out = (struct timer_spec){
        .name = rows[timer].name,
        .life = rows[timer].life,
        .clock = budget->clock,
        .budget_ms = !on_duty && budget->off_duty_ms > 0 ? budget->off_duty_ms : budget->ms,
    };
    memcpy(out->warnings, is_red ? rows[timer].red_warnings : rows[timer].warnings,
           sizeof(out->warnings));
}

const char *dispute_timer_name(enum wire_dispute_timer timer)
{
    return (unsigned)timer < DISPUTE_TIMERS && rows[timer].name != NULL ? rows[timer].name : "";
}

enum wire_dispute_timer dispute_timer_of(const char *name)
{
    size_t len = strcspn(name, ".");
    for (size_t timer = 1; timer < DISPUTE_TIMERS; timer++)
        if (strlen(rows[timer].name) == len && memcmp(rows[timer].name, name, len) == 0)
            return (enum wire_dispute_timer)timer;
    return 0;
}

uint32_t dispute_revisit_day(enum wire_dispute_colour colour, uint32_t n)
{
    return n < DISPUTE_REVISITS_MAX ? revisit_days[colour][n] : 0;
}
