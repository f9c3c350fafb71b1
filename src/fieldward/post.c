#include "post.h"

#include "dispatch.h"
#include "frozen.h"
#include "log.h"
#include "mime.h"
#include "sms.h"
#include "smtp.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { STOP_WAIT_S = 20, SETTLE_TRIES = 10 };

/* A company, by its number. */
struct box {
	int64_t look_ms; /* when to look again */
	bool busy, again; /* again: something was written while it was being served */
};

struct post {
	struct post_config config;
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_t threads[POST_THREADS];
	size_t thread_count;
	struct box *boxes;
	size_t box_count;
	int lock_fd;
	bool ours, stopping;
};

enum err post_prepare(const char *sends_path)
{
	struct addrinfo *found = NULL;
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigaction(SIGPIPE, &ignore, NULL); /* a server that hangs up is an answer */
	if (access(sends_path, F_OK) != 0)
		return OK;
	TRY(delivery_start());
	if (getaddrinfo("localhost", "25", &hints, &found) == 0)
		freeaddrinfo(found);
	return OK;
}

/* ---- one message ---- */

struct errand {
	struct post *post;
	struct ctx *c;
	int64_t tenant;
	struct id id;
	struct parcel parcel;
	struct outcome outcome;
	struct dispatch_due due;
};

static enum err claim_body(struct tx *tx, void *arg)
{
	struct errand *e = arg;
	return dispatch_claim(tx, e->id, e->c->address, &e->parcel);
}

static enum err settle_body(struct tx *tx, void *arg)
{
	const struct errand *e = arg;
	return dispatch_settle(tx, e->id, &e->outcome);
}

static struct outcome outcome_of(const struct delivery_result *d)
{
	static const enum outcome_kind kinds[] = {
		[DELIVERY_ACCEPTED] = OUTCOME_SENT, [DELIVERY_REFUSED] = OUTCOME_REFUSED, [DELIVERY_LATER] = OUTCOME_LATER,
		[DELIVERY_UNKNOWN] = OUTCOME_UNKNOWN, [DELIVERY_NO_TLS] = OUTCOME_LATER,
	};
	_Static_assert(ARRAY_LEN(kinds) == DELIVERIES, "one for each");
	return (struct outcome){ .how = kinds[d->how], .reason = d->reason, .words = d->words, .tls = d->tls };
}

/* An attempt that was never made: settings that cannot be used are put right by people, a message that cannot is not. */
static struct outcome not_tried(enum err e)
{
	if (e == E_CONFIG)
		return (struct outcome){ .how = OUTCOME_LATER, .reason = "settings" };
	if (e == E_INVALID || e == E_TOO_LARGE)
		return (struct outcome){ .how = OUTCOME_REFUSED, .reason = "invalid" };
	return (struct outcome){ .how = OUTCOME_LATER, .reason = "internal" };
}

/* At a character's edge. */
static struct str cut(struct str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_slice(s, 0, n);
}

static const char *or_null(struct arena *a, struct str s)
{
	return s.n ? str_z(a, s) : NULL;
}

static struct smtp_relay relay_of(const struct errand *e)
{
	const struct row *s = e->parcel.settings;
	struct arena *a = e->c->arena;
	return (struct smtp_relay){
		.host = str_z(a, row_text(s, CHANNEL_SMTP_HOST)),
		.port = (uint16_t)row_int(s, CHANNEL_SMTP_PORT),
		.tls = row_is(s, CHANNEL_SMTP_TLS, "tls") ? SMTP_TLS : row_is(s, CHANNEL_SMTP_TLS, "plain") ? SMTP_PLAIN : SMTP_STARTTLS,
		.user = or_null(a, row_text(s, CHANNEL_SMTP_USER)),
		.password = or_null(a, row_text(s, CHANNEL_SMTP_PASSWORD)),
		.line = { .ca_file = e->post->config.ca_file, .allow_plain = row_int(s, CHANNEL_SMTP_ALLOW_PLAIN) != 0, .total_ms = POST_TOTAL_MS },
	};
}

