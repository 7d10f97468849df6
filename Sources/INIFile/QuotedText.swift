/// A text from a file as it stands in a message: in quotes, on one line, without anything a terminal would act on, and
/// cut after 60 characters.
package func quoted(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < 60 else {
            shown.append("…")
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            shown.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
        default: shown.append(scalar)
        }
        count += 1
    }
    return "'\(String(shown))'"
}
