/*
 * media: pictures through the HTTP doors. The rows of the command table lead here.
 */
#ifndef OPS_MEDIA_MEDIA_H
#define OPS_MEDIA_MEDIA_H

#include "ops/call.h"

/* Takes in one picture: made anew in the child process, then kept for its owner. */
void op_media_add(struct call *call);
/* One size of a picture, for those who may see the message that shows it. */
void op_media_read(struct call *call);

#endif
