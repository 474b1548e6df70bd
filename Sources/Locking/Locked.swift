internal import Glibc

/// A value behind a `pthread_mutex_t`.
///
/// For a state machine that C callbacks and tasks share, where an actor cannot be awaited. `Synchronization.Mutex` is
/// not used because ThreadSanitizer cannot see its futex code on Linux and reports races that are not there; with a
/// pthread mutex the sanitizer run stays a gate with no suppressions.
///
/// `@unchecked Sendable`: the value is reached only through `withLock`, which holds the mutex.
public final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline var value: Value

    public init(_ value: sending Value) {
        self.value = value
        self.mutex = .allocate(capacity: 1)
        self.mutex.initialize(to: pthread_mutex_t())
        let code = pthread_mutex_init(self.mutex, nil)
        precondition(code == 0, "pthread_mutex_init failed with \(code)")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deinitialize(count: 1)
        mutex.deallocate()
    }

    /// Runs `body` with the value while the mutex is held.
    ///
    /// The body must not do I/O, resume a continuation or take another lock: it takes an event and returns the action
    /// to perform once the mutex is free.
    // Inlinable, so that it is made for each type of value where it is called: as a call of a generic function it would cost
    // more than the mutex.
    @inlinable
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body(&value)
    }

    @usableFromInline
    func lock() { pthread_mutex_lock(mutex) }

    @usableFromInline
    func unlock() { pthread_mutex_unlock(mutex) }
}
