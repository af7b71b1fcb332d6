/**
 * The rules of the design that a reader of one file cannot see: who may import whom, who may touch the
 * outside world. Each failure names the file, the line and the reason of the rule.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const MAX_LINES = 400;

/** `types`: `import type` only, so that nothing of it runs here. */
type Share = 'types' | 'values';

interface Part {
  /** Other parts of `src` that may be imported, and how. */
  mayImport: Readonly<Record<string, Share>>;
  because: string;
}

const STAGE =
  'data flows one way, capture -> wire -> reassembly -> http -> record: a stage knows the one before it and none behind it';

/** Every folder of `src`, and every file that stands directly in it. */
const PARTS: Readonly<Record<string, Part>> = {
  base: { mayImport: {}, because: 'everything else stands on base, so base stands on nothing' },
  config: {
    mayImport: { base: 'values' },
    because: 'settings are read without knowing the stages they are for',
  },
  capture: { mayImport: { base: 'values' }, because: STAGE },
  wire: {
    mayImport: { base: 'values', capture: 'types' },
    because: `${STAGE}; decoders look at packets, whoever captured them`,
  },
  reassembly: {
    mayImport: { base: 'values', wire: 'values' },
    because: `${STAGE}; a datagram put together is decoded on, so wire is called from here`,
  },
  http: {
    mayImport: { base: 'values', reassembly: 'types' },
    because: `${STAGE}; messages are framed whatever the stream came from`,
  },
  record: {
    mayImport: { base: 'values', http: 'values' },
    because: `${STAGE}; http/message.ts states how long a line may be, for both`,
  },
  log: {
    mayImport: { base: 'values', record: 'values' },
    because: `${STAGE}; the log keeps lines as they were sent and knows nothing of packets`,
  },
  model: {
    mayImport: { base: 'values', record: 'values' },
    because: `${STAGE}; the model is a view of records, and asks for old ones by a function it is given`,
  },
  zone: {
    mayImport: { base: 'values' },
    because: 'local time follows from a zone and a time alone, whatever they are asked for',
  },
  scrub: {
    mayImport: {
      base: 'values',
      capture: 'values',
      wire: 'values',
      reassembly: 'values',
      http: 'values',
      record: 'values',
    },
    because: 'scrub is a tool that runs the stages over a file; it is none of them',
  },
  'pipeline.ts': {
    mayImport: {
      base: 'values',
      capture: 'types',
      wire: 'values',
      reassembly: 'values',
      http: 'values',
      record: 'values',
    },
    because: 'the pipeline joins the stages; packets are pushed into it, so it opens no source',
  },
  'daemon.ts': {
    mayImport: {
      base: 'values',
      config: 'types',
      capture: 'values',
      wire: 'values',
      record: 'values',
      'pipeline.ts': 'values',
    },
    because: 'the daemon starts sources and the pipeline; stages between them are not its business',
  },
  cli: {
    mayImport: {
      base: 'values',
      config: 'values',
      capture: 'values',
      wire: 'values',
      reassembly: 'values',
      http: 'values',
      record: 'values',
      scrub: 'values',
      log: 'values',
      model: 'values',
      zone: 'values',
      'pipeline.ts': 'values',
      'daemon.ts': 'values',
    },
    because: 'commands may use everything, and nothing but main.ts uses commands',
  },
  'main.ts': { mayImport: { cli: 'values' }, because: 'main.ts only chooses the command' },
};

const PACKAGES = ['cap', 'mqtt'];

/** Modules of Node that reach out of the process, or change it. Others only compute. */
const OUTSIDE = new Set(
  'fs fs/promises child_process net http http2 https dgram dns dns/promises tls os process cluster worker_threads readline readline/promises repl v8 vm inspector'.split(
    ' ',
  ),
);
/** What of them is only arithmetic on text. */
const HARMLESS = new Set(['isIP', 'isIPv4', 'isIPv6', 'BlockList']);

