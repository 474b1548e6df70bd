internal import HTTPTransport
internal import KubernetesClient
internal import Manifests
internal import PrometheusClient

/// Which exit code an error of another layer stands for.
enum Failure {
    static func code(of error: any Error) -> ExitCode {
        switch error {
        case is TransportError, is KubernetesError, is PrometheusError: .unreachable
        case is Diagnostic: .no
        default: .no
        }
    }
}
