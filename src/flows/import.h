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
/* import_undo() - deletes what the import made and nobody touched since, children first; *ret_json says what was kept and why. */
must_use enum err import_undo(struct run *run, struct id import, struct str *ret_json);

#endif
