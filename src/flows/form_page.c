#include "form_page.h"

const char *const form_names[FORM_INPUTS] = { "name", "phone", "email", "address", "subject", "details" };

static const struct {
	const char *en, *af, *type, *autocomplete;
	int max;
	bool required, lines;
} inputs[FORM_INPUTS] = {
	[FORM_NAME] = { "Your name", "Jou naam", "text", "name", 200, true, false },
	[FORM_PHONE] = { "Telephone", "Telefoon", "tel", "tel", 20, false, false },
	[FORM_EMAIL] = { "E-mail", "E-pos", "email", "email", 254, false, false },
	[FORM_ADDRESS] = { "Where is the work?", "Waar is die werk?", "text", "street-address", 300, false, false },
	[FORM_SUBJECT] = { "What do you need?", "Wat het jy nodig?", "text", "off", 200, true, false },
	[FORM_DETAILS] = { "Anything else that we should know", "Enigiets anders wat ons moet weet", "text", "off", 4000, false, true },
};

void html_add(struct buf *b, struct str text)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" } };
	for (size_t i = 0; i < text.n; i++) {
		const char *as = NULL;
		for (size_t k = 0; k < ARRAY_LEN(escapes); k++)
			if (text.p[i] == escapes[k].c)
				as = escapes[k].as;
		if (as)
			buf_addz(b, as);
		else
			buf_char(b, text.p[i]);
	}
}

