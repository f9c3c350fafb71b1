/* readlog.h - who has read whose information (S-097): reads of personal fields are collected and written as events once a second.
 *
 * What a crash can lose is the reads of the last second; while the log cannot be written for 30 s, reading is refused (E_BUSY). */
#ifndef READLOG_H
#define READLOG_H

#include "uselog.h"

struct readlog;
struct readlog *readlog_new(struct store *store); /* starts a thread */
void readlog_free(struct readlog *log);           /* writes what is left */
/* readlog_add() - these rows of one noun were shown to the actor, for this purpose (a constant). */
must_use enum err readlog_add(struct readlog *log, const struct ctx *c, const struct noun *noun, const char *purpose,
                              const struct id *rows, size_t count);
/* Which rights were used is written by the same thread. */
struct uselog *readlog_uses(struct readlog *log);

#endif
