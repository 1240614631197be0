/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "core/adtime.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/ascii.h"

#define YEAR_MIN	1601
#define YEAR_MAX	9999
/* Seconds from 1601-01-01 to 1970-01-01, both 00:00:00 UTC. */
#define UNIX_EPOCH	INT64_C(11644473600)
/* 10000-01-01T00:00:00Z: the first instant that has no four-digit year. */
#define ISO_END		(INT64_C(3067671) * ADTIME_DAY)
/* Digits of a fraction that count: 10^8 * ADTIME_HOUR still fits an int64. */
#define FRACTION_DIGITS	8

#define DAYS_4_YEARS	1461
#define DAYS_100_YEARS	36524
#define DAYS_400_YEARS	146097

/* A point in the proleptic Gregorian calendar, as text gives it. */
struct civil {
	int year, month, day;
	int hour, minute, second;
	int64_t fraction;	/* of a day's clock, in 100 ns, below one hour */
	int64_t east;		/* of UTC, in 100 ns */
};

/* A cursor over the text; never above end. */
struct text {
	const char *p;
	const char *end;
};

static bool
leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_days(int year, int month)
{
	static const int days[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && leap(year));
}

/* Days from 1601-01-01, the first day of a 400-year cycle. */
static int64_t
days_from_civil(int year, int month, int day)
{
	int n = year - YEAR_MIN;
	int64_t days = INT64_C(365) * n + n / 4 - n / 100 + n / 400;
	int m;

	for (m = 1; m < month; m++)
		days += month_days(year, m);
	return days + day - 1;
}

/* The inverse, for days within the years 1601–9999. */
static void
civil_from_days(int64_t since, struct civil *c)
{
	int days = (int)since;
	int n;

	c->year = YEAR_MIN + 400 * (days / DAYS_400_YEARS);
	days %= DAYS_400_YEARS;
	/* The last day of a leap year would start a fifth part: cap at three. */
	n = days / DAYS_100_YEARS;
	n = n > 3 ? 3 : n;
	c->year += 100 * n;
	days -= n * DAYS_100_YEARS;
	c->year += 4 * (days / DAYS_4_YEARS);
	days %= DAYS_4_YEARS;
	n = days / 365;
	n = n > 3 ? 3 : n;
	c->year += n;
	days -= n * 365;
	for (c->month = 1; days >= month_days(c->year, c->month); c->month++)
		days -= month_days(c->year, c->month);
	c->day = days + 1;
}

int64_t
adtime_add(int64_t a, int64_t b)
{
	if (b > 0 && a > INT64_MAX - b)
		return INT64_MAX;
	if (b < 0 && a < INT64_MIN - b)
		return INT64_MIN;
	return a + b;
}

int64_t
adtime_abs(int64_t interval)
{
	if (interval == INT64_MIN)
		return INT64_MAX;
	return interval < 0 ? -interval : interval;
}

/* Whole seconds first, so that nothing overflows before the sum does. */
int64_t
adtime_from_unix(int64_t sec, int32_t nsec)
{
	int64_t carry = nsec / 1000000000;
	int64_t ticks;

	nsec %= 1000000000;
	if (nsec < 0) {
		nsec += 1000000000;
		carry--;
	}
	sec = adtime_add(adtime_add(sec, carry), UNIX_EPOCH);
	ticks = nsec / 100;
	if (sec < 0) {
		/* One second up: INT64_MIN lies within a second's span. */
		sec++;
		ticks -= ADTIME_SECOND;
	}
	if (sec > INT64_MAX / ADTIME_SECOND)
		return INT64_MAX;
	if (sec < INT64_MIN / ADTIME_SECOND)
		return INT64_MIN;
	return adtime_add(sec * ADTIME_SECOND, ticks);
}

/* RFC 4517 3.3.16: no plus sign, no leading zeros, no minus zero. */
enum err
adtime_parse_int(const char *s, size_t len, int64_t *out)
{
	bool negative = len > 0 && s[0] == '-';
	size_t i = negative ? 1 : 0;
	int64_t v = 0;

	if (i == len)
		return ERR_SHORT;
	if (!ascii_is_digit(s[i]))
		return ERR_SYNTAX;
	if (s[i] == '0' && (negative || (len > 1 && ascii_is_digit(s[1]))))
		return ERR_SYNTAX;
	/* That many digits fit for certain. */
	for (size_t sure = len - i < 18 ? len : i + 18; i < sure; i++) {
		unsigned digit = (unsigned)(unsigned char)s[i] - '0';

		if (digit > 9)
			break;
		v = v * 10 - digit;
	}
	/* Downwards from zero, where there is room for INT64_MIN. */
	for (; i < len; i++) {
		int digit = s[i] - '0';

		if (!ascii_is_digit(s[i]))
			return ERR_TRAILING;
		if (v < (INT64_MIN + digit) / 10)
			return ERR_RANGE;
		v = v * 10 - digit;
	}
	if (!negative && v == INT64_MIN)
		return ERR_RANGE;
	*out = negative ? v : -v;
	return ERR_OK;
}

