import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractFactory, type ContractRunner, Interface } from 'ethers';
import { z } from 'zod';

const artifactSchema = z.object({
  abi: z.array(z.record(z.string(), z.unknown())),
  bytecode: z.string().regex(/^0x[0-9a-f]+$/, 'has no code'),
  deployedBytecode: z.string().regex(/^0x[0-9a-f]+$/, 'has no code'),
  immutableReferences: z
    .record(z.string(), z.array(z.object({ start: z.int(), length: z.int() })))
    .optional(),
});

const SOURCES = {
  GataToken: 'src/GataToken.sol',
  GataStaking: 'src/GataStaking.sol',
  RewardsDistributor: 'src/RewardsDistributor.sol',
  ComputeEscrow: 'src/ComputeEscrow.sol',
  NetworkParameters: 'src/NetworkParameters.sol',
  ModelRegistry: 'src/ModelRegistry.sol',
  GataGovernor: 'src/GataGovernor.sol',
  TimelockController: '@openzeppelin/contracts/governance/TimelockController.sol',
  ERC1967Proxy: '@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol',
} as const;
export type ContractName = keyof typeof SOURCES;

export interface ContractArtifact {
  readonly interface: Interface;
  readonly bytecode: string;
  readonly deployedBytecode: string;
  /** Where the code on the chain holds values of its constructor: byte offset and length. */
  readonly immutables: readonly { readonly start: number; readonly length: number }[];
}

/** Reads what `npm run contracts:build` compiled. @throws Error that says to build. */
export function readArtifact(name: ContractName): ContractArtifact {
  const file = join(import.meta.dirname, '..', 'artifacts', SOURCES[name], `${name}.json`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${name} is not compiled. Run: npm run contracts:build`, { cause });
  }
  const artifact = artifactSchema.parse(JSON.parse(text));
  return {
    interface: new Interface(JSON.stringify(artifact.abi)),
    bytecode: artifact.bytecode,
    deployedBytecode: artifact.deployedBytecode,
    immutables: Object.values(artifact.immutableReferences ?? {}).flat(),
  };
}

export function factoryOf(name: ContractName, runner: ContractRunner): ContractFactory {
  const { interface: abi, bytecode } = readArtifact(name);
  return new ContractFactory(abi, bytecode, runner);
}
