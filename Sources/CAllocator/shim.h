// What glibc's allocator can be told, and Swift's Glibc module does not show. Other C libraries need none of it.
#pragma once
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// One heap for all threads: each of glibc's own per thread would keep what its thread once needed.
static inline void swiftlet_allocator_use_one_heap(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
#endif
}

// Gives pages that nothing lies on back to the system.
static inline void swiftlet_allocator_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
