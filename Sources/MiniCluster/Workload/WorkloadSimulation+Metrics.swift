extension WorkloadSimulation {
    /// What cAdvisor tells of the pods: each container, and each pod's whole cgroup without a container's name.
    ///
    /// A container is seen from its start on.
    func containerSamples(namespace: String) -> [ExposedSample] {
        var samples: [ExposedSample] = []
        for pod in pods where pod.stage != .pending {
            let whole = ["namespace": namespace, "pod": pod.name]
            var container = whole
            container["container"] = containerName
            container["image"] = image
            for labels in [whole, container] {
                samples.append(ExposedSample("container_cpu_usage_seconds_total", labels, pod.cpuSeconds))
                samples.append(ExposedSample("container_memory_working_set_bytes", labels, pod.memory.rounded()))
            }
        }
        return samples
    }

    /// What the service tells of itself: each ready pod's requests and latency, and what nobody served.
    func serviceSamples(namespace: String, service: String) -> [ExposedSample] {
        var samples: [ExposedSample] = []
        for pod in pods where pod.stage == .ready {
            let labels = ["namespace": namespace, "pod": pod.name, "service": service]
            samples.append(ExposedSample("requests_total", labels, pod.served))
            samples.append(ExposedSample("request_latency_seconds", labels, pod.latency))
        }
        let labels = ["namespace": namespace, "service": service]
        samples.append(ExposedSample("requests_unserved_total", labels, unservedTotal))
        samples.append(ExposedSample("requests_demand_per_minute", labels, demand))
        return samples
    }
}
