/* calendar: hours of duty, extra duty, the national holiday table. Servers hear of it at once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ctl/calendar.h"
#include "ctl/commands.h"
#include "rules/duty_calendar.h"

#define LINE_BYTES 256
#define USUAL      "-"

/* ---- holidays ---- */

static bool set_holiday(struct ctl *ctl, const char *day, const char *what, const char *name)
{
    bool plain = strcmp(what, "plain") == 0;
    bool worked = strcmp(what, "worked") == 0;
    if (!plain && !worked && strcmp(what, "off") != 0) {
        ctl_fail("%s: %s is none of off, worked, plain", day, what);
        return false;
    }
    const char *values[] = {day, worked ? "true" : "false", name};
    PGresult *result =
        ctl_run(ctl, plain ? SQL_CALENDAR_HOLIDAY_CLEAR : SQL_CALENDAR_HOLIDAY_SET, values);
    bool done = result != NULL && (plain || PQntuples(result) == 1);
    if (result != NULL && !done)
        ctl_fail("%s is no weekend day: it is worked anyway", day);
    PQclear(result);
    return done;
}

static bool read_holidays(struct ctl *ctl, FILE *file, const char *path, int *days)
{
    char line[LINE_BYTES];
    for (int number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
        char day[11] = "";
        char what[8] = "";
        char name[LINE_BYTES] = "";
        char *comment = strchr(line, '#');
        if (comment != NULL)
            *comment = '\0';
        int fields = sscanf(line, "%10s %7s %255[^\n]", day, what, name);
        if (fields <= 0)
            continue;
        if (fields < 2 || (fields < 3 && strcmp(what, "plain") != 0)) {
            ctl_fail("%s:%d: a line is: day, off or worked, name", path, number);
            return false;
        }
        if (!set_holiday(ctl, day, what, name)) {
            ctl_fail("%s:%d", path, number);
            return false;
        }
        (*days)++;
    }
    return true;
}

bool calendar_load_holidays(struct ctl *ctl, const char *path, int *days)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        ctl_fail("%s: %s", path, strerror(errno));
        return false;
    }
    *days = 0;
    bool done = read_holidays(ctl, file, path, days);
    fclose(file);
    return done;
}

int ctl_calendar_holidays(struct ctl *ctl)
{
    int days = 0;
    if (!ctl_begin(ctl) || !calendar_load_holidays(ctl, ctl_arg(ctl, 0), &days) ||
        !ctl_audit(ctl, "calendar.holidays", "calendar", 0, NULL) || !ctl_commit(ctl))
        return EXIT_FAILURE;
    printf("%d days\n", days);
    return EXIT_SUCCESS;
}

/* ---- weekly hours ---- */

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* 1 … 7; 0: none. */
static int weekday_of(const char *text, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(weekdays); i++)
        if (strlen(weekdays[i]) == len && memcmp(weekdays[i], text, len) == 0)
            return (int)i + 1;
    return 0;
}

/* "mon-fri" or "sat". */
static bool read_days(const char *text, size_t len, int *first, int *last)
{
    const char *dash = memchr(text, '-', len);
    size_t first_len = dash != NULL ? (size_t)(dash - text) : len;
    *first = weekday_of(text, first_len);
    *last = dash != NULL ? weekday_of(dash + 1, len - first_len - 1) : *first;
    return *first != 0 && *last >= *first;
}

static bool add_span(struct ctl *ctl, const char *station, int weekday, const int minutes[2])
{
    char day[12];
    char from[12];
    char to[12];
    snprintf(day, sizeof(day), "%d", weekday);
    snprintf(from, sizeof(from), "%d", minutes[0]);
    snprintf(to, sizeof(to), "%d", minutes[1]);
    int64_t added;
    return ctl_run_id(ctl, SQL_CALENDAR_HOURS_ADD, (const char *const[]){station, day, from, to},
                      &added);
}

