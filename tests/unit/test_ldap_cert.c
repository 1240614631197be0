/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/adtime.h"
#include "core/buf.h"
#include "source/ldap_cert.h"

/* Certificates are put together here from their parts (RFC 5280 4.1). */
static void
tlv(struct buf *out, uint8_t tag, const struct buf *content)
{
	buf_addc(out, (char)tag);
	if (content->len >= 0x80) {
		buf_addc(out, (char)0x82);
		buf_addc(out, (char)(content->len >> 8));
	}
	buf_addc(out, (char)content->len);
	buf_add(out, buf_str(content), content->len);
}

static void
wrap(struct buf *b, uint8_t tag)
{
	struct buf out = BUF_INIT;

	tlv(&out, tag, b);
	buf_fini(b);
	*b = out;
}

static void
string(struct buf *out, uint8_t tag, const char *s)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, s);
	tlv(out, tag, &b);
	buf_fini(&b);
}

/* A Name of one common name; "" gives an empty one. */
static void
name(struct buf *out, const char *cn)
{
	struct buf b = BUF_INIT;

	if (cn[0] != '\0') {
		string(&b, 0x06, "\x55\x04\x03");
		string(&b, 0x0c, cn);
		wrap(&b, 0x30);
		wrap(&b, 0x31);
	}
	tlv(out, 0x30, &b);
	buf_fini(&b);
}

struct parts {
	const char *issuer, *subject;
	uint8_t time_tag;
	const char *from, *to;
	const char *dns[3];
	const char *ip;		/* four bytes */
	bool critical;
};

static void
make(const struct parts *p, struct buf *out)
{
	static const struct buf nothing = BUF_INIT;
	struct buf tbs = BUF_INIT, b = BUF_INIT, ext = BUF_INIT;
	size_t i;

	string(&b, 0x02, "\x02");
	tlv(&tbs, 0xa0, &b);
	buf_clear(&b);
	string(&tbs, 0x02, "\x01\x02");
	tlv(&tbs, 0x30, &nothing);
	name(&tbs, p->issuer);
	string(&b, p->time_tag, p->from);
	string(&b, p->time_tag, p->to);
	tlv(&tbs, 0x30, &b);
	buf_clear(&b);
	name(&tbs, p->subject);
	tlv(&tbs, 0x30, &nothing);
	for (i = 0; i < 3 && p->dns[i] != NULL; i++)
		string(&b, 0x82, p->dns[i]);
	if (p->ip != NULL)
		string(&b, 0x87, p->ip);
	if (b.len > 0) {
		wrap(&b, 0x30);
		wrap(&b, 0x04);
		string(&ext, 0x06, "\x55\x1d\x11");
		if (p->critical)
			string(&ext, 0x01, "\xff");
		buf_add(&ext, buf_str(&b), b.len);
		wrap(&ext, 0x30);
		wrap(&ext, 0x30);
		wrap(&ext, 0xa3);
		buf_add(&tbs, buf_str(&ext), ext.len);
	}
	tlv(out, 0x30, &tbs);
	wrap(out, 0x30);
	buf_fini(&ext);
	buf_fini(&b);
	buf_fini(&tbs);
}

static const struct parts plain = { .issuer = "Test CA", .subject = "dc1.contoso.test",
    .time_tag = 0x17, .from = "200102030405Z", .to = "300102030405Z" };

static void
fields(void **state)
{
	struct parts p = plain;
	struct buf der = BUF_INIT;
	struct adtime_buf t;
	struct cert c;

	(void)state;
	make(&p, &der);
	assert_int_equal(cert_parse(der.data, der.len, "DC1.Contoso.Test", &c), ERR_OK);
	assert_string_equal(c.subject, "dc1.contoso.test");
	assert_string_equal(c.issuer, "Test CA");
	assert_string_equal(c.names, "dc1.contoso.test");
	assert_string_equal(adtime_iso(c.not_before, &t), "2020-01-02T03:04:05Z");
	assert_string_equal(adtime_iso(c.not_after, &t), "2030-01-02T03:04:05Z");
	assert_true(c.for_host);
	assert_false(c.self_issued);
	buf_clear(&der);

	p = (struct parts){ .issuer = "me", .subject = "me", .time_tag = 0x18,
	    .from = "19990102030405Z", .to = "21000102030405Z" };
	make(&p, &der);
	assert_int_equal(cert_parse(der.data, der.len, "you", &c), ERR_OK);
	assert_true(c.self_issued);
	assert_false(c.for_host);
	assert_string_equal(adtime_iso(c.not_after, &t), "2100-01-02T03:04:05Z");
	buf_clear(&der);

	p.time_tag = 0x17;
	p.from = "490101000000Z";
	p.to = "500101000000Z";
	make(&p, &der);
	assert_int_equal(cert_parse(der.data, der.len, "you", &c), ERR_OK);
	assert_string_equal(adtime_iso(c.not_before, &t), "2049-01-01T00:00:00Z");
	assert_string_equal(adtime_iso(c.not_after, &t), "1950-01-01T00:00:00Z");
	buf_fini(&der);
}

