/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_RULES_EVENT_H
#define WBA_RULES_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#define EVENT_MAX_RULES 16	/* most rules of ours that point to one event, and the 0 after them */

/*
 * The event and error codes of the vendor's troubleshooting document. An event
 * id may stand for several troubles (6329 does): then it has several rows,
 * told apart by the HRESULT or the words in the event's text.
 */
struct event {
	const char *code;	/* "33004", "6329", "800700CE" */
	const char *hr;		/* HRESULT in the event's text, "0x80230619"; "" when none */
	const char *name;	/* "ADPermissionsError"; in lower case when the vendor has none */
	const char *source;	/* "ADSync", "PasswordResetService", "Application" */
	bool elsewhere;		/* not in that document: from other statements of the vendor's, or the field */
	const char *meaning;	/* in our own words; the first sentence stands alone */
	const char *remedy;	/* "" when there is nothing to mend */
	unsigned rules[EVENT_MAX_RULES];	/* ids of the rules that predict it, up to the first 0 */
};

extern const struct event event_table[];
extern const size_t event_count;

/*
 * True when `text`, as a person would type or paste it, names this event: its
 * code, HRESULT or name in any case, with or without "0x", "hr=", "HR " or
 * "event ". An id that has several rows matches them all.
 */
bool event_matches(const struct event *, const char *text);

#endif
