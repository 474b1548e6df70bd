import Autoscaling
import Manifests
import Testing

/// `spec.schedules` of a HorizontalAutoscaler.
@Suite struct ScheduleManifestTests {
    static func read(_ schedules: String) -> ManifestSet {
        var set = ManifestSet()
        set.add(
            Array(
                """
                apiVersion: swiftlet.dev/v1alpha1
                kind: HorizontalAutoscaler
                metadata: {name: web}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  maxReplicas: 10
                  schedules:
                  \(schedules)

                """.utf8), file: "hza.yaml")
        return set
    }

    @Test func aScheduleIsRead() throws {
        let set = Self.read(
            "- {name: dinner, cron: 30 17 * * FRI, timeZone: Europe/Berlin, duration: 3h30m, minReplicas: 6, maxReplicas: 20}"
        )
        #expect(set.diagnostics.isEmpty)
        let manifest = try #require(set.autoscalers.first)
        let schedules = manifest.extensions.flatMap { ScalingExtensions($0) }?.schedules
        #expect(
            schedules == [
                SchedulePolicy(
                    name: "dinner", cron: "30 17 * * FRI", timeZone: "Europe/Berlin", durationSeconds: 12_600,
                    minReplicas: 6, maxReplicas: 20)
            ])
        #expect(manifest.scheduleMarks.map(\.description) == ["8:5"])
    }

    @Test(
        arguments: [
            (
                "- {name: d, cron: 30 25 * * *, duration: 3h, minReplicas: 6}",
                "hza.yaml:8:21: spec.schedules[0].cron: Invalid value: \"30 25 * * *\": column 4: '25' is no hour, which is "
                    + "from 0 to 23"
            ),
            (
                "- {name: d, cron: 0 0 * * *, duration: 3 hours, minReplicas: 6}",
                "hza.yaml:8:42: spec.schedules[0].duration: Invalid value: \"3 hours\": must be hours, minutes and seconds, "
                    + "from 1m to 744h, such as 3h30m"
            ),
            (
                "- {name: d, cron: 0 0 * * *, duration: 3h, timeZone: ../etc, minReplicas: 6}",
                "hza.yaml:8:56: spec.schedules[0].timeZone: Invalid value: \"../etc\": is no name of the tz database, such as "
                    + "Europe/Berlin or UTC"
            ),
            (
                "- {name: d, cron: 0 0 * * *, duration: 3h}",
                "hza.yaml:8:5: spec.schedules[0]: Required value: must raise minReplicas, maxReplicas or both"
            ),
            (
                "- {name: d, cron: 0 0 * * *, duration: 3h, minReplicas: 11}",
                "hza.yaml:8:59: spec.schedules[0].minReplicas: Invalid value: 11: must be less than or equal to "
                    + "`maxReplicas`, which is 10 then"
            ),
            ("- {name: d, cron: 0 0 * * *, duration: 3h, minReplicas: 11, maxReplicas: 12}", nil),
            (
                "- {name: d, cron: 0 0 * * *, duration: 3h, maxReplicas: 0}",
                "hza.yaml:8:59: spec.schedules[0].maxReplicas: Invalid value: 0: must be greater than or equal to 1"
            ),
            (
                "- {name: d, cron: 0 0 * * *, duration: 3h, maxReplicas: 9}\n"
                    + "  - {name: d, cron: 0 1 * * *, duration: 3h, maxReplicas: 9}",
                "hza.yaml:9:12: spec.schedules[1].name: Invalid value: \"d\": is the name of an earlier schedule"
            ),
            (
                "- {cron: 0 0 * * *, duration: 3h, maxReplicas: 9}",
                "hza.yaml:8:5: spec.schedules[0].name: Required value"
            ),
        ] as [(String, String?)])
    func whatIsWrongIsNamedWithItsPlace(_ schedules: String, _ error: String?) {
        #expect(Self.read(schedules).diagnostics.map(\.description) == (error.map { [$0] } ?? []))
    }
}
