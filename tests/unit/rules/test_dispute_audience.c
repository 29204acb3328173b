/* Every field of a dispute × every audience, against a table written down independently; and
 * markers that must turn up nowhere they do not belong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/dispute_audience.h"
#include "rules/dispute_walk.h"
#include "wire/wire.h"
#include "wire/wire_buffer.h"

#define NOW         INT64_C(1790000000000)
#define TEXT(words) ((struct wire_text){words, sizeof(words) - 1})
#define NOTE        "秘密笔录"
#define WHO         "机密邻居"

static struct dispute_record record;
static struct dispute_names names;
static struct dispute_writings said;
static struct dispute_line_record lines[4];
static struct wire_dispute_report_ref report;
static struct wire_dispute_member member;
static struct wire_media_view picture;

static void fill(void)
{
    record = walk_new();
    record.id = 77;
    record.now.state = WIRE_DISPUTE_STATE_MEDIATING;
    record.now.subclass = WIRE_DISPUTE_SUBCLASS_PETS;
    record.now.dispute_class = WIRE_DISPUTE_CLASS_PUBLIC_ORDER;
    record.now.reasons = DISPUTE_REASON(PEOPLE_5);
    record.now.signs = DISPUTE_SIGN(THREAT);
    record.now.guard.answered = 1u << WIRE_DISPUTE_GUARD_CRIME;
    record.now.lead_id = WALK_LEAD;
    record.now.officer_id = WALK_OFFICER;
    record.now.people_count = 6;
    record.now.public_reason = TEXT("等检测");
    record.now.next_due_at = NOW + 5;
    record.timer_count = 1;
    record.timers[0].draft =
        (struct timer_draft){.name = "settle_target", .life = TIMER_OF_OBJECT, .due_at = NOW + 5};
    record.pauses.count = 1;
    record.pauses.items[0] = (struct pause){NOW - 9, NOW - 8};
    record.pause_reasons[0] = WIRE_DISPUTE_PAUSE_REASON_APPRAISAL;
    names = (struct dispute_names){.community = TEXT("柳荫社区"),
                                   .building = TEXT("5栋"),
                                   .unit = TEXT("1单元"),
                                   .in_charge = TEXT("周调解员"),
                                   .in_charge_role = WIRE_ROLE_MEDIATOR};
    report = (struct wire_dispute_report_ref){
        .dispute_id = 77, .no = TEXT("D-1"), .reporter_id = 10, .reporter_name = TEXT(WHO)};
    member = (struct wire_dispute_member){WALK_LEAD, TEXT("周调解员"), WIRE_DISPUTE_PART_LEAD};
    picture = (struct wire_media_view){.media_id = TEXT("AAAA"), .width = 1, .height = 1};
    lines[0] = (struct dispute_line_record){.event = WIRE_DISPUTE_EVENT_SUBMIT,
                                            .actor_id = WALK_REPORTER,
                                            .by_name = TEXT(WHO),
                                            .by_role = WIRE_ROLE_RESIDENT};
    lines[1] = (struct dispute_line_record){.event = WIRE_DISPUTE_EVENT_NOTE,
                                            .code = WIRE_DISPUTE_NOTE_KIND_NOTE,
                                            .kind = WIRE_DISPUTE_NOTE_KIND_NOTE,
                                            .by_role = WIRE_ROLE_OFFICER,
                                            .body = TEXT(NOTE)};
    lines[2] = (struct dispute_line_record){.event = WIRE_DISPUTE_EVENT_NOTE,
                                            .code = WIRE_DISPUTE_NOTE_KIND_TO_REPORTER,
                                            .kind = WIRE_DISPUTE_NOTE_KIND_TO_REPORTER,
                                            .by_role = WIRE_ROLE_OFFICER,
                                            .by_name = TEXT("赵民警"),
                                            .reason = TEXT(NOTE),
                                            .body = TEXT("明天来")};
    lines[3] = (struct dispute_line_record){.event = WIRE_DISPUTE_EVENT_WARNING};
    said = (struct dispute_writings){
        .description = TEXT("太吵"),
        .place_note = TEXT("东边"),
        .concerned = TEXT("隔壁"),
        .media = {.items = &picture, .count = 1},
        .line_count = 4,
        .lines = lines,
        .reports = {.items = &report, .count = 1},
        .members = {.items = &member, .count = 1},
        .has_proposal = true,
        .proposal = {.proposal_id = 5,
                     .colour = WIRE_DISPUTE_COLOUR_BLUE,
                     .reason = TEXT(NOTE),
                     .proposed_by_name = TEXT("赵民警")},
        .room_id = 9,
    };
}

enum seen {
    SEES_KIND,
    SEES_PLACE,
    SEES_REASONS,
    SEES_LEAD,
    SEES_MOVES,
    SEES_OWN,
    SEES_WORDS,
    SEES_MEDIA,
    SEES_REPORTS,
    SEES_MEMBERS,
    SEES_GUARD,
    SEES_DEADLINES,
    SEES_PAUSES,
    SEES_SIGNS,
    SEES_PROPOSAL,
    SEES_ROOM,
    SEES_COUNT,
};

/* One letter per field, in the order above: y it is there, - it does not exist. */
static const struct {
    enum wire_dispute_audience audience;
    const char *sees;
    uint32_t lines;
} expected[] = {
    {WIRE_DISPUTE_AUDIENCE_REPORTER, "yy---yyy--------", 2},
    {WIRE_DISPUTE_AUDIENCE_PARTY, "----------------", 2},
    {WIRE_DISPUTE_AUDIENCE_PANEL, "yyyyy-yyyyyyyy-y", 4},
    {WIRE_DISPUTE_AUDIENCE_STAFF, "yyyyy-yyyyyyyyyy", 4},
    {WIRE_DISPUTE_AUDIENCE_AUDIT, "yyyy--yyyyyyyyy-", 4},
};

