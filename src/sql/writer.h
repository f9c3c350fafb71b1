/* writer.h - the one thread that writes the file, and group commit.
 *
 * Requests hand over closures and wait. The writer takes what is waiting, runs each in a savepoint of its own inside one
 * transaction, commits once, and answers all: as durable as a transaction each, at a fraction of the cost. */
#ifndef WRITER_H
#define WRITER_H

#include "lite.h"

struct writer;

/* writer_start() - takes over `conn`, also its closing. E_STORAGE when there is no thread. */
must_use enum err writer_start(struct sql *db, struct lite *conn, struct arena *a, struct writer **ret);
/* writer_do() - sql_write_each(). Returns when all are durable or undone. */
void writer_do(struct writer *w, struct sql_work *work, size_t count);
/* writer_crowded() - closures wait, or did when the last one was answered. */
bool writer_crowded(struct writer *w);
/* writer_stop() - runs what is queued, ends the thread and closes its connection. NULL is allowed. */
void writer_stop(struct writer *w);

#endif
