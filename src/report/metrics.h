/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_REPORT_METRICS_H
#define WBA_REPORT_METRICS_H

#include "core/buf.h"
#include "report/standing.h"

/* A run as Prometheus' text format has it (version 0.0.4, "Exposition formats" in
 * its documentation), for node_exporter's textfile collector: numbers, no users. */
void metrics_text(const struct outcome *, struct buf *out);
/* A label's value without its quotes: \ " and line feeds escaped, always UTF-8. */
void metrics_label(const char *value, struct buf *out);

#endif
