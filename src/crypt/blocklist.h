/* blocklist.h - the 611,098 most used and leaked passwords of eight characters and more, as hashes that are part of the program
 * (tools/mkblocklist.mjs). Nothing is asked of anybody, and of its 3 MB only the pages that are looked at are in memory. */
#ifndef BLOCKLIST_H
#define BLOCKLIST_H

#include "str.h"

/* blocklist_has() - `folded` is as utf8_fold() gives it. One in two million texts that are not on the list seems to be. */
bool blocklist_has(struct str folded);
size_t blocklist_count(void);

#endif