static void look(const struct wire_dispute_file *file, bool seen[SEES_COUNT])
{
    const struct wire_dispute_view *view = &file->view;
    seen[SEES_KIND] = view->has_subclass;
    seen[SEES_PLACE] = view->has_place_name;
    seen[SEES_REASONS] = view->has_colour_reasons;
    seen[SEES_LEAD] = view->has_lead_id || view->has_officer_id;
    seen[SEES_MOVES] = view->has_moves;
    seen[SEES_OWN] = view->has_can_withdraw;
    seen[SEES_WORDS] = file->has_description && file->has_place_note && file->has_concerned;
    seen[SEES_MEDIA] = file->has_media;
    seen[SEES_REPORTS] = file->has_reports;
    seen[SEES_MEMBERS] = file->has_members;
    seen[SEES_GUARD] = file->has_guard;
    seen[SEES_DEADLINES] = file->has_deadlines;
    seen[SEES_PAUSES] = file->has_pauses;
    seen[SEES_SIGNS] = file->has_signs && file->has_people_count;
    seen[SEES_PROPOSAL] = file->has_proposal;
    seen[SEES_ROOM] = file->has_room_id;
}

static struct wire_dispute_file project(enum wire_dispute_audience audience, struct arena *arena)
{
    const struct dispute_viewer viewer = {audience, WALK_REPORTER, NOW};
    struct wire_dispute_file file = {0};
    dispute_project(&record, &names, &viewer, arena, &file.view);
    dispute_project_file(&record, &said, &viewer, arena, &file);
    return file;
}

static void each_audience_sees_its_fields_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct arena arena = {0};
        bool seen[SEES_COUNT] = {false};
        fill();
        const struct wire_dispute_file file = project(expected[i].audience, &arena);
        look(&file, seen);
        for (int field = 0; field < SEES_COUNT; field++)
            if (seen[field] != (expected[i].sees[field] == 'y'))
                fail_msg("audience %d field %d", expected[i].audience, field);
        assert_int_equal(file.lines.count, expected[i].lines);
        /* For everybody: where it stands, who is in charge, why. */
        assert_true(file.view.plain_state.len > 0 && file.view.has_in_charge_name &&
                    file.view.has_public_reason && file.view.has_next_step);
        arena_clear(&arena);
    }
}

