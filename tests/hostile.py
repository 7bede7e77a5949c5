"""Names that mean harm, for tests of whatever shows names."""

HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "a|b](http://evil.example)[x",
    "`code` **bold** @user #1 https://evil.example www.evil.example",
    '"><img src=x onerror=alert(1)>',
    "line\n\n# break",
    "zero\u200bwidth \u202e bidi \ud800",
    "{{ 7 * 7 }}",
    "x" * 500,
]
