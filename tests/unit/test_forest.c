/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "build.h"
#include "core/dn.h"
#include "model/forest.h"
#include "source/collect_forest.h"
#include "source/source_ldif.h"

#define CONFIG	"CN=Configuration," BASE
#define SITES	"CN=Sites," CONFIG
#define PARTS	"CN=Partitions," CONFIG
#define CHILD	"DC=child," BASE
#define NTDS(server, site) "CN=NTDS Settings,CN=" server ",CN=Servers,CN=" site "," SITES

/* "dn" and then attributes as made_change() takes them, up to NULL. */
static void
entry(struct made *m, const char *const *words)
{
	made_init(m, words[0]);
	for (size_t i = 1; words[i]; i++)
		made_change(m, words[i]);
}

#define W(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
add(struct forest *f, int (*fn)(struct forest *, const struct entry *), const char *const *words)
{
	struct made m;

	entry(&m, words);
	assert_int_equal(fn(f, &m.entry), 0);
	made_fini(&m);
}

static void
add_to(struct forest *f, size_t d, int (*fn)(struct forest *, size_t, const struct entry *),
    const char *const *words)
{
	struct made m;

	entry(&m, words);
	assert_int_equal(fn(f, d, &m.entry), 0);
	made_fini(&m);
}

static const char *const root_ref[] = { "CN=CONTOSO," PARTS, "nCName=" BASE,
	"dnsRoot=contoso.test", "nETBIOSName=CONTOSO", "systemFlags=3", "objectClass=crossRef",
	"msDS-Behavior-Version=7", NULL };
static const char *const child_ref[] = { "CN=CHILD," PARTS, "nCName=" CHILD,
	"dnsRoot=Child.contoso.test", "nETBIOSName=CHILD", "systemFlags=3", NULL };
static const char *const tree_ref[] = { "CN=A," PARTS, "nCName=DC=a,DC=tree",
	"systemFlags=3", NULL };

static void
small(struct forest *f)
{
	assert_int_equal(forest_init(f, "dc=Contoso,DC=test"), 0);
	add(f, forest_add_domain, child_ref);
	add(f, forest_add_domain, tree_ref);
	add(f, forest_add_domain, root_ref);
}

static void
domains(void **state)
{
	/* Each adds no domain; the second column: whether that is a problem. */
	const struct { const char *const *words; bool problem; } others[] = {
		{ W("CN=Enterprise Schema," PARTS, "nCName=CN=Schema," CONFIG, "systemFlags=1"), false },
		{ W("CN=dns," PARTS, "nCName=DC=DomainDnsZones," BASE, "systemFlags=5"), false },
		{ W("CN=foreign," PARTS, "nCName=DC=elsewhere", "systemFlags=0"), false },
		{ W("CN=soon," PARTS, "nCName=DC=new," BASE, "systemFlags=3", "Enabled=FALSE"), false },
		{ W("CN=box," PARTS, "objectClass=container"), false },
		{ W("CN=hidden," PARTS, "nCName=DC=x"), true },
		{ W("CN=hidden," PARTS, "nCName=DC=x", "systemFlags=three"), true },
		{ W("CN=x," PARTS, "systemFlags=3"), true },
		{ W("CN=x," PARTS, "systemFlags=3", "nCName=no DN"), true },
		{ W("CN=x," PARTS, "systemFlags=3", "nCName="), true },
		{ W("CN=Again," PARTS, "systemFlags=3", "nCName=" BASE), true },
	};
	struct forest f;

	(void)state;
	small(&f);
	assert_int_equal(f.domain_count, 3);
	assert_string_equal(f.domains[0].dns, "contoso.test");
	assert_true(f.domains[0].root);
	assert_int_equal(f.domains[0].level.value, 7);
	assert_string_equal(f.domains[1].dns, "a.tree");	/* of its DN */
	assert_null(f.domains[1].netbios);
	assert_int_equal(f.domains[1].level.known, KNOWN_NOT);
	assert_string_equal(f.domains[2].dns, "child.contoso.test");
	assert_null(f.domains_problem);
	assert_int_equal(forest_find_dn(&f, "dc=child,dc=contoso,DC=TEST", 27), 2);
	assert_int_equal(forest_find_name(&f, "CHILD.contoso.test"), 2);
	assert_int_equal(forest_find_name(&f, "child"), 2);
	assert_int_equal(forest_find_name(&f, "tree"), FOREST_NONE);
	forest_fini(&f);
	for (size_t i = 0; i < COUNT(others); i++) {
		small(&f);
		add(&f, forest_add_domain, others[i].words);
		assert_int_equal(f.domain_count, 3);
		assert_int_equal(f.domains_problem != NULL, others[i].problem);
		forest_fini(&f);
	}
	/* Of two for one domain, in whichever order they come. */
	small(&f);
	add(&f, forest_add_domain, W("CN=B," PARTS, "systemFlags=3", "nCName=" BASE,
	    "dnsRoot=evil.test"));
	assert_string_equal(f.domains[0].dns, "evil.test");
	forest_fini(&f);
	forest_fini(&f);
}

