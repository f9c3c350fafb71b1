/* gate.h - whether an advertising message may go to somebody now (law.md 7A.1: POPIA sections 11 and 69, CPA sections 11 and 12 with its
 * regulations). The server asks at the moment of sending, whatever held when the message was written. */
#ifndef GATE_H
#define GATE_H

#include "calendar.h"
#include "nouns.h"

/* All that the decision rests on. */
struct gate_facts {
	bool registered;        /* with the National Consumer Commission, today */
	int64_t cleansed_ms;    /* when the addresses were last held against its registry; 0: never */
	bool on_registry;       /* this person blocked this company, its trade or all */
	bool demanded_stop;     /* on any channel */
	bool objected;
	bool electronic, physical;
	bool consented;         /* for this channel, and not taken back */
	bool from_sale;         /* a customer whose details came with a sale at which he could refuse */
	bool asks_consent;      /* the message does nothing but ask for consent */
	bool ever_asked, ever_withheld;
	bool no_leaflets;       /* a sign at the premises */
	bool identified;        /* the company's name, electronic address, physical address and telephone are known */
	bool opt_out;           /* the message says how to stop it, free of charge */
	bool agreed_timing;     /* in writing, to be addressed at other times too */
};

enum gate_code {
	GATE_OPEN, GATE_MARKETER_NOT_REGISTERED, GATE_CLEANSE_STALE, GATE_REGISTRY_BLOCK, GATE_CPA_S11_DEMAND, GATE_POPIA_11_3, GATE_S69_2_ONCE,
	GATE_S69_1, GATE_REG4_SIGN, GATE_S69_4, GATE_CODES
};
const char *gate_name(enum gate_code code); /* "S69_1" */

struct gate_verdict {
	enum gate_code code;
	struct instant from; /* where it is open: the first moment at which people may be addressed; now or later */
};
/* gate_decide() - pure: the first rule that forbids it, in the order of law.md 7A.1. */
struct gate_verdict gate_decide(const struct gate_facts *f, const struct calendar *holidays, const struct zone *zone, struct instant now);

/* gate_facts() - what is known about the recipient of a message; *ret_note says it as JSON, to be kept with the message. */
must_use enum err gate_facts(struct tx *tx, const struct row *message, struct gate_facts *ret, struct str *ret_note);

/* suppression_hash() - under which an address (mail or E.164) is kept among those that want nothing: not the address itself. */
must_use enum err suppression_hash(struct tx *tx, struct str address, struct str *ret);

#endif
