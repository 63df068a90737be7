import { HELPER_SOCKET_PATH } from '../../../shared/gpu-helper-protocol.ts';

export const SOCKET_UNIT = 'gata-gpu-helper.socket';
export const SERVICE_UNIT = 'gata-gpu-helper.service';

export interface UnitOptions {
  /** The user who may ask; root always may. */
  readonly uid: number;
  /** The user's primary group: who may open the socket at all. */
  readonly gid: number;
  /** The root-owned folder with the helper's files. */
  readonly folder: string;
}

/** systemd.socket(5): the socket outlives the helper, which runs only while somebody needs it. */
export function socketUnit({ gid }: Pick<UnitOptions, 'gid'>): string {
  return `[Unit]
Description=Socket of the Gata GPU helper

[Socket]
ListenStream=${HELPER_SOCKET_PATH}
SocketUser=root
SocketGroup=${gid}
SocketMode=0660
# Whether there is a helper is seen by the socket.
RemoveOnStop=yes
# A helper that cannot start must not take the socket down with it for good.
TriggerLimitIntervalSec=10s
TriggerLimitBurst=50

[Install]
WantedBy=sockets.target
`;
}

/**
 * systemd.service(5) and systemd.exec(5). What is taken from the helper and why is in docs/gpu-helper.md; it keeps
 * uid 0 and CAP_SYS_ADMIN in the first user namespace, which the driver asks for when a limit is set.
 */
export function serviceUnit({ uid, folder }: Pick<UnitOptions, 'uid' | 'folder'>): string {
  // --jitless: without a JIT, no memory need ever be writable and executable.
  const command = `${folder}/node --jitless --max-old-space-size=64 ${folder}/helper.js --journal \${STATE_DIRECTORY}/limits.json`;
  return `[Unit]
Description=Gata GPU helper: holds power limits of graphics cards and puts them back
Requires=${SOCKET_UNIT}
After=${SOCKET_UNIT}
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${command} --allow-uid ${uid}
# Runs whatever ended the helper, SIGKILL and crashes included.
ExecStopPost=${command} --restore
# It ends with 0 when nobody needs it (the socket starts it again) and with 2 when the flags below are wrong.
Restart=always
RestartPreventExitStatus=0 2
RestartSec=500ms
TimeoutStartSec=20s
TimeoutStopSec=10s
Sockets=${SOCKET_UNIT}
StateDirectory=gata-gpu-helper
StateDirectoryMode=0700

User=root
UnsetEnvironment=NODE_OPTIONS NODE_PATH LD_PRELOAD LD_LIBRARY_PATH
UMask=0077
CapabilityBoundingSet=CAP_SYS_ADMIN
NoNewPrivileges=yes

ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
ProtectProc=invisible
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
DevicePolicy=closed
DeviceAllow=char-nvidia rw
DeviceAllow=char-nvidia-frontend rw
DeviceAllow=char-nvidiactl rw

PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
KeyringMode=private
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @mount @keyring @aio
SystemCallErrorNumber=EPERM

TasksMax=32
MemoryMax=256M
LimitNOFILE=256
LimitCORE=0
OOMScoreAdjust=-500
`;
}
