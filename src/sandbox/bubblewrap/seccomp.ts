/**
 * A filter of system calls for the sandbox, as a BPF program (see seccomp(2)): bubblewrap has none of its own. It
 * refuses new namespaces, mounts, kernel interfaces with a history of holes, other processes' memory, memory that no
 * per-process limit counts (memfd, System V and POSIX queues), and sockets other than Unix, IP and netlink.
 * Null on an architecture whose call numbers are not listed here.
 */
export function seccompFilter(architecture: string = process.arch): Buffer | null {
  const numbers = architectures[architecture];
  if (!numbers) return null;
  const program: Instruction[] = [
    load(archOffset),
    [jumpIfEqual, 1, 0, numbers.audit],
    [answer, 0, 0, killProcess],
    load(numberOffset),
    // x86_64 only: the x32 calls share the audit number.
    ...(architecture === 'x64' ? refuseWhen([jumpIfAtLeast, 0x40000000], errnoENOSYS) : []),
    ...refuseWhen([jumpIfEqual, numbers.clone3], errnoENOSYS),
    ...numbers.refused.flatMap((number) => refuseWhen([jumpIfEqual, number], errnoEPERM)),
    // clone: no new namespaces.
    [jumpIfEqual, 0, 4, numbers.clone],
    load(firstArgumentOffset),
    [jumpIfSet, 0, 1, namespaceFlags],
    [answer, 0, 0, errnoEPERM],
    [answer, 0, 0, allow],
    // socket: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK.
    [jumpIfEqual, 0, 6, numbers.socket],
    load(firstArgumentOffset),
    [jumpIfEqual, 4, 0, 1],
    [jumpIfEqual, 3, 0, 2],
    [jumpIfEqual, 2, 0, 10],
    [jumpIfEqual, 1, 0, 16],
    [answer, 0, 0, errnoEAFNOSUPPORT],
    [answer, 0, 0, allow],
  ];
  return encode(program);
}

/** Operation, jump when true, jump when false, constant. */
type Instruction = readonly [number, number, number, number];

const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const jumpIfSet = 0x45;
const answer = 0x06;
const numberOffset = 0;
const archOffset = 4;
const firstArgumentOffset = 16;
const allow = 0x7fff0000;
const killProcess = 0x80000000;
const errnoEPERM = 0x00050001;
const errnoENOSYS = 0x00050026;
const errnoEAFNOSUPPORT = 0x00050061;
/** CLONE_NEWTIME cannot be asked of clone; NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaceFlags = 0x7e020000;

interface CallNumbers {
  readonly audit: number;
  readonly clone: number;
  readonly clone3: number;
  readonly socket: number;
  readonly refused: readonly number[];
}

/** io_uring, open_tree … fspick, pidfd_getfd, mount_setattr, quotactl_fd, memfd_secret: the same everywhere. */
const common = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443, 447];

const architectures: Readonly<Record<string, CallNumbers>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    socket: 41,
    refused: [
      // shmget semget msgget ptrace syslog vhangup modify_ldt pivot_root chroot acct settimeofday mount umount2
      ...[29, 64, 68, 101, 103, 153, 154, 155, 161, 163, 164, 165, 166],
      // swapon swapoff reboot sethostname setdomainname iopl ioperm init_module delete_module quotactl clock_settime
      ...[167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 227],
      // mbind set_mempolicy mq_open kexec_load add_key request_key keyctl unshare move_pages perf_event_open fanotify_init
      ...[237, 238, 240, 246, 248, 249, 250, 272, 279, 298, 300],
      // name_to_handle_at open_by_handle_at setns process_vm_readv process_vm_writev kcmp finit_module memfd_create
      ...[303, 304, 308, 310, 311, 312, 313, 319],
      // kexec_file_load bpf userfaultfd
      ...[320, 321, 323],
      ...common,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    socket: 198,
    refused: [
      ...[194, 190, 186, 117, 116, 58, 41, 51, 89, 170, 40, 39],
      ...[224, 225, 142, 161, 162, 105, 106, 60, 112],
      ...[235, 237, 180, 104, 217, 218, 219, 97, 239, 241, 262],
      ...[264, 265, 268, 270, 271, 272, 273, 279],
      ...[294, 280, 282],
      ...common,
    ],
  },
};

function load(offset: number): Instruction {
  return [0x20, 0, 0, offset];
}

function refuseWhen([jump, constant]: readonly [number, number], refusal: number): Instruction[] {
  return [
    [jump, 0, 1, constant],
    [answer, 0, 0, refusal],
  ];
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  const little = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  program.forEach(([operation, whenTrue, whenFalse, constant], index) => {
    little.setUint16(index * 8, operation, true);
    little.setUint8(index * 8 + 2, whenTrue);
    little.setUint8(index * 8 + 3, whenFalse);
    little.setUint32(index * 8 + 4, constant, true);
  });
  return bytes;
}