/* The controller by the DN of its NTDS settings, or by its host; NULL: none. */
static struct forest_dc *
find_ntds(const struct forest *f, const char *dn)
{
	for (size_t i = 0; i < f->dc_count; i++)
		if (dn_eq(f->dcs[i].ntds, strlen(f->dcs[i].ntds), dn, strlen(dn)))
			return &f->dcs[i];
	return NULL;
}

static struct forest_dc *
find_host(const struct forest *f, const char *host)
{
	for (size_t i = 0; i < f->dc_count; i++)
		if (f->dcs[i].host && !strcmp(f->dcs[i].host, host))
			return &f->dcs[i];
	return NULL;
}

static void
controllers(void **state)
{
	static const char host[] = "dNSHostName=dc\0.evil.test";
	struct forest_dc *dc;
	struct forest f;
	struct made m;

	(void)state;
	small(&f);
	add(&f, forest_add_dc, W(NTDS("DC2", "Hub"), "objectClass=nTDSDSA", "options=1",
	    "msDS-Behavior-Version=7", "msDS-hasMasterNCs=" CONFIG, "msDS-hasMasterNCs+=" BASE));
	add(&f, forest_add_dc, W(NTDS("RO", "Bra\\, nch"), "objectClass=nTDSDSA",
	    "objectClass+=nTDSDSARO", "msDS-hasFullReplicaNCs=" BASE, "options=37"));
	add(&f, forest_add_dc, W(NTDS("RO2", "Hub"), "objectCategory=cn=NTDS-DSA-RO,CN=Schema,"
	    CONFIG, "hasMasterNCs=DC=nowhere"));
	add(&f, forest_add_dc, W(NTDS("DC1", "Hub"), "msDS-HasDomainNCs=" BASE, "options=x"));
	add(&f, forest_add_dc, W(NTDS("C", "Hub"), "options=0"));
	add(&f, forest_add_dc, W("CN=NTDS Settings", "msDS-HasDomainNCs=" BASE));
	add(&f, forest_add_dc, W("CN=NTDS Settings,CN=Odd,CN=Elsewhere,CN=S," SITES));
	add(&f, forest_add_dc, W("not a DN at all"));
	add(&f, forest_set_server, W("cn=dc1,CN=Servers,CN=Hub," SITES, "dNSHostName=DC1.contoso.test",
	    "serverReference=CN=DC1,OU=Domain Controllers," BASE));
	add(&f, forest_set_server, W("CN=DC2,CN=Servers,CN=Hub," SITES, "dNSHostName=dc2 .test"));
	add(&f, forest_set_server, W("CN=C,CN=Servers,CN=Hub," SITES, "dNSHostName=c.child.contoso.test",
	    "serverReference=CN=C,OU=Domain Controllers," CHILD));
	add(&f, forest_set_server, W("CN=Gone,CN=Servers,CN=Hub," SITES, "dNSHostName=gone.test"));
	made_init(&m, "CN=RO,CN=Servers,CN=Bra\\2C nch," SITES);
	made_add(&m, "dNSHostName", host, sizeof host - 1);
	assert_int_equal(forest_set_server(&f, &m.entry), 0);
	made_fini(&m);
	add_to(&f, 0, forest_set_head, W(BASE, "objectSid=" DOMAIN_SID, "fSMORoleOwner="
	    NTDS("dc1", "hub")));
	forest_sort(&f);

	assert_int_equal(f.dc_count, 8);
	assert_string_equal(f.dcs[0].host, "dc1.contoso.test");
	assert_true(f.dcs[0].pdc && !f.dcs[0].read_only);
	assert_string_equal(f.dcs[0].site, "Hub");
	assert_string_equal(f.dcs[0].name, "DC1");
	assert_int_equal(forest_dc_gc(&f.dcs[0]), GC_UNKNOWN);
	dc = find_ntds(&f, NTDS("dc2", "Hub"));
	assert_null(dc->host);
	assert_false(dc->pdc);
	assert_int_equal(dc->domain, 0);
	assert_int_equal(forest_dc_gc(dc), GC_YES);
	dc = find_ntds(&f, NTDS("RO", "Bra\\, nch"));
	assert_true(dc->read_only);
	assert_string_equal(dc->site, "Bra, nch");
	assert_int_equal(dc->domain, 0);
	assert_true(dc->options.value & NTDSDSA_DISABLE_OUTBOUND_REPL);
	assert_null(dc->host);
	dc = find_ntds(&f, NTDS("RO2", "Hub"));
	assert_true(dc->read_only);
	assert_int_equal(dc->domain, FOREST_NONE);
	dc = find_host(&f, "c.child.contoso.test");
	assert_int_equal(dc->domain, 2);
	assert_int_equal(forest_dc_gc(dc), GC_NO);
	assert_null(find_host(&f, "gone.test"));
	dc = find_ntds(&f, "CN=NTDS Settings,CN=Odd,CN=Elsewhere,CN=S," SITES);
	assert_null(dc->site);
	assert_int_equal(find_ntds(&f, "CN=NTDS Settings")->domain, 0);
	assert_null(find_ntds(&f, "not a DN at all")->name);
	assert_null(find_ntds(&f, "CN=other"));
	assert_true(f.domains[0].has_sid);
	forest_fini(&f);
}

