import CommandLine
import LoopbackClient
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReplayCommandTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var call: String
        var code: Int32
        /// What is on standard error, with `@` for the folder.
        var errors: String
        var testDescription: String { call }

        init(_ call: String, _ code: Int32, _ errors: String = "") {
            self.call = call
            self.code = code
            self.errors = errors
        }
    }

    private static let help = " (see 'swiftlet help replay')"
    private static let compareHelp = " (see 'swiftlet help compare')"
    private static let compareUsage =
        "swiftlet compare -f a.yaml -f b.yaml --trace rush.csv --workload workload.yaml" + compareHelp

    @Test(arguments: [
        Case("replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml", 0),
        Case("replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml --expect @good.yaml", 0),
        Case("replay -f @hpa.yaml --trace @cpu.csv --values utilization --column percent --replicas 2 --request 1", 0),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml --expect @bad.yaml", 1,
            "2 of 3 expectations failed: scaleUps at most 0; <quick>"),
        Case(
            "replay -f @hpa.yaml --trace @broken.csv --workload @workload.yaml", 1,
            "@/broken.csv:3:18: 'much' is no number"),
        Case(
            "replay -f @hpa.yaml --trace @none.csv --workload @workload.yaml", 1,
            "@/none.csv: cannot be opened: No such file or directory"),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --workload @unknown.yaml", 1,
            "@/unknown.yaml:2:19: pod.limits: unknown field, did you mean limit?"),
        Case(
            "replay -f @both.yaml --trace @trace.csv --workload @workload.yaml", 1,
            "a replay is of one autoscaler, and there are 2: default/web, default/web; see 'swiftlet compare'"),
        Case("replay --trace @trace.csv", 2, "-f is missing: swiftlet replay -f hpa.yaml --trace rush.csv" + help),
        Case("replay -f @hpa.yaml", 2, "--trace is missing: swiftlet replay -f hpa.yaml --trace rush.csv" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv", 2,
            "demand needs a model: add --workload, or say --values utilization for recorded utilisation" + help),
        Case(
            "replay -f @hpa.yaml --trace @cpu.csv --values utilization --replicas 2", 2,
            "--request is missing: the cpu that a pod requests, e.g. 100m" + help),
        Case(
            "replay -f @hpa.yaml --trace @cpu.csv --values utilization --request 1", 2,
            "--values utilization needs --replicas or --replicas-column" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml --replicas 2", 2,
            "--replicas and --replicas-column go with --values utilization" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml --request 1", 2,
            "--request goes without --workload, whose model has the request" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml -o junit", 2,
            "-o junit writes a test for each expectation: it needs --expect" + help),
        Case(
            "replay -f - --trace - --workload @workload.yaml", 2,
            "'-' is written for more than one file, and standard input is one" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml --sync-period 100ms", 2,
            "--sync-period is at least 1s" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --time-zone Mars", 2,
            "--time-zone: 'Mars' is no offset from UTC, write one like +02:00" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --interval 0s", 2,
            "--interval: '0s' is not a duration above 0, write one like 500ms, 15s, 5m or 1h30m" + help),
        Case(
            "replay -f @hpa.yaml --trace @trace.csv --request 0", 2,
            "--request: '0' is no quantity of cpu above 0, write one like 250m or 1.5" + help),
        Case("compare --trace @trace.csv", 2, "-f is missing: " + compareUsage),
        Case("compare -f @hpa.yaml", 2, "--trace is missing: " + compareUsage),
        Case("compare -f @hpa.yaml --trace @trace.csv", 2, "--workload is missing: " + compareUsage),
        Case(
            "compare -f @hpa.yaml -f @hpa.yaml --trace @trace.csv --workload @workload.yaml", 2,
            "a manifest is written twice: @/hpa.yaml, @/hpa.yaml" + compareHelp),
        Case(
            "compare -f @hpa.yaml --trace @trace.csv --trace @trace.csv --workload @workload.yaml", 2,
            "a trace is written twice, and would count twice" + compareHelp),
        Case(
            "compare -f @hpa.yaml --trace - --workload @workload.yaml", 2,
            "a trace is read once for each policy, so it is a file and not '-'" + compareHelp),
        Case("compare -f @hpa.yaml -f @small.yaml --trace @trace.csv --workload @workload.yaml --expect @good.yaml", 0),
        Case(
            "compare -f @hpa.yaml -f @small.yaml --trace @trace.csv --workload @workload.yaml --expect @bad.yaml", 1,
            "no policy holds to all expectations; the best, @/hpa.yaml, fails 2"),
    ])
    func theCodeSaysHowItEnded(_ test: Case) async throws {
        try await ReplayWorld.run { world in
            let call = try await Call.inProcess(world.words(test.call))
            #expect(call.code == test.code)
            let errors = test.errors.split(separator: "@", omittingEmptySubsequences: false)
                .joined(separator: world.folder)
            #expect(call.errors == (errors.isEmpty ? "" : "swiftlet: \(errors)\n"))
            // What is not replayed leaves nothing that could be taken for a result.
            #expect(
                call.output.isEmpty == (call.code == 2 || (call.code == 1 && !call.errors.contains("expectations"))))
        }
    }

    @Test func anInvalidManifestStopsItWithItsPlace() async throws {
        try await ReplayWorld.run { world in
            for command in ["replay", "compare"] {
                let call = try await Call.inProcess(
                    world.words("\(command) -f @invalid.yaml --trace @trace.csv --workload @workload.yaml"))
                #expect(call.code == 1)
                #expect(call.output.isEmpty)
                #expect(call.errors.hasPrefix("\(world.folder)/invalid.yaml:6:16: spec.maxReplicas: "))
                #expect(call.errors.hasSuffix("nothing is decided by an invalid manifest; correct it first\n"))
            }
        }
    }

    @Test func aClosedLoopIsToldWhole() async throws {
        try await ReplayWorld.run { world in
            let call = try await Call.inProcess(
                world.words(
                    "replay -f @hpa.yaml --trace - --workload @workload.yaml --expect @local.yaml --time-zone +02:00"),
                input: ReplayWorld.trace)
            #expect(call.code == 0)
            #expect(call.errors.isEmpty)
            // Short of 2 of 4 pods from 03:01 until those of 03:01:30 are ready 15 seconds later: 90 pod-seconds.
            #expect(
                call.output == """
                    default/web on -, closed loop
                    2026-01-02 03:00:00 to 2026-01-02 03:05:00 +02:00, 20 decisions, one each 15s

                    SCORE                         MEANING                                VALUE   UNIT
                    underProvisioning             under-provisioning accuracy θU         7.5     %
                    overProvisioning              over-provisioning accuracy θO          0       %
                    timeUnderProvisioned          time under-provisioned τU              15      %
                    timeOverProvisioned           time over-provisioned τO               0       %
                    instability                   instability υ                          10.53   %
                    deviation                     deviation from the ideal σ             19.8    %
                    podHours                      pod-hours                              0.2833  pod-hours
                    oraclePodHours                pod-hours of the clairvoyant plan      0.3083  pod-hours
                    regretPodHours                pod-hours beyond the clairvoyant plan  -0.025  pod-hours
                    meanReplicas                  ready replicas, mean                   3.3     pods
                    highestReplicas               replicas, highest                      4       pods
                    deficitPodSeconds             deficit                                90      pod-seconds
                    unavoidableDeficitPodSeconds  deficit that maxReplicas forces        0       pod-seconds
                    longestDeficitMinutes         longest deficit                        0.75    minutes
                    overLimitMinutes              time over the limit                    0       minutes
                    longestOverLimitMinutes       longest time over the limit            0       minutes
                    meanUtilization               utilisation, mean                      57.5    %
                    p50Utilization                utilisation, median                    50      %
                    p95Utilization                utilisation, 95th percentile           100     %
                    p99Utilization                utilisation, 99th percentile           100     %
                    unserved                      unserved demand                        0       units
                    unservedShare                 unserved share of the demand           0       %
                    scaleUps                      scale-ups                              1       changes
                    scaleDowns                    scale-downs                            0       changes
                    reversals                     reversals within 10 minutes            0       changes
                    podsStartedInVain             pods started in vain                   0       pods
                    demandSteps                   demand steps beyond the ready pods     1       steps
                    meanReactionSeconds           reaction to a step, mean               30      seconds
                    longestReactionSeconds        reaction to a step, longest            30      seconds
                    meanRecoverySeconds           recovery from a step, mean             45      seconds
                    longestRecoverySeconds        recovery from a step, longest          45      seconds
                    meanOvershoot                 overshoot of a step, mean              0       %
                    highestOvershoot              overshoot of a step, highest           0       %
                    censoredShare                 ticks with censored demand             0       %
                    heldByTolerance               ticks held by tolerance                95      %
                    heldByWindow                  ticks held by a stabilization window   0       %
                    heldByPolicy                  ticks held by a scaling policy         0       %
                    heldByMin                     ticks held by minReplicas              0       %
                    heldByMax                     ticks held by maxReplicas              0       %
                    heldByMetrics                 ticks without a usable metric          0       %

                    CHANGES
                      2026-01-02 03:01:30  2 → 4: cpu 100 % / 50 % = 2, × 2 pods = 4

                    EXPECTATIONS
                      passed  unservedShare at most 1: unservedShare is 0 %
                      passed  four in time: holds at all of 1 moments

                    """)
        }
    }

    @Test func anOpenLoopSaysWhatItCannotTell() async throws {
        try await ReplayWorld.run { world in
            let call = try await Call.inProcess(
                world.words(
                    "replay -f @hpa.yaml --trace @cpu.csv --values utilization --column percent "
                        + "--replicas-column pods --request 1"))
            #expect(call.code == 0)
            #expect(call.output.contains("open loop\n"))
            // 90 / 50 = 1.8, × 2 = 3.6; the size stays the recorded one, so the next moment asks again.
            let asked = call.output.occurrences(of: "  2 → 4: cpu 90 % / 50 % = 1.8, × 2 pods = 3.6, rounded up to 4\n")
            #expect(asked == 8)
            #expect(call.output.contains("\nNOTES\n  • An open loop says what would have been decided, and nothing"))
        }
    }

    @Test func continuousIntegrationGetsATestForEachExpectation() async throws {
        try await ReplayWorld.run { world in
            let call = try await Call.inProcess(
                world.words(
                    "replay -f @hpa.yaml --trace - --workload @workload.yaml --expect @bad.yaml -o junit"),
                input: ReplayWorld.trace)
            #expect(call.code == 1)
            #expect(
                world.anonymous(call.output) == """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <testsuite name="default/web on -" tests="3" failures="2">
                      <testcase classname="default/web on -" name="scaleUps at most 0">
                        <failure message="scaleUps is 1 changes, not at most 0; the last one at 2026-01-02 03:01:30: 2 → 4: cpu 100 % / 50 % = 2, × 2 pods = 4">@/bad.yaml:2:3: scaleUps is 1 changes, not at most 0; the last one at 2026-01-02 03:01:30: 2 → 4: cpu 100 % / 50 % = 2, × 2 pods = 4</failure>
                      </testcase>
                      <testcase classname="default/web on -" name="&lt;quick&gt;">
                        <failure message="readyReplicas is 2 at 2026-01-02 03:01:30, not at least 4: 2 → 4: cpu 100 % / 50 % = 2, × 2 pods = 4 (1 of 1 moments)">@/bad.yaml:3:3: readyReplicas is 2 at 2026-01-02 03:01:30, not at least 4: 2 → 4: cpu 100 % / 50 % = 2, × 2 pods = 4 (1 of 1 moments)</failure>
                      </testcase>
                      <testcase classname="default/web on -" name="scaleDowns at most 0"/>
                    </testsuite>

                    """)
        }
    }

    @Test func otherProgramsGetTheSameNumbers() async throws {
        try await ReplayWorld.run { world in
            let replay = "replay -f @hpa.yaml --trace @trace.csv --workload @workload.yaml --expect @bad.yaml"
            let csv = try await Call.inProcess(world.words(replay + " -o csv"))
            #expect(csv.code == 1)
            #expect(csv.output.hasPrefix("score,meaning,value,unit\nunderProvisioning,"))
            #expect(csv.output.contains("\nhighestReplicas,\"replicas, highest\",4,pods\n"))
            let json = try await Call.inProcess(world.words(replay + " -o json"))
            #expect(json.code == 1)
            #expect(json.output.contains("\"mode\" : \"Closed\""))
            #expect(json.output.contains("\"highestReplicas\" : {\n      \"unit\" : \"pods\",\n      \"value\" : 4\n"))
            #expect(json.output.occurrences(of: "\"passed\" : false") == 2)
        }
    }

    @Test func policiesAreRankedByWhatTheyFailAndThenByDeviation() async throws {
        try await ReplayWorld.run { world in
            let compare = "compare -f @both.yaml -f @hpa.yaml --workload @workload.yaml"
            let one = try await Call.inProcess(world.words(compare + " --trace @trace.csv --expect @late.yaml"))
            #expect(one.code == 0)
            #expect(
                world.anonymous(one.output).squeezed == """
                    RANK  POLICY  FAILED  DEVIATION [%]  TIMEUNDERPROVISIONED [%]  DEFICITPODSECONDS [POD-SECONDS]  UNSERVEDSHARE [%]  PODHOURS [POD-HOURS]  REGRETPODHOURS [POD-HOURS]  REVERSALS [CHANGES]  P95UTILIZATION [%]
                    1  @/both.yaml:11  0  19.8  15  90  0  0.2833  -0.025  0  100
                    2  @/hpa.yaml  0  19.8  15  90  0  0.2833  -0.025  0  100
                    3  @/both.yaml:1  1  84.11  80  285  0  0.225  -0.0125  0  100

                    @/both.yaml:1 fails:
                      @/trace.csv: by 03:04 readyReplicas at least 4: readyReplicas is 3 at 2026-01-02 03:04:00, not at least 4: stays at 3: 4 wanted, held at the maximum of 3; cpu 66 % / 50 % = 1.32, × 3 pods = 3.96, rounded up to 4 (1 of 1 moments)

                    @/trace.csv: At times the demand needs more than maxReplicas, whatever the policy does.

                    """)
            let two = try await Call.inProcess(
                world.words(compare + " --trace @trace.csv --trace @flat.csv -o markdown"))
            #expect(
                world.anonymous(two.output) == """
                    | rank | policy | failed | deviation [%] | timeUnderProvisioned [%] | deficitPodSeconds [pod-seconds] | unservedShare [%] | podHours [pod-hours] | regretPodHours [pod-hours] | reversals [changes] | p95Utilization [%] |
                    | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                    | 1 | @/both.yaml:11 | 0 | 9.9 (0 to 19.8) | 7.5 (0 to 15) | 45 (0 to 90) | 0 | 0.2583 (0.2333 to 0.2833) | -0.0125 (-0.025 to 0) | 0 | 75 (50 to 100) |
                    | 2 | @/hpa.yaml | 0 | 9.9 (0 to 19.8) | 7.5 (0 to 15) | 45 (0 to 90) | 0 | 0.2583 (0.2333 to 0.2833) | -0.0125 (-0.025 to 0) | 0 | 75 (50 to 100) |
                    | 3 | @/both.yaml:1 | 0 | 42.06 (0 to 84.11) | 40 (0 to 80) | 142.5 (0 to 285) | 0 | 0.2292 (0.225 to 0.2333) | -0.0063 (-0.0125 to 0) | 0 | 75 (50 to 100) |

                    """)
            let csv = try await Call.inProcess(world.words(compare + " --trace @trace.csv -o csv"))
            #expect(
                world.anonymous(csv.output) == """
                    rank,policy,failed,deviation [%],timeUnderProvisioned [%],deficitPodSeconds [pod-seconds],unservedShare [%],podHours [pod-hours],regretPodHours [pod-hours],reversals [changes],p95Utilization [%]
                    1,@/both.yaml:11,0,19.8,15,90,0,0.2833,-0.025,0,100
                    2,@/hpa.yaml,0,19.8,15,90,0,0.2833,-0.025,0,100
                    3,@/both.yaml:1,0,84.11,80,285,0,0.225,-0.0125,0,100

                    """)
        }
    }

    @Test func theBuiltProgramTellsTheExamplesPoliciesApart() async throws {
        let folder = RepositoryPath.root + "/examples/bytebites/replay"
        let past = ["--trace", folder + "/dinner-rush.csv", "--workload", folder + "/workload.yaml"]
        let rules = ["--expect", folder + "/expect.yaml"]
        let small = try await Call.built(["replay", "-f", folder + "/ten-pods.yaml"] + past + rules)
        #expect(small.code == 1)
        #expect(small.errors.hasSuffix("enough pods at the peak\n"))
        #expect(small.output.contains("stays at 10: 12 wanted, held at the maximum of 10"))
        let large = try await Call.built(["replay", "-f", folder + "/fourteen-pods.yaml"] + past + rules)
        #expect(large.code == 0 && large.errors.isEmpty)
        let both = try await Call.built(
            ["compare", "-f", folder + "/ten-pods.yaml", "-f", folder + "/fourteen-pods.yaml", "-o", "csv"] + past
                + rules)
        #expect(both.code == 0)
        #expect(both.output.contains("\n1,\(folder)/fourteen-pods.yaml,0,"))
        #expect(both.output.contains("\n2,\(folder)/ten-pods.yaml,2,"))
    }
}

