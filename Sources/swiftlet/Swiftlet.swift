internal import CommandLine
internal import Glibc

/// The executable: everything is in `CommandLine`.
@main
enum Swiftlet {
    static func main() async {
        exit(await EntryPoint.run())
    }
}
