import { lstatSync, readFileSync } from 'node:fs';
import type { ModelManifest } from '../../../shared/model-manifest.ts';
import { onnxLimitsOf } from './admission-limits.ts';
import { ADMISSION_RULES_VERSION, type AdmissionReport } from './admission-report.ts';
import { type BundleFileKind, bundleFileKind } from './bundle-file-kind.ts';
import { Findings, InspectionStopped } from './findings.ts';
import { JsonFault, parseBoundedJson, prototypeKey } from './json/bounded-json.ts';
import { checkTemplate } from './json/config-files.ts';
import type { Refuse } from './json/tokenizer-file.ts';
import { OpenFileSource } from './onnx/byte-source.ts';
import { inspectOnnx } from './onnx/inspect-onnx.ts';

/** A file of a bundle and where its bytes lie. */
export interface BundleFile {
  /** In the bundle. */
  readonly path: string;
  readonly bytes: number;
  /** Absolute, on this machine. */
  readonly location: string;
}

type Facts = { -readonly [Name in keyof AdmissionReport['facts']]: number };

/**
 * Looks at all files of a bundle and says every reason to refuse it. It reads synchronously and may take seconds
 * for a large model: for a thread of its own.
 */
export function inspectBundle(files: readonly BundleFile[], tasks: ModelManifest['tasks']): AdmissionReport {
  const findings = new Findings();
  const facts: Facts = { graphs: 0, nodes: 0, initialisers: 0, bytesInspected: 0 };
  let stoppedEarly = false;
  try {
    checkNames(files, findings);
    for (const file of files) {
      findings.enter(file.path);
      inspectFile(file, files, tasks, findings, facts);
    }
  } catch (error) {
    if (!(error instanceof InspectionStopped)) throw error;
    stoppedEarly = true;
  }
  return {
    rulesVersion: ADMISSION_RULES_VERSION,
    admitted: findings.reasons.length === 0,
    reasons: [...findings.reasons],
    stoppedEarly: stoppedEarly || findings.isFull,
    facts,
  };
}

/** Windows takes names that differ in case for the same file. */
function checkNames(files: readonly BundleFile[], findings: Findings): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    findings.enter(path);
    const name = path.toLowerCase();
    if (seen.has(name)) findings.add('file-kind', '', 'another file has the same name in another case');
    seen.add(name);
  }
  if (!files.some(({ path }) => bundleFileKind(path)?.kind === 'graph')) {
    findings.enter('the bundle');
    findings.add('file-kind', '', 'it has no ONNX file');
  }
}

function inspectFile(
  file: BundleFile,
  all: readonly BundleFile[],
  tasks: ModelManifest['tasks'],
  findings: Findings,
  facts: Facts,
): void {
  const kind = bundleFileKind(file.path);
  if (kind === undefined) {
    findings.add(
      'file-kind',
      '',
      'files of this name are not admitted in a bundle; nothing is ever unpacked',
    );
    return;
  }
  const found = lstatSync(file.location, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || found.size !== file.bytes) {
    findings.add(
      'not-a-plain-file',
      '',
      'it is missing, not a plain file, or not of the size in the manifest',
    );
    return;
  }
  facts.bytesInspected += kind.kind === 'weights' ? 0 : found.size;
  inspectKind(kind, file, all, tasks, findings, facts);
}

function inspectKind(
  kind: BundleFileKind,
  file: BundleFile,
  all: readonly BundleFile[],
  tasks: ModelManifest['tasks'],
  findings: Findings,
  facts: Facts,
): void {
  const refuse: Refuse = (code, path, message) => findings.add(code, path, message);
  switch (kind.kind) {
    case 'graph': {
      using source = new OpenFileSource(file.location);
      const bytesByPath = new Map(all.map(({ path, bytes }) => [path, bytes]));
      const counts = inspectOnnx(source, onnxLimitsOf(tasks), { path: file.path, bytesByPath }, findings);
      facts.graphs += counts.graphs;
      facts.nodes += counts.nodes;
      facts.initialisers += counts.initialisers;
      return;
    }
    case 'json':
      if (file.bytes > kind.limits.bytes) {
        findings.add('file-too-large', '', `it has ${file.bytes} bytes; ${kind.limits.bytes} are allowed`);
      } else inspectJson(readFileSync(file.location), kind, refuse, findings);
      return;
    case 'template':
      if (file.bytes > LARGEST_TEMPLATE_FILE) {
        findings.add(
          'file-too-large',
          '',
          `it has ${file.bytes} bytes; ${LARGEST_TEMPLATE_FILE} are allowed`,
        );
      } else checkTemplate(readFileSync(file.location, 'utf8'), '', refuse);
      return;
    case 'text':
      if (file.bytes > kind.bytes) {
        findings.add('file-too-large', '', `it has ${file.bytes} bytes; ${kind.bytes} are allowed`);
      }
      return;
    case 'weights':
      return;
  }
}

const LARGEST_TEMPLATE_FILE = 512 * 1024;

/** Checks a JSON file's bytes by its kind. */
export function inspectJson(
  bytes: Uint8Array,
  kind: Extract<BundleFileKind, { kind: 'json' }>,
  refuse: Refuse,
  findings: Findings,
): void {
  try {
    const value = parseBoundedJson(bytes, kind.limits);
    const key = kind.hasTokensAsKeys ? undefined : prototypeKey(value);
    if (key !== undefined) refuse('invalid-config', key, 'it has the name of an object’s prototype');
    kind.check(value, refuse);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    findings.add('malformed-json', '', error.message);
  }
}
