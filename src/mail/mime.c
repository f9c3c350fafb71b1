#include "mime.h"

#include "buf.h"
#include "delivery.h"
#include "limits.h"
#include "utf8.h"

#include <string.h>

enum {
	FOLD_AT = 76,      /* columns of a header's line */
	WORD_MAX = 60,     /* of a text that may stand as it is */
	CODED_BYTES = 45,  /* in one encoded word of 72 characters */
	CODED_FRAME = 12,  /* =?UTF-8?B? ?= */
	CODED_LEAST = 12,  /* fewer bytes are not worth the rest of a line */
	PARAMETER_MAX = 54, /* characters of one piece of a long file name */
	QP_COLUMNS = 75,   /* and one for the = of a soft line end */
	BASE64_BYTES = 57, /* of one line of 76 characters */
	BOUNDARY_MAX = 50,
	OFFSET_MAX_S = 14 * 3600,
	HEADERS_ROOM = 16 * 1024,
};

/* ---- what may stand where ---- */

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 5322's dot-atom-text. */
static bool is_dot_atom(struct str s)
{
	char before = '.';
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '.' ? before == '.' : !is_alnum(c) && (!c || !strchr("!#$%&'*+-/=?^_`{|}~", c)))
			return false;
		before = c;
	}
	return before != '.';
}

bool mail_address_valid(struct str address)
{
	struct str domain, local = str_cut(address, '@', &domain);
	return address.n <= MAIL_ADDRESS_MAX && domain.p && local.n <= 64 && is_dot_atom(local) && host_valid(domain) &&
	       !memchr(domain.p, ':', domain.n);
}

static bool is_message_id(struct str s)
{
	struct str right, left = str_cut(s, '@', &right);
	return s.n <= MAIL_ID_MAX && right.p && is_dot_atom(left) && is_dot_atom(right);
}

static bool is_https(struct str s)
{
	if (!str_starts(s, STR("https://")) || s.n > MAIL_URL_MAX || s.n == strlen("https://"))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("<>\"\\`{}|^", s.p[i]))
			return false;
	return true;
}

/* A token of a media type: type and subtype, no parameters; and none that holds messages itself, whose encoding is not free. */
static bool is_media_type(struct str s)
{
	struct str sub, type = str_cut(s, '/', &sub);
	if (s.n > 100 || !type.n || !sub.n || str_eqz(type, "multipart") || str_eqz(type, "message"))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && (!s.p[i] || !strchr("/.+-_", s.p[i])))
			return false;
	return !memchr(sub.p, '/', sub.n);
}

static bool may_be_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'))
			return false;
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && !memchr("\r\n\t", s.p[i], 3)) || s.p[i] == 0x7f)
			return false;
	return utf8_valid(s);
}

/* One line that goes into a header; the fault names the part and never its value. */
static void check_line(struct problem *problem, struct str pointer, struct str s, size_t max)
{
	if (s.n > max)
		problem_fault(problem, pointer, "too_long", "has more than %zu bytes", max);
	else if (!utf8_valid(s))
		problem_fault(problem, pointer, "format", "is not UTF-8");
	else if (!utf8_printable(s, false))
		problem_fault(problem, pointer, "format", "has a line end or another control character");
}

static void check_address(struct problem *problem, const char *part, const struct mail_address *m)
{
	if (!mail_address_valid(m->address))
		problem_fault(problem, str_fmt(problem->arena, "/%s/address", part), "format", "is not an address that mail can be sent to");
	check_line(problem, str_fmt(problem->arena, "/%s/name", part), m->name, MAIL_NAME_MAX);
}

static void check_text(struct problem *problem, const char *part, struct str s)
{
	if (s.n > MAIL_TEXT_MAX)
		problem_fault(problem, problem_field(problem, part), "too_long", "has more than %u bytes", MAIL_TEXT_MAX);
	else if (!may_be_text(s))
		problem_fault(problem, problem_field(problem, part), "format", "is not UTF-8, or has a control character");
}