/** Files that may use such modules and `process`. */
const EDGES: { file: RegExp; because: string }[] = [
  { file: /^main\.ts$/, because: 'arguments, streams and exit status' },
  { file: /^cli\//, because: 'streams, signals and files that the command line names' },
  { file: /^capture\/[a-z-]+-source\.ts$/, because: 'sources open interfaces, files and programs' },
  {
    file: /^capture\/(cap-addon|capture-child|network-interface|poll-watch)\.ts$/,
    because: 'the parts of live sources that talk to the system',
  },
  { file: /^config\/load-[a-z-]+\.ts$/, because: 'reads the configuration file' },
  { file: /^log\/log-(files|lock)\.ts$/, because: 'the file layer of the log, and its lock' },
  { file: /^zone\/load-zone\.ts$/, because: 'reads zone files, and which zone the system is in' },
  { file: /^scrub\/[a-z-]*file[a-z-]*\.ts$/, because: 'reads and writes the files it is given' },
];

interface Import {
  specifier: string;
  /** Names that are imported as values; `*` for all of them. */
  values: string[];
  line: number;
}

interface SourceFile {
  /** Path under `src`, with slashes. */
  path: string;
  part: string;
  lines: number;
  imports: Import[];
  /** Lines that use the global `process`. */
  processLines: number[];
}

const FILES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readSource(path.replaceAll('\\', '/')));

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, 'src', path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const file: SourceFile = {
    path,
    part: path.includes('/') ? (path.split('/')[0] ?? '') : path,
    lines: text.split('\n').length - 1,
    imports: [],
    processLines: [],
  };
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const visit = (node: ts.Node): void => {
    const imported = importOf(node);
    if (imported !== undefined) file.imports.push({ ...imported, line: lineOf(node) });
    if (isProcess(node)) file.processLines.push(lineOf(node));
    node.forEachChild(visit);
  };
  visit(source);
  return file;
}

function importOf(node: ts.Node): Omit<Import, 'line'> | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, values: valuesOf(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    assert.ok(ts.isStringLiteral(node.moduleSpecifier));
    return { specifier: node.moduleSpecifier.text, values: node.isTypeOnly ? [] : ['*'] };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return {
      specifier: argument !== undefined && ts.isStringLiteral(argument) ? argument.text : '?',
      values: ['*'],
    };
  }
  return undefined;
}

function valuesOf(clause: ts.ImportClause | undefined): string[] {
  if (clause === undefined) return ['*'];
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const named = clause.namedBindings;
  const values = clause.name === undefined ? [] : ['default'];
  if (named === undefined) return values;
  if (ts.isNamespaceImport(named)) return ['*'];
  const elements = named.elements.filter((element) => !element.isTypeOnly);
  return [...values, ...elements.map(({ name, propertyName }) => (propertyName ?? name).text)];
}

/** The global, not a property or a parameter of that name. */
function isProcess(node: ts.Node): boolean {
  return (
    ts.isIdentifier(node) &&
    node.text === 'process' &&
    !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
    !ts.isPropertyAssignment(node.parent) &&
    !ts.isPropertySignature(node.parent)
  );
}

/** Path under `src` of an import of our own. */
function targetOf(file: SourceFile, { specifier }: Import): string {
  return normalize(join(dirname(file.path), specifier)).replaceAll('\\', '/');
}

function isOwn({ specifier }: Import): boolean {
  return specifier.startsWith('.');
}

function partOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : path;
}

function assertNone(offenders: readonly string[]): void {
  assert.equal(offenders.length, 0, `\n${offenders.join('\n')}\n`);
}

test('every folder and file at the top of src has its rule', () => {
  const parts = [...new Set(FILES.map(({ part }) => part))];
  assertNone(
    parts
      .filter((part) => !(part in PARTS))
      .map((part) => `src/${part}: say in PARTS what it may import`),
  );
});

