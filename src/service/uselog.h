/* uselog.h - which rights each member makes use of: noted once a day for each, written at most once a minute (S-139).
 *
 * Not a log of what was done: that is the audit log. A crash loses at most the notes of one minute. */
#ifndef USELOG_H
#define USELOG_H

#include "ctx.h"

struct uselog;
struct uselog *uselog_new(struct store *store);
void uselog_free(struct uselog *log); /* what is not written yet is lost: write first */
/* uselog_add() - the rights that a request rested on (actor.used). */
void uselog_add(struct uselog *log, const struct ctx *c);
/* uselog_write() - writes what waits, if it waited long enough, or `now_or_never`. */
void uselog_write(struct uselog *log, bool now_or_never);

#endif
