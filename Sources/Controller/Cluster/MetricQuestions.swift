internal import Autoscaling
internal import PrometheusClient

/// What Prometheus is asked in one round for Pods, Object, External and Prometheus metrics: each question once, whoever needs it.
struct MetricQuestions: Sendable {
    /// A metric of autoscalers in one namespace. Two of them ask the same.
    private struct Key: Sendable, Hashable {
        var source: MetricSource
        var namespace: String
        /// What annotations say of it.
        var annotation: MetricAnnotations.Entry?

        init(_ source: MetricSource, of autoscaler: Autoscaler) {
            self.init(source, in: autoscaler.key.namespace)
            annotation = autoscaler.metricAnnotations.entry(for: source)
        }

        init(_ source: MetricSource, in namespace: String) {
            self.source = source
            self.namespace = namespace
        }
    }

    /// A question, and whose values it finds.
    struct Question: Sendable, Hashable {
        var asked: MetricQuestion
        /// What series of a Pods metric without the label `namespace` are taken to be in; `nil` when several namespaces
        /// were asked for at once.
        var namespace: String?
    }

    private var questions: [Key: Result<Question, MetricQuestionFault>] = [:]

    /// Pods expected of one autoscaler at most: a maximum far beyond this is no promise of so many.
    static let expectedPods: Int32 = 1_000

    init(for autoscalers: [Autoscaler], rules: MetricRules, limits: BatchLimits = BatchLimits()) {
        var loads: [MetricIdentifier: [NamespaceLoad]] = [:]
        for autoscaler in autoscalers {
            let namespace = autoscaler.key.namespace
            for source in autoscaler.spec.metrics.map(\.source) {
                let key = Key(source, of: autoscaler)
                switch key.annotation {
                case .query(let query):
                    ask(key) { MetricQuestion(value: query) }
                    continue
                case .fault(let text):
                    questions[key] = .failure(.metric(text))
                    continue
                case nil: break
                }
                switch source {
                case .pods(let identifier):
                    let pods = min(max(autoscaler.spec.maxReplicas, 1), Self.expectedPods)
                    loads[identifier, default: []].append(NamespaceLoad(namespace, expectedSeries: Int(pods)))
                case .object(let identifier, let object):
                    ask(key) { () throws(MetricQuestionFault) in
                        try rules.object(identifier, object, namespace: namespace)
                    }
                case .external(let identifier):
                    ask(key) { () throws(MetricQuestionFault) in
                        try rules.external(identifier, namespace: namespace)
                    }
                case .prometheus(let query): ask(key) { MetricQuestion(value: query.query) }
                case .resource, .containerResource, .unknown: break
                }
            }
        }
        for (identifier, loads) in loads {
            let joins = rules.joinsNamespaces(of: identifier)
            let batches = joins ? limits.batches(of: loads) : Set(loads.map(\.name)).map { [$0] }
            for batch in batches { askForPods(identifier, batch, rules) }
        }
    }

    private mutating func ask(
        _ key: Key, _ question: () throws(MetricQuestionFault) -> MetricQuestion
    ) {
        if questions[key] != nil { return }
        questions[key] = Result(catching: question).map { Question(asked: $0, namespace: key.namespace) }
    }

    private mutating func askForPods(_ identifier: MetricIdentifier, _ namespaces: [String], _ rules: MetricRules) {
        let question = Result { () throws(MetricQuestionFault) in
            Question(
                asked: try rules.pods(identifier, namespaces: namespaces),
                namespace: namespaces.count == 1 ? namespaces[0] : nil)
        }
        for namespace in namespaces { questions[Key(.pods(identifier), in: namespace)] = question }
    }

    /// What is asked for a metric; `nil` for a type that no question is asked for.
    subscript(source: MetricSource, autoscaler: Autoscaler) -> Result<Question, MetricQuestionFault>? {
        questions[Key(source, of: autoscaler)]
    }

    /// Every question of a Pods metric.
    var ofPods: Set<Question> {
        Set(
            questions.compactMap { key, question in
                guard case .pods = key.source, case .success(let question) = question else { return nil }
                return question
            })
    }

    /// Everything to ask, each text once, in order.
    var expressions: [String] {
        Set(questions.values.compactMap { try? $0.get() }.flatMap(\.asked.expressions)).sorted()
    }
}
