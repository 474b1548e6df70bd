import Autoscaling
import DecisionProperties
import FoundationEssentials
import Recordings
import Testing

/// A size as an expression over metrics: its grammar, its types, what it comes to, and what is told of it.
@Suite struct FormulaTests {
    /// 4 pods at 90m of 100m, 70 % wanted, and 95 in the queue, 30 for each pod; one more metric fails.
    private static func decide(_ text: String, size: Int32 = 4) throws -> Decision {
        try service(text, size: size).1
    }

    private static func service(_ text: String, size: Int32 = 4) throws -> (QueueService, Decision) {
        let app = MetricSpec(source: .containerResource(name: "cpu", container: "app"), target: .utilization(50))
        var service = QueueService(
            size: size, ScalingExtensions(formula: try Formula(text)),
            metrics: [QueueService.queue, QueueService.cpu, app])
        let decision = service.tick(95, 90, nil)
        return (service, decision)
    }

    struct Value: Sendable, CustomTestStringConvertible {
        var text: String
        /// `nil`: it fails.
        var replicas: Int32?
        init(_ text: String, _ replicas: Int32?) {
            self.text = text
            self.replicas = replicas
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        // Numbers, sizes, metrics.
        Value("3", 3), Value(" 3\n", 3), Value("(3)", 3), Value("current", 4), Value("minReplicas", 1),
        Value("maxReplicas", 10), Value("replicas(queue)", 4), Value("replicas('queue')", 4),
        Value("replicas(\"cpu\")", 6), Value("ceil(value(queue))", 95), Value("ceil(value(cpu) * 100)", 9),
        Value("ceil(ratio(cpu) * 10)", 13),
        // Order and direction.
        Value("1 + 2 * 3", 7), Value("(1 + 2) * 3", 9), Value("10 - 3 - 2", 5), Value("ceil(8 / 2 / 2)", 2),
        Value("-2 + 5", 3), Value("- -2", 2), Value("2 - -3", 5),
        // Rounding, and bounds.
        Value("ceil(7 / 2)", 4), Value("floor(7 / 2)", 3), Value("round(7 / 2)", 4), Value("round(3.4)", 3),
        Value("max(1, 5, 3)", 5), Value("min(4, 2)", 2), Value("max(6)", 6), Value("clamp(12, 2, 8)", 8),
        Value("clamp(1, 2, 8)", 2), Value("clamp(5, 2, 8)", 5), Value("clamp(5, 9, 8)", 8),
        // Choices; what is not chosen is not looked at.
        Value("1 < 2 ? 3 : 4", 3), Value("2 <= 1 ? 3 : 4", 4), Value("1 == 1.0 ? 3 : 4", 3),
        Value("1 != 1 ? 3 : 4", 4), Value("2 > 1 && 2 >= 2 ? 3 : 4", 3), Value("2 < 1 || false ? 3 : 4", 4),
        Value("!(2 < 1) ? 3 : 4", 3), Value("true == false ? 3 : 4", 4), Value("true ? false ? 1 : 2 : 3", 2),
        Value("available(queue) ? 3 : 4", 3), Value("available('app/cpu') ? replicas('app/cpu') : current", 4),
        Value("false && replicas('app/cpu') > 1 ? 3 : 4", 4), Value("true || replicas('app/cpu') > 1 ? 3 : 4", 3),
        Value("true && replicas('app/cpu') > 1 ? 3 : 4", nil),
        // What fails, and what is beyond all range.
        Value("replicas('app/cpu')", nil), Value("max(replicas(cpu), replicas('app/cpu'))", nil),
        Value("ceil(1 / 0)", nil), Value("ceil(0 / 0)", nil), Value("ceil(1 / (current - 4))", nil),
        Value("replicas(nothing)", nil),
        Value("99999999999 * 99999999999", .max), Value("-99999999999 * 99999999999", .min),
        Value("max(replicas(cpu), ceil(value(queue) / 30)) + 1", 7),
    ])
    func aFormulaComesToASize(_ one: Value) throws {
        let decision = try Self.decide(one.text)
        switch decision.formula?.outcome {
        case .replicas(let replicas):
            #expect(replicas == one.replicas)
            #expect(decision.basis == .formula)
            #expect(decision.stabilization?.recommendation == max(replicas, 0))
            #expect((1...10).contains(decision.desiredReplicas))
        case .failed:
            #expect(one.replicas == nil)
            #expect(decision.basis == .formulaFailed)
            #expect(!decision.rescales)
        case nil: Issue.record("no formula was worked out")
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var text: String
        var column: Int
        /// In the message.
        var words: String
        init(_ text: String, _ column: Int, _ words: String) {
            self.text = text
            self.column = column
            self.words = words
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Fault("", 1, "the formula ends where a number, a name or '(' is expected"),
        Fault("1 +", 4, "the formula ends"), Fault("(1", 3, "')' that closes the parenthesis"),
        Fault("1)", 2, "an operator or the end"), Fault("1 2", 3, "an operator or the end"),
        Fault("max(1,)", 7, "a number, a name or '('"), Fault("max 1", 5, "'(' after max"),
        Fault("max()", 1, "takes 1 to 16 arguments, not 0"), Fault("clamp(1, 2)", 1, "takes 3 arguments, not 2"),
        Fault("ceil(1, 2)", 1, "takes 1 arguments, not 2"), Fault("size", 1, "there is no value size, only current"),
        Fault("1 + sum(2)", 5, "there is no function sum, only replicas"), Fault("cpu", 1, "there is no value cpu"),
        Fault("1 & 2", 3, "'&' has no place"), Fault("1 → 2", 3, "'→' has no place"), Fault("100m", 4, "write 0.25"),
        Fault("1.", 2, "'.' has no place"), Fault("replicas('queue)", 10, "the quote is not closed"),
        Fault("'queue'", 1, "stands in a call"), Fault("replicas(3)", 10, "asks about one metric by its name"),
        Fault("replicas(my-queue)", 12, "a name with other characters stands in quotes"),
        Fault("1 < 2 < 3 ? 1 : 2", 7, "comparisons do not follow each other"),
        Fault("1 < 2 ? 3", 10, "':' between the two choices"),
        // Types.
        Fault("1.5", 1, "is a Number, and the whole must be a Replicas; round it with ceil(…)"),
        Fault("value(queue) / 30", 1, "is a Number"), Fault("7 / 7", 1, "is a Number"),
        Fault("max(1, 1.5)", 1, "is a Number"), Fault("true ? 1 : 1.5", 1, "is a Number"),
        Fault("available(queue)", 1, "is a Boolean, and the whole must be a Replicas"),
        Fault("1 + true", 5, "is a Boolean, and each side of '+' is a Number"),
        Fault("true < 1 ? 1 : 2", 1, "is a Boolean, and each side of '<' is a Number"),
        Fault("true == 1 ? 1 : 2", 9, "is a Replicas, and the other side is a Boolean"),
        Fault("1 && true ? 1 : 2", 1, "is a Replicas, and each side of '&&' is a Boolean"),
        Fault("1 ? 1 : 2", 1, "is a Replicas, and what stands before '?' is a Boolean"),
        Fault("true ? 1 : false", 12, "is a Boolean, and the other choice is a Replicas"),
        Fault("-true", 2, "is a Boolean, and what '-' stands before"), Fault("!1 ? 1 : 2", 2, "is a Replicas"),
        Fault("ceil(true)", 6, "is a Boolean, and each argument of ceil is a Number"),
        // Bounds.
        Fault(String(repeating: " ", count: 1_025), 1_025, "is longer than 1024 bytes"),
        Fault(String(repeating: "(", count: 500), 33, "is nested more than 32 deep"),
        Fault(String(repeating: "-", count: 500) + "1", 32, "is nested more than 32 deep"),
        Fault(String(repeating: "1+", count: 40) + "1", 1, "is nested more than 32 deep"),
        Fault(
            "max(" + String(repeating: "max(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1),", count: 15) + "1)", 1,
            "has more than 256"),
        Fault(String(repeating: "9", count: 400), 1, "the number is too large"),
    ])
    func whatIsNoFormulaIsNamedWithItsColumn(_ fault: Fault) {
        do throws(FormulaError) {
            _ = try Formula(fault.text)
            Issue.record("it was taken: \(fault.text)")
        } catch {
            #expect(error.column == fault.column, "\(error)")
            #expect(error.message.contains(fault.words), "\(error)")
        }
    }

    @Test(
        arguments: [
            ("replicas(queue) + replicas(cpu)", nil), ("replicas('app/cpu')", nil),
            (
                "1 + replicas(orders)",
                "column 5: no metric is called 'orders'; there is queue, cpu, app/cpu, twice, twice"
            ),
            (
                "replicas(twice)",
                "column 1: 'twice' is the name of 2 metrics; give a Prometheus metric a name of its own"
            ),
        ] as [(String, String?)])
    func eachNameIsThatOfOneMetric(text: String, problem: String?) throws {
        let metrics = [
            QueueService.queue, QueueService.cpu,
            MetricSpec(source: .containerResource(name: "cpu", container: "app"), target: .utilization(50)),
            MetricSpec(source: .external(.init(name: "twice")), target: .value(milli: 1)),
            MetricSpec(
                source: .external(.init(name: "twice", selector: .init(matchLabels: ["a": "b"]))),
                target: .value(milli: 1)),
            MetricSpec(source: .prometheus(.init(query: "up")), target: .value(milli: 1)),
        ]
        let formula = try Formula(text)
        do throws(FormulaError) {
            try formula.check(against: metrics)
            #expect(problem == nil)
        } catch {
            #expect(error.description == problem)
        }
    }

    @Test func itIsWrittenAsItsTextAndReadAgain() throws {
        let formula = try Formula("max( replicas(cpu),1 )")
        let bytes = try JSONEncoder().encode([formula])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["max( replicas(cpu),1 )"]"#)
        #expect(try JSONDecoder().decode([Formula].self, from: bytes) == [formula])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Formula].self, from: Data(#"["1 +"]"#.utf8)) }
    }

    @Test func itsPartsAreTold() throws {
        let (service, decision) = try Self.service("max(replicas(cpu), ceil(value(queue) / 30)) + minReplicas")
        #expect(
            service.line(decision)
                == "4 → 7: the formula gives 7; replicas(cpu) = 6, value(queue) = 95, value(queue) / 30 = 3.167, "
                + "ceil(value(queue) / 30) = 4, minReplicas = 1")
        #expect(service.condition(.scalingActive)?.status == "True")
        #expect(service.condition(.scalingActive)?.reason == "ValidMetricFound")
        #expect(
            service.events.contains {
                $0.message == "New size: 7; reason: The formula gives more than the present size"
            })
        // The metric that it does not use fails, and that is told; it decides all the same.
        #expect(service.events.contains { $0.reason == "FailedGetContainerResourceMetric" })
    }

    @Test(
        arguments: [
            (
                "replicas('app/cpu')", "FailedGetContainerResourceMetric",
                "it uses cpu of container app: failed to get cpu utilization"
            ),
            ("ceil(current / 0)", "FailedFormula", "current / 0 is no finite number"),
            ("replicas(gone)", "FailedFormula", "no metric is called 'gone'"),
        ])
    func aFormulaThatFailsKeepsTheSize(text: String, reason: String, words: String) throws {
        let (service, decision) = try Self.service(text)
        #expect(decision.desiredReplicas == 4)
        #expect(service.line(decision).hasPrefix("stays at 4: the formula cannot be worked out: \(words)"))
        #expect(service.condition(.scalingActive)?.status == "False")
        #expect(service.condition(.scalingActive)?.reason == reason)
        #expect(service.condition(.scalingActive)?.message.contains(words) == true)
        #expect(service.history.recommendations.count == 1)
    }

    /// A fallback stands in for a formula that fails, and for no metric that it does not use.
    @Test func aFallbackStandsInForWhatItUses() throws {
        var service = QueueService(
            size: 4,
            ScalingExtensions(
                fallback: FallbackPolicy(steps: [.init(afterSeconds: 15, .fixed(replicas: 9))]),
                formula: try Formula("available(cpu) ? replicas(cpu) : replicas(queue)")),
            metrics: [QueueService.queue, QueueService.cpu])
        service.tick(120, 70)
        #expect(service.tick(120, nil).fallback == nil)
        #expect(service.tick(nil, 70).fallback == nil)
        #expect(service.tick(nil, nil).basis == .formulaFailed)
        let decision = service.tick(nil, nil)
        #expect(decision.desiredReplicas == 8)
        guard case .fallback = decision.basis else {
            Issue.record("\(decision.basis)")
            return
        }
        #expect(service.condition(.fallbackActive)?.reason == "Fixed")
    }

    /// At zero a formula over the pods' cpu cannot be worked out, and what waits wakes the target all the same.
    @Test func whatWaitsWakesATargetWhoseFormulaNeedsPods() throws {
        var service = QueueService(
            size: 0, minReplicas: 0,
            ScalingExtensions(
                scaleToZero: ScaleToZeroPolicy(cooldownSeconds: 0),
                formula: try Formula("max(replicas(cpu), replicas(queue))")),
            metrics: [QueueService.queue, QueueService.cpu])
        service.isScaledToZero = true
        let resting = service.tick(0, nil)
        #expect(resting.isDormant)
        #expect(service.events.isEmpty)
        #expect(service.tick(40, nil).desiredReplicas == 2)
        #expect(service.tick(30, 70).basis == .formula)
    }

    /// Whatever stands there, reading it ends, and what is taken can be worked out.
    @Test func nothingTrapsOnRandomText() throws {
        var random = SeededGenerator(seed: 6)
        let pieces = [
            "1", "2.5", "0", "99999999999999999999", "current", "maxReplicas", "replicas(queue)", "ratio(cpu)",
            "value('app/cpu')", "available(cpu)", "max(", "min(", "clamp(", "ceil(", "floor(", "round(", "(", ")", ",",
            "+",
            "-", "*", "/", "<", "<=", "==", "!=", "&&", "||", "!", "?", ":", "true", "false", " ", "'", "é", "%", ".",
        ]
        var taken = 0
        for _ in 0..<4_000 {
            let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            guard let formula = try? Formula(text) else { continue }
            taken += 1
            let decision = try Self.decide(formula.text, size: Int32.random(in: 0...5, using: &random))
            #expect((0...10).contains(decision.desiredReplicas))
        }
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if (try? Formula(String(decoding: bytes, as: UTF8.self))) != nil { taken += 1 }
        }
        #expect(taken > 20)
    }

    /// Formulas that are right by their making are taken, and come to what they were made to come to.
    @Test func whatIsMadeRightIsTaken() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let (text, value) = random.replicas(depth: 4)
            guard abs(value) < 2_000_000_000 else { continue }
            let decision = try Self.decide(text)
            #expect(decision.formula?.outcome == .replicas(Int32(value)), "\(text)")
        }
    }
}

extension SeededGenerator {
    /// A Replicas of random make, and what it comes to.
    fileprivate mutating func replicas(depth: Int) -> (String, Int) {
        guard depth > 0 else {
            let number = Int.random(in: 0...20, using: &self)
            return Bool.random(using: &self) ? ("\(number)", number) : ("current", 4)
        }
        let (left, a) = replicas(depth: depth - 1)
        let (right, b) = replicas(depth: depth - 1)
        switch Int.random(in: 0..<8, using: &self) {
        case 0: return ("(\(left)) + (\(right))", a + b)
        case 1: return ("(\(left)) - (\(right))", a - b)
        case 2: return ("(\(left)) * (\(right))", a * b)
        case 3: return ("max(\(left), \(right))", max(a, b))
        case 4: return ("min(\(left), \(right))", min(a, b))
        case 5: return ("(\(left)) < (\(right)) ? (\(left)) : (\(right))", a < b ? a : b)
        case 6: return ("ceil((\(left)) / 2)", Int((Double(a) / 2).rounded(.up)))
        default: return ("-(\(left))", -a)
        }
    }
}