/* Of the domains above a computer account the nearest is its own. */
static void
nested_domains(void **state)
{
	struct forest f;

	(void)state;
	small(&f);
	add(&f, forest_add_domain, W("CN=A," PARTS, "systemFlags=3", "nCName=DC=a," CHILD));
	assert_string_equal(f.domains[1].dns, "a.child.contoso.test");
	add(&f, forest_add_dc, W(NTDS("X", "Hub"), "options=0"));
	add(&f, forest_set_server, W("CN=X,CN=Servers,CN=Hub," SITES,
	    "serverReference=CN=X,OU=Domain Controllers,DC=a," CHILD));
	assert_int_equal(f.dcs[0].domain, 1);
	forest_fini(&f);
}

static void
trusts(void **state)
{
	struct forest f;
	struct made m;

	(void)state;
	small(&f);
	f.domains[0].has_trusts = true;
	made_init(&m, "CN=t,CN=System," BASE);
	made_set(&m, "trustPartner", "partner.test");
	made_set(&m, "flatName", "PARTNER");
	made_set(&m, "trustDirection", "3");
	made_set(&m, "trustType", "2");
	made_set(&m, "trustAttributes", "8");
	made_sid(&m, "securityIdentifier", "S-1-5-21-9-9-9");
	assert_int_equal(forest_add_trust(&f, 0, &m.entry), 0);
	made_set(&m, "trustPartner", "child.contoso.test");
	made_set(&m, "trustAttributes", "32");
	made_sid(&m, "securityIdentifier", "S-1-5-21-1-2-3");
	assert_int_equal(forest_add_trust(&f, 0, &m.entry), 0);
	/* nor what a trust says of a domain whose SID is known from itself */
	made_set(&m, "trustPartner", "contoso.test");
	made_sid(&m, "securityIdentifier", "S-1-5-21-6-6-6");
	f.domains[0].sid = sid_of(DOMAIN_SID);
	f.domains[0].has_sid = true;
	assert_int_equal(forest_add_trust(&f, 2, &m.entry), 0);
	/* Another forest's word on the SID of a domain of ours counts for nothing. */
	made_set(&m, "trustPartner", "a.tree");
	made_set(&m, "trustAttributes", "8");
	made_set(&m, "trustDirection", "maybe");
	assert_int_equal(forest_add_trust(&f, 0, &m.entry), 0);
	forest_sort(&f);
	assert_true(f.domains[0].has_trusts);
	assert_int_equal(f.domains[0].trust_count, 3);
	assert_string_equal(f.domains[0].trusts[0].partner, "a.tree");
	assert_int_equal(f.domains[0].trusts[0].direction.known, KNOWN_NOT);
	assert_string_equal(f.domains[0].trusts[2].partner, "partner.test");
	assert_int_equal(f.domains[0].trusts[2].direction.value, 3);
	assert_true(f.domains[0].trusts[2].has_sid);
	assert_false(f.domains[1].has_sid);
	assert_true(f.domains[2].has_sid);
	assert_int_equal(f.domains[2].sid.sub[1], 1);
	assert_int_equal(f.domains[0].sid.sub[1], 1);
	made_drop(&m, "trustPartner");
	assert_int_equal(forest_add_trust(&f, 0, &m.entry), 0);
	assert_int_equal(f.domains[0].trust_count, 3);
	assert_false(f.domains[0].has_trusts);
	made_fini(&m);
	forest_fini(&f);
}

