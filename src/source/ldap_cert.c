/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "source/ldap_cert.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/adtime.h"
#include "core/ascii.h"
#include "core/reader.h"

/* DER tags (X.690 8.1.2) met in a certificate. */
#define DER_BOOLEAN		0x01u
#define DER_OCTET_STRING	0x04u
#define DER_OID			0x06u
#define DER_UTC_TIME		0x17u
#define DER_GENERALIZED_TIME	0x18u
#define DER_SEQUENCE		0x30u
#define DER_SET			0x31u
#define DER_VERSION		0xa0u	/* [0], constructed */
#define DER_EXTENSIONS		0xa3u	/* [3], constructed */
#define DER_DNS_NAME		0x82u	/* GeneralName [2] */
#define DER_IP_ADDRESS		0x87u	/* GeneralName [7] */

static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };		/* 2.5.4.3 */
static const uint8_t oid_subject_alt_name[] = { 0x55, 0x1d, 0x11 };	/* 2.5.29.17 */

/* Consumes one element of a one-byte tag and a definite length (X.690 10.1);
 * returns a reader over its content. */
static struct reader
der_next(struct reader *r, uint8_t *tag)
{
	size_t len, bytes;

	*tag = reader_u8(r);
	len = reader_u8(r);
	if (len >= 0x80) {
		bytes = len & 0x7f;
		if (bytes == 0 || bytes > 4)
			reader_fail(r, ERR_UNSUPPORTED);
		for (len = 0; bytes > 0 && r->err == ERR_OK; bytes--)
			len = len << 8 | reader_u8(r);
	}
	return reader_sub(r, len);
}

/* The same where only one tag is right. */
static struct reader
der_expect(struct reader *r, uint8_t expected)
{
	uint8_t tag;
	struct reader content = der_next(r, &tag);

	if (tag != expected)
		reader_fail(r, ERR_SYNTAX);
	return content;
}

static bool
is_oid(const struct reader *r, const uint8_t *oid, size_t len)
{
	return r->err == ERR_OK && r->len == len && memcmp(r->base, oid, len) == 0;
}

/* Appends to a list in a fixed room; what does not fit is left out. */
static void
list_add(char *list, size_t room, const char *name, size_t len)
{
	size_t have = strlen(list);
	size_t comma = have > 0 ? 2 : 0;

	if (len > room - have - 1 || comma > room - have - 1 - len)
		return;
	memcpy(list + have, ", ", comma);
	memcpy(list + have + comma, name, len);
	list[have + comma + len] = '\0';
}

/* The last common name of a Name (RFC 5280 4.1.2.4). */
static void
name_read(struct reader *r, char *out, size_t room)
{
	struct reader name = der_expect(r, DER_SEQUENCE);

	while (reader_left(&name) > 0) {
		struct reader set = der_expect(&name, DER_SET);

		while (reader_left(&set) > 0) {
			struct reader pair = der_expect(&set, DER_SEQUENCE);
			struct reader oid = der_expect(&pair, DER_OID);
			uint8_t tag;
			struct reader value = der_next(&pair, &tag);

			if (pair.err == ERR_OK &&
			    is_oid(&oid, oid_common_name, sizeof(oid_common_name))) {
				out[0] = '\0';
				list_add(out, room, (const char *)value.base,
				    value.len < room ? value.len : room - 1);
			}
			if (pair.err != ERR_OK)
				reader_fail(&set, pair.err);
		}
		if (set.err != ERR_OK)
			reader_fail(&name, set.err);
	}
	if (name.err != ERR_OK)
		reader_fail(r, name.err);
}

/* RFC 5280 4.1.2.5: a UTCTime's year 50..99 is 1950..1999. */
static int64_t
time_read(struct reader *r)
{
	char text[32] = "";
	uint8_t tag;
	struct reader content = der_next(r, &tag);
	size_t skip = tag == DER_UTC_TIME ? 2 : 0;
	int64_t t = 0;

	if (r->err != ERR_OK || content.len == 0 || content.len > sizeof(text) - 2 ||
	    (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME)) {
		reader_fail(r, ERR_SYNTAX);
		return 0;
	}
	memcpy(text, content.base[0] >= '5' ? "19" : "20", 2);
	memcpy(text + skip, content.base, content.len);
	if (adtime_parse_generalized(text, skip + content.len, &t) != ERR_OK)
		reader_fail(r, ERR_SYNTAX);
	return t;
}

/* RFC 6125 6.4.3: a wildcard stands for the whole left-most label. */
static bool
name_matches(const char *name, size_t len, const char *host)
{
	size_t host_len = strlen(host);
	const char *dot = NULL;

	if (len > 2 && name[0] == '*' && name[1] == '.') {
		dot = strchr(host, '.');
		if (dot == NULL || dot == host)
			return false;
		return ascii_eq_nocase(name + 1, len - 1, dot, strlen(dot));
	}
	return ascii_eq_nocase(name, len, host, host_len);
}

