/// Rows of columns, each as wide as its widest cell and two spaces apart.
struct TextTable {
    /// On which side the cells of a column stand.
    enum Alignment: Sendable {
        case left, right
    }

    struct Column: Sendable {
        var title: String
        var alignment: Alignment = .left
    }

    var columns: [Column]
    var rows: [[String]] = []

    /// The lines, headings first, without spaces at their ends.
    ///
    /// - Parameter style: Colours the headings; the cells are plain text.
    func lines(style: TextStyle = .plain) -> [String] {
        let widths = columns.indices.map { column in
            ([columns[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        let heading = line(columns.map(\.title), widths)
        return [style(.heading, heading)] + rows.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[index] - cell.count))
            text += columns[index].alignment == .left ? cell + padding : padding + cell
            text += "  "
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// Text in lines of at most so many characters.
enum Paragraph {
    /// Breaks at spaces; a longer word has a line for itself.
    static func lines(_ text: String, width: Int, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
                lines.append(indent + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty ? lines : lines + [indent + line]
    }
}