static void check_attachment(struct problem *problem, size_t i, const struct mail_attachment *t)
{
	struct str name = str_fmt(problem->arena, "/attachments/%zu/name", i);
	check_line(problem, name, t->name, MAIL_NAME_MAX);
	if (!t->name.n)
		problem_fault(problem, name, "required", "is missing");
	else if (memchr(t->name.p, '/', t->name.n) || memchr(t->name.p, '\\', t->name.n))
		problem_fault(problem, name, "format", "has a folder in it");
	if (!is_media_type(t->type))
		problem_fault(problem, str_fmt(problem->arena, "/attachments/%zu/type", i), "format", "is not a type of a file");
}

static bool date_valid(const struct mail *m)
{
	const int64_t year_10000_ms = INT64_C(253402300800000);
	return m->date.ms >= 0 && m->date.ms < year_10000_ms - OFFSET_MAX_S * 1000 && m->offset_s % 60 == 0 && m->offset_s >= -OFFSET_MAX_S &&
	       m->offset_s <= OFFSET_MAX_S;
}

static enum err check(const struct mail *m, struct problem *problem)
{
	check_address(problem, "from", &m->from);
	check_address(problem, "to", &m->to);
	if (m->reply_to.address.n || m->reply_to.name.n)
		check_address(problem, "reply_to", &m->reply_to);
	if (!is_message_id(m->message_id))
		problem_fault(problem, STR("/message_id"), "format", "is not an id");
	if (!date_valid(m))
		problem_fault(problem, STR("/date"), "range", "is out of range");
	check_line(problem, STR("/subject"), m->subject, MAIL_SUBJECT_MAX);
	if (!m->subject.n)
		problem_fault(problem, STR("/subject"), "required", "is missing");
	if (m->unsubscribe.n && !is_https(m->unsubscribe))
		problem_fault(problem, STR("/unsubscribe"), "format", "is not an https address");
	check_text(problem, "text", m->text);
	if (!m->text.n)
		problem_fault(problem, STR("/text"), "required", "is missing");
	check_text(problem, "html", m->html);
	if (m->attachment_count > MAIL_ATTACHMENTS_MAX)
		problem_fault(problem, STR("/attachments"), "too_long", "are more than %d", MAIL_ATTACHMENTS_MAX);
	else
		for (size_t i = 0; i < m->attachment_count; i++)
			check_attachment(problem, i, &m->attachments[i]);
	return problem_done(problem);
}

/* ---- encodings ---- */

static size_t base64(char *out, const char *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *b = (const uint8_t *)p;
	size_t o = 0;
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)b[i] << 16 | (i + 1 < n ? (unsigned)b[i + 1] << 8 : 0u) | (i + 2 < n ? b[i + 2] : 0u);
		out[o++] = digits[v >> 18];
		out[o++] = digits[v >> 12 & 63];
		out[o++] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		out[o++] = i + 2 < n ? digits[v & 63] : '=';
	}
	return o;
}

/* Bytes of the character at s.p[i] of valid UTF-8. */
static size_t character(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	return n < s.n - i ? n : s.n - i;
}

/* The bytes from i on, up to `max` of them, that are whole characters. */
static struct str whole_characters(struct str s, size_t i, size_t max)
{
	size_t end = i;
	while (end < s.n && end - i + character(s, end) <= max)
		end += character(s, end);
	return str_slice(s, i, end);
}

static void base64_lines(struct buf *b, struct str s)
{
	char line[BASE64_BYTES / 3 * 4];
	for (size_t i = 0; i < s.n; i += BASE64_BYTES) {
		if (i)
			buf_addz(b, "\r\n");
		struct str piece = str_slice(s, i, i + BASE64_BYTES);
		buf_add(b, (struct str){ line, base64(line, piece.p, piece.n) });
	}
}

/* Quoted-printable: whether the byte may stand as it is. White space may not end a line; a full stop and "From " at its beginning are
 * what some transports touch. */
static bool qp_plain(struct str s, size_t i, bool first, bool last)
{
	char c = s.p[i];
	if (c == ' ' || c == '\t')
		return !last;
	if (first && (c == '.' || (c == 'F' && str_starts(str_slice(s, i, s.n), STR("From ")))))
		return false;
	return c > ' ' && c <= '~' && c != '=';
}

