/// A gzip body without end: 64 KiB of zeros for every 83 bytes on the wire.
public enum GzipBomb {
    /// RFC 1952: magic, deflate, no flags, no time, unknown system.
    public static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

    /// 65,536 zeros as one deflate block (RFC 1951) that is not the last and ends at a byte border (zlib's
    /// `Z_FULL_FLUSH`), so that it can follow itself.
    public static let block: [UInt8] =
        [0xec, 0xc1, 1, 1, 0, 0, 0, 0x80, 0x90, 0xfe, 0xaf, 0xee, 8, 10]
        + [UInt8](repeating: 0, count: 63)
        + [0x6a, 0, 0, 0, 0xff, 0xff]

    public static let unpackedBytesPerBlock = 65_536

    /// An empty last block and the trailer (RFC 1952): CRC-32 and length of what came before, in little-endian bytes.
    public static func ending(unpackedZeros count: Int) -> [UInt8] {
        var crc: UInt32 = 0xffff_ffff
        for _ in 0..<count {
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
        }
        return [3, 0] + bytes(~crc) + bytes(UInt32(truncatingIfNeeded: count))
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
