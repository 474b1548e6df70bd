internal import HTTPService
internal import KubernetesTypes

/// Everything that is no resource: which groups and resources there are, the version, and health.
struct Discovery: Sendable {
    let resources: ResourceTable

    private static let aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

    func respond(to request: ServiceRequest) -> ServiceResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return .text("404 page not found\n", status: 404)
        }
        switch request.segments.count {
        case 1 where ["healthz", "livez", "readyz"].contains(request.segments[0]): return health(request)
        case 1 where request.segments[0] == "version": return .json(Self.version.serialized())
        case 1 where request.segments[0] == "api": return answer(request, apiVersions, groups: [""])
        case 1 where request.segments[0] == "apis": return answer(request, groupList, groups: resources.groups)
        case 2 where request.segments[0] == "api":
            return resourceList(GroupVersion(group: "", version: request.segments[1]))
        case 2 where request.segments[0] == "apis" && resources.groups.contains(request.segments[1]):
            var group = self.group(request.segments[1])
            group["kind"] = "APIGroup"
            group["apiVersion"] = "v1"
            return .json(group.serialized() + [10])
        case 3 where request.segments[0] == "apis":
            return resourceList(GroupVersion(group: request.segments[1], version: request.segments[2]))
        default:
            if let answer = OpenAPI(resources: resources).respond(to: request) { return answer }
            return .text("404 page not found\n", status: 404)
        }
    }

    /// Not the real server's: the minor version is the one whose behaviour was recorded.
    private static let version: JSONValue = [
        "major": "1", "minor": "36", "gitVersion": "v1.36.2-mini", "gitCommit": "", "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "", "platform": "linux/amd64",
    ]

    private func health(_ request: ServiceRequest) -> ServiceResponse {
        let name = request.segments[0]
        let text = request.queryValue("verbose") == nil ? "ok" : "[+]ping ok\n\(name) check passed\n"
        var response = ServiceResponse.text(text)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    }

    private func answer(_ request: ServiceRequest, _ legacy: JSONValue, groups: [String]) -> ServiceResponse {
        let accept = request.headers["Accept"] ?? ""
        let wantsAggregated = accept.split(separator: ",").contains {
            $0.contains("as=APIGroupDiscoveryList") && $0.contains("v=v2") && !$0.contains("v=v2beta1")
        }
        guard wantsAggregated else { return .json(legacy.serialized() + [10]) }
        let list: JSONValue = [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
            "items": .array(groups.map(aggregatedGroup)),
        ]
        let bytes = list.serialized() + [10]
        let tag = Self.entityTag(bytes)
        let isKnown = request.headers["If-None-Match"] == tag
        return ServiceResponse(
            status: isKnown ? 304 : 200,
            headers: isKnown
                ? ["Etag": tag, "Vary": "Accept"]
                : ["Content-Type": Self.aggregatedType, "Etag": tag, "Vary": "Accept"],
            body: .bytes(isKnown ? [] : bytes))
    }

    /// FNV-1a: the tag only has to change with the table.
    private static func entityTag(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\"\(String(hash, radix: 16, uppercase: true))\""
    }

    // MARK: One document per group version

    private var apiVersions: JSONValue {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]],
        ]
    }

    private var groupList: JSONValue {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(resources.groups.map(group))]
    }

    private func group(_ name: String) -> JSONValue {
        let versions = resources.versions(of: name).map { version -> JSONValue in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(name), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    private func resourceList(_ groupVersion: GroupVersion) -> ServiceResponse {
        let kinds = resources.kinds(in: groupVersion)
        guard !kinds.isEmpty else { return .text("404 page not found\n", status: 404) }
        var entries: [JSONValue] = []
        for kind in kinds {
            entries.append(Self.resource(kind))
            for subresource in kind.subresources { entries.append(Self.subresource(subresource, of: kind)) }
        }
        var list: JSONValue = [
            "kind": "APIResourceList", "groupVersion": .string(groupVersion.description), "resources": .array(entries),
        ]
        if !groupVersion.group.isEmpty { list["apiVersion"] = "v1" }
        return .json(list.serialized() + [10])
    }

    private static func resource(_ kind: ResourceKind) -> JSONValue {
        var entry: JSONValue = [
            "name": .string(kind.plural), "singularName": .string(kind.singular),
            "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.kind),
            "verbs": .array(kind.verbs.map(JSONValue.string)),
        ]
        if !kind.shortNames.isEmpty { entry["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
        if !kind.categories.isEmpty { entry["categories"] = .array(kind.categories.map(JSONValue.string)) }
        return entry
    }

    private static func subresource(_ subresource: Subresource, of kind: ResourceKind) -> JSONValue {
        var entry: JSONValue = [
            "name": .string("\(kind.plural)/\(subresource.rawValue)"), "singularName": "",
            "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.kind), "verbs": ["get", "patch", "update"],
        ]
        if subresource == .scale {
            entry["group"] = "autoscaling"
            entry["version"] = "v1"
            entry["kind"] = "Scale"
        }
        return entry
    }

    // MARK: Everything in one document

    private func aggregatedGroup(_ name: String) -> JSONValue {
        let versions = resources.versions(of: name).map { version -> JSONValue in
            let kinds = resources.kinds(in: GroupVersion(group: name, version: version))
            return [
                "version": .string(version), "freshness": "Current",
                "resources": .array(kinds.map(Self.aggregatedResource)),
            ]
        }
        return ["metadata": name.isEmpty ? [:] : ["name": .string(name)], "versions": .array(versions)]
    }

    private static func aggregatedResource(_ kind: ResourceKind) -> JSONValue {
        let own: JSONValue = ["group": "", "version": "", "kind": .string(kind.kind)]
        var entry: JSONValue = [
            "resource": .string(kind.plural), "responseKind": own,
            "scope": kind.isNamespaced ? "Namespaced" : "Cluster", "singularResource": .string(kind.singular),
            "verbs": .array(kind.verbs.map(JSONValue.string)),
        ]
        if !kind.shortNames.isEmpty { entry["shortNames"] = .array(kind.shortNames.map(JSONValue.string)) }
        if !kind.categories.isEmpty { entry["categories"] = .array(kind.categories.map(JSONValue.string)) }
        if !kind.subresources.isEmpty {
            entry["subresources"] = .array(
                kind.subresources.map { subresource in
                    [
                        "subresource": .string(subresource.rawValue), "verbs": ["get", "patch", "update"],
                        "responseKind": subresource == .scale
                            ? ["group": "autoscaling", "version": "v1", "kind": "Scale"] : own,
                    ]
                })
        }
        return entry
    }
}
