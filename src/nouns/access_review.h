/* access_review.h - every quarter somebody looks who may do what; what nobody confirms ends (S-157, S-192). */
#ifndef NOUN_ACCESS_REVIEW_H
#define NOUN_ACCESS_REVIEW_H

#include "nouns.h"

/* reviews_run() - opens the review of the quarter that `today` is in, and closes what is overdue. *ret_done 0: nothing is left to do. The context must
 * have its company. */
must_use enum err reviews_run(struct tx *tx, struct day today, size_t *ret_done);

#endif
