/* notice.c - the notice of POPIA s18, by collection point and language. A version that was shown never changes: a new wording is a new row. */
#include "notice.h"

#include "doc.h"

static const char *const points[] = { "web_form", NULL };

static const struct field notice_fields[] = {
	COMMON_ROWS(NOTICE),
	[NOTICE_POINT] = { .name = "point", .doc = "Where it is shown.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | ONCE | FILTER, .values = points, .initial = "web_form" },
	[NOTICE_LANGUAGE] = { .name = "language", .doc = "In which language.", .type = F_ENUM, .tag = 12, .flags = REQUIRED | ONCE | FILTER, .values = languages, .initial = "en" },
	[NOTICE_N] = { .name = "n", .doc = "Number of the version.", .type = F_INT, .tag = 13, .flags = REQUIRED | READONLY | DERIVED, .min = 1, .max = 100000 },
	[NOTICE_BODY] = { .name = "body", .doc = "The notice; {company}, {address}, {phone} and {email} are filled in.", .type = F_LINES, .tag = 14, .flags = REQUIRED | ONCE, .min = 50, .max = 8000 },
};
_Static_assert(ARRAY_LEN(notice_fields) == NOTICE_FIELDS, "privacy_notice: table and enum differ");

static const struct order notice_orders[] = { { -1, NOTICE_CREATED_AT }, { NOTICE_POINT, NOTICE_CREATED_AT }, ORDERS_END };

static enum err find_newest(struct tx *tx, struct str point, struct str language, struct row **ret)
{
	struct query q = { .noun = &noun_privacy_notice, .sort = NOTICE_CREATED_AT, .limit = 1 };
	struct page page;
	q.filters[q.filter_count++] = filter_is(NOTICE_POINT, VALUE_TEXT(point));
	q.filters[q.filter_count++] = filter_is(NOTICE_LANGUAGE, VALUE_TEXT(language));
	TRY(store_list(tx, &q, &page));
	*ret = page.count ? page.rows[0] : NULL;
	return OK;
}

static enum err notice_before(struct write *w)
{
	struct row *newest;
	if (w->was)
		return problem_set(w->tx->problem, E_CONFLICT, "A notice that was shown stays as it is. Write a new one.");
	TRY(find_newest(w->tx, row_text(w->is, NOTICE_POINT), row_text(w->is, NOTICE_LANGUAGE), &newest));
	row_set_int(w->is, NOTICE_N, newest ? row_int(newest, NOTICE_N) + 1 : 1);
	return OK;
}

const struct noun noun_privacy_notice = {
	.tag = 51, .name = "privacy_notice", .plural = "privacy_notices", .doc = "What people are told where their details are collected.",
	FIELDS(notice_fields), .orders = notice_orders, .subject = SUBJECT_NONE, .label = NOTICE_N, .own = -1, .parent = -1, .no_delete = true, .append_only = true,
	.before_write = notice_before,
};

/* The eight heads of s18 and the right to object, which since April 2025 must be told at collection (law.md 1.2). */
static const char text_en[] =
	"Who we are: {company}, {address}. Telephone {phone}, e-mail {email}.\n"
	"What we collect: the name, telephone, e-mail and street address that you type here, and what you tell us about the work. All of it comes from you.\n"
	"Why: to answer your enquiry, make you an offer and, if you want it, do the work.\n"
	"Do you have to? No. But without a telephone or e-mail we cannot answer you.\n"
	"The law: none makes you give this. Once there is an invoice, tax law makes us keep it for five years.\n"
	"Who sees it: our own people and those who keep our computers for us. It is not sold, and it is not sent to another country unless you are told first.\n"
	"Your rights: you may ask what we have about you, have it corrected or deleted, and object at any time to our using it - say so by telephone or e-mail, it costs nothing.\n"
	"Complaints: to us first, please; or to the Information Regulator (South Africa), inforegulator.org.za, POPIAComplaints@inforegulator.org.za.";
static const char text_af[] =
	"Wie ons is: {company}, {address}. Telefoon {phone}, e-pos {email}.\n"
	"Wat ons versamel: die naam, telefoon, e-pos en straatadres wat jy hier tik, en wat jy ons van die werk vertel. Alles daarvan kom van jou.\n"
	"Hoekom: om jou navraag te beantwoord, vir jou 'n aanbod te maak en, as jy dit wil hê, die werk te doen.\n"
	"Moet jy? Nee. Maar sonder 'n telefoon of e-pos kan ons jou nie antwoord nie.\n"
	"Die wet: geen wet verplig jou om dit te gee nie. Sodra daar 'n faktuur is, verplig belastingwette ons om dit vyf jaar te bewaar.\n"
	"Wie dit sien: ons eie mense en diegene wat ons rekenaars vir ons bedryf. Dit word nie verkoop nie, en word nie na 'n ander land gestuur sonder dat jy eers daarvan hoor nie.\n"
	"Jou regte: jy mag vra wat ons van jou het, dit laat regstel of skrap, en te eniger tyd beswaar maak dat ons dit gebruik - sê dit per telefoon of e-pos, dit kos niks.\n"
	"Klagtes: asseblief eers aan ons; of aan die Inligtingsreguleerder (Suid-Afrika), inforegulator.org.za, POPIAComplaints@inforegulator.org.za.";

static struct str value_of(struct arena *a, const struct row *company, struct str name)
{
	static const int address[] = { TENANT_LINE1, TENANT_LINE2, TENANT_SUBURB, TENANT_CITY, TENANT_POSTAL_CODE };
	struct str legal = row_text(company, TENANT_LEGAL_NAME), found = STR("-");
	if (str_eqz(name, "company"))
		found = legal.n ? legal : row_text(company, TENANT_NAME);
	else if (str_eqz(name, "address"))
		found = row_joined(a, company, address, ARRAY_LEN(address));
	else if (str_eqz(name, "phone"))
		found = row_text(company, TENANT_PHONE);
	else if (str_eqz(name, "email"))
		found = row_text(company, TENANT_EMAIL);
	return found.n ? found : STR("-");
}

static struct str filled(struct arena *a, const struct row *company, struct str body)
{
	struct buf b;
	buf_init(&b, a, 64 * KIB);
	while (body.p && body.n) {
		struct str rest, name;
		buf_add(&b, str_cut(body, '{', &rest));
		if (!rest.p)
			break;
		name = str_cut(rest, '}', &rest);
		buf_add(&b, value_of(a, company, name));
		body = rest;
	}
	return buf_str(&b);
}

enum err notice_current(struct tx *tx, const struct row *company, struct str point, struct str language, struct notice *ret)
{
	struct row *newest;
	bool af = str_eqz(language, "af");
	TRY(find_newest(tx, point, language, &newest));
	ret->version = str_fmt(tx->arena, STR_FMT "-%s-%lld", STR_ARG(point), af ? "af" : "en", newest ? (long long)row_int(newest, NOTICE_N) : 0);
	ret->body = filled(tx->arena, company, newest ? row_text(newest, NOTICE_BODY) : str_from(af ? text_af : text_en));
	return OK;
}
