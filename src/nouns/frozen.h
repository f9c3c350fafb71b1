/* frozen.h - what was sent or issued, kept as it was (rulings G2; ECTA s14 and s16; Tax Administration Act s29).
 *
 * Sending a quote and approving an invoice or credit note freezes what stands on the page: its data as canonical JSON, whose SHA-256 is the
 * document hash that stands at the foot of the page and is named by acceptances. The PDF is rendered outside the transaction, once, and its bytes
 * are kept with a SHA-256 of their own; nobody gets one before. Both lie under the buyer's record key. What changes afterwards - a logo, an
 * address, the program - does not change them. */
#ifndef FROZEN_H
#define FROZEN_H

#include "act.h"
#include "nouns.h"

#include "document.h"

/* A page as data. The ids of the records of its lines stand in the data and not on the page; zero for headings. */
struct sheet {
	struct pdf_document doc;
	const struct id *line_ids; /* doc.line_count of them, or NULL */
};
/* sheet_json() - all of it but mark, hash and link, members in a fixed order. sheet_read() - the same back; E_CORRUPT. Texts live in `a`. */
struct str sheet_json(struct arena *a, const struct sheet *s);
must_use enum err sheet_read(struct arena *a, struct str json, struct pdf_document *ret);

/* frozen_make() - freezes a page of a row of quote_version, invoice or credit_note in this writing transaction; *ret_hash is the document hash.
 * A second one of the same row is its next revision. */
must_use enum err frozen_make(struct tx *tx, const struct row *of, struct id customer, struct str no, const struct sheet *sheet, struct str mark,
                              struct str *ret_hash);
/* frozen_find() - the newest revision of what was frozen of a row; E_NOT_FOUND. */
must_use enum err frozen_find(struct tx *tx, const struct row *of, struct row **ret);
/* frozen_file() - the PDF of it if it was rendered already; otherwise empty. */
must_use enum err frozen_file(struct tx *tx, const struct row *document, struct str *ret);

/* frozen_link() - how links to verify documents of a company begin; its code follows. `address` is that of the installation (ctx.address). */
struct str frozen_link(struct arena *a, struct str address, struct id company);
/* frozen_pdf() - the stored PDF; renders and stores it first where nobody did. Outside a transaction. E_NOT_FOUND: no such document. May be called
 * by several at once: the first wins. frozen_pdf_for() - the same for the company of a request. */
must_use enum err frozen_pdf(const struct run *run, struct str link, struct id document, struct str *ret);
must_use enum err frozen_pdf_for(struct ctx *c, struct id document, struct str *ret);
/* frozen_render_some() - renders what was frozen and not rendered: the courier's part after a crash. */
must_use enum err frozen_render_some(const struct run *run, struct str link, size_t *ret_done);
/* frozen_marked() - the same page with a mark ("COPY", "VOID"), not stored. */
must_use enum err frozen_marked(struct arena *a, const struct row *document, const char *mark, struct str *ret);

#endif
