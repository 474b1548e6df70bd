internal import Autoscaling

extension MetricReading {
    /// Fills the samples of a reading of pods where they lie, so that nothing is copied from tick to tick; makes such a
    /// reading of any other.
    ///
    /// - Parameters:
    ///   - requests: What the pods request, where the reading has to be made.
    ///   - fill: Is handed the samples of before.
    mutating func fillSamples(requests: @autoclosure () -> [Int64], _ fill: (inout [PodSample]) -> Void) {
        switch consume self {
        case .pods(var readings):
            fill(&readings.samples)
            self = .pods(readings)
        case .value, .series, .failed:
            var readings = PodReadings(samples: [], requests: PodRequests(milliValues: requests()))
            fill(&readings.samples)
            self = .pods(readings)
        }
    }
}
