import Autoscaling
import Recordings
import Testing

@Suite struct QuantityConformanceTests {
    struct Case: Decodable {
        var input: String
        var error: String?
        var milliValue: Int64?
        var value: Int64?
        var approximateFloat64: String?
        var canonical: String?
        var sign: Int?
    }

    @Test func agreesWithKubernetes() throws {
        let cases = try ConformanceFolder.load("quantity.json", as: Case.self)
        for (index, test) in cases.enumerated() {
            let id: Comment = "\(index): '\(test.input)'"
            do {
                let quantity = try Quantity(test.input)
                #expect(test.error == nil, id)
                #expect(quantity.milliValue == test.milliValue, id)
                #expect(quantity.value == test.value, id)
                #expect(quantity.description == test.canonical, id)
                #expect(quantity.sign == test.sign, id)
                let recorded = test.approximateFloat64.flatMap(Double.init)
                #expect(quantity.approximateDouble == recorded || recorded?.isNaN == true, id)
                #expect(quantity.approximateDouble.isNaN == recorded?.isNaN, id)
            } catch {
                #expect(test.error == error.description, id)
            }
        }
        #expect(cases.count >= 50)
    }
}