extension String {
    /// How often a text is in this one.
    fileprivate func occurrences(of text: String) -> Int { ranges(of: text).count }

    /// With columns two spaces apart, however long the names in them are.
    fileprivate var squeezed: String {
        var result = ""
        for character in self where character != " " || !result.hasSuffix("  ") { result.append(character) }
        return result
    }

    // MARK: - Several autoscalers

    /// `web` and `api`, each with a workload of its own; alone and together they do the same while nothing guards them.
    @Test func severalAutoscalersAreReplayedTogether() async throws {
        try await ReplayWorld.run { world in
            let api = ReplayWorld.hpa(max: 10).replacing("metadata: {name: web}", with: "metadata: {name: api}")
            try world.write("api.yaml", api)
            try world.write("fleet.yaml", ReplayWorld.hpa(max: 10) + "---\n" + api)
            let past = "--trace @trace.csv --workload @workload.yaml --expect @good.yaml -o json"
            let alone = try await Call.inProcess(world.words("replay -f @api.yaml " + past))
            #expect(alone.code == 0)
            let chosen = try await Call.inProcess(
                world.words("replay -f @fleet.yaml --autoscaler default/api " + past))
            #expect(chosen.output == alone.output)
            let both = try await Call.inProcess(world.words("replay -f @fleet.yaml " + past))
            #expect(both.output.hasPrefix("[") && both.output.contains("default/web"))
            // One pod a minute over both is too few for one of them.
            try world.write("guards.yaml", "guards: {maxPodsAddedPerMinute: 1}\n")
            let held = try await Call.inProcess(world.words("replay -f @fleet.yaml --config @guards.yaml " + past))
            #expect(held.code == 1)
            #expect(held.errors.contains("1 of 4 expectations failed: four in time"), "\(held.errors)")
            let report = try await Call.inProcess(
                world.words(
                    "replay -f @fleet.yaml --trace @trace.csv --workload @workload.yaml --report @fleet.html"))
            #expect(report.code == 0)
        }
    }

