#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The include line is the architecture: a layer includes only what stands left
# of it (core model rules source report), and libraries stay in their place.
set -u
cd "$WBA_SRC/src" || exit 1
n=0
check() { # description, offending lines
	n=$((n + 1))
	if [ -z "$(printf '%s' "$2" | tr -d '\n')" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}
echo 1..11
check 'core includes core alone' \
	"$(grep -nE '#include "' core/*.[ch] | grep -vE '#include "(core/|config\.h")')"
check 'core does no I/O and asks no clock, environment or locale' \
	"$(grep -nE '#include <(stdio_ext|time|unistd|locale|fcntl|sys/[a-su-z].*|errno|ldap|lber|libconfig)\.h>' core/*.[ch])
$(grep -nE '\b(printf|fprintf|fopen|getenv|time|exit|setlocale|strtod|strcasecmp|isalpha|isdigit|tolower) *\(' core/*.c | grep -v "buf_addf")"
check 'model includes core and model' \
	"$(grep -nE '#include "' model/*.[ch] | grep -vE '#include "((core|model)/|config\.h")')"
check 'rules include core, model and rules' \
	"$(grep -nE '#include "' rules/*.[ch] | grep -vE '#include "((core|model|rules)/|config\.h")')"
check 'source includes nothing of report and commands' \
	"$(grep -nE '#include "' source/*.[ch] | grep -vE '#include "((core|model|rules|source)/|config\.h")')"
check 'report includes nothing of source and commands' \
	"$(grep -nE '#include "' report/*.[ch] | grep -vE '#include "((core|model|rules|report)/|config\.h")')"
check '<ldap.h>, <lber.h> and <sasl/> in source alone' \
	"$(grep -rnE '#include <(ldap|lber|ldap_[a-z]+|sasl/.*)\.h>' . | grep -v '^./source/')"
check '<libconfig.h> in conf.c alone' \
	"$(grep -rn '#include <libconfig.h>' . | grep -v '^./conf.c:')"
check '<sqlite3.h> in the history alone' \
	"$(grep -rn '#include <sqlite3.h>' . | grep -v '^./history_db.h:')"
check 'no call that writes to a directory' \
	"$(grep -rnE 'ldap_(add|modify|delete|rename|modrdn|extended_operation|passwd)[a-z_]* *\(' . )"
check 'each .c includes its own header, or is a part of a family that has one' \
	"$(for f in core/*.c model/*.c report/*.c; do h=${f%.c}.h; [ -f "$h" ] &&
		! grep -q "#include \"$h\"" "$f" && echo "$f"; done)"
