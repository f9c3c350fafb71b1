/* limits.h - every maximum of the program, side by side.
 *
 * A limit that a user can meet is answered with an error that names it; the others bound our own loops and memory. */
#ifndef LIMITS_H
#define LIMITS_H

#define KIB (1024u)
#define MIB (1024u * 1024u)

/* Requests */
#define SCGI_HEAD_MAX (16 * KIB)      /* bytes of headers that the edge may pass on */
#define REQUEST_BODY_MAX (1 * MIB)    /* bytes of an ordinary body */
#define UPLOAD_BODY_MAX (64 * MIB)    /* bytes of an import or a file */
#define REQUEST_ARENA_MAX (24 * MIB)  /* memory of one request */
#define RESPONSE_MAX (8 * MIB)        /* bytes of one answer built in memory */
#define REQUEST_QUEUE_MAX 512         /* connections that wait for a thread; more are answered 503 */
#define UPLOADS_AT_ONCE_MAX 4
#define REQUEST_READ_MS 15000         /* the edge buffers, so a slow read is a fault */

/* JSON */
#define JSON_DEPTH_MAX 16
#define JSON_KEYS_MAX 400             /* members of one object, elements of one array */

/* Lists */
#define LIST_LIMIT_DEFAULT 50
#define LIST_LIMIT_MAX 200
#define LIST_WALK_MAX 10000           /* rows looked at for one page when a filter has no index */
#define LIST_COUNT_MAX 100000         /* where count=1 stops */
#define LIST_FILTERS_MAX 16
#define FILTER_VALUES_MAX 50
#define EXPAND_MAX 8
#define CURSOR_MAX 600

/* Statements and rows */
#define STATEMENT_ARGS_MAX 128
#define STATEMENT_CACHE_MAX 1024      /* composed statement texts, whole process */
#define RESULT_ROWS_MAX 20001
#define FIELDS_MAX 64                 /* fields of one noun */
#define NOUNS_MAX 96
#define NOUN_TAGS_MAX 512             /* permanent numbers of nouns are below */
#define RIGHTS_MAX 448                /* rights in the table, and what an actor carries of them */
#define ROWS_PER_WRITE_MAX 6000       /* rows that one transaction may change */

/* Search */
#define SEARCH_TERMS_MAX 48           /* distinct terms of one row */
#define SEARCH_WORDS_MAX 8            /* words of one question */
#define SEARCH_PREFIX_MIN 2
#define SEARCH_PREFIX_MAX 8
#define SEARCH_HITS_MAX 5000
#define SEARCH_FEW 100                /* rows that are rather opened and looked at than narrowed down by another word */

/* Keys */
#define KEY_CACHE_S 60                /* seconds that an unwrapped person key may stay in memory */
#define KEY_CACHE_SLOTS 65536         /* 32-byte slots of the locked slab: 2 MiB */
#define KEY_BATCH 64                  /* person keys made ahead at once */

/* The writer of the embedded engine */
#define WRITER_BATCH_MAX 256          /* closures of one group commit */
#define WRITER_QUEUE_MAX 4096
#define WRITE_RETRIES_MAX 8

/* Times */
#define STATEMENT_TIMEOUT_MS 10000
#define IDEMPOTENCY_S (24 * 3600)
#define SESSION_S (12 * 3600)
#define FRESH_S 600                   /* a proof of who it is counts as fresh this long */
#define TOUCH_MS 60000                /* the last use of a session is written down this often at most */
#define ACCESS_S 300                  /* an access token */
#define REFRESH_LOST_S 30             /* an answer with a refresh token that got lost may be asked for again this long */
#define TOKEN_IDLE_S (14 * 86400)     /* a session of tokens, unused; and altogether */
#define TOKEN_ABSOLUTE_S (30 * 86400)
#define FIELD_IDLE_S (12 * 3600)      /* who works outside, in a browser; on a device that he keeps */
#define KEPT_IDLE_S (14 * 86400)
#define STAFF_IDLE_S 600
#define STAFF_ABSOLUTE_S (8 * 3600)
#define CHALLENGE_S 300               /* between two steps of a sign-in */
#define RESET_S 1800                  /* a link for a new password; an invitation, which the invited may have sent anew */
#define FACTORS_MAX 40                /* of one person, recovery codes among them */
#define SESSIONS_SHOWN_MAX 50
#define SESSIONS_KEPT_S (365 * 86400) /* how long it is known how somebody signed in */
#define DEVICE_COOKIE_S (180 * 86400)

/* Guessing (service/guard) */
#define TRIES_KEPT_S (30 * 86400)     /* tries in a row are remembered this long after the last */
#define GUARD_ADDRESS_TRIES 20        /* sign-ins that fail, from one address in ten minutes */
#define TRAVEL_KMH 900                /* beyond which nobody travels */
#define GUARD_NETWORK_TRIES 200       /* from its neighbourhood */
#define USES_WRITTEN_MS 60000         /* which rights were used is written this often */

/* What an owner is told of (security.md 10: start values) */
#define MASS_READ_FIELD 30       /* people that somebody who does field work may read about within an hour */
#define MASS_READ_OFFICE 100     /* and everybody else */
#define MASS_EXPORT_ROWS 500     /* rows about people in one file */
#define WORK_FROM_H 7            /* hours of a company's day */
#define WORK_UNTIL_H 18
#define WORK_SLACK_H 2           /* before and after which it counts as closed */

/* Mail and SMS */
#define MAIL_MESSAGE_MAX (24 * MIB)   /* bytes of one message as it is sent; relays take about 25 */
#define MAIL_TEXT_MAX (256 * KIB)     /* bytes of one text of a message */
#define MAIL_SUBJECT_MAX 400          /* bytes, as are those that follow */
#define MAIL_NAME_MAX 200             /* a display name, a file's name */
#define MAIL_ADDRESS_MAX 254          /* RFC 5321, with 64 before the @ */
#define MAIL_ID_MAX 200
#define MAIL_URL_MAX 800
#define MAIL_ATTACHMENTS_MAX 10
#define MAIL_LINE_MAX 998             /* RFC 5322, without the line's end */
#define SMS_TEXT_MAX 1600             /* bytes; ten parts at most are sold */
#define SMS_BODY_MAX (16 * KIB)       /* a request to a gateway */
#define SMS_ANSWER_MAX (64 * KIB)
#define DELIVERY_WORDS_MAX 300        /* of what the other side said */
#define DELIVERY_TOTAL_MS 300000      /* one attempt, from the first byte to the last */
#define DELIVERY_CONNECT_MS 15000
#define DELIVERY_REPLY_MS 60000       /* the other side's silence */

#define POST_THREADS 6                /* messages that are being sent at once, each of another company */
#define POST_ARENA_MAX (80 * MIB)     /* memory for one message with its document */
#define POST_TOTAL_MS 180000          /* one attempt */
#define POST_RETRY_MS 15000           /* until a company whose outbox could not be read is looked at again */

/* Import */
#define IMPORT_ROWS_MAX 200000
#define IMPORT_COLUMNS_MAX 200
#define IMPORT_CELL_MAX (64 * KIB)
#define IMPORT_BATCH_ROWS 750         /* rows of a file in one transaction, at most */
#define IMPORT_CROWDED_ROWS 200       /* the same, where others wait for the writer */

#endif

/* The compiler's own <limits.h> looks for the next one of this name and may find this: it is passed on. (Said as a system header, which may
 * use #include_next.) */
#pragma GCC system_header
#include_next <limits.h>
