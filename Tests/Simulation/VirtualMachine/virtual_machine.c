#define _GNU_SOURCE
#include "VirtualMachine.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The hooks of Swift's concurrency runtime: include/swift/Runtime/Concurrency.h, with its calling convention.
#define SWIFT_CONVENTION __attribute__((swiftcall))

typedef struct Job Job;
typedef struct {
    uintptr_t identity, implementation;
} SerialExecutor;

typedef SWIFT_CONVENTION void (*EnqueueOriginal)(Job *);
typedef SWIFT_CONVENTION void (*DelayOriginal)(unsigned long long, Job *);
typedef SWIFT_CONVENTION void (*DeadlineOriginal)(long long, long long, long long, long long, int, Job *);

extern SWIFT_CONVENTION void (*swift_task_enqueueGlobal_hook)(Job *, EnqueueOriginal);
extern SWIFT_CONVENTION void (*swift_task_enqueueGlobalWithDelay_hook)(unsigned long long, Job *, DelayOriginal);
extern SWIFT_CONVENTION void (*swift_task_enqueueGlobalWithDeadline_hook)(
    long long, long long, long long, long long, int, Job *, DeadlineOriginal);
extern SWIFT_CONVENTION void swift_job_run(Job *, SerialExecutor);

/// What is run: a job of Swift, or a function of libdispatch's caller.
typedef struct {
    Job *job;
    void (*function)(void *);
    void *context;
} Work;

typedef struct {
    int64_t time;
    uint64_t order;
    Work work;
} Sleeper;

static int is_running;
static pthread_t owner;
static uint64_t foreign_jobs;
static int64_t now, wall_offset;
static uint64_t random_state;

static Work *ready;
static size_t ready_count, ready_capacity;
/// A binary heap, the earliest first; of the same time, the first that went to sleep.
static Sleeper *sleepers;
static size_t sleeper_count, sleeper_capacity;
static uint64_t sleeper_order;

static void *grown(void *array, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return array;
    *capacity = *capacity ? *capacity * 2 : 256;
    array = realloc(array, *capacity * size);
    if (!array) abort();
    return array;
}

static void make_ready(Work work) {
    if (!pthread_equal(pthread_self(), owner)) foreign_jobs++;
    ready = grown(ready, ready_count, &ready_capacity, sizeof *ready);
    ready[ready_count++] = work;
}

static int is_before(const Sleeper *left, const Sleeper *right) {
    return left->time != right->time ? left->time < right->time : left->order < right->order;
}

