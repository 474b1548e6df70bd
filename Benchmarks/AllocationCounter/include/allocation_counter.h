#pragma once
#include <stdint.h>

/// Calls of malloc, calloc, realloc and posix_memalign by this process since it started.
uint64_t allocation_count(void);
