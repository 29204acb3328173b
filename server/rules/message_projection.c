#include "rules/message_projection.h"

#include <string.h>

static void drop_content(struct wire_message_view *view)
{
    view->has_body = false;
    view->body = (struct wire_text){NULL, 0};
    view->has_media = false;
    view->media.count = 0;
    view->media.items = NULL;
    view->has_quote_seq = false;
    view->quote_seq = 0;
    view->has_notice_id = false;
    view->notice_id = 0;
    view->has_person_id = false;
    view->person_id = 0;
}

void message_project(struct wire_message_view *view, uint64_t viewer_id)
{
    if (view->state != WIRE_MESSAGE_STATE_VISIBLE)
        drop_content(view);
    if (view->state != WIRE_MESSAGE_STATE_HIDDEN) {
        view->has_public_reason = false;
        view->public_reason = (struct wire_text){NULL, 0};
    }
    if (viewer_id == 0 || viewer_id != view->sender_id) {
        view->has_client_key = false;
        memset(view->client_key, 0, sizeof(view->client_key));
    }
}

void message_project_list(struct wire_list_message_view *views, uint64_t viewer_id)
{
    for (uint32_t i = 0; i < views->count; i++)
        message_project(&views->items[i], viewer_id);
}
