internal import CommandLine
internal import Glibc

/// The executable: everything is in `CommandLine`.
@main
enum Swiftlet {
    @MainActor
    static func main() async {
        EntryPoint.prepare()
        exit(await EntryPoint.run())
    }
}
