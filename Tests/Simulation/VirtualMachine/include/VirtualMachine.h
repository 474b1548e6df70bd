#ifndef VIRTUAL_MACHINE_H
#define VIRTUAL_MACHINE_H

#include <stddef.h>
#include <stdint.h>

// One machine with one thread, whose time stands until it is moved and whose random numbers come from a seed.
//
// Linking this target puts its clock_gettime, swift_stdlib_random and three functions of libdispatch in the place of
// the system's, and starts the program again with SWIFT_DETERMINISTIC_HASHING. Until machine_start they all do as the
// system's do; after it every job of Swift's global executor waits here until it is run, and every sleep until time is
// moved to its end.

/// Starts the machine, on the thread that calls, at a wall time in nanoseconds since 1970; again for another seed, when
/// nothing waits any more.
void machine_start(uint64_t seed, int64_t wall_nanoseconds);

/// Jobs that are ready to run.
size_t machine_ready_count(void);

/// Runs one of the ready jobs until it waits for something or ends.
void machine_run(size_t index);

/// When the next sleep ends, in nanoseconds of the machine's time; -1 when nothing sleeps.
int64_t machine_next_wake(void);

/// Moves time on and makes ready what has slept until then, the earliest first.
void machine_advance(int64_t nanoseconds);

/// The machine's time in nanoseconds.
int64_t machine_now(void);

/// Jobs that came from other threads than the machine's: with any of them, nothing is the same twice.
uint64_t machine_foreign_jobs(void);

#endif
