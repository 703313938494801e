"""Text that tries to become markup, and ways to put it everywhere a page shows text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import html5lib
import msgspec
from markupsafe import Markup

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "</text></svg><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea></pre><h1>mine</h1>",
    "</code></td></tr></table><form action=http://x/>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    '"/><base href="http://x/">',
    '<meta http-equiv="refresh" content="0;url=http://x/">',
    '<link rel=stylesheet href="http://x/">',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=http://x/></object>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<a href=javascript:alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<!-- <b>",
    "--><b>bold</b>",
    "<![CDATA[<b>]]>",
    "<?xml-stylesheet href='http://x/'?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "&amp;amp; &quot; &",
    "{{ 7 * 7 }}{% raw %}{{ config }}",
    "${7*7} #{7*7}",
    "<b\x00old>\x1b[31mred\x07",
    "<scr\u202eipt>\u2066hidden\u2069",
    "\ud800<b>\udfff",
    "<<SCRIPT>alert(1)//<</SCRIPT>",
    "<plaintext>",
    "<xmp><b>",
    "<noscript><b></noscript>",
    "\u2028<b>\u2029",
    "＜script＞",
    "`<b>` $<b>$ [x](javascript:alert(1)) ![x](http://x/y.png)",
)

ALL_AT_ONCE = " ".join(PAYLOADS)


def harmless(text: str) -> str:
    """Text of the same length and line breaks that means nothing to anyone."""
    return re.sub(r"[^\n]", "x", text)


def outline(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element of a page with the names of its attributes, as a browser's parser sees them."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(io.StringIO(page.encode("utf-8", "surrogatepass").decode("utf-8", "replace")))
    return [(str(element.tag), tuple(sorted(map(str, element.attrib)))) for element in root.iter()]


def with_every_text(value: Any, text: Callable[[str], str], *, skip: frozenset[str] = frozenset()) -> Any:
    """`value` with every plain string in it replaced; empty ones, dictionary keys and formatted text are left alone."""
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {
            name: field if name in skip else with_every_text(field, text, skip=skip) for name, field in fields.items()
        }
        return type(value)(**changed)
    if isinstance(value, dict):
        return {key: with_every_text(item, text, skip=skip) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(with_every_text(item, text, skip=skip) for item in value)
    return text(value) if isinstance(value, str) and value and not isinstance(value, Markup) else value


def with_every_key(value: Any, key: str) -> Any:
    """`value` with the tables of words, one entry a language, with their first key replaced by `key`."""
    if isinstance(value, msgspec.Struct):
        fields = {name: with_every_key(getattr(value, name), key) for name in value.__struct_fields__}
        return type(value)(**fields)
    if isinstance(value, dict) and value:
        return dict(zip([key, *list(value)[1:]], value.values(), strict=True))
    if isinstance(value, tuple | list):
        return type(value)(with_every_key(item, key) for item in value)
    return value


def with_every_number(value: Any, text: str) -> Any:
    """`value` with every number in it replaced by a text, truth values left alone."""
    if isinstance(value, msgspec.Struct):
        fields = {name: with_every_number(getattr(value, name), text) for name in value.__struct_fields__}
        return type(value)(**fields)
    if isinstance(value, dict):
        return {key: with_every_number(item, text) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(with_every_number(item, text) for item in value)
    return text if type(value) in (int, float) and value else value
