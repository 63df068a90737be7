/** What an attacker is told of the machine: where everything is that it must not reach. */
export interface Targets {
  /** In the names and texts of all that it leaves behind. */
  readonly nonce: string;
  /** The user's files, each with the lab's secret in it. */
  readonly secrets: {
    readonly document: string;
    readonly sshKey: string;
    readonly browserLogins: string;
    readonly browserCookies: string;
    readonly ethereumWallet: string;
    readonly bitcoinWallet: string;
    readonly gnupgKey: string;
    readonly shellHistory: string;
    readonly agentTokens: string;
    readonly nodeKey: string;
    readonly otherModel: string;
  };
  readonly homeFolder: string;
  readonly dataFolder: string;
  /** As the worker sees it. */
  readonly modelFolder: string;
  /** The worker's own, as it is outside. */
  readonly programFolder: string;
  /** The model's, as it is outside. */
  readonly modelFolderOutside: string;
  /** An empty folder to mount on. */
  readonly mountPoint: string;
  /** A process of the same user's: its secret's address, its descriptor of a secret file, its SysV key. */
  readonly victim: {
    readonly pid: number;
    readonly address: string;
    readonly descriptor: number;
    readonly key: number;
  };
  /** Processes of the same user's that do nothing. */
  readonly sleepers: readonly number[];
  /** A terminal of the same user's. */
  readonly terminal: string;
  readonly agentPid: number;
  readonly ports: {
    readonly tcp4: number;
    readonly tcp6: number;
    readonly udp4: number;
    readonly udp6: number;
  };
  readonly sockets: {
    readonly path: string;
    readonly abstract: string;
    readonly bus: string;
    readonly screen: string;
    readonly abstractScreen: string;
  };
  /** `victim.c`, as a program: the user's own copy, and one with the setuid bit of root's. */
  readonly program: string;
  readonly setuidProgram: string;
  /** The bytes of `program`, in base64, to run without any file. */
  readonly programBytes: string;
}
