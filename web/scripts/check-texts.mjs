// The texts are whole: every text that is used is there in each language, with the same placeholders and the plural
// forms that the language has; none is there that is not used; and none stands in the code.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const PLURAL = /_(zero|one|two|few|many|other)$/;
const TRANSLATORS = new Set(["t", "i18next.t"]);
/** Attributes whose values people read or hear. */
const SPOKEN = new Set(["aria-label", "alt", "label", "placeholder", "title", "description", "lead", "text"]);
const LETTERS = /\p{L}{2}/u;
/** What is the same in every language. */
const NAMES = new Set(["Usher"]);

/** Flatten a file of texts: `{ "a": { "b": "text" } }` becomes `a.b`. */
export function flatten(texts, prefix = "") {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === "string" ? [[prefix + name, value]] : flatten(value, `${prefix}${name}.`),
  );
}

const placeholders = (text) =>
  [...text.matchAll(/\{\{\s*([\w.]+)[^}]*\}\}|<\/?(\w+)\s*\/?>/g)]
    .map((found) => found[1] ?? found[2])
    .sort()
    .join(" ");

/** Compare the languages of one area, each a Map from key to text; return what is wrong. */
export function compareLanguages(area, languages) {
  const wrong = [];
  const [[first, reference]] = Object.entries(languages);
  const bases = (texts) => new Set([...texts.keys()].map((key) => key.replace(PLURAL, "")));
  for (const [language, texts] of Object.entries(languages)) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plural = new Set(
      [...texts.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")),
    );
    for (const base of plural) {
      for (const form of forms) {
        if (!texts.has(`${base}_${form}`))
          wrong.push(`${language}/${area}: ${base} has no plural form ${form}`);
      }
      for (const key of texts.keys()) {
        const form = key.replace(PLURAL, "") === base && PLURAL.exec(key)?.[1];
        if (form && !forms.includes(form))
          wrong.push(`${language}/${area}: ${language} has no plural form ${form}: ${key}`);
      }
    }
    for (const base of bases(reference)) {
      if (!bases(texts).has(base)) wrong.push(`${language}/${area}: ${base} is missing`);
    }
    for (const base of bases(texts)) {
      if (!bases(reference).has(base)) wrong.push(`${language}/${area}: ${base} is not there in ${first}`);
    }
    for (const [key, text] of texts) {
      if (text.trim() === "") wrong.push(`${language}/${area}: ${key} is empty`);
      const other = reference.get(key) ?? reference.get(`${key.replace(PLURAL, "")}_other`);
      if (other !== undefined && placeholders(other) !== placeholders(text)) {
        wrong.push(`${language}/${area}: ${key} has other placeholders than ${first}`);
      }
    }
  }
  return wrong;
}

/**
 * Find the texts that a source file uses: `{ area, key }`, where a key ends in `*` if its end is computed; and texts
 * that stand in the code. A file's area is that of its first `useTranslation("area")`, or of a command source.
 */
export function textsUsedIn(path, source) {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const used = [];
  const written = [];
  const own =
    /\buseTranslation\(\s*"([\w-]+)"/.exec(source)?.[1] ?? /\barea: "([\w-]+)"/.exec(source)?.[1] ?? "shell";
  const note = (key) => {
    const [area, name] = key.includes(":") ? key.split(/:(.*)/s) : [own, key];
    used.push({ area, key: name });
  };
  const visit = (node) => {
    if (ts.isCallExpression(node) && TRANSLATORS.has(node.expression.getText(file)) && node.arguments[0]) {
      for (const key of keysOf(node.arguments[0])) note(key);
    }
    if (ts.isJsxAttribute(node) && node.name.getText(file) === "i18nKey" && node.initializer) {
      note(node.initializer.text);
    }
    if (ts.isJsxText(node) && LETTERS.test(node.text) && !NAMES.has(node.text.trim()))
      written.push(node.text.trim());
    if (
      ts.isJsxAttribute(node) &&
      SPOKEN.has(node.name.getText(file)) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer) &&
      LETTERS.test(node.initializer.text) &&
      !NAMES.has(node.initializer.text)
    ) {
      written.push(node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { used, written };
}

/** The keys that an expression can be; `*` stands for what is computed. */
function keysOf(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...keysOf(node.whenTrue), ...keysOf(node.whenFalse)];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map((span) => `*${span.literal.text}`).join("")];
  }
  return [];
}

const pattern = (key) =>
  new RegExp(
    `^${key
      .split("*")
      .map((part) => part.replace(/[.-]/g, "\\$&"))
      .join("[^.]+")}$`,
  );

/** Compare what is used with what is there, both by area; return what is wrong. */
export function compareUse(used, texts) {
  const wrong = [];
  const left = new Map([...texts].map(([area, keys]) => [area, new Set(keys)]));
  for (const { area, key, path } of used) {
    const areas = area.includes("*") ? [...texts.keys()].filter((one) => texts.get(one).has(key)) : [area];
    if (areas.length === 0 || !areas.every((one) => texts.has(one))) {
      wrong.push(`${path}: there are no texts ${area}:${key}`);
      continue;
    }
    for (const one of areas) {
      const found = [...texts.get(one)].filter((there) => pattern(key).test(there));
      if (found.length === 0) wrong.push(`${path}: the text ${one}:${key} is missing`);
      for (const there of found) left.get(one).delete(there);
    }
  }
  for (const [area, keys] of left) for (const key of keys) wrong.push(`${area}: ${key} is not used`);
  return wrong;
}

function filesBelow(folder, ending) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function main() {
  const root = fileURLToPath(new URL("../src", import.meta.url));
  const wrong = [];
  const byArea = new Map();
  for (const language of readdirSync(join(root, "texts"), { withFileTypes: true })) {
    if (!language.isDirectory()) continue;
    for (const path of filesBelow(join(root, "texts", language.name), /\.json$/)) {
      const area = relative(join(root, "texts", language.name), path).replace(/\.json$/, "");
      const languages = byArea.get(area) ?? {};
      languages[language.name] = new Map(flatten(JSON.parse(readFileSync(path, "utf8"))));
      byArea.set(area, languages);
    }
  }
  const count = Math.max(...[...byArea.values()].map((languages) => Object.keys(languages).length));
  for (const [area, { en, ...others }] of byArea) {
    if (!en || Object.keys(others).length !== count - 1)
      wrong.push(`${area}: the file is missing in a language`);
    else wrong.push(...compareLanguages(area, { en, ...others }));
  }
  const used = [];
  for (const path of filesBelow(root, /(?<!\.test|\.d)\.tsx?$/)) {
    const name = relative(root, path);
    const found = textsUsedIn(name, readFileSync(path, "utf8"));
    used.push(...found.used.map((one) => ({ ...one, path: name })));
    wrong.push(...found.written.map((text) => `${name}: a text stands in the code: ${text}`));
  }
  const keys = new Map(
    [...byArea].map(([area, { en }]) => [
      area,
      new Set([...(en?.keys() ?? [])].map((key) => key.replace(PLURAL, ""))),
    ]),
  );
  wrong.push(...compareUse(used, keys));
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) process.exit(1);
  console.log(
    `${[...keys.values()].reduce((sum, one) => sum + one.size, 0)} texts in ${count} languages are whole.`,
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
