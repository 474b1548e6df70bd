import Autoscaling
import Manifests
import Testing

@Suite struct YAMLDecoderTests {
    enum Mode: String, Decodable {
        case active = "Active"
        case paused = "Paused"
    }

    struct Inner: Decodable {
        var name: String
        var mode: Mode?
    }

    struct Example: Decodable {
        var text: String?
        var count: Int32?
        var small: UInt8?
        var ratio: Double?
        var flag: Bool?
        var quantity: Quantity?
        var inner: [Inner]?
        var labels: [String: String]?
    }

    private func decode(_ text: String) throws -> Example {
        try YAMLDecoder().decode(Example.self, from: Array(text.utf8), file: "f")
    }

    @Test func valuesOfEveryKind() throws {
        let example = try decode(
            """
            text: "5"
            count: -7
            small: 255
            ratio: 1e-3
            flag: yes
            quantity: 0.10
            inner:
            - {name: a b, mode: Paused}
            labels: {x.y/z: "on", "1": plain}
            """)
        #expect(example.text == "5")
        #expect(example.count == -7)
        #expect(example.small == 255)
        #expect(example.ratio == 0.001)
        #expect(example.flag == true)
        #expect(example.quantity == Quantity(milli: 100))
        #expect(example.inner?.first?.name == "a b")
        #expect(example.inner?.first?.mode == .paused)
        #expect(example.labels == ["x.y/z": "on", "1": "plain"])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var message: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Fault(text: "text: on", message: "f:1:7: text: must be a text, not the boolean on; write it in quotes"),
        Fault(text: "text: 1.10", message: "f:1:7: text: must be a text, not the number 1.10; write it in quotes"),
        Fault(text: "text: [a]", message: "f:1:7: text: must be a text, not a list"),
        Fault(text: "count: '5'", message: "f:1:8: count: must be a whole number, remove the quotes"),
        Fault(
            text: "count: 5.0",
            message: "f:1:8: count: must be a whole number from -2147483648 to 2147483647, not 5.0"),
        Fault(
            text: "count: 2147483648",
            message: "f:1:8: count: 2147483648 is out of range, write a number from -2147483648 to 2147483647"),
        Fault(
            text: "count: 010",
            message: "f:1:8: count: 010 has a leading zero, which some tools read as octal; write it without"),
        Fault(text: "count: five", message: "f:1:8: count: must be a whole number, not a text"),
        Fault(text: "ratio: x", message: "f:1:8: ratio: must be a number, not a text"),
        Fault(text: "flag: 1", message: "f:1:7: flag: must be true or false, not the number 1"),
        Fault(
            text: "quantity: 5 m",
            message: "f:1:11: quantity: \(QuantityError.malformed); write for example 250m, 1.5 or 2Gi"),
        Fault(text: "inner: {}", message: "f:1:8: inner: must be a list, not a mapping"),
        Fault(text: "inner:\n- 5", message: "f:2:3: inner[0]: must be a mapping, not the number 5"),
        Fault(text: "inner:\n- {}", message: "f:2:3: inner[0].name: is missing, add it"),
        Fault(
            text: "inner:\n- name: a\n- name: b\n  mode: Idle",
            message: "f:4:9: inner[1].mode: Cannot initialize Mode from invalid String value Idle"),
        Fault(
            text: "labels: {a.b: 5}",
            message: "f:1:15: labels[a.b]: must be a text, not the number 5; write it in quotes"),
        Fault(text: "cuont: 5", message: "f:1:1: cuont: unknown field, did you mean count?"),
        Fault(
            text: "inner:\n- name: a\n  kind: b",
            message: "f:3:3: inner[0].kind: unknown field, known here are mode, name"),
        Fault(text: "", message: "f: is empty"),
        Fault(text: "a: 1\n---\nb: 2", message: "f:3:1: a second document, only one is read here"),
    ])
    func faultsNamePlaceAndField(_ test: Fault) {
        let error = #expect(throws: Diagnostic.self) { try decode(test.text) }
        #expect(error?.description == test.message)
    }

    struct Spelt: Sendable, CustomTestStringConvertible {
        var written: String
        var meant: String?
        var testDescription: String { written }
    }

    @Test(arguments: [
        Spelt(written: "targett", meant: "target"), Spelt(written: "maxreplicas", meant: "maxReplicas"),
        Spelt(written: "tagret", meant: "target"), Spelt(written: "minReplica", meant: "minReplicas"),
        Spelt(written: "behaviour", meant: "behavior"), Spelt(written: "surprise", meant: nil),
        Spelt(written: "x", meant: nil), Spelt(written: "", meant: nil),
    ])
    func nearestNameIsFound(_ test: Spelt) {
        let known = ["target", "maxReplicas", "minReplicas", "behavior", "metrics", "scaleTargetRef"]
        #expect(Spelling.nearest(to: test.written, among: known) == test.meant)
    }
}
