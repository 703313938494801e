#!/usr/bin/env bash
# `msgstr "uno, " "dos"`, two strings of one entry on one line, is a sentence to GNU gettext (msgfmt 0.21 compiles it to
# "uno, dos") and to python-gettext 5.0. Babel 2.19.0 reads it as one string with the inner quotes in it, also with
# abort_invalid=True, so that people are shown `uno, " "dos`; polib 1.2.0 refuses the file ("unescaped double quote").
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install -q --disable-pip-version-check babel==2.19.0 polib==1.2.0 python-gettext==5.0
cat >"$folder/es.po" <<'PO'
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "one, two"
msgstr "uno, " "dos"
PO
"$folder/environment/bin/python" - "$folder/es.po" <<'PY'
import gettext
import io
import sys

import babel
import polib
from babel.messages.pofile import read_po
from pythongettext.msgfmt import Msgfmt

path = sys.argv[1]
with open(path, "rb") as file:
    by_babel = read_po(file, abort_invalid=True).get("one, two").string
with open(path, "rb") as file:
    by_gettext = gettext.GNUTranslations(io.BytesIO(Msgfmt(file).get())).gettext("one, two")
try:
    polib.pofile(path)
    refused = False
except OSError as error:
    refused = "unescaped double quote" in str(error)
print("Babel", babel.__version__, "reads", repr(by_babel))
print("python-gettext reads", repr(by_gettext))
print("polib", polib.__version__, "refuses it:", refused)
sys.exit(0 if (by_babel, by_gettext, refused) == ('uno, " "dos', "uno, dos", True) else "the behaviour has changed")
PY