static bool holds(const struct wire_buffer *bytes, const char *marker)
{
    size_t len = strlen(marker);
    for (size_t at = 0; at + len <= bytes->len; at++)
        if (memcmp(bytes->data + at, marker, len) == 0)
            return true;
    return false;
}

/* Invariant 1, byte for byte: what is not for an audience is in none of the bytes it gets. */
static void no_byte_of_a_note_or_of_who_reported_it_reaches_another_audience(void **state)
{
    (void)state;
    for (int audience = 1; audience <= WIRE_DISPUTE_AUDIENCE_MAX; audience++) {
        struct arena arena = {0};
        struct wire_buffer bytes = {0};
        fill();
        const struct wire_dispute_file file = project((enum wire_dispute_audience)audience, &arena);
        assert_int_equal(wire_encode(WIRE_DISPUTE_FILE, 1, &file, &bytes), STATUS_OK);
        bool in_charge = audience >= WIRE_DISPUTE_AUDIENCE_PANEL;
        assert_int_equal(holds(&bytes, NOTE), in_charge);
        assert_int_equal(holds(&bytes, WHO), in_charge);
        wire_buffer_deinit(&bytes);
        const struct wire_dispute_pushed pushed = {.dispute = file.view};
        struct wire_buffer event = {0};
        assert_int_equal(wire_encode(WIRE_DISPUTE_PUSHED, 0, &pushed, &event), STATUS_OK);
        assert_false(holds(&event, NOTE) || holds(&event, WHO) || holds(&event, "太吵") ||
                     holds(&event, "隔壁"));
        wire_buffer_deinit(&event);
        arena_clear(&arena);
    }
}

static void a_reporter_with_a_role_is_still_a_reporter(void **state)
{
    (void)state;
    assert_int_equal(dispute_audience_of(WIRE_ROLE_OFFICER, true), WIRE_DISPUTE_AUDIENCE_REPORTER);
    assert_int_equal(dispute_audience_of(WIRE_ROLE_OFFICER, false), WIRE_DISPUTE_AUDIENCE_STAFF);
    assert_int_equal(dispute_audience_of(WIRE_ROLE_MEDIATOR, false), WIRE_DISPUTE_AUDIENCE_PANEL);
    assert_int_equal(dispute_audience_of(WIRE_ROLE_AUDITOR, false), WIRE_DISPUTE_AUDIENCE_AUDIT);
    /* Nobody in particular gets the narrowest. */
    assert_int_equal(dispute_audience_of(WIRE_ROLE_RESIDENT, false), WIRE_DISPUTE_AUDIENCE_PARTY);
    assert_int_equal(dispute_audience_of(WIRE_ROLE_VOLUNTEER, false), WIRE_DISPUTE_AUDIENCE_PARTY);
}

static void a_time_that_has_passed_is_no_promise(void **state)
{
    (void)state;
    struct arena arena = {0};
    fill();
    assert_int_equal(project(WIRE_DISPUTE_AUDIENCE_REPORTER, &arena).view.next_at, NOW + 5);
    record.timers[0].draft.due_at = NOW - 1;
    assert_false(project(WIRE_DISPUTE_AUDIENCE_REPORTER, &arena).view.has_next_at);
    record.timers[0].draft.due_at = NOW + 5;
    record.pauses.items[0].ended_at = 0; /* it stands still */
    assert_false(project(WIRE_DISPUTE_AUDIENCE_REPORTER, &arena).view.has_next_at);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_audience_sees_its_fields_and_no_other),
        cmocka_unit_test(no_byte_of_a_note_or_of_who_reported_it_reaches_another_audience),
        cmocka_unit_test(a_reporter_with_a_role_is_still_a_reporter),
        cmocka_unit_test(a_time_that_has_passed_is_no_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
