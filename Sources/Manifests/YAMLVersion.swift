internal import CYAML

/// The libyaml that this program runs with, e.g. "0.2.5".
package func yamlVersion() -> String {
    String(cString: yaml_get_version_string())
}