    @Test(
        arguments: [
            (
                "replay -f @fleet.yaml --trace - --workload @workload.yaml", 2,
                "a trace is read once for each autoscaler"
            ),
            (
                "replay -f @fleet.yaml --trace @trace.csv --workload @workload.yaml --autoscaler cart", 1,
                "no autoscaler cart, but default/web, default/api"
            ),
            (
                "replay -f @paces.yaml --trace @trace.csv --workload @workload.yaml", 1,
                "autoscalers that are replayed together have one sync period; say which with --sync-period"
            ),
            (
                "replay -f @fleet.yaml --trace @cpu.csv --values utilization --replicas 2 --request 1", 1,
                "a replay is of one autoscaler, and there are 2: default/web, default/api"
            ),
        ] as [(words: String, code: Int32, fault: String)])
    func whatSeveralAutoscalersCannotBe(_ test: (words: String, code: Int32, fault: String)) async throws {
        try await ReplayWorld.run { world in
            let web = ReplayWorld.hpa(max: 10)
            let api = web.replacing("metadata: {name: web}", with: "metadata: {name: api}")
            let quick = api.replacing("autoscaling/v2", with: "swiftlet.dev/v1alpha1")
                .replacing("HorizontalPodAutoscaler", with: "HorizontalAutoscaler")
            try world.write("fleet.yaml", web + "---\n" + api)
            try world.write("paces.yaml", web + "---\n" + quick + "  syncPeriodSeconds: 1\n")
            let call = try await Call.inProcess(world.words(test.words))
            #expect(call.code == test.code, "\(call.errors)")
            #expect(call.errors.contains(test.fault), "\(call.errors)")
        }
    }
}
