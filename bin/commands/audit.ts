/** The audit chains, checked and signed from outside. */
import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import type { Command } from '../../src/kernel/command.ts';
import { signHeads } from '../../src/kernel/audit-heads.ts';
import { type AuditReport, verifyAudit } from '../../src/kernel/audit-verify.ts';

const heads = {
  type: 'string',
  value: 'FILE',
  about: 'The file of signed heads; default AUDIT_HEADS_FILE, or data/audit-heads.jsonl.',
} as const;

export const auditCommands: Command[] = [
  {
    name: 'audit verify',
    summary: 'Check every audit chain for changed, missing, moved or added entries.',
    usage: '[--heads FILE]',
    about:
      'Hashes are computed here and not by the database. Entries are compared with the heads that were signed earlier, so that a chain that was rewritten as a ' +
      'whole is found too. Exit code 1 when anything is not in order.',
    options: { heads },
    async run(app, args, out) {
      const given = args.text('heads');
      const named = given && resolve(given);
      const file = named ?? (existsSync(app.config.auditHeadsFile) ? app.config.auditHeadsFile : null);
      let told = Date.now();
      const report = await verifyAudit(app.db, {
        root: app.services.vault.root,
        headsFile: file,
        onProgress: (entries) => {
          if (Date.now() - told < 2_000) return;
          told = Date.now();
          out.progress(`${entries.toLocaleString('en')} entries read`);
        },
      });
      const slugs = new Map((await app.networks.all()).map((network) => [network.id, network.slug]));
      const name = (chain: string) => slugs.get(chain) ?? (chain === deploymentChain ? 'deployment' : chain);
      out.result(
        {
          ...report,
          headsFile: file,
          chains: report.chains.map((one) => ({ name: name(one.chain), ...one })),
          problems: report.problems.map((one) => ({ name: name(one.chain), ...one })),
        },
        inWords(report, file, name),
        !report.ok,
      );
    },
  },
  {
    name: 'audit sign',
    summary: 'Write the signed ends of the audit chains to a file outside the database.',
    usage: '[--heads FILE]',
    about: 'Run it from time to time and copy the file where the keeper of the database cannot write.',
    options: { heads },
    async run(app, args, out) {
      const file = resolve(args.text('heads') ?? app.config.auditHeadsFile);
      const signed = await signHeads(app.db, app.services.vault.root, file, app.clock());
      out.result(
        { file, signed },
        signed.length === 0
          ? `Nothing is new since ${file} was last written.`
          : `${count(signed.length, 'head')} signed in ${file}.`,
      );
    },
  },
];

/** The chain of what concerns no network. */
const deploymentChain = '00000000-0000-0000-0000-000000000000';

/** '1 row', '3,000 rows'. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

function inWords(report: AuditReport, file: string | null, name: (chain: string) => string): string {
  const all = `${count(report.entries, 'entry', 'entries')} in ${count(report.chains.length, 'chain')}`;
  const lines = report.problems.map((one) => `${one.chain ? `${name(one.chain)}: ` : ''}${one.message}`);
  if (report.found > report.problems.length) lines.push(`… and ${report.found - report.problems.length} more.`);
  const signed = file
    ? `${count(report.signed.checked, 'signed head')} compared${report.signed.otherKey > 0 ? `; ${report.signed.otherKey} signed under another root key could not be` : ''}.`
    : 'No signed heads were compared: run waymark audit sign from time to time.';
  return report.ok
    ? `${all}: in order. ${signed}`
    : `${all}: ${count(report.found, 'problem')}.\n${lines.join('\n')}\n${signed}`;
}
