import { execFileSync } from 'node:child_process';

/** Whether packets may be dropped here: see scripts/private-network.sh. */
export const hasPrivateNetwork = process.env.RXVOX_PRIVATE_NETWORK === '1';

const nft = (rules: string): void => {
  execFileSync('nft', ['-f', '-'], { input: rules, stdio: ['pipe', 'ignore', 'inherit'] });
};

/** What becomes of the packets to and from a port, as nftables says it: `drop`, `numgen random mod 100 < 20 drop`. */
export const treatPackets = (port: number, treatment: string): Disposable => {
  nft(`
    table inet rxvox {
      chain arriving {
        type filter hook input priority 0;
        tcp dport ${port} ${treatment}
        tcp sport ${port} ${treatment}
      }
    }`);
  return { [Symbol.dispose]: () => nft('delete table inet rxvox') };
};

/** Lets so many kilobits a second through, in both directions together, with packets as long as those of Ethernet. */
export const slowDown = (kilobits: number): Disposable => {
  const tell = (line: string): void => void execFileSync('tc', `qdisc ${line}`.split(' '), { stdio: 'inherit' });
  execFileSync('ip', ['link', 'set', 'lo', 'mtu', '1500']);
  tell(`add dev lo root tbf rate ${kilobits}kbit burst 20kb latency 400ms`);
  return { [Symbol.dispose]: () => tell('del dev lo root') };
};
