// What glibc's allocator can be told, and Swift's Glibc module does not show. Other C libraries need none of it.
#pragma once
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// One heap for all threads: each of glibc's own per thread would keep what its thread once needed. And what is large, as
// the answers of a tick and the tables of thousands, lies apart from the heap, so that it leaves no holes there: glibc
// would have raised its limit for that to the largest block that it has seen.
static inline void swiftlet_allocator_use_one_heap(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

// Gives pages that nothing lies on back to the system.
static inline void swiftlet_allocator_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