void html_head(struct buf *b, bool af, struct str title)
{
	buf_addz(b, "<!doctype html>\n<html lang=\"");
	buf_addz(b, af ? "af" : "en");
	buf_addz(b, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	html_add(b, title);
	buf_addz(b, "</title>\n<link rel=\"icon\" type=\"image/svg+xml\" href=\"/mark.svg\">\n<link rel=\"stylesheet\" href=\"/form.css\">\n</head>\n<body>\n<main>\n");
}

const char html_foot[] = "</main>\n</body>\n</html>\n";

static void add_attribute(struct buf *b, const char *name, struct str value)
{
	buf_char(b, ' ');
	buf_addz(b, name);
	buf_addz(b, "=\"");
	html_add(b, value);
	buf_char(b, '"');
}

static void add_input(struct buf *b, const struct form_page *p, int i)
{
	struct str name = str_from(form_names[i]);
	buf_addz(b, "<p class=\"field\"><label");
	add_attribute(b, "for", str_fmt(b->arena, "fw-%s", form_names[i]));
	buf_char(b, '>');
	buf_addz(b, p->af ? inputs[i].af : inputs[i].en);
	buf_addz(b, "</label>\n");
	buf_addz(b, inputs[i].lines ? "<textarea rows=\"5\"" : "<input");
	add_attribute(b, "id", str_fmt(b->arena, "fw-%s", form_names[i]));
	add_attribute(b, "name", name);
	add_attribute(b, "maxlength", str_fmt(b->arena, "%d", inputs[i].max));
	add_attribute(b, "autocomplete", str_from(inputs[i].autocomplete));
	if (inputs[i].required)
		buf_addz(b, " required");
	if (p->faults[i])
		buf_addz(b, " aria-invalid=\"true\"");
	if (inputs[i].lines) {
		buf_char(b, '>');
		html_add(b, p->values[i]);
		buf_addz(b, "</textarea>");
	} else {
		add_attribute(b, "type", str_from(inputs[i].type));
		if (p->values[i].n)
			add_attribute(b, "value", p->values[i]);
		buf_char(b, '>');
	}
	if (p->faults[i]) {
		buf_addz(b, "\n<span class=\"fault\">");
		html_add(b, str_from(p->faults[i]));
		buf_addz(b, "</span>");
	}
	buf_addz(b, "</p>\n");
}

/* The field that nobody sees is for programs that fill in everything. */
static void add_form(struct buf *b, const struct form_page *p, struct str base_url)
{
	buf_addz(b, "<form method=\"post\" accept-charset=\"utf-8\" action=\"");
	html_add(b, base_url);
	buf_addz(b, "/f/");
	html_add(b, p->slug);
	buf_addz(b, p->af ? "?lang=af\">\n" : "?lang=en\">\n");
	for (int i = 0; i < FORM_INPUTS; i++)
		add_input(b, p, i);
	buf_addz(b, "<p class=\"away\" hidden><label>");
	buf_addz(b, p->af ? "Los dit leeg" : "Leave this empty");
	buf_addz(b, " <input name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></label></p>\n<input type=\"hidden\" name=\"notice\"");
	add_attribute(b, "value", p->notice.version);
	buf_addz(b, ">\n");
	if (p->stamp.n) {
		buf_addz(b, "<input type=\"hidden\" name=\"stamp\"");
		add_attribute(b, "value", p->stamp);
		buf_addz(b, ">\n");
	}
	buf_addz(b, "<p><button>");
	buf_addz(b, p->af ? "Stuur" : "Send");
	buf_addz(b, "</button></p>\n<details open class=\"notice\"><summary>");
	buf_addz(b, p->af ? "Wat ons met jou besonderhede doen" : "What we do with your details");
	buf_addz(b, "</summary>\n");
	struct str line, rest = p->notice.body;
	while (rest.p && rest.n) {
		line = str_cut(rest, '\n', &rest);
		buf_addz(b, "<p>");
		html_add(b, line);
		buf_addz(b, "</p>\n");
	}
	buf_addz(b, "</details>\n</form>\n");
}

static void add_phone(struct buf *b, const struct form_page *p)
{
	struct str phone = row_text(p->company, TENANT_PHONE);
	if (!phone.n)
		return;
	buf_addz(b, "<p>");
	buf_addz(b, p->af ? "Dringend? Skakel " : "Urgent? Ring ");
	buf_addz(b, "<a href=\"tel:");
	html_add(b, phone);
	buf_addz(b, "\">");
	html_add(b, phone);
	buf_addz(b, "</a>.</p>\n");
}

struct str form_page_html(struct arena *a, const struct form_page *p)
{
	struct buf b;
	buf_init(&b, a, MIB);
	html_head(&b, p->af, row_text(p->company, TENANT_NAME));
	buf_addz(&b, "<p class=\"languages\">");
	buf_addz(&b, p->af ? "<a href=\"?lang=en\" lang=\"en\">English</a>" : "<a href=\"?lang=af\" lang=\"af\">Afrikaans</a>");
	buf_addz(&b, "</p>\n<h1>");
	html_add(&b, row_text(p->company, TENANT_NAME));
	buf_addz(&b, "</h1>\n<p>");
	buf_addz(&b, p->af ? "Vertel ons wat jy nodig het; ons kom terug na jou toe." : "Tell us what you need; we will get back to you.");
	buf_addz(&b, "</p>\n");
	add_phone(&b, p);
	if (p->faulty)
		buf_addz(&b, p->af ? "<p class=\"fault\" role=\"alert\">Iets ontbreek nog; kyk hieronder.</p>\n" : "<p class=\"fault\" role=\"alert\">Something is still missing; see below.</p>\n");
	add_form(&b, p, STR(""));
	buf_addz(&b, html_foot);
	return buf_str(&b);
}

struct str form_thanks_html(struct arena *a, const struct form_page *p)
{
	struct buf b;
	buf_init(&b, a, 64 * KIB);
	html_head(&b, p->af, row_text(p->company, TENANT_NAME));
	buf_addz(&b, p->af ? "<h1>Dankie</h1>\n<p>Jou boodskap is by " : "<h1>Thank you</h1>\n<p>Your message is with ");
	html_add(&b, row_text(p->company, TENANT_NAME));
	buf_addz(&b, p->af ? ". Ons kom terug na jou toe.</p>\n" : ". We will get back to you.</p>\n");
	add_phone(&b, p);
	buf_addz(&b, html_foot);
	return buf_str(&b);
}

struct str form_word_html(struct arena *a, enum form_word word, bool af)
{
	static const char *const words[][2] = {
		[FORM_GONE] = { "There is no form at this address.", "Daar is geen vorm by hierdie adres nie." },
		[FORM_OFTEN] = { "Too many messages came from here. Please wait a few minutes, or ring.", "Te veel boodskappe het hiervandaan gekom. Wag asseblief 'n paar minute, of skakel." },
	};
	struct buf b;
	buf_init(&b, a, 8 * KIB);
	html_head(&b, af, str_from(words[word][af]));
	buf_addz(&b, "<h1>");
	buf_addz(&b, words[word][af]);
	buf_addz(&b, "</h1>\n");
	buf_addz(&b, html_foot);
	return buf_str(&b);
}

struct str form_snippet_html(struct arena *a, const struct form_page *p, struct str base_url)
{
	struct buf b;
	buf_init(&b, a, MIB);
	add_form(&b, p, base_url);
	return buf_str(&b);
}
