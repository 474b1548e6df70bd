import CommandLine
import LoopbackClient
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManifestCommandTests {
    static let invalid = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: web
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplica: 2
          maxReplicas: 4
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        """

    @Test func validateNamesPlaceFieldAndNearestName() async throws {
        let call = try await Call.inProcess(["validate", "-"], input: Self.invalid)
        #expect(call.code == 1)
        #expect(
            call.output == """
                -:7:3: spec.minReplica: unknown field, did you mean minReplicas?
                -:10:1: Service (v1) is left out (note)
                1 autoscaler, 0 valid; 1 error, 1 note

                """)
        #expect(call.errors.isEmpty)
    }

    @Test func validateAnswersInJSON() async throws {
        let call = try await Call.inProcess(["validate", "-o", "json", "-"], input: Self.invalid)
        #expect(call.code == 1)
        #expect(
            call.output == """
                {
                  "autoscalers" : 1,
                  "findings" : [
                    {
                      "column" : 3,
                      "field" : "spec.minReplica",
                      "file" : "-",
                      "line" : 7,
                      "message" : "unknown field, did you mean minReplicas?",
                      "severity" : "error"
                    },
                    {
                      "column" : 1,
                      "file" : "-",
                      "line" : 10,
                      "message" : "Service (v1) is left out",
                      "severity" : "note"
                    }
                  ],
                  "valid" : false,
                  "validAutoscalers" : 0
                }

                """)
    }

    @Test func theBuiltProgramReadsStandardInput() async throws {
        #expect(try await Call.built(["validate", "-"], input: Self.invalid).code == 1)
        let converted = try await Call.built(["convert", "-"], input: Self.custom)
        #expect(converted.code == 0)
        #expect(converted.output.hasPrefix("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"))
    }

    @Test func theExamplesAreValid() async throws {
        let folder = RepositoryPath.root + "/examples/bytebites"
        let call = try await Call.inProcess(["validate", folder])
        #expect(call.code == 0)
        #expect(call.output.hasSuffix("1 autoscaler, 1 valid; 2 notes\n"))
    }

    static let custom = """
        apiVersion: swiftlet.dev/v1alpha1
        kind: HorizontalAutoscaler
        metadata:
          name: web
          annotations:
            team: a
        spec:
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: web
          minReplicas: 2
          maxReplicas: 4
          behavior:
            scaleDown:
              stabilizationWindowSeconds: 60

        """

    @Test func convertingThereAndBackChangesNothing() async throws {
        let there = try await Call.inProcess(["convert", "-"], input: Self.custom)
        #expect(there.errors.isEmpty)
        let back = try await Call.inProcess(["convert", "-"], input: there.output)
        #expect(back.output == Self.custom)
        let counted = "pods that the target does not own no longer count"
        #expect(back.errors.hasPrefix("-:1:1: \(counted); write podSelection: Selector"))
        #expect(try await Call.inProcess(["convert", "--to", "hza", "-"], input: Self.custom).output == Self.custom)
    }

    @Test func convertSaysWhatIsLostAndLeavesOthersAlone() async throws {
        let text = """
            # An old one.
            apiVersion: autoscaling/v1
            kind: HorizontalPodAutoscaler
            metadata: {name: web}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              maxReplicas: 4
              targetCPUUtilizationPercentage: 60
            status: {currentReplicas: 1, desiredReplicas: 1}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            """
        let call = try await Call.inProcess(["convert", "--to", "hpa", "-"], input: text)
        #expect(call.code == 0)
        #expect(call.errors == "-:2:1: the status is not carried over\n-: comments are not carried over\n")
        #expect(
            call.output == """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata:
                  name: web
                spec:
                  scaleTargetRef:
                    apiVersion: apps/v1
                    kind: Deployment
                    name: web
                  maxReplicas: 4
                  metrics:
                  - type: Resource
                    resource:
                      name: cpu
                      target:
                        type: Utilization
                        averageUtilization: 60
                ---
                apiVersion: v1
                kind: Service
                metadata:
                  name: web

                """)
    }

    @Test func whatAnHPACannotSayIsNamedAndLeftOut() async throws {
        let text = Self.custom + "  mode: Shadow\n  duringRollout: Hold\n  podSelection: Selector\n"
        let call = try await Call.inProcess(["convert", "-"], input: text)
        #expect(call.code == 0)
        #expect(
            !call.output.contains("mode") && !call.output.contains("podSelection")
                && !call.output.contains("duringRollout"))
        #expect(
            call.errors == """
                -:17:9: spec.mode is not carried over, a HorizontalPodAutoscaler has nothing like it
                -:18:18: spec.duringRollout is not carried over, a HorizontalPodAutoscaler has nothing like it

                """)
    }

    @Test func whatIsInvalidIsNotConverted() async throws {
        let call = try await Call.inProcess(["convert", "-"], input: Self.invalid)
        #expect(call.code == 1)
        #expect(call.output.isEmpty)
        #expect(call.errors.hasPrefix("-:7:3: spec.minReplica: unknown field"))
    }

    @Test func aQueryOfOnesOwnIsNotConverted() async throws {
        let text = """
            apiVersion: swiftlet.dev/v1alpha1
            kind: HorizontalAutoscaler
            metadata: {name: web}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              maxReplicas: 4
              metrics:
              - {type: Prometheus, prometheus: {query: up, target: {type: Value, value: 1}}}
            """
        let call = try await Call.inProcess(["convert", "-"], input: text)
        #expect(call.code == 1)
        #expect(call.output.isEmpty)
        #expect(
            call.errors.contains(
                "-:8:5: spec.metrics[0]: a HorizontalPodAutoscaler has no metrics of type Prometheus; make it External, "
                    + "with the query as a rule for its name"))
    }
}