static enum err write_letter(const struct errand *e, const struct mail_attachment *attachment, struct str *ret)
{
	const struct parcel *p = &e->parcel;
	const struct mail m = {
		.from = { cut(p->from_name, MAIL_NAME_MAX), p->from },
		.to = { cut(p->to_name, MAIL_NAME_MAX), p->to },
		.reply_to = { STR(""), p->reply_to },
		.message_id = p->message_id,
		.date = e->c->now,
		.offset_s = p->offset_s,
		.subject = cut(p->subject, MAIL_SUBJECT_MAX),
		.automatic = row_int(p->message, MESSAGE_AUTOMATIC) != 0,
		.text = p->text,
		.html = p->html,
		.attachments = attachment,
		.attachment_count = attachment ? 1 : 0,
	};
	return mail_compose(e->c->arena, &m, &e->c->problem, ret);
}

/* Whoever may set a server makes this machine connect to it; the operator may say which those can be. */
static bool relay_allowed(const struct post *post, struct str host)
{
	struct str rest = str_trim(post->config.relays);
	if (!rest.n)
		return true;
	while (rest.p && rest.n)
		if (str_eq(str_cut(rest, ' ', &rest), host))
			return true;
	return false;
}

/* The host of https://host:port/path. */
static struct str host_of(struct str url)
{
	struct str host = STR(""), rest;
	(void)str_cut(url, '/', &rest);
	(void)str_cut(rest, '/', &rest);
	if (rest.n)
		host = str_cut(rest, '/', &rest);
	return str_cut(host, ':', &rest);
}

/* The document goes along where the line is encrypted and verified; elsewhere the same message with the link alone (rulings G8). */
static enum err send_mail(struct errand *e)
{
	const struct smtp_relay relay = relay_of(e);
	struct smtp_letter letter = { .from = e->parcel.from, .to = e->parcel.to };
	struct delivery_result result;
	if (!relay_allowed(e->post, str_from(relay.host)))
		return E_CONFIG;
	bool pdf = e->parcel.wants_pdf && relay.tls != SMTP_PLAIN;
	if (pdf) {
		struct mail_attachment attachment = { e->parcel.pdf_name, STR("application/pdf"), STR("") };
		if (frozen_pdf_for(e->c, row_id(e->parcel.message, MESSAGE_DOCUMENT), &attachment.bytes) != OK) {
			e->outcome = (struct outcome){ .how = OUTCOME_LATER, .reason = "document" };
			return OK;
		}
		TRY(write_letter(e, &attachment, &letter.sealed));
	}
	if (!pdf || !smtp_tls_assured(&relay))
		TRY(write_letter(e, NULL, &letter.open));
	TRY(smtp_send(e->c->arena, &relay, &letter, &e->c->problem, &result));
	e->outcome = outcome_of(&result);
	e->outcome.with_pdf = pdf && result.how == DELIVERY_ACCEPTED && result.tls;
	return OK;
}

static enum err send_sms(struct errand *e)
{
	const struct row *s = e->parcel.settings;
	struct arena *a = e->c->arena;
	struct sms_result result;
	if (!relay_allowed(e->post, host_of(row_text(s, CHANNEL_SMS_URL))))
		return E_CONFIG;
	const struct sms_gateway gateway = {
		.kind = row_is(s, CHANNEL_SMS_KIND, "smsportal") ? SMS_PORTAL : row_is(s, CHANNEL_SMS_KIND, "http") ? SMS_HTTP : SMS_PORTAL_TOKEN,
		.url = row_text(s, CHANNEL_SMS_URL),
		.user = or_null(a, row_text(s, CHANNEL_SMS_USER)),
		.password = or_null(a, row_text(s, CHANNEL_SMS_PASSWORD)),
		.authorization = or_null(a, row_text(s, CHANNEL_SMS_AUTHORIZATION)),
		.method = str_z(a, row_text(s, CHANNEL_SMS_METHOD)),
		.content_type = row_is(s, CHANNEL_SMS_METHOD, "GET") ? NULL : str_z(a, row_text(s, CHANNEL_SMS_CONTENT_TYPE)),
		.body = row_is(s, CHANNEL_SMS_METHOD, "GET") ? STR("") : row_text(s, CHANNEL_SMS_BODY),
		.success = row_text(s, CHANNEL_SMS_SUCCESS),
		.line = { .ca_file = e->post->config.ca_file, .total_ms = POST_TOTAL_MS },
	};
	char id[37];
	id_format(e->id, id);
	const struct sms sms = { .to = e->parcel.to, .text = e->parcel.text, .id = str_from(id) };
	TRY(sms_send(a, &gateway, &sms, &e->c->problem, &result));
	e->outcome = outcome_of(&result.d);
	e->outcome.provider_id = result.event;
	return OK;
}