test('parts import only what they may', () => {
  const offenders: string[] = [];
  for (const file of FILES) {
    const rule = PARTS[file.part];
    if (rule === undefined) continue;
    for (const imported of file.imports.filter(isOwn)) {
      const target = targetOf(file, imported);
      const part = partOf(target);
      if (part === file.part) continue;
      const share = rule.mayImport[part];
      const isValue = imported.values.length > 0;
      if (share === 'values' || (share === 'types' && !isValue)) continue;
      const how = share === 'types' ? 'only as types (`import type`)' : 'not at all';
      offenders.push(
        `src/${file.path}:${imported.line} imports ${target}; ${file.part} may import ${part} ${how}, because ${rule.because}`,
      );
    }
  }
  assertNone(offenders);
});

test('own imports stay within src and carry the extension .ts', () => {
  const offenders = FILES.flatMap((file) =>
    file.imports
      .filter(isOwn)
      .filter(
        (imported) =>
          !imported.specifier.endsWith('.ts') || targetOf(file, imported).startsWith('..'),
      )
      .map(({ line, specifier }) => `src/${file.path}:${line} imports '${specifier}'`),
  );
  assertNone(offenders);
});

test('packages: none but those that the design names', () => {
  const offenders = FILES.flatMap((file) =>
    file.imports
      .filter((imported) => !isOwn(imported))
      .filter(({ specifier }) => !specifier.startsWith('node:') && !PACKAGES.includes(specifier))
      .map(
        ({ line, specifier }) =>
          `src/${file.path}:${line} imports '${specifier}'; only node: modules and ${PACKAGES.join(', ')} are bundled`,
      ),
  );
  assertNone(offenders);
});

test('only the edges touch the outside world', () => {
  const offenders: string[] = [];
  for (const file of FILES) {
    if (EDGES.some((edge) => edge.file.test(file.path))) continue;
    const why = `may not: ${EDGES.map(({ because }) => because).join('; ')}. All else is pure, so that a file replays as it happened and tests need no stand-ins`;
    for (const line of file.processLines) {
      offenders.push(`src/${file.path}:${line} uses process, and ${why}`);
    }
    for (const { specifier, values, line } of file.imports) {
      if (!specifier.startsWith('node:') || !OUTSIDE.has(specifier.slice(5))) continue;
      if (values.every((name) => HARMLESS.has(name))) continue;
      offenders.push(`src/${file.path}:${line} imports ${specifier}, and ${why}`);
    }
  }
  assertNone(offenders);
});

test('no file is longer than can be read at once', () => {
  const offenders = FILES.filter(({ lines }) => lines > MAX_LINES).map(
    ({ path, lines }) =>
      `src/${path} has ${lines} lines; at most ${MAX_LINES}: split it by what it does`,
  );
  assertNone(offenders);
});

test('file names are kebab-case', () => {
  assertNone(
    FILES.map(({ path }) => path).filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(path)),
  );
});

test('no circle of imports', () => {
  const byPath = new Map(FILES.map((file) => [file.path, file]));
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      circles.push(
        `${[...way.slice(way.indexOf(path)), path].join(' -> ')}: whoever is loaded first finds the others unfinished`,
      );
      return;
    }
    if (done.has(path)) return;
    const file = byPath.get(path);
    for (const imported of file?.imports.filter(isOwn) ?? []) {
      if (file !== undefined && imported.values.length > 0)
        follow(targetOf(file, imported), [...way, path]);
    }
    done.add(path);
  };
  for (const { path } of FILES) follow(path, []);
  assertNone(circles);
});

test('the rules see what they are about', () => {
  const imports = FILES.reduce((sum, file) => sum + file.imports.length, 0);
  assert.ok(FILES.length > 50 && imports > 200, `${FILES.length} files, ${imports} imports`);
  const record = FILES.find(({ path }) => path === 'record/telemetry-reader.ts');
  const http = record?.imports.find(({ specifier }) => specifier === '../http/message.ts');
  assert.deepEqual(http?.values, ['MAX_LINE_BYTES']);
  assert.ok(FILES.find(({ path }) => path === 'main.ts')?.processLines.length);
});