static void quoted_printable(struct buf *b, struct str s)
{
	size_t column = 0;
	for (size_t i = 0, n; i < s.n; i += n) {
		if (s.p[i] == '\n' || s.p[i] == '\r') {
			n = s.p[i] == '\r' ? 2 : 1;
			buf_addz(b, "\r\n");
			column = 0;
			continue;
		}
		n = character(s, i);
		bool last = i + n == s.n || s.p[i + n] == '\n' || s.p[i + n] == '\r', plain = qp_plain(s, i, column == 0, last);
		size_t width = plain ? 1 : 3 * n;
		if (column + width > QP_COLUMNS) {
			buf_addz(b, "=\r\n");
			column = 0;
			plain = qp_plain(s, i, true, last);
			width = plain ? 1 : 3 * n;
		}
		for (size_t k = 0; k < n; k++)
			plain ? buf_char(b, s.p[i]) : buf_fmt(b, "=%02X", (unsigned char)s.p[i + k]);
		column += width;
	}
}

/* ---- headers ---- */

struct head {
	struct buf *b;
	size_t column;
};

static void head_begin(struct head *h, const char *name)
{
	buf_addz(h->b, name);
	buf_char(h->b, ':');
	h->column = strlen(name) + 1;
}

/* A piece that is not divided, after a space or a folded line's. */
static void head_piece(struct head *h, struct str s)
{
	if (h->column + 1 + s.n > FOLD_AT && h->column > 1) {
		buf_addz(h->b, "\r\n");
		h->column = 0;
	}
	buf_char(h->b, ' ');
	buf_add(h->b, s);
	h->column += 1 + s.n;
}

static void head_end(struct head *h)
{
	buf_addz(h->b, "\r\n");
}

static void head_line(struct buf *b, const char *name, struct str value)
{
	struct head h = { b, 0 };
	head_begin(&h, name);
	head_piece(&h, value);
	head_end(&h);
}

