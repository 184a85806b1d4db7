r"""TeX to a small tree with positions: what the typeset string says, or a located error.

```
text ─ tokens.py ─► tokens ─ rows.py ─► rows ─ statements.py ─► Statement    (ast.py)
                                          └─ expressions.py … ─► Expr ─┘
```

`parser.parse(tex) -> Block` never raises for any string: a row that cannot be read is a `Failure`
with its `TexError`, and later rows are read all the same. `parser.parse_expression(tex) -> Expr`
raises `TexError`. Both know nothing of the page, so a name before a bracket may come out as an
`Application`; `resolve.resolve(node, role) -> node` settles these when the scope says what the name
is:

    role(name: Expr) -> Literal["function", "variable", "opaque", "unknown"]

and raises `AmbiguousError` where the answer is "unknown". The package itself imports nothing: the
judges need the tree only.
"""
