import Autoscaling
import KubernetesTypes
import Recordings
import Testing

@testable import Controller

/// The index against a plain model: after any changes, every selector finds what a look at all pods finds.
@Suite struct PodIndexTests {
    private static let selectors = [
        "app=web", "app=web,tier=front", "app in (web,api)", "app!=web", "tier", "!tier", "app=api,tier notin (back)",
        "app in (job)",
    ]

    private func selection(_ text: String, _ namespace: String) throws -> PodSelection {
        PodSelection(namespace: namespace, text: text, requirements: try LabelRequirements(parsing: text))
    }

    private func record(_ labels: [String: String], phase: String = "Running") -> PodRecord {
        PodRecord(Pod(metadata: ObjectMeta(labels: labels), status: .init(phase: phase)))
    }

    @Test(arguments: 0..<20) func findsWhatALookAtAllPodsFinds(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var index = PodIndex()
        var model: [NamespacedName: PodRecord] = [:]
        for _ in 0..<400 {
            let namespace = ["shop", "bank"].randomElement(using: &random) ?? ""
            let name = NamespacedName(namespace: namespace, name: "pod-\(Int.random(in: 0..<30, using: &random))")
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                var labels = ["app": ["web", "api", "job"].randomElement(using: &random) ?? ""]
                if Bool.random(using: &random) { labels["tier"] = ["front", "back"].randomElement(using: &random) }
                let new = record(labels, phase: Bool.random(using: &random) ? "Running" : "Pending")
                index.store(name, new)
                model[name] = new
            case 6, 7:
                index.remove(name)
                model[name] = nil
            case 8:
                // A new list of one namespace or of all.
                let scope = Bool.random(using: &random) ? namespace : nil
                let kept = model.filter {
                    $0.key.name.last?.isMultipleOfTwo == true || (scope != nil && $0.key.namespace != scope)
                }
                let listed = kept.filter { scope == nil || $0.key.namespace == scope }
                index.replace(listed.map { ($0.key, $0.value) }, in: scope)
                model = kept
            default:
                let wanted = Self.selectors.shuffled(using: &random).prefix(3)
                index.keep(Set(try wanted.map { try selection($0, namespace) }))
            }
            let text = Self.selectors.randomElement(using: &random) ?? ""
            let asked = try selection(text, namespace)
            let expected = model.filter {
                $0.key.namespace == namespace && asked.requirements.matches($0.value.template.labels)
            }.sorted { $0.key < $1.key }
            let found = index.inventory(of: asked)
            #expect(found.pods.names == expected.map(\.key.name))
            #expect(found.pods.states == expected.map(\.value.state))
        }
        #expect(index.count == model.count)
        let elsewhere = index.inventory(of: try selection("app", "nowhere"))
        #expect(elsewhere.pods.isEmpty)
    }

    @Test func podsOfOneTemplateShareIt() throws {
        var index = PodIndex()
        for number in 0..<100 {
            index.store(NamespacedName(namespace: "shop", name: "web-\(number)"), record(["app": "web"]))
        }
        let templates = index.inventory(of: try selection("app=web", "shop")).templates
        #expect(templates.count == 100)
        #expect(Set(templates.map(ObjectIdentifier.init)).count == 1)
    }
}

/// What is known of targets, between a write of ours and the watch that tells of it.
@Suite struct TargetIndexTests {
    private let name = NamespacedName(namespace: "shop", name: "web")

    private func record(_ version: String, _ replicas: Int32) -> TargetRecord {
        TargetRecord(
            uid: "u", resourceVersion: version, specReplicas: replicas, statusReplicas: replicas, selector: "app=web")
    }

    private func written(_ version: String, _ replicas: Int32, uid: String = "u") -> Scale {
        Scale(metadata: ObjectMeta(uid: uid, resourceVersion: version), spec: .init(replicas: replicas))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var written: String
        var uid = "u"
        var event: String?
        var eventReplicas: Int32 = 2
        var expected: Int32
    }

    @Test(arguments: [
        Case(testDescription: "a write is known at once", written: "12", expected: 5),
        Case(testDescription: "an older event does not undo it", written: "12", event: "11", expected: 5),
        Case(
            testDescription: "the event of the write itself", written: "12", event: "12", eventReplicas: 5, expected: 5),
        Case(testDescription: "a newer event counts", written: "12", event: "13", eventReplicas: 3, expected: 3),
        Case(testDescription: "a version that is no number counts", written: "12", event: "x", expected: 2),
        Case(testDescription: "a write to another object of the name", written: "12", uid: "v", expected: 2),
        Case(testDescription: "a late answer to a write that is history", written: "9", expected: 2),
    ])
    func ourOwnWritesAreSeen(_ one: Case) {
        var index = TargetIndex()
        index.store(name, record("10", 2))
        index.noteWritten(name, written(one.written, 5, uid: one.uid))
        if let event = one.event { index.store(name, record(event, one.eventReplicas)) }
        #expect(index[name]?.specReplicas == one.expected)
    }

    @Test func aListDropsWhatIsGone() {
        var index = TargetIndex()
        index.store(name, record("10", 2))
        index.store(NamespacedName(namespace: "bank", name: "web"), record("11", 2))
        index.replace([], in: "shop")
        #expect(index[name] == nil)
        #expect(index.count == 1)
        index.replace([(name, record("12", 4))], in: nil)
        #expect(index.count == 1)
        #expect(index[name]?.specReplicas == 4)
    }
}

/// Whose pods a ReplicaSet's are, and which of them are new.
@Suite struct ReplicaSetOwnersTests {
    @Test func theNewestHasTheHighestRevision() {
        var owners = ReplicaSetOwners()
        func add(_ name: String, revision: Int64, owner: String? = "web") {
            owners.store(
                NamespacedName(namespace: "shop", name: name), .init(uid: name, ownerUID: owner, revision: revision))
        }
        func newest() -> String? { owners.newestReplicaSet(of: "web") }
        func owner(_ uid: String) -> String? { owners.owner(of: uid) }
        func isKnown(_ uid: String) -> Bool { owners.isKnown(uid) }
        add("old", revision: 9)
        add("new", revision: 10)
        add("alone", revision: 11, owner: nil)
        #expect(newest() == "new")
        #expect(owner("old") == "web")
        #expect(owner("alone") == nil)
        #expect(isKnown("alone"))
        // A rollback makes the old one the newest.
        add("old", revision: 12)
        #expect(newest() == "old")
        owners.remove(NamespacedName(namespace: "shop", name: "old"))
        #expect(newest() == "new")
        owners.replace([], in: "shop")
        #expect(!isKnown("new"))
    }
}

extension Character {
    fileprivate var isMultipleOfTwo: Bool { wholeNumberValue.map { $0 % 2 == 0 } ?? false }
}
