/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "model/finding.h"

const char *
verdict_str(enum verdict v)
{
	switch (v) {
	case VERDICT_OK: return "ok";
	case VERDICT_RISK: return "risk";
	case VERDICT_FAIL: return "fail";
	case VERDICT_UNKNOWN: break;
	}
	return "unknown";
}

const char *
answer_str(enum answer a)
{
	return a == ANSWER_YES ? "yes" : a == ANSWER_NO ? "no" : "unknown";
}

const char *
finding_status_str(enum finding_status s)
{
	switch (s) {
	case FINDING_NOT_KEPT: break;
	case FINDING_NEW: return "new";
	case FINDING_KNOWN: return "known";
	case FINDING_RESOLVED: return "resolved";
	}
	return "";
}

const char *
difference_str(enum difference d)
{
	return d == DIFFERENCE_HEALED ? "healed" : d == DIFFERENCE_BROKEN ? "broken" : "unchanged";
}

static bool
works(enum verdict v)
{
	return v == VERDICT_OK || v == VERDICT_RISK;
}

enum difference
difference_of(enum verdict now, enum verdict then)
{
	if (works(now) == works(then))
		return DIFFERENCE_NONE;
	return works(then) ? DIFFERENCE_HEALED : DIFFERENCE_BROKEN;
}
