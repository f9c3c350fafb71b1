/* harden.h - what a server process gives up for good once it has started (S-046: nothing that it can write is ever run).
 *
 * The filter lets everything through that a server needs and refuses: running a program, making memory executable, files that live in
 * memory alone, tracing, and io_uring, which would go around it. With the data folder mounted noexec there is no way left to run what
 * was written; without that mount, these refusals alone already close the seven ways that docs/operators.md lists. */
#ifndef HARDEN_H
#define HARDEN_H

#include "err.h"

/* harden_process() - no core files, no tracing by others, no new privileges, and the filter, for all threads that follow. Call it after
 * libraries and files are open and before the first thread. E_CONFIG when the kernel refuses; the caller logs that and goes on. */
must_use enum err harden_process(void);

#endif
