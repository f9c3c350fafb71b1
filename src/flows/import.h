/* import.h - imports as a whole: the queue, the thread that works it off, progress, the report, taking one back. */
#ifndef IMPORT_H
#define IMPORT_H

#include "import_rows.h"
#include "nouns.h"

struct imports;
struct imports *imports_new(struct store *store, const char *blob_dir); /* starts the thread; unfinished imports go on */
void imports_free(struct imports *im);                                  /* lets the batch at hand finish */
void imports_wake(struct imports *im, int64_t tenant, struct id import);

/* import_plan() - the spec for a file: a preset, a saved mapping, or the columns as they are named. */
must_use enum err import_plan(struct tx *tx, const struct catalogue *c, struct str preset, struct str noun, struct str zone, const struct str *header,
                              size_t columns, struct spec **ret, struct str *ret_source);
/* import_undo_ask() - marks the import as one to be taken back; imports_wake() has it done. E_CONFLICT while it runs, or for a dry run. */
must_use enum err import_undo_ask(const struct run *run, struct id import);
/* import_undo() - deletes what the import made and nobody touched since, children first, and writes into its record what was kept and why.
 * E_BUSY: it was stopped in between, and goes on when it is called again. */
must_use enum err import_undo(const struct run *run, const struct row *import, bool (*stopping)(void *arg), void *arg);

#endif
