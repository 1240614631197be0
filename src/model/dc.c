/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/dc.h"

#include <stdlib.h>
#include <string.h>

#include "core/adtime.h"

/* MS-ADTS 3.1.1.3.4.3 */
#define CAPABILITY_AD		"1.2.840.113556.1.4.800"
#define CAPABILITY_RODC		"1.2.840.113556.1.4.1920"

const char *const dc_attributes[] = {
	"dnsHostName", "defaultNamingContext", "rootDomainNamingContext",
	"configurationNamingContext", "schemaNamingContext", "dsServiceName", "vendorName",
	"supportedControl", "supportedCapabilities", "domainFunctionality",
	"forestFunctionality", "domainControllerFunctionality", "isSynchronized", "currentTime",
	NULL
};

int
dc_decode(const struct entry *e, struct dc *dc)
{
	const struct attr *controls = entry_attr(e, "supportedControl");
	const struct attr *capabilities = entry_attr(e, "supportedCapabilities");
	const struct value *now = entry_value(e, "currentTime");
	int failed = value_text(entry_value(e, "dnsHostName"), &dc->host) |
		value_text(entry_value(e, "defaultNamingContext"), &dc->default_nc) |
		value_text(entry_value(e, "rootDomainNamingContext"), &dc->root_nc) |
		value_text(entry_value(e, "configurationNamingContext"), &dc->config_nc) |
		value_text(entry_value(e, "schemaNamingContext"), &dc->schema_nc) |
		value_text(entry_value(e, "dsServiceName"), &dc->ds_service) |
		value_text(entry_value(e, "vendorName"), &dc->vendor);

	if (controls) {
		dc->has_controls = true;
		dc->policy_hints = attr_has(controls, OID_POLICY_HINTS);
		dc->policy_hints_2 = attr_has(controls, OID_POLICY_HINTS_2);
	}
	if (capabilities) {
		dc->has_capabilities = true;
		dc->is_ad = attr_has(capabilities, CAPABILITY_AD);
		dc->read_only = attr_has(capabilities, CAPABILITY_RODC);
	}
	dc->domain_level = entry_int(e, "domainFunctionality");
	dc->forest_level = entry_int(e, "forestFunctionality");
	dc->dc_level = entry_int(e, "domainControllerFunctionality");
	dc->synchronized = entry_bool(e, "isSynchronized");
	if (now && adtime_parse_generalized((const char *)now->data, now->len,
	    &dc->time.value) == ERR_OK)
		dc->time.known = KNOWN_SET;
	return failed ? -1 : 0;
}

void
dc_fini(struct dc *dc)
{
	free(dc->uri);
	free(dc->host);
	free(dc->default_nc);
	free(dc->root_nc);
	free(dc->config_nc);
	free(dc->schema_nc);
	free(dc->ds_service);
	free(dc->vendor);
	*dc = (struct dc){ 0 };
}

const char *
dc_level_name(int64_t level)
{
	/* MS-ADTS 6.1.4.2 */
	switch (level) {
	case 0: return "Windows 2000 Server";
	case 1: return "Windows Server 2003 (mixed)";
	case 2: return "Windows Server 2003";
	case 3: return "Windows Server 2008";
	case 4: return "Windows Server 2008 R2";
	case 5: return "Windows Server 2012";
	case 6: return "Windows Server 2012 R2";
	case 7: return "Windows Server 2016";
	case 10: return "Windows Server 2025";
	default: return "a level this program does not know";
	}
}
