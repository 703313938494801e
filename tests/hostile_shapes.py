"""A hundred shapes of text that a stranger may hand in, each at any size, for whatever reads text in this process."""

from __future__ import annotations

from collections.abc import Callable

Shape = Callable[[int], str]

# Repeated: (before, what is repeated, after).
_REPEATED = {
    "quotes_escaped": ("x = '", "\\'", "\n"),
    "double_quotes_escaped": ('x = "', '\\"', "\n"),
    "triple_never_closed": ("", '\\"""', ""),
    "triples_in_turn": ("", "'''\"\"\"", ""),
    "triple_of_lines": ('x = """', "aaaa\n", ""),
    "triple_of_lines_closed": ('x = """', "aaaa\n", '"""\n'),
    "quotes_alone": ("", "'", ""),
    "two_kinds_of_quotes": ("", "'\"", ""),
    "prefixes": ("", "rb", "'x'\n"),
    "backslashes": ("", "\\", ""),
    "backslashes_in_string": ("'", "\\", ""),
    "continued_lines": ("x = 1", " + \\\n 1", "\n"),
    "attributes": ("import torch\nx", ".a", "\n"),
    "attributes_of_a_module": ("import torch\ntorch", ".optimus", "\n"),
    "attributes_apart": ("import torch\nx", " . a", "\n"),
    "calls": ("x = f", "(1)", "\n"),
    "calls_in_calls": ("x = ", "f(", "\n"),
    "subscripts": ("x = a", "[0]", "\n"),
    "brackets_never_closed": ("x = ", "[", "\n"),
    "brackets_never_opened": ("x = ", "]", "\n"),
    "braces": ("x = ", "{1:", "\n"),
    "brackets_of_every_kind": ("x = ", "([{", "\n"),
    "lambdas": ("x = ", "lambda:", "0\n"),
    "comprehensions": ("x = ", "[0 for x in ", "\n"),
    "f_strings": ("x = ", "f'{x}' ", "\n"),
    "nested_f_strings": ("x = ", "f'{", "\n"),
    "strings_side_by_side": ("x = ", "'a' ", "\n"),
    "short_names": ("x = ", "a ", "\n"),
    "sum_of_names": ("x = a", "+a", "\n"),
    "powers": ("x = 2", "**2", "\n"),
    "signs": ("x = ", "-", "1\n"),
    "nots": ("x = ", "not ", "1\n"),
    "comparisons": ("x = 1", "<1", "\n"),
    "conditions": ("x = ", "1 if 1 else ", "1\n"),
    "assignments": ("", "x=", "1\n"),
    "walruses": ("(", "y:=", "1)\n"),
    "semicolons": ("import torch", ";", "\n"),
    "statements_in_a_line": ("", "x=1;", "\n"),
    "statements": ("", "x=1\n", ""),
    "blank_lines": ("", "\n", ""),
    "carriage_returns": ("", "\r", ""),
    "line_ends_of_windows": ("", "\r\n", ""),
    "spaces": ("x =", " ", "1\n"),
    "spaces_alone": ("", " ", ""),
    "tabs_and_lines": ("", "\t\n", ""),
    "form_feeds": ("", "\f", "\n"),
    "comments": ("", "#x\n", ""),
    "a_long_comment": ("#", "x", "\n"),
    "hashes": ("", "#", "\n"),
    "digits": ("x = ", "9", "\n"),
    "digits_and_points": ("x = ", "1.", "\n"),
    "digits_underscored": ("x = ", "1_", "\n"),
    "hexadecimals": ("x = 0x", "f", "\n"),
    "exponents": ("x = ", "1e", "\n"),
    "zeros_behind_a_point": ("x = 0.", "0", "1\n"),
    "points": ("x = ", ".", "\n"),
    "a_long_name": ("x = ", "a", "\n"),
    "wide_letters": ("x = ", "é", "\n"),
    "combining_marks": ("x = a", "\u0301", "\n"),
    "no_letters": ("x = ", "\x00", "\n"),
    "lone_surrogates": ("x = '", "\ud800", "'\n"),
    "separators_of_lines": ("x = '", "\u2028", "'\n"),
    "escape_codes": ("x = '", "\x1b[31m", "'\n"),
    "imports": ("", "import torch\n", ""),
    "imports_in_a_line": ("import a", ", torch", "\n"),
    "imports_renamed": ("import a", ", torch as t", "\n"),
    "a_long_import": ("import torch", ".nn", "\n"),
    "a_long_import_renamed": ("import torch", ".nn", " as t\n" + "t.optimus\n" * 500),
    "imported_names": ("from torch import a", ", optimus", "\n"),
    "imported_from_afar": ("from torch", ".nn", " import " + "a, " * 500 + "b\n"),
    "dots_before_a_module": ("from ", ".", " import optim\n"),
    "imports_never_closed": ("from torch import (", "a, ", "\n"),
    "imports_unending": ("import ", "import ", "\n"),
    "as_unending": ("import torch as ", "as ", "\n"),
    "from_unending": ("from ", "from ", "import optim\n"),
    "commas": ("import torch", ",", "\n"),
    "decorators": ("", "@torch.a\n", "def f(): pass\n"),
    "functions": ("", "def f(): pass\n", ""),
    "functions_with_lines": ("", "def f(x):\n  return x\n", ""),
    "classes": ("", "class C:\n  x = 1\n", ""),
    "arguments": ("def f(", "a, ", "b): pass\n"),
    "annotations": ("x: ", "a | ", "b\n"),
    "globals": ("def f():\n global ", "a, ", "b\n"),
    "elifs": ("if x: pass\n", "elif x: pass\n", ""),
    "trys": ("", "try:\n x\nexcept E: pass\n", ""),
    "withs": ("with a", ", a", ": pass\n"),
    "matches": ("match x:\n", " case 1: pass\n", ""),
    "deletions": ("del a", ", a", "\n"),
    "stars": ("x = ", "*", "a\n"),
    "at_signs": ("x = a", "@a", "\n"),
    "questions": ("", "x?\n", ""),
    "magics": ("", "%time x\n", ""),
    "shell_lines": ("", "!ls\n", ""),
    "lines_of_dollars": ("", "$", "\n"),
    "operators": ("x = ", "<<=", "1\n"),
    "arrows": ("x = ", "->", "1\n"),
    "loops": ("", "for x in y: pass\n", ""),
    "attributes_set": ("", "x.a = 1\n", ""),
    "items_set": ("x", "[0]", " = 1\n"),
    "strings_with_names": ("import torch\n", "'torch.optim'\n", ""),
    "names_with_strings": ("import torch\n", "torch''", "\n"),
}


def _repeated(before: str, unit: str, after: str) -> Shape:
    return lambda size: before + unit * max(1, size // len(unit)) + after


def _staircase(size: int) -> str:
    depth = int((2 * size) ** 0.5)
    return "".join(" " * level + "if x:\n" for level in range(depth)) + " " * depth + "x = 1\n"


def _many_names(size: int) -> str:
    return "\n".join(f"name_{number} = name_{number - 1}" for number in range(1, size // 20)) + "\n"


def _many_aliases(size: int) -> str:
    return "\n".join(f"import torch.nn as t{number}\nt{number}.a" for number in range(size // 30)) + "\n"


SHAPES: dict[str, Shape] = {name: _repeated(*parts) for name, parts in _REPEATED.items()} | {
    "staircase": _staircase,
    "many_names": _many_names,
    "many_aliases": _many_aliases,
}
