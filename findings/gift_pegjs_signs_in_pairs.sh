#!/usr/bin/env bash
# gift-pegjs 1.0.2: an escaped sign on the right side of a matching pair is not given back as the sign but as the parser's
# own mark for it (`&&061;` for `=`); on the left side, and in every other kind of question, it is the sign.
# Seen with Node 20: {"left":"a = b","right":"c &&061; d"}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund gift-pegjs@1.0.2
cat >question.gift <<'GIFT'
::pairs::Join them{
=a \= b -> c \= d
=e -> f
}
GIFT
seen=$(node -e '
const { parse } = require("gift-pegjs");
const [pair] = parse(require("fs").readFileSync("question.gift", "utf8"))[0].matchPairs;
console.log(JSON.stringify({ left: pair.subquestion.text, right: pair.subanswer }));')
echo "gift-pegjs $(node -p 'require("gift-pegjs/package.json").version'): $seen"
[ "$seen" = '{"left":"a = b","right":"c &&061; d"}' ] || { echo "that has changed"; exit 1; }