/* Exactly `count` digits. */
static enum err
text_number(struct text *t, int count, int *out)
{
	int v = 0;

	for (; count > 0; count--) {
		if (t->p == t->end)
			return ERR_SHORT;
		if (!ascii_is_digit(*t->p))
			return ERR_SYNTAX;
		v = v * 10 + (*t->p++ - '0');
	}
	*out = v;
	return ERR_OK;
}

static enum err
text_char(struct text *t, char c)
{
	if (t->p == t->end)
		return ERR_SHORT;
	if (*t->p != c)
		return ERR_SYNTAX;
	t->p++;
	return ERR_OK;
}

static bool
text_digit(const struct text *t)
{
	return t->p < t->end && ascii_is_digit(*t->p);
}

/* An optional fraction of `unit`, in 100 ns, rounded down. */
static enum err
text_fraction(struct text *t, int64_t unit, int64_t *out)
{
	int64_t v = 0, scale = 1;
	int count;

	*out = 0;
	if (t->p == t->end || (*t->p != '.' && *t->p != ','))
		return ERR_OK;
	t->p++;
	if (t->p == t->end)
		return ERR_SHORT;
	for (count = 0; text_digit(t); t->p++, count++) {
		if (count < FRACTION_DIGITS) {
			v = v * 10 + (*t->p - '0');
			scale *= 10;
		}
	}
	if (count == 0)
		return ERR_SYNTAX;
	*out = v * unit / scale;
	return ERR_OK;
}

/* "+hh", then "mm": with a colon before it when `colon`, else optional. */
static enum err
text_offset(struct text *t, bool colon, int64_t *out)
{
	bool west = *t->p++ == '-';
	int hours = 0, minutes = 0;
	enum err err;

	err = text_number(t, 2, &hours);
	if (err == ERR_OK && colon)
		err = text_char(t, ':');
	if (err == ERR_OK && (colon || text_digit(t)))
		err = text_number(t, 2, &minutes);
	if (err != ERR_OK)
		return err;
	if (hours > 23 || minutes > 59)
		return ERR_RANGE;
	*out = hours * ADTIME_HOUR + minutes * ADTIME_MINUTE;
	if (west)
		*out = -*out;
	return ERR_OK;
}

/*
 * Checks the fields and sums them up. A leap second (:60) has no FILETIME and
 * is refused; so is an instant that an offset moves out of 1601–9999, which
 * adtime_iso could not print back.
 */
static enum err
civil_instant(const struct civil *c, int64_t *out)
{
	int64_t t;

	if (c->year < YEAR_MIN || c->year > YEAR_MAX || c->month < 1 || c->month > 12 ||
	    c->day < 1 || c->day > month_days(c->year, c->month) || c->hour > 23 ||
	    c->minute > 59 || c->second > 59)
		return ERR_RANGE;
	t = days_from_civil(c->year, c->month, c->day) * ADTIME_DAY +
	    c->hour * ADTIME_HOUR + c->minute * ADTIME_MINUTE +
	    c->second * ADTIME_SECOND + c->fraction - c->east;
	if (t < 0 || t >= ISO_END)
		return ERR_RANGE;
	*out = t;
	return ERR_OK;
}

/*
 * RFC 4517 3.3.13: minutes and seconds may be left out, a fraction is of the
 * smallest unit given, the zone is always there.
 */
enum err
adtime_parse_generalized(const char *s, size_t len, int64_t *out)
{
	struct text t = { s, s + len };
	struct civil c = { 0 };
	int64_t unit = ADTIME_HOUR;
	enum err err;

	if ((err = text_number(&t, 4, &c.year)) != ERR_OK ||
	    (err = text_number(&t, 2, &c.month)) != ERR_OK ||
	    (err = text_number(&t, 2, &c.day)) != ERR_OK ||
	    (err = text_number(&t, 2, &c.hour)) != ERR_OK)
		return err;
	if (text_digit(&t)) {
		unit = ADTIME_MINUTE;
		if ((err = text_number(&t, 2, &c.minute)) != ERR_OK)
			return err;
		if (text_digit(&t)) {
			unit = ADTIME_SECOND;
			if ((err = text_number(&t, 2, &c.second)) != ERR_OK)
				return err;
		}
	}
	if ((err = text_fraction(&t, unit, &c.fraction)) != ERR_OK)
		return err;
	if (t.p < t.end && (*t.p == '+' || *t.p == '-'))
		err = text_offset(&t, false, &c.east);
	else
		err = text_char(&t, 'Z');
	if (err != ERR_OK)
		return err;
	if (t.p != t.end)
		return ERR_TRAILING;
	return civil_instant(&c, out);
}

