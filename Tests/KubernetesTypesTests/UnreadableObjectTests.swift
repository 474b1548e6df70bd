import FoundationEssentials
import KubernetesTypes
import Testing

/// An object that cannot be read hides none of the others, whatever is wrong with it.
@Suite struct UnreadableObjectTests {
    @Test(arguments: ["1.5", "1e10", "9223372036854775808", "-3e99", "\"3\"", "[]", "true"])
    func aFieldThatDoesNotFitHidesNoOtherObject(_ replicas: String) throws {
        func object(_ name: String, _ replicas: String) -> String {
            #"{"metadata":{"name":"\#(name)","namespace":"shop","resourceVersion":"7"},"spec":{"replicas":\#(replicas)}}"#
        }
        let text = "[\(object("bad", replicas)),\(object("good", "3"))]"
        let list = try JSONDecoder().decode([ReadObject<Deployment>].self, from: Data(text.utf8))
        guard case .unreadable(let identity, _) = list[0], case .object(let good) = list[1] else {
            Issue.record("\(list)")
            return
        }
        #expect(identity == ObjectIdentity(namespace: "shop", name: "bad", resourceVersion: "7"))
        #expect(good.spec?.replicas == 3)
        let line = #"{"type":"MODIFIED","object":\#(object("bad", replicas))}"#
        let event = try JSONDecoder().decode(WatchEvent<Deployment>.self, from: Data(line.utf8))
        guard case .unreadable(isDeleted: false, _) = event.change else {
            Issue.record("\(event.change)")
            return
        }
        #expect(event.identity == identity)
    }
}
