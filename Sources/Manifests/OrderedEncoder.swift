internal import Autoscaling

/// Where one value is put while it is encoded: containers fill it in steps.
final class OrderedTarget {
    private enum State {
        case value(OrderedValue)
        case list([OrderedTarget])
        case fields([(name: String, target: OrderedTarget)], isSorted: Bool)
    }

    private var state: State = .value(.null)

    func set(_ value: OrderedValue) {
        state = .value(value)
    }

    func beginFields() {
        if case .fields = state { return }
        state = .fields([], isSorted: false)
    }

    func beginList() {
        if case .list = state { return }
        state = .list([])
    }

    /// Dictionaries have no order of their own.
    func sortFields() {
        if case .fields(let fields, _) = state { state = .fields(fields, isSorted: true) }
    }

    func field(_ name: String) -> OrderedTarget {
        let target = OrderedTarget()
        guard case .fields(var fields, let isSorted) = state else { return target }
        // Frees the list for a change in place.
        state = .value(.null)
        if let index = fields.firstIndex(where: { $0.name == name }) {
            fields[index].target = target
        } else {
            fields.append((name, target))
        }
        state = .fields(fields, isSorted: isSorted)
        return target
    }

    func item() -> OrderedTarget {
        let target = OrderedTarget()
        guard case .list(var items) = state else { return target }
        state = .value(.null)
        items.append(target)
        state = .list(items)
        return target
    }

    var count: Int {
        if case .list(let items) = state { items.count } else { 0 }
    }

    var value: OrderedValue {
        switch state {
        case .value(let value): return value
        case .list(let items): return .list(items.map(\.value))
        case .fields(let fields, let isSorted):
            let values = fields.map { OrderedValue.Field(name: $0.name, value: $0.target.value) }
            return .fields(
                isSorted ? values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : values)
        }
    }
}

/// Encodes into an ``OrderedTarget``.
struct OrderedEncoder: Encoder {
    let target: OrderedTarget
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func encode(_ value: some Encodable) throws {
        if let quantity = value as? Quantity {
            target.set(.text(quantity.description))
            return
        }
        try value.encode(to: self)
        if value is any DictionaryValue { target.sortFields() }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        target.beginFields()
        return KeyedEncodingContainer(OrderedFields(target: target, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        target.beginList()
        return OrderedItems(target: target, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        OrderedSingle(target: target, codingPath: codingPath)
    }
}

/// Tells dictionaries from other types that have fields.
private protocol DictionaryValue {}
extension Dictionary: DictionaryValue {}