static void head_coded(struct head *h, struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t taken = h->column + 1 + CODED_FRAME, room = taken < FOLD_AT ? (FOLD_AT - taken) / 4 * 3 : 0;
		struct str piece = whole_characters(s, i, room < CODED_LEAST || room > CODED_BYTES ? CODED_BYTES : room);
		char word[CODED_FRAME + CODED_BYTES / 3 * 4] = "=?UTF-8?B?";
		size_t n = 10 + base64(word + 10, piece.p, piece.n);
		memcpy(word + n, "?=", 2);
		head_piece(h, (struct str){ word, n + 2 });
		i += piece.n;
	}
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Text that may stand as it is: ASCII words, none too long, one space between two, nothing that looks encoded. */
static bool is_plain(struct str s)
{
	size_t word = 0;
	for (size_t i = 0; i < s.n; i++) {
		word = s.p[i] == ' ' ? 0 : word + 1;
		bool lone = s.p[i] == ' ' && (i == 0 || i + 1 == s.n || s.p[i + 1] == ' ');
		if (word > WORD_MAX || lone || (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?'))
			return false;
	}
	return is_ascii(s);
}

static void head_text(struct buf *b, const char *name, struct str s)
{
	struct head h = { b, 0 };
	head_begin(&h, name);
	if (is_plain(s))
		for (struct str rest = s; rest.p;)
			head_piece(&h, str_cut(rest, ' ', &rest));
	else
		head_coded(&h, s);
	head_end(&h);
}

static struct str quoted(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, 2 * s.n + 2);
	buf_char(&b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_char(&b, '\\');
		buf_char(&b, s.p[i]);
	}
	buf_char(&b, '"');
	return buf_str(&b);
}

static void head_address(struct buf *b, const char *name, const struct mail_address *m)
{
	struct head h = { b, 0 };
	head_begin(&h, name);
	if (!m->name.n) {
		head_piece(&h, m->address);
	} else {
		if (is_plain(m->name) && m->name.n <= WORD_MAX)
			head_piece(&h, quoted(b->arena, m->name));
		else
			head_coded(&h, m->name);
		head_piece(&h, str_fmt(b->arena, "<" STR_FMT ">", STR_ARG(m->address)));
	}
	head_end(&h);
}

/* RFC 2231: a long or foreign name in numbered pieces, percent-encoded. */
static void head_file_name(struct head *h, struct str name)
{
	struct buf *b = h->b;
	if (is_ascii(name) && name.n <= WORD_MAX) {
		head_piece(h, str_fmt(b->arena, "filename=" STR_FMT, STR_ARG(quoted(b->arena, name))));
		return;
	}
	size_t part = 0;
	for (size_t i = 0; i < name.n; part++) {
		struct buf piece;
		buf_init(&piece, b->arena, 128);
		size_t from = i;
		while (i < name.n && (i == from || 3 * (i - from + character(name, i)) <= PARAMETER_MAX))
			i += character(name, i);
		bool whole = from == 0 && i == name.n;
		if (whole)
			buf_addz(&piece, "filename*=UTF-8''");
		else
			buf_fmt(&piece, "filename*%zu*=%s", part, part ? "" : "UTF-8''");
		for (size_t k = from; k < i; k++)
			is_alnum(name.p[k]) ? buf_char(&piece, name.p[k]) : buf_fmt(&piece, "%%%02X", (unsigned char)name.p[k]);
		if (i < name.n)
			buf_char(&piece, ';');
		head_piece(h, buf_str(&piece));
	}
}

static struct str date_text(struct arena *a, const struct mail *m)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t s = m->date.ms / 1000 + m->offset_s;
	int64_t days_since = (s >= 0 ? s : s - 86399) / 86400, of_day = s - days_since * 86400;
	struct day d = { (int32_t)days_since };
	struct civil c = day_civil(d);
	int32_t offset = m->offset_s < 0 ? -m->offset_s : m->offset_s;
	return str_fmt(a, "%s, %d %s %04d %02d:%02d:%02d %c%02d%02d", days[day_weekday(d)], (int)c.dom, months[c.month - 1], (int)c.year,
	               (int)(of_day / 3600), (int)(of_day / 60 % 60), (int)(of_day % 60), m->offset_s < 0 ? '-' : '+', (int)(offset / 3600),
	               (int)(offset / 60 % 60));
}

static void write_head(struct buf *b, const struct mail *m)
{
	head_line(b, "Date", date_text(b->arena, m));
	head_address(b, "From", &m->from);
	head_address(b, "To", &m->to);
	if (m->reply_to.address.n)
		head_address(b, "Reply-To", &m->reply_to);
	head_text(b, "Subject", m->subject);
	head_line(b, "Message-ID", str_fmt(b->arena, "<" STR_FMT ">", STR_ARG(m->message_id)));
	if (m->unsubscribe.n) {
		head_line(b, "List-Unsubscribe", str_fmt(b->arena, "<" STR_FMT ">", STR_ARG(m->unsubscribe)));
		if (m->one_click)
			head_line(b, "List-Unsubscribe-Post", STR("List-Unsubscribe=One-Click"));
	}
	if (m->automatic)
		head_line(b, "Auto-Submitted", STR("auto-generated"));
	head_line(b, "MIME-Version", STR("1.0"));
}

/* ---- bodies ---- */

/* "=_" stands in no part: quoted-printable follows = by a digit or a line end, base64 has no _. So the letters of the Message-ID only make
 * it differ from other messages', and m from a. */
static struct str boundary(struct arena *a, const struct mail *m, char level)
{
	struct buf b;
	buf_init(&b, a, BOUNDARY_MAX);
	buf_fmt(&b, "=_%c_", level);
	for (size_t i = 0; i < m->message_id.n && b.n < BOUNDARY_MAX; i++)
		if (is_alnum(m->message_id.p[i]))
			buf_char(&b, m->message_id.p[i]);
	return buf_str(&b);
}