static void log_attempt(const struct errand *e)
{
	static const char *const names[] = { "sent", "refused", "later", "unknown" };
	LOG(LOG_INFO, "post.attempt", LOG_I("tenant", e->tenant), LOG_W("channel", e->parcel.mail ? "email" : "sms"), LOG_W("how", names[e->outcome.how]),
	    LOG_W("reason", e->outcome.reason));
}

/* What became of it must not be lost while the database is away for a moment: it would be sent again. */
static enum err settle(struct errand *e)
{
	enum err err = OK;
	for (int i = 0; i < SETTLE_TRIES && (i == 0 || err_info(err)->retry); i++) {
		if (i)
			sleep(1);
		struct run run = ctx_tenant_run(e->c, e->tenant);
		run.now = e->c->now = now(); /* the moment of the outcome, not that of the claim */
		err = store_write(&run, settle_body, e);
		if (err == OK)
			return OK;
	}
	return err;
}

static enum err one_message(struct errand *e)
{
	struct run run = ctx_tenant_run(e->c, e->tenant);
	TRY(store_write(&run, claim_body, e));
	if (!e->parcel.ready)
		return OK;
	problem_init(&e->c->problem, e->c->arena);
	enum err err = e->parcel.mail ? send_mail(e) : send_sms(e);
	if (err != OK)
		e->outcome = not_tried(err);
	log_attempt(e);
	return settle(e);
}

/* ---- one company ---- */

static enum err look_body(struct tx *tx, void *arg)
{
	struct errand *e = arg;
	return dispatch_look(tx, &e->due);
}

static struct ctx context(struct post *post, struct arena *a, int64_t tenant)
{
	struct ctx c = { .store = post->config.store, .arena = a, .now = now(), .address = post->config.address };
	c.actor.catalogue = post->config.catalogue;
	c.actor.tenant = tenant;
	c.who = (struct who){ .kind = WHO_SYSTEM, .request = id_new(c.now.ms) };
	problem_init(&c.problem, a);
	return c;
}

static bool stopping(struct post *post)
{
	pthread_mutex_lock(&post->lock);
	bool it_is = post->stopping;
	pthread_mutex_unlock(&post->lock);
	return it_is;
}

static enum err serve_one(struct errand *e)
{
	struct row *company;
	enum err err = auth_tenant_by_number(e->c, &auth_nouns, e->tenant, &company);
	if (err == OK) {
		e->c->company = company;
		e->c->actor.tenant_id = row_id(company, F_ID_FIELD);
		err = one_message(e);
	}
	if (err != OK)
		LOG(LOG_WARN, "post.serve", LOG_I("tenant", e->tenant), LOG_U("message", e->id), LOG_W("error", err_info(err)->slug));
	return err;
}

/* Libraries cannot be loaded any more once rights were given up: the next process begins with them. */
void post_become_sender(const char *sends_path)
{
	int fd = open(sends_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		LOG(LOG_WARN, "post.sends", LOG_W("error", "storage"));
		return;
	}
	close(fd);
	LOG(LOG_INFO, "post.sends", LOG_W("what", "starting again to send"));
	kill(getpid(), SIGTERM);
}