enum err
adtime_parse_iso(const char *s, size_t len, int64_t *out)
{
	struct text t = { s, s + len };
	struct civil c = { 0 };
	enum err err;

	if ((err = text_number(&t, 4, &c.year)) != ERR_OK ||
	    (err = text_char(&t, '-')) != ERR_OK ||
	    (err = text_number(&t, 2, &c.month)) != ERR_OK ||
	    (err = text_char(&t, '-')) != ERR_OK ||
	    (err = text_number(&t, 2, &c.day)) != ERR_OK)
		return err;
	if (t.p == t.end || *t.p != 'T')
		goto done;
	t.p++;
	if ((err = text_number(&t, 2, &c.hour)) != ERR_OK ||
	    (err = text_char(&t, ':')) != ERR_OK ||
	    (err = text_number(&t, 2, &c.minute)) != ERR_OK)
		return err;
	if (t.p < t.end && *t.p == ':') {
		t.p++;
		if ((err = text_number(&t, 2, &c.second)) != ERR_OK ||
		    (err = text_fraction(&t, ADTIME_SECOND, &c.fraction)) != ERR_OK)
			return err;
	}
	if (t.p < t.end && *t.p == 'Z') {
		t.p++;
	} else if (t.p < t.end && (*t.p == '+' || *t.p == '-')) {
		if ((err = text_offset(&t, true, &c.east)) != ERR_OK)
			return err;
	}
done:
	if (t.p != t.end)
		return ERR_TRAILING;
	return civil_instant(&c, out);
}

/* The last `width` digits of n, and the character behind them. */
static char *
put_digits(char *at, int n, int width, char behind)
{
	for (int i = width; i-- > 0; n /= 10)
		at[i] = (char)('0' + n % 10);
	at[width] = behind;
	return at + width + 1;
}

const char *
adtime_iso(int64_t t, struct adtime_buf *b)
{
	struct civil c = { 0 };
	char *at = b->s;
	int seconds;

	if (t < 0 || t >= ISO_END) {
		snprintf(b->s, sizeof b->s, "%" PRId64, t);
		return b->s;
	}
	civil_from_days(t / ADTIME_DAY, &c);
	seconds = (int)(t % ADTIME_DAY / ADTIME_SECOND);
	at = put_digits(at, c.year, 4, '-');
	at = put_digits(at, c.month, 2, '-');
	at = put_digits(at, c.day, 2, 'T');
	at = put_digits(at, seconds / 3600, 2, ':');
	at = put_digits(at, seconds / 60 % 60, 2, ':');
	at = put_digits(at, seconds % 60, 2, 'Z');
	*at = '\0';
	return b->s;
}

/* Fractions of a second are dropped, but never down to "0". */
const char *
adtime_span(int64_t interval, struct adtime_span_buf *b)
{
	static const struct { int64_t unit; const char *name; } units[] = {
		{ ADTIME_DAY, "day" }, { ADTIME_HOUR, "hour" },
		{ ADTIME_MINUTE, "minute" }, { ADTIME_SECOND, "second" },
	};
	int64_t left = adtime_abs(interval);
	size_t used = 0, i;

	if (left == INT64_MAX || left == 0) {
		snprintf(b->s, sizeof b->s, "%s", left == 0 ? "0" : "never");
		return b->s;
	}
	snprintf(b->s, sizeof b->s, "less than 1 second");
	for (i = 0; i < sizeof units / sizeof units[0]; i++) {
		int64_t n = left / units[i].unit;
		int w;

		left %= units[i].unit;
		if (n == 0)
			continue;
		w = snprintf(b->s + used, sizeof b->s - used, "%s%" PRId64 " %s%s",
		    used == 0 ? "" : " ", n, units[i].name, n == 1 ? "" : "s");
		/* "10675199 days 23 hours 59 minutes 59 seconds" is the longest. */
		used += (size_t)w;
	}
	return b->s;
}
