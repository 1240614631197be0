/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WBA_CHECK_H
#define WBA_CHECK_H

#include "model/sample.h"
#include "rules/judge.h"
#include "session.h"

/*
 * The controllers of the session's domain: lists them (domain.controllers) and
 * asks those that are wanted (--all-dcs, --dc). What came of it is there for the
 * rules; messages are printed. 0, or -1 with *err filled: the source was lost, or
 * there is no memory.
 */
int check_controllers(struct session *, struct source_error *err);

/* How many users are to be compared: none without another controller. */
size_t check_sample_size(const struct session *);

/*
 * Compares the users of the sample between the controller in use and each other
 * that was checked; differences that are still there at a second look are
 * findings, and so is a controller that does not answer any more. 0, or -1 with
 * *err filled: the source was lost, or there is no memory.
 */
int check_sample(struct session *, struct judge *, struct sample *, struct source_error *err);

#endif