static void put_to_sleep(int64_t time, Work work) {
    if (!pthread_equal(pthread_self(), owner)) foreign_jobs++;
    sleepers = grown(sleepers, sleeper_count, &sleeper_capacity, sizeof *sleepers);
    size_t place = sleeper_count++;
    Sleeper sleeper = {time, sleeper_order++, work};
    while (place > 0 && is_before(&sleeper, &sleepers[(place - 1) / 2])) {
        sleepers[place] = sleepers[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    sleepers[place] = sleeper;
}

static Work wake_first(void) {
    Work work = sleepers[0].work;
    Sleeper last = sleepers[--sleeper_count];
    size_t place = 0;
    while (1) {
        size_t child = place * 2 + 1;
        if (child >= sleeper_count) break;
        if (child + 1 < sleeper_count && is_before(&sleepers[child + 1], &sleepers[child])) child++;
        if (!is_before(&sleepers[child], &last)) break;
        sleepers[place] = sleepers[child];
        place = child;
    }
    if (sleeper_count > 0) sleepers[place] = last;
    return work;
}

// MARK: - Swift's executor

static SWIFT_CONVENTION void enqueue(Job *job, EnqueueOriginal original) {
    (void)original;
    make_ready((Work){job, NULL, NULL});
}

static SWIFT_CONVENTION void enqueue_after(unsigned long long delay, Job *job, DelayOriginal original) {
    (void)original;
    put_to_sleep(now + (int64_t)delay, (Work){job, NULL, NULL});
}

static SWIFT_CONVENTION void enqueue_at(
    long long seconds, long long nanoseconds, long long tolerance_seconds, long long tolerance_nanoseconds, int clock,
    Job *job, DeadlineOriginal original) {
    (void)original, (void)tolerance_seconds, (void)tolerance_nanoseconds, (void)clock;
    put_to_sleep(seconds * 1000000000LL + nanoseconds, (Work){job, NULL, NULL});
}

/// Task.sleep of Swift 6.3 goes past the hooks, to libdispatch. The top bit of its times tells the clock; the rest counts
/// nanoseconds of it.
void dispatch_after_f(uint64_t time, void *queue, void *context, void (*function)(void *)) {
    if (!is_running) {
        static void (*original)(uint64_t, void *, void *, void (*)(void *));
        if (!original) *(void **)&original = dlsym(RTLD_NEXT, "dispatch_after_f");
        original(time, queue, context, function);
        return;
    }
    put_to_sleep((int64_t)(time & ~(1ULL << 63)), (Work){NULL, function, context});
}

/// What is to be at once, of a sleep whose end has passed.
void dispatch_async_f(void *queue, void *context, void (*function)(void *)) {
    if (!is_running) {
        static void (*original)(void *, void *, void (*)(void *));
        if (!original) *(void **)&original = dlsym(RTLD_NEXT, "dispatch_async_f");
        original(queue, context, function);
        return;
    }
    make_ready((Work){NULL, function, context});
}

/// Swift makes a queue on its first sleep. Its width is set on a thread of libdispatch, which then keeps time for ever by a
/// clock that stands; nothing is ever put on the queue.
void dispatch_queue_set_width(void *queue, long width) {
    if (is_running) return;
    static void (*original)(void *, long);
    if (!original) *(void **)&original = dlsym(RTLD_NEXT, "dispatch_queue_set_width");
    original(queue, width);
}

// MARK: - Time and chance

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (!is_running) return (int)syscall(SYS_clock_gettime, clock, time);
    int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    int64_t nanoseconds = now + (is_wall ? wall_offset : 0);
    time->tv_sec = nanoseconds / 1000000000LL;
    time->tv_nsec = nanoseconds % 1000000000LL;
    return 0;
}

/// SplitMix64.
static uint64_t next_random(void) {
    uint64_t mixed = random_state += 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
}

void swift_stdlib_random(void *buffer, size_t count) {
    if (!is_running) {
        unsigned char *bytes = buffer;
        while (count > 0) {
            long read = syscall(SYS_getrandom, bytes, count, 0);
            if (read > 0) bytes += read, count -= (size_t)read;
        }
        return;
    }
    for (size_t place = 0; place < count; place += 8) {
        uint64_t word = next_random();
        memcpy((unsigned char *)buffer + place, &word, count - place < 8 ? count - place : 8);
    }
}

// MARK: - The machine

/// The order of a Set or Dictionary is otherwise another in each process, and in each of their instances.
__attribute__((constructor)) static void hash_deterministically(int count, char **arguments) {
    (void)count;
    if (getenv("SWIFT_DETERMINISTIC_HASHING")) return;
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1);
    execv("/proc/self/exe", arguments);
    abort();
}

void machine_start(uint64_t seed, int64_t wall_nanoseconds) {
    if (ready_count > 0 || sleeper_count > 0) abort();
    is_running = 1;
    owner = pthread_self();
    // Not 0: libdispatch takes that for "now".
    now = 1000000000LL;
    wall_offset = wall_nanoseconds - now;
    random_state = seed;
    sleeper_order = 0;
    swift_task_enqueueGlobal_hook = enqueue;
    swift_task_enqueueGlobalWithDelay_hook = enqueue_after;
    swift_task_enqueueGlobalWithDeadline_hook = enqueue_at;
}

size_t machine_ready_count(void) { return ready_count; }

void machine_run(size_t index) {
    if (index >= ready_count) abort();
    Work work = ready[index];
    memmove(ready + index, ready + index + 1, (ready_count - index - 1) * sizeof *ready);
    ready_count--;
    if (work.job) {
        swift_job_run(work.job, (SerialExecutor){0, 0});
    } else {
        work.function(work.context);
    }
}

int64_t machine_next_wake(void) { return sleeper_count > 0 ? sleepers[0].time : -1; }

void machine_advance(int64_t nanoseconds) {
    if (nanoseconds > now) now = nanoseconds;
    while (sleeper_count > 0 && sleepers[0].time <= now) make_ready(wake_first());
}

int64_t machine_now(void) { return now; }

uint64_t machine_foreign_jobs(void) { return foreign_jobs; }
