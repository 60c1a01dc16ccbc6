/// Names that somebody chose to act on who reads a report.
enum HostileNames {
  /// All.
  static let all = [
    "<script>alert(1)</script>", "a|b", "`code`", "``` fence", "\\|", "\\", "@mention",
    "x@example.com",
    "#1", "GH-1", "owner/repo#1", "http://example.com", "www.example.com", "![x](y)", "[x](y)",
    "**bold**",
    "_under_", "~~gone~~", "$x$", ":smile:", "a\nb", "a\r\nb", "| --- |", "\u{202E}gnirts",
    "\u{2066}x",
    "a\u{0}b", "\u{1B}[31mred", "&lt;b&gt;", "<!-- x -->", "</code>", "- item", "1. item", "# head",
    "> quote",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0", "＝1", "a,b",
    "a\"b", "a;=1",
    "\"=1", String(repeating: "x", count: 4_096), String(repeating: "`", count: 200), "", " ",
    "e\u{301}", "日本語", "👩‍👩‍👧", "\u{FFFD}",
  ]
}