static void
address_add(const uint8_t *bytes, size_t len, const char *host, struct cert *c)
{
	char text[INET6_ADDRSTRLEN] = "";
	uint8_t wanted[16];
	int family = len == 4 ? AF_INET : AF_INET6;

	if ((len != 4 && len != 16) || inet_ntop(family, bytes, text, sizeof(text)) == NULL)
		return;
	list_add(c->names, sizeof(c->names), text, strlen(text));
	if (inet_pton(family, host, wanted) == 1 && memcmp(wanted, bytes, len) == 0)
		c->for_host = true;
}

/* SubjectAltName ::= SEQUENCE OF GeneralName (RFC 5280 4.2.1.6). */
static void
alt_names_read(struct reader *r, const char *host, struct cert *c)
{
	struct reader list = der_expect(r, DER_SEQUENCE);

	while (reader_left(&list) > 0) {
		uint8_t tag;
		struct reader name = der_next(&list, &tag);
		const char *text = (const char *)name.base;

		if (list.err != ERR_OK)
			break;
		if (tag == DER_DNS_NAME) {
			list_add(c->names, sizeof(c->names), text, name.len);
			if (name_matches(text, name.len, host))
				c->for_host = true;
		} else if (tag == DER_IP_ADDRESS) {
			address_add(name.base, name.len, host, c);
		}
	}
	if (list.err != ERR_OK)
		reader_fail(r, list.err);
}

/* Extensions ::= SEQUENCE OF {OID, critical, OCTET STRING} (RFC 5280 4.1). */
static void
extensions_read(struct reader *r, const char *host, struct cert *c)
{
	struct reader list = der_expect(r, DER_SEQUENCE);

	while (reader_left(&list) > 0) {
		struct reader ext = der_expect(&list, DER_SEQUENCE);
		struct reader oid = der_expect(&ext, DER_OID);
		uint8_t tag;
		struct reader value = der_next(&ext, &tag);

		if (tag == DER_BOOLEAN)
			value = der_next(&ext, &tag);
		if (tag != DER_OCTET_STRING)
			reader_fail(&ext, ERR_SYNTAX);
		if (ext.err == ERR_OK &&
		    is_oid(&oid, oid_subject_alt_name, sizeof(oid_subject_alt_name))) {
			alt_names_read(&value, host, c);
			if (value.err != ERR_OK)
				reader_fail(&ext, value.err);
		}
		if (ext.err != ERR_OK)
			reader_fail(&list, ext.err);
	}
	if (list.err != ERR_OK)
		reader_fail(r, list.err);
}

/* The parts of a TBSCertificate in their order (RFC 5280 4.1). */
enum err
cert_parse(const void *der, size_t len, const char *host, struct cert *out)
{
	struct cert c = { .self_issued = false };
	struct reader r, certificate, tbs, validity, issuer, subject;
	uint8_t tag;

	reader_init(&r, der, len);
	certificate = der_expect(&r, DER_SEQUENCE);
	tbs = der_expect(&certificate, DER_SEQUENCE);
	der_next(&tbs, &tag);
	if (tag == DER_VERSION)
		der_next(&tbs, &tag);		/* serialNumber */
	der_next(&tbs, &tag);			/* signature */
	issuer = tbs;
	name_read(&tbs, c.issuer, sizeof(c.issuer));
	issuer.len = tbs.pos;
	validity = der_expect(&tbs, DER_SEQUENCE);
	c.not_before = time_read(&validity);
	c.not_after = time_read(&validity);
	subject = tbs;
	name_read(&tbs, c.subject, sizeof(c.subject));
	subject.len = tbs.pos;
	c.self_issued = tbs.err == ERR_OK && reader_left(&issuer) == reader_left(&subject) &&
	    memcmp(issuer.base + issuer.pos, subject.base + subject.pos,
	    reader_left(&issuer)) == 0;
	der_expect(&tbs, DER_SEQUENCE);		/* subjectPublicKeyInfo */
	while (tbs.err == ERR_OK && reader_left(&tbs) > 0) {
		struct reader part = der_next(&tbs, &tag);

		if (tag == DER_EXTENSIONS)
			extensions_read(&part, host, &c);
		if (part.err != ERR_OK)
			reader_fail(&tbs, part.err);
	}
	if (r.err != ERR_OK || certificate.err != ERR_OK)
		return r.err != ERR_OK ? r.err : certificate.err;
	if (validity.err != ERR_OK || tbs.err != ERR_OK)
		return validity.err != ERR_OK ? validity.err : tbs.err;
	/* RFC 6125 6.4.4: the common name counts when no other name is given. */
	if (c.names[0] == '\0') {
		memcpy(c.names, c.subject, sizeof(c.subject));
		c.for_host = name_matches(c.subject, strlen(c.subject), host);
	}
	*out = c;
	return ERR_OK;
}
