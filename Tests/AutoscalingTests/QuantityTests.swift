import Autoscaling
import FoundationEssentials
import Recordings
import Testing

@Suite struct QuantityTests {
    struct Milli: Sendable, CustomTestStringConvertible {
        var milli: Int64
        var text: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Milli(milli: 8200, text: "8200m"), Milli(milli: 9000, text: "9"), Milli(milli: 0, text: "0"),
        Milli(milli: -1, text: "-1m"), Milli(milli: 1_000_000, text: "1k"), Milli(milli: 1_500_000, text: "1500"),
        Milli(milli: .max, text: "9223372036854775807m"), Milli(milli: .min, text: "-9223372036854775808m"),
    ])
    func thousandthsPrintAsKubernetesDoes(_ test: Milli) throws {
        #expect(Quantity(milli: test.milli).description == test.text)
        #expect(Quantity(milli: test.milli).milliValue == test.milli)
        #expect(try Quantity(test.text) == Quantity(milli: test.milli))
    }

    struct Order: Sendable, CustomTestStringConvertible {
        var lower: String
        var upper: String
        var testDescription: String { "\(lower) < \(upper)" }
    }

    @Test(arguments: [
        Order(lower: "-1", upper: "0"), Order(lower: "-2", upper: "-1"), Order(lower: "999m", upper: "1"),
        Order(lower: "1000Ki", upper: "1025k"), Order(lower: "1M", upper: "1Mi"), Order(lower: "1e9", upper: "1e10"),
        Order(lower: "9223372036854775807", upper: "9223372036854775808"),
        Order(lower: "-9223372036854775809", upper: "-9223372036854775808"),
        Order(lower: "1e999999999", upper: "2e999999999"), Order(lower: "0", upper: "1n"),
    ])
    func ordersByNumber(_ test: Order) throws {
        let lower = try Quantity(test.lower)
        let upper = try Quantity(test.upper)
        #expect(lower < upper)
        #expect(!(upper < lower))
        #expect(lower != upper)
    }

    @Test(arguments: [
        ["1Gi", "1024Mi", "1073741824"], ["0", "0Ki", "-0", "0e5"], ["1", "1000m", "1.0", "1e0", "+1"],
    ])
    func equalNumbersAreEqualWhateverTheirText(_ texts: [String]) throws {
        let quantities = try Set(texts.map { try Quantity($0) })
        #expect(quantities.count == 1)
    }

    @Test(arguments: ["1e1000000001", "1e-1000000001", "1e2147483647", "1E4294967296"])
    func refusesExponentsThatKubernetesCannotCompute(_ text: String) {
        #expect(throws: QuantityError.exponentOutOfRange) { try Quantity(text) }
    }

    @Test func aSuffixNeedsDigitsOnlyWhereTheNumberIsLarge() throws {
        #expect(try Quantity("Ti") == .zero)
        #expect(throws: QuantityError.numberUnreadable) { try Quantity("Pi") }
        #expect(throws: QuantityError.numberUnreadable) { try Quantity("-.Ei") }
    }

    @Test func readsTextsAndNumbersFromJSON() throws {
        let json = Data(#"["250m", 5, 0.05, " 1Gi ", null]"#.utf8)
        let quantities = try JSONDecoder().decode([Quantity].self, from: json)
        let expected = ["250m", "5", "50m", "1Gi", "0"]
        #expect(quantities == (try expected.map { try Quantity($0) }))
        let written = String(decoding: try JSONEncoder().encode(Array(quantities.prefix(4))), as: UTF8.self)
        #expect(written == #"["250m","5","50m","1Gi"]"#)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Quantity].self, from: Data(#"["five"]"#.utf8)) }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func canonicalTextIsReadBackAsTheSameNumber(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let suffixes = [
            "", "n", "u", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "e-5", "E7",
        ]
        for _ in 0..<500 {
            let whole = random.next() >> UInt64.random(in: 0...63, using: &random)
            var text = ["", "-", "+"].randomElement(using: &random).map { "\($0)\(whole)" } ?? ""
            if Bool.random(using: &random) { text += ".\(random.next() >> UInt64.random(in: 0...60, using: &random))" }
            text += suffixes.randomElement(using: &random) ?? ""
            let quantity = try Quantity(text)
            let again = try Quantity(quantity.description)
            // A suffix above E is lost as in Kubernetes, so those texts say less.
            if abs(quantity.approximateDouble) < 1e21 { #expect(again == quantity, "\(text)") }
            #expect(try Quantity(again.description).description == again.description, "\(text)")
            #expect(quantity.sign == (quantity < .zero ? -1 : quantity == .zero ? 0 : 1), "\(text)")
        }
    }
}
