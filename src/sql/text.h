/* text.h - looking at SQL text without understanding it: what is quoted, what is a comment, what is a word. Pure. */
#ifndef SQL_TEXT_H
#define SQL_TEXT_H

#include "str.h"

/* text_quoted() - length of the literal, quoted identifier, dollar-quoted string or comment that starts at `p`; 0 if none does.
 * One that never ends reaches to the end of the text. */
size_t text_quoted(const char *p);
/* text_verb() - the first word of a statement, after white space and comments; empty if it does not begin with a letter. */
struct str text_verb(const char *text);
/* text_numbered() - `?12` outside quotes becomes `$12`. */
struct str text_numbered(struct arena *a, const char *text);
/* text_typed() - the words $ID, $INT, $TEXT, $BLOB, $ROWS and $KEYED become words[0] … words[5]; a %s in a word becomes the
 * identifier that stands before it. */
struct str text_typed(struct arena *a, struct str script, const char *const words[6]);

#endif