static void
names(void **state)
{
	static const struct { const char *dns[3], *ip, *host; bool match; } cases[] = {
		{ { "a.test", "dc1.contoso.test" }, NULL, "dc1.contoso.test", true },
		{ { "a.test" }, NULL, "dc1.contoso.test", false },	/* not the subject then */
		{ { "*.contoso.test" }, NULL, "dc1.contoso.test", true },
		{ { "*.contoso.test" }, NULL, "dc1.sub.contoso.test", false },
		{ { "*.contoso.test" }, NULL, "contoso.test", false },
		{ { "*.contoso.test" }, NULL, ".contoso.test", false },
		{ { "*" }, NULL, "dc1", false },
		{ { "dc1.contoso.test" }, NULL, "dc1", false },
		{ { "dc1" }, "\xc0\x02\x03\x04", "192.2.3.4", true },
		{ { "dc1" }, "\xc0\x02\x03\x04", "192.2.3.5", false },
		{ { "192.2.3.5" }, "\xc0\x02\x03", "192.2.3", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct parts p = plain;
		struct buf der = BUF_INIT;
		struct cert c;

		memcpy(p.dns, cases[i / 2].dns, sizeof(p.dns));
		p.ip = cases[i / 2].ip;
		p.critical = i % 2 == 0;
		make(&p, &der);
		assert_int_equal(cert_parse(der.data, der.len, cases[i / 2].host, &c), ERR_OK);
		assert_int_equal(c.for_host, cases[i / 2].match);
		assert_ptr_equal(strstr(c.names, cases[i / 2].dns[0]), c.names);
		buf_fini(&der);
	}
}

/* Cut short, with a byte changed, or with texts beyond their room. */
static void
hostile(void **state)
{
	struct parts p = plain;
	struct buf der = BUF_INIT;
	char huge[400];
	struct cert c = { .self_issued = true };
	size_t i;

	(void)state;
	p.dns[0] = "dc1.contoso.test";
	make(&p, &der);
	for (i = 0; i < der.len; i++) {
		char was = der.data[i];

		assert_int_not_equal(cert_parse(der.data, i, "x", &c), ERR_OK);
		assert_true(c.self_issued);
		for (der.data[i] = 0; der.data[i] != '\x7f'; der.data[i]++) {
			struct cert any;

			(void)cert_parse(der.data, der.len, "x", &any);
		}
		der.data[i] = was;
	}
	assert_int_not_equal(cert_parse(NULL, 0, "x", &c), ERR_OK);
	assert_int_not_equal(cert_parse("\x30\x80\x00\x00", 4, "x", &c), ERR_OK);
	assert_int_not_equal(cert_parse("\x30\x85\x01\x01\x01\x01\x01", 7, "x", &c), ERR_OK);
	assert_int_not_equal(cert_parse("\x30\x84\xff\xff\xff\xff", 6, "x", &c), ERR_OK);
	buf_clear(&der);

	memset(huge, 'h', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	p.subject = huge;
	p.dns[1] = huge;
	p.dns[2] = "last";
	make(&p, &der);
	assert_int_equal(cert_parse(der.data, der.len, "dc1.contoso.test", &c), ERR_OK);
	assert_int_equal(strlen(c.subject), sizeof(c.subject) - 1);
	assert_string_equal(c.names, "dc1.contoso.test, last");
	assert_true(c.for_host);
	buf_fini(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(names),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
