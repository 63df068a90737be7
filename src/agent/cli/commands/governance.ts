import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { parseUnits } from 'ethers';
import { GataError } from '../../../shared/gata-error.ts';
import {
  type Governance,
  governanceSchema,
  type NetworkChange,
  networkChangeSchema,
  type ProposalView,
} from '../../../shared/governance.ts';
import { type WalletAction, walletActionSchema } from '../../../shared/wallet-transactions.ts';
import { contextOf } from '../command-context.ts';
import { confirmPlan } from '../confirm-plan.ts';
import { governanceText, proposalText } from '../governance-text.ts';
import type { LocalClient } from '../local-client.ts';
import { operationText } from '../wallet-operation-text.ts';

/** `gata governance …`: what the stakers decide. */
export function governanceCommand(): Command {
  const command = new Command('governance')
    .description('proposals, your votes, and the parameters in force')
    .action(async (_options: unknown, own: Command) => {
      const { client, print } = contextOf(own);
      const governance = await read(client);
      print(governance, () => governanceText(governance));
    });
  const show = new Command('show')
    .description('one proposal: what it would do, and how the votes stand')
    .argument('<id>', 'its id, or the beginning of it')
    .action(async (id: string, _options: unknown, own: Command) => {
      const { client, print } = contextOf(own);
      const governance = await read(client);
      const proposal = find(id, governance);
      print(proposal, () => proposalText(proposal, governance));
    });
  const vote = new Command('vote')
    .description('vote on a proposal: for, against or abstain')
    .argument('<id>', 'its id, or the beginning of it')
    .argument('<support>', 'for, against or abstain');
  const queue = new Command('queue')
    .description('put what was accepted into the timelock')
    .argument('<id>', 'its id, or the beginning of it');
  const execute = new Command('execute')
    .description('carry out what was accepted and has waited')
    .argument('<id>', 'its id, or the beginning of it');
  const ofProposal = (kind: string) => async (client: LocalClient, values: readonly string[]) => {
    const [id = '', support] = values;
    const { id: proposalId } = find(id, await read(client));
    return { kind, proposalId, ...(support === undefined ? {} : { support }) };
  };
  return command
    .addCommand(show)
    .addCommand(acting(vote, ofProposal('vote')))
    .addCommand(acting(queue, ofProposal('queue-proposal')))
    .addCommand(acting(execute, ofProposal('execute-proposal')))
    .addCommand(proposeCommand());
}

function proposeCommand(): Command {
  const propose = new Command('propose').description('propose a change to all stakers');
  const fees = new Command('fees')
    .description('who gets how much of what buyers pay, in percent')
    .argument('<nodes>')
    .argument('<protocol>')
    .argument('<stakers>');
  const rewards = new Command('rewards')
    .description('how rewards are weighed')
    .argument('<usage>', "percent of nodes' share that goes by use")
    .argument('<perGpuHour>', 'GATA for an hour of availability')
    .argument('<perEpoch>', 'GATA for availability that an epoch may pay at most');
  const model = new Command('model')
    .description('admit a kind of model, or no longer')
    .argument('<kind>', 'such as text.generate')
    .argument('<admitted>', 'yes or no')
    .argument('[weight]', 'how many times its work counts', '1');
  return propose
    .addCommand(
      proposing(fees, ([nodes, protocol, stakers]) => ({
        what: 'fee-split',
        nodes: points(nodes, 2),
        protocol: points(protocol, 2),
        stakers: points(stakers, 2),
      })),
    )
    .addCommand(
      proposing(rewards, ([usage, perGpuHour, perEpoch], { token }) => ({
        what: 'reward-weights',
        usage: points(usage, 2),
        availabilityPerGpuHourWei: String(units(perGpuHour, token.decimals)),
        availabilityPerEpochWei: String(units(perEpoch, token.decimals)),
      })),
    )
    .addCommand(
      proposing(model, ([kind, admitted, weight]) => ({
        what: 'model-type',
        kind,
        admitted: yesOrNo(admitted),
        rewardWeight: points(weight, 4),
      })),
    );
}

function proposing(
  command: Command,
  changeOf: (values: readonly string[], governance: Governance) => Readonly<Record<string, unknown>>,
): Command {
  command
    .option('--description <text>', 'what it is for; everybody can read it, for ever')
    .option('--description-file <file>', 'the same from a file');
  return acting(command, async (client, values) => {
    const change = parse(networkChangeSchema, changeOf(values, await read(client)));
    const options = command.opts<{ description?: string; descriptionFile?: string }>();
    const { description = '', descriptionFile } = options;
    return {
      kind: 'propose-change',
      change: change satisfies NetworkChange,
      description: descriptionFile === undefined ? description : readFileSync(descriptionFile, 'utf8'),
    };
  });
}

/** A command that shows what an action would do and cost, asks, and does it. */
function acting(
  command: Command,
  actionOf: (client: LocalClient, values: readonly string[]) => Promise<unknown>,
): Command {
  return command
    .option('--yes', 'do not ask')
    .option('--sign-elsewhere', 'print the transaction to sign it with another wallet')
    .action(async () => {
      const { client, print } = contextOf(command);
      const { yes = false, signElsewhere = false } = command.opts<{ yes?: true; signElsewhere?: true }>();
      const action: WalletAction = parse(
        walletActionSchema,
        await actionOf(client, command.processedArgs.map(String)),
      );
      const operation = await confirmPlan(client, { action, signElsewhere }, yes);
      print(operation, () => operationText(operation));
    });
}

function read(client: LocalClient): Promise<Governance> {
  return client.get('/v1/governance', governanceSchema);
}

/** @throws GataError `not-found`, or `invalid-request` for a beginning that several have. */
function find(id: string, { proposals }: Governance): ProposalView {
  const found = proposals.filter((each) => each.id === id);
  const [proposal, other] = found.length === 1 ? found : proposals.filter((each) => each.id.startsWith(id));
  if (proposal === undefined) throw new GataError('not-found', `There is no proposal ${id}.`);
  if (other !== undefined)
    throw new GataError('invalid-request', `Several proposals begin with ${id}. Write more of the id.`);
  return proposal;
}

/** @throws GataError `invalid-request`. */
function parse<Value>(
  schema: { safeParse(value: unknown): { success: true; data: Value } | { success: false; error: Error } },
  value: unknown,
): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GataError('invalid-request', `Gata does not understand that: ${parsed.error.message}`, {
    cause: parsed.error,
  });
}

/** @throws GataError `invalid-request` for what is no number with so many decimals at most. */
function units(text: string | undefined, decimals: number): bigint {
  if (!/^\d{1,40}(\.\d+)?$/.test(text ?? '') || (text?.split('.')[1] ?? '').length > decimals)
    throw new GataError('invalid-request', `"${text}" is no number with at most ${decimals} decimals.`);
  return parseUnits(text ?? '', decimals);
}

function points(text: string | undefined, decimals: number): number {
  return Number(units(text, decimals));
}

function yesOrNo(text: string | undefined): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new GataError('invalid-request', `Write "yes" or "no" instead of "${text}".`);
}
