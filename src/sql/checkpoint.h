/* checkpoint.h - brings the write-ahead log of SQLite back into its file, beside the writer.
 *
 * SQLite does it in the commit that finds the log long, on the writer's time. Here a thread of its own does: the writer tells it how long
 * the log is, and only helps where the log grows faster than it is brought back, since a log begins anew only when nothing of it is
 * left. The thread's connection is opened when it is first needed. */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "lite.h"

struct keeper;

/* keeper_start() - `config` and `db` outlive it. E_STORAGE when there is no thread. */
must_use enum err keeper_start(struct sql *db, const struct sql_config *config, struct arena *a, struct keeper **ret);
/* keeper_watch() - from now on the commits of this connection say how long the log is. */
void keeper_watch(struct keeper *k, sqlite3 *writer);
void keeper_stop(struct keeper *k); /* NULL is allowed */

#endif