static void write_multipart(struct buf *b, const char *subtype, struct str bound)
{
	struct head h = { b, 0 };
	head_begin(&h, "Content-Type");
	head_piece(&h, str_fmt(b->arena, "multipart/%s;", subtype));
	head_piece(&h, str_fmt(b->arena, "boundary=\"" STR_FMT "\"", STR_ARG(bound)));
	head_end(&h);
}

/* The line end before it belongs to it, so what it follows keeps its own end. */
static void write_delimiter(struct buf *b, struct str bound, const char *closing)
{
	buf_addz(b, "\r\n--");
	buf_add(b, bound);
	buf_addz(b, closing);
}

static void write_text(struct buf *b, const char *subtype, struct str s)
{
	head_line(b, "Content-Type", str_fmt(b->arena, "text/%s; charset=utf-8", subtype));
	head_line(b, "Content-Transfer-Encoding", STR("quoted-printable"));
	buf_addz(b, "\r\n");
	quoted_printable(b, s);
}

static void write_texts(struct buf *b, const struct mail *m)
{
	if (!m->html.n) {
		write_text(b, "plain", m->text);
		return;
	}
	struct str bound = boundary(b->arena, m, 'a');
	write_multipart(b, "alternative", bound);
	write_delimiter(b, bound, "\r\n");
	write_text(b, "plain", m->text);
	write_delimiter(b, bound, "\r\n");
	write_text(b, "html", m->html);
	write_delimiter(b, bound, "--");
}

static void write_attachment(struct buf *b, const struct mail_attachment *t)
{
	head_line(b, "Content-Type", t->type);
	head_line(b, "Content-Transfer-Encoding", STR("base64"));
	struct head h = { b, 0 };
	head_begin(&h, "Content-Disposition");
	head_piece(&h, STR("attachment;"));
	head_file_name(&h, t->name);
	head_end(&h);
	buf_addz(b, "\r\n");
	base64_lines(b, t->bytes);
}

static void write_bodies(struct buf *b, const struct mail *m)
{
	if (!m->attachment_count) {
		write_texts(b, m);
		buf_addz(b, "\r\n");
		return;
	}
	struct str bound = boundary(b->arena, m, 'm');
	write_multipart(b, "mixed", bound);
	write_delimiter(b, bound, "\r\n");
	write_texts(b, m);
	for (size_t i = 0; i < m->attachment_count; i++) {
		write_delimiter(b, bound, "\r\n");
		write_attachment(b, &m->attachments[i]);
	}
	write_delimiter(b, bound, "--\r\n");
}

/* At least what the message will take, so that it is written without being moved; MAIL_MESSAGE_MAX at most. */
static size_t room_needed(const struct mail *m)
{
	size_t room = HEADERS_ROOM + 4 * (m->text.n + m->html.n);
	for (size_t i = 0; i < m->attachment_count; i++) {
		if (m->attachments[i].bytes.n >= MAIL_MESSAGE_MAX)
			return MAIL_MESSAGE_MAX;
		room += m->attachments[i].bytes.n / BASE64_BYTES * 78 + 4 * (size_t)KIB;
	}
	return room < MAIL_MESSAGE_MAX ? room : MAIL_MESSAGE_MAX;
}

enum err mail_compose(struct arena *a, const struct mail *m, struct problem *problem, struct str *ret)
{
	TRY(check(m, problem));
	struct buf b;
	buf_init(&b, a, MAIL_MESSAGE_MAX);
	b.cap = room_needed(m);
	b.p = ARENA_ARRAY(a, char, b.cap);
	write_head(&b, m);
	write_bodies(&b, m);
	if (b.over)
		return problem_set(problem, E_TOO_LARGE, "The message with its attachments is larger than %u bytes.", MAIL_MESSAGE_MAX);
	*ret = buf_str(&b);
	return OK;
}

bool mail_wellformed(struct str bytes)
{
	size_t line = 0;
	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] == '\r') {
			if (++i == bytes.n || bytes.p[i] != '\n')
				return false;
			line = 0;
		} else if (bytes.p[i] == '\n' || bytes.p[i] == 0 || ++line > MAIL_LINE_MAX) {
			return false;
		}
	}
	return bytes.n >= 2 && bytes.p[bytes.n - 1] == '\n';
}
