/*
 * dispute_words: what a dispute's codes are called in words anybody understands: for its reporter
 * (state, next step, each line of the time line), for the duty room. Every text is one of ours;
 * nothing that somebody wrote goes through here.
 */
#ifndef RULES_DISPUTE_WORDS_H
#define RULES_DISPUTE_WORDS_H

#include "rules/dispute_plan.h"

#define DISPUTE_WORDS_BYTES 400

struct wire_text dispute_plain_state(enum wire_dispute_state state);
/* What happens next; pause_reason 0: it does not stand still. Empty when nothing does. */
struct wire_text dispute_next_step(const struct dispute_case *now,
                                   enum wire_dispute_pause_reason pause_reason);
/* One line of the time line. code: as kept with it, see dispute_change.code. */
struct wire_text dispute_line_words(enum wire_dispute_event event, uint16_t code);
/* A line of this event is in the reporter's time line too. */
bool dispute_line_is_for_reporter(enum wire_dispute_event event, uint16_t code);

struct wire_text dispute_colour_word(enum wire_dispute_colour colour);
/* What the duty room reads: {no} for the number (a new dispute has none before it is kept), the
 * colour, what is the matter, who is to act. The text is NUL-terminated. */
void dispute_duty_words(const struct dispute_change *change, char out[DISPUTE_WORDS_BYTES]);
/* The same of a warning before a deadline. */
void dispute_warning_words(const struct dispute_record *record, enum wire_dispute_timer timer,
                           char out[DISPUTE_WORDS_BYTES]);
/* The template of the outbox for the people of a rung; NULL: nobody is sent anything. */
const char *dispute_letter(enum dispute_tell tell);

/* In the hall, in the place of the message that was taken out of sight, and the card beside it. */
struct wire_text dispute_stub(void);
struct wire_text dispute_card(void);

#endif
