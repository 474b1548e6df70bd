/// A reader of bytes from outside, and what must hold whatever the bytes are.
///
/// `make fuzz` runs each one under libFuzzer; the suite runs each one over its seeds and over every input that once broke
/// it, which lie in `Tests/Fixtures/fuzz/NAME`.
public struct FuzzTarget: Sendable, CustomStringConvertible {
    /// The name of its folder of inputs.
    public let name: String
    /// Longest input, in bytes: enough for each reader's own limits on what is worth trying.
    public let longestInput: Int
    private let body: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, longestInput: Int = 4_096, _ body: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.longestInput = longestInput
        self.body = body
    }

    public var description: String { name }

    /// Reads an input. That it is refused is fine.
    ///
    /// - Throws: ``BrokenProperty`` alone.
    public func run(_ input: [UInt8]) throws(BrokenProperty) {
        do {
            try body(input)
        } catch let broken as BrokenProperty {
            throw broken
        } catch {
            // The reader's own error: its words are made, since they are made of the input too.
            guard !"\(error)".isEmpty else { throw BrokenProperty("an error of \(type(of: error)) has no words") }
        }
    }
}

/// What an input has shown to be wrong.
public struct BrokenProperty: Error, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}

/// Holds, or the input is a find.
func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(BrokenProperty) {
    if !condition { throw BrokenProperty(rule()) }
}

/// A value that was made from what was read must be read again: what throws here is a find.
func again<Value>(_ what: @autoclosure () -> String, _ read: () throws -> Value) throws(BrokenProperty) -> Value {
    do {
        return try read()
    } catch {
        throw BrokenProperty("\(what()): \(error)")
    }
}

extension [UInt8] {
    /// Takes bytes from the front that choose among variants; 0 when there are none left.
    mutating func takeByte() -> UInt8 { isEmpty ? 0 : removeFirst() }

    /// The text of these bytes, `nil` when they are none.
    var text: String? { String(validating: self, as: UTF8.self) }
}