/* "08:30" as minutes of the day; *text moves behind it. */
static bool read_time(const char **text, int *minutes)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    long hour = strtol(*text, &end, 10);
    if (*end != ':' || end[1] < '0' || end[1] > '9')
        return false;
    long minute = strtol(end + 1, &end, 10);
    *text = end;
    if (hour > 24 || minute > 59)
        return false;
    *minutes = (int)(hour * 60 + minute);
    return true;
}

/* "08:30-12:00"; *text moves behind it and a comma. */
static bool read_span(const char **text, int minutes[2])
{
    if (!read_time(text, &minutes[0]) || **text != '-')
        return false;
    (*text)++;
    if (!read_time(text, &minutes[1]))
        return false;
    if (**text == ',')
        (*text)++;
    return minutes[0] < minutes[1] && minutes[1] <= DUTY_MINUTES_A_DAY;
}

/* "mon-fri=08:30-12:00,14:00-17:30" */
static bool add_hours(struct ctl *ctl, const char *station, const char *spec)
{
    int first, last;
    const char *equals = strchr(spec, '=');
    bool good = equals != NULL && read_days(spec, (size_t)(equals - spec), &first, &last);
    const char *at = good ? equals + 1 : "";
    int minutes[2];
    for (int count = 0; good && (*at != '\0' || count == 0); count++) {
        good = count < DUTY_SPANS_MAX && read_span(&at, minutes);
        for (int day = first; good && day <= last; day++)
            if (!add_span(ctl, station, day, minutes))
                return false;
    }
    if (!good)
        ctl_fail("%s: hours are like mon-fri=08:30-12:00,14:00-17:30", spec);
    return good;
}

int ctl_calendar_hours(struct ctl *ctl)
{
    const char *station = ctl_arg(ctl, 0);
    if (strcmp(station, USUAL) == 0)
        station = NULL;
    if (!ctl_begin(ctl))
        return EXIT_FAILURE;
    if (station == NULL && ctl->arg_count == 1)
        return ctl_fail("the usual hours cannot be left out");
    int64_t station_id;
    if (!ctl_run_id(ctl, SQL_CALENDAR_HOURS_CLEAR, &station, &station_id))
        return EXIT_FAILURE;
    for (size_t i = 1; i < ctl->arg_count; i++)
        if (!add_hours(ctl, station, ctl_arg(ctl, i)))
            return EXIT_FAILURE;
    bool done = ctl_audit(ctl, "calendar.hours", "place", station_id, NULL) && ctl_commit(ctl);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- extra duty ---- */

int ctl_calendar_rota(struct ctl *ctl)
{
    const char *starts = ctl_arg(ctl, 1);
    const char *ends = ctl_arg(ctl, 2);
    int64_t station_id;
    if (!ctl_begin(ctl) ||
        !ctl_run_id(ctl, ends != NULL ? SQL_CALENDAR_ROTA_ADD : SQL_CALENDAR_ROTA_REMOVE,
                    (const char *const[]){ctl_arg(ctl, 0), starts, ends}, &station_id) ||
        !ctl_audit(ctl, "calendar.rota", "place", station_id, NULL) || !ctl_commit(ctl))
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}

/* ---- looking ---- */

static bool print_rows(struct ctl *ctl, enum sql_statement statement, const char *station)
{
    PGresult *result = ctl_run(ctl, statement, &station);
    if (result == NULL)
        return false;
    if (PQntuples(result) > 0) {
        ctl_print(result);
        putchar('\n');
    }
    PQclear(result);
    return true;
}

int ctl_calendar_list(struct ctl *ctl)
{
    const char *station = ctl_arg(ctl, 0);
    bool done = ctl_begin(ctl) && print_rows(ctl, SQL_CALENDAR_HOURS_LIST, station) &&
                print_rows(ctl, SQL_CALENDAR_ROTA_LIST, station) &&
                print_rows(ctl, SQL_CALENDAR_HOLIDAY_LIST, NULL);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