/* Serves what is due; returns when to look again. */
static int64_t serve(struct post *post, int64_t tenant)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX), *each = arena_new(POST_ARENA_MAX);
	struct ctx c = context(post, a, tenant);
	struct errand e = { .post = post, .c = &c, .tenant = tenant };
	struct run run = ctx_tenant_run(&c, tenant);
	enum err err = store_read(&run, look_body, &e);
	const struct dispatch_due due = e.due;
	size_t failed = err != OK;
	if (due.count && !delivery_ready()) {
		post_become_sender(post->config.sends_path);
		return now().ms + POST_RETRY_MS;
	}
	for (size_t i = 0; i < due.count && err == OK && !stopping(post); i++) {
		arena_reset(each);
		struct ctx own = context(post, each, tenant);
		struct errand one = { .post = post, .c = &own, .tenant = tenant, .id = due.ids[i] };
		failed += serve_one(&one) != OK; /* one that cannot be read does not stop the others */
	}
	return failed ? now().ms + POST_RETRY_MS : due.next_ms;
}

/* ---- threads ---- */

static size_t find_due(const struct post *post)
{
	int64_t t = now().ms;
	for (size_t i = 0; i < post->box_count; i++)
		if (!post->boxes[i].busy && post->boxes[i].look_ms <= t)
			return i;
	return SIZE_MAX;
}

static void *work(void *arg)
{
	struct post *post = arg;
	pthread_mutex_lock(&post->lock);
	while (!post->stopping) {
		size_t i = post->ours ? find_due(post) : SIZE_MAX;
		if (i == SIZE_MAX) {
			pthread_cond_wait(&post->work, &post->lock);
			continue;
		}
		post->boxes[i].busy = true;
		post->boxes[i].again = false;
		pthread_mutex_unlock(&post->lock);
		int64_t next = serve(post, (int64_t)i);
		pthread_mutex_lock(&post->lock);
		post->boxes[i].busy = false;
		post->boxes[i].look_ms = post->boxes[i].again ? 0 : next;
	}
	pthread_mutex_unlock(&post->lock);
	return NULL;
}

struct post *post_start(const struct post_config *config)
{
	struct post *post = ARENA_NEW(config->arena, struct post);
	post->config = *config;
	post->lock_fd = open(config->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	pthread_mutex_init(&post->lock, NULL);
	pthread_cond_init(&post->work, NULL);
	post->thread_count = delivery_ready() ? POST_THREADS : 1; /* one sees that there is something to send */
	for (size_t i = 0; i < post->thread_count; i++)
		if (pthread_create(&post->threads[i], NULL, work, post) != 0)
			abort();
	return post;
}

/* Numbers of companies follow one another, so they are places in a list. */
static void make_room(struct post *post, size_t count)
{
	size_t room = post->box_count ? post->box_count : 64;
	while (room < count)
		room *= 2;
	struct box *boxes = ARENA_ARRAY(post->config.arena, struct box, room);
	for (size_t i = 0; i < room; i++)
		boxes[i] = i < post->box_count ? post->boxes[i] : (struct box){ .look_ms = INT64_MAX };
	post->boxes = boxes;
	post->box_count = room;
}

void post_look(struct post *post, int64_t tenant)
{
	size_t i = (size_t)tenant;
	pthread_mutex_lock(&post->lock);
	if (i >= post->box_count)
		make_room(post, i + 1);
	post->boxes[i].again = true;
	if (!post->boxes[i].busy)
		post->boxes[i].look_ms = 0;
	pthread_cond_signal(&post->work);
	pthread_mutex_unlock(&post->lock);
}

void post_tick(struct post *post)
{
	pthread_mutex_lock(&post->lock);
	if (!post->ours)
		post->ours = flock(post->lock_fd, LOCK_EX | LOCK_NB) == 0;
	if (post->ours && find_due(post) != SIZE_MAX)
		pthread_cond_broadcast(&post->work);
	pthread_mutex_unlock(&post->lock);
}

void post_stop(struct post *post)
{
	struct timespec until;
	pthread_mutex_lock(&post->lock);
	post->stopping = true;
	pthread_cond_broadcast(&post->work);
	pthread_mutex_unlock(&post->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_S;
	for (size_t i = 0; i < post->thread_count; i++)
		if (pthread_timedjoin_np(post->threads[i], NULL, &until) != 0)
			_exit(EXIT_OK); /* its message stays as "sending", and is known by that */
	close(post->lock_fd);
	pthread_cond_destroy(&post->work);
	pthread_mutex_destroy(&post->lock);
	delivery_end();
}
