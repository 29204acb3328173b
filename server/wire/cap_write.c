#include "wire/cap_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wire/cap_read.h"
#include "wire/markup.h"

#define TIME_BYTES 40
#define LINE_BYTES 512

static void add(struct wire_buffer *out, const char *xml)
{
    wire_buffer_append(out, xml, strlen(xml));
}

static void add_element(struct wire_buffer *out, const char *name, struct wire_text text)
{
    char tag[64];
    snprintf(tag, sizeof(tag), "<%s>", name);
    add(out, tag);
    markup_add_text(out, text);
    snprintf(tag, sizeof(tag), "</%s>\n", name);
    add(out, tag);
}

static const char *time_text(int64_t ms, char text[TIME_BYTES])
{
    const struct tm tm = markup_local_time(ms);
    strftime(text, TIME_BYTES, "%Y-%m-%dT%H:%M:%S+08:00", &tm);
    return text;
}

bool cap_notice_has_ended(const struct wire_public_notice *notice)
{
    return notice->state == WIRE_NOTICE_STATE_WITHDRAWN ||
           notice->state == WIRE_NOTICE_STATE_EXPIRED;
}

static const char *severity_of(enum wire_alert_level level)
{
    static const char *const names[] = {[WIRE_ALERT_LEVEL_CRITICAL] = "Extreme",
                                        [WIRE_ALERT_LEVEL_HIGH] = "Severe",
                                        [WIRE_ALERT_LEVEL_MEDIUM] = "Moderate",
                                        [WIRE_ALERT_LEVEL_LOW] = "Minor"};
    return names[level];
}

/* The newest message of its chain: it names the first, which all later ones are versions of. */
static void add_head(struct wire_buffer *out, const struct wire_public_notice *notice)
{
    char line[LINE_BYTES], sent[TIME_BYTES], first[TIME_BYTES];
    const bool is_first = notice->notice_version == 1;
    snprintf(line, sizeof(line),
             "<alert xmlns=\"" CAP_NAMESPACE "\">\n<identifier>notice-%" PRIu64 "-%" PRIu32
             "</identifier>\n<sender>hall</sender>\n<sent>%s</sent>\n<status>Actual</status>\n"
             "<msgType>%s</msgType>\n<scope>Public</scope>\n",
             notice->notice_id, notice->notice_version, time_text(notice->changed_at, sent),
             cap_notice_has_ended(notice) ? "Cancel"
             : is_first        ? "Alert"
                               : "Update");
    add(out, line);
    if (is_first)
        return;
    snprintf(line, sizeof(line), "<references>hall,notice-%" PRIu64 "-1,%s</references>\n",
             notice->notice_id, time_text(notice->published_at, first));
    add(out, line);
}

static void add_info(struct wire_buffer *out, const struct wire_public_notice *notice)
{
    char line[LINE_BYTES], from[TIME_BYTES], until[TIME_BYTES];
    add(out, "<info>\n<language>zh-CN</language>\n<category>Security</category>\n");
    add_element(out, "event", notice->title);
    snprintf(line, sizeof(line),
             "<urgency>Immediate</urgency>\n<severity>%s</severity>\n"
             "<certainty>Likely</certainty>\n<eventCode>\n<valueName>hall:scam_type</valueName>\n"
             "<value>%s</value>\n</eventCode>\n<effective>%s</effective>\n<expires>%s</expires>\n"
             "<senderName>网上社区警民议事厅</senderName>\n",
             severity_of(notice->level),
             wire_enum_value_name(&wire_enum_scam_type, notice->scam_type),
             time_text(notice->published_at, from), time_text(notice->expires_at, until));
    add(out, line);
    add_element(out, "headline", notice->title);
    add_element(out, "description", notice->body);
    add_element(out, "instruction", notice->advice);
    add_element(out, "contact", notice->hotline);
    add(out, "<area>\n");
    add_element(out, "areaDesc", notice->community_name);
    add(out, "<geocode>\n<valueName>hall:community</valueName>\n");
    add_element(out, "value", notice->community_code);
    add(out, "</geocode>\n</area>\n</info>\n");
}

static void add_entry(struct wire_buffer *out, const struct wire_public_notice *notice)
{
    char line[LINE_BYTES], updated[TIME_BYTES];
    snprintf(line, sizeof(line),
             "<entry>\n<id>urn:hall:notice:%" PRIu64 "</id>\n<updated>%s</updated>\n",
             notice->notice_id, time_text(notice->changed_at, updated));
    add(out, line);
    add_element(out, "title", notice->title);
    add(out, "<content type=\"application/cap+xml\">\n");
    add_head(out, notice);
    add_info(out, notice);
    add(out, "</alert>\n</content>\n</entry>\n");
}

void cap_write_feed(const struct wire_notice_feed_page *page, struct wire_buffer *out)
{
    char line[LINE_BYTES], updated[TIME_BYTES];
    int64_t newest = 0;
    for (uint32_t i = 0; i < page->notices.count; i++)
        if (page->notices.items[i].changed_at > newest)
            newest = page->notices.items[i].changed_at;
    snprintf(line, sizeof(line),
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>urn:hall:notices</id>\n"
             "<title>警民议事厅公告</title>\n<updated>%s</updated>\n"
             "<author><name>网上社区警民议事厅</name></author>\n"
             "<link rel=\"self\" href=\"/api/v1/cap.atom\"/>\n",
             time_text(newest, updated));
    add(out, line);
    for (uint32_t i = 0; i < page->notices.count; i++)
        add_entry(out, &page->notices.items[i]);
    add(out, "</feed>\n");
}