/* From a file, as from a directory. */

#define REF "dn: CN=CONTOSO," PARTS "\nobjectClass: crossRef\nnCName: " BASE \
	"\ndnsRoot: contoso.test\nnETBIOSName: CONTOSO\nsystemFlags: 3\n\n"
#define DC1 "dn: " NTDS("DC1", "Hub") "\nobjectClass: nTDSDSA\n" \
	"objectCategory: CN=NTDS-DSA,CN=Schema," CONFIG "\nmsDS-hasMasterNCs: " BASE \
	"\noptions: 1\n\n"
#define SERVER1 "dn: CN=DC1,CN=Servers,CN=Hub," SITES "\nobjectClass: server\n" \
	"objectCategory: CN=Server,CN=Schema," CONFIG "\ndNSHostName: dc1.contoso.test\n\n"
#define HEAD "dn: " BASE "\nobjectClass: domainDNS\nfSMORoleOwner: " NTDS("DC1", "Hub") "\n\n"
#define SNAPSHOT "version: 1\n# writeback-audit snapshot, format 1\n" \
	"# taken: 2026-01-15T12:00:00Z\n# redacted: no\n# complete: yes\n\n"
#define END(n) "# users: what follows, up to the last line\n\n" \
	"# end of snapshot: 0 users, " #n " other entries\n"

static void
collect(const char *text, struct forest *f)
{
	char path[] = "/tmp/test_forest.XXXXXX";
	struct dc dc = { .default_nc = (char *)(uintptr_t)BASE, .root_nc = (char *)(uintptr_t)BASE,
		.config_nc = (char *)(uintptr_t)CONFIG };
	struct source_error err;
	struct source *src = NULL;
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	if (source_ldif_open(path, &src, &err) != SOURCE_OK)
		fail_msg("%s", err.text);
	unlink(path);
	assert_int_equal(collect_forest(src, &dc, f, &err), SOURCE_OK);
	source_close(src);
}

static void
collected(void **state)
{
	static const char root[] = "dn:\ndefaultNamingContext: " BASE "\n\n";
	struct buf b = BUF_INIT;
	struct forest f;

	(void)state;
	buf_addf(&b, SNAPSHOT "%s" SERVER1 DC1 REF HEAD "dn: CN=System," BASE "\n"
	    "objectClass: container\n\n" END(6), root);
	collect(buf_str(&b), &f);
	assert_null(f.domains_problem);
	assert_null(f.dcs_problem);
	assert_int_equal(f.domain_count, 1);
	assert_int_equal(f.home, 0);
	assert_int_equal(f.dc_count, 1);
	assert_string_equal(f.dcs[0].host, "dc1.contoso.test");
	assert_true(f.dcs[0].pdc);
	assert_true(f.domains[0].has_trusts);
	forest_fini(&f);

	/* Nothing there: said, not taken for an empty forest. */
	buf_clear(&b);
	buf_addf(&b, SNAPSHOT "%s" HEAD END(2), root);
	collect(buf_str(&b), &f);
	assert_non_null(f.domains_problem);
	assert_non_null(f.dcs_problem);
	assert_int_equal(f.home, FOREST_NONE);
	forest_fini(&f);

	/* A file that does not say that it is whole. */
	collect(REF DC1 SERVER1 HEAD, &f);
	assert_non_null(f.domains_problem);
	assert_non_null(f.dcs_problem);
	assert_int_equal(f.dc_count, 1);
	assert_false(f.domains[0].has_trusts);
	forest_fini(&f);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains),
		cmocka_unit_test(controllers),
		cmocka_unit_test(nested_domains),
		cmocka_unit_test(trusts),
		cmocka_unit_test(collected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
