import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for localhost and 127.0.0.1, with its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates extends Disposable {
  /** The authority, as a file: what NODE_EXTRA_CA_CERTS wants. */
  readonly authority: string;
  /** Good, if the authority is trusted. */
  readonly good: Certificate;
  readonly expired: Certificate;
  /** For another host. */
  readonly elsewhere: Certificate;
  /** Signed by nobody but itself. */
  readonly selfSigned: Certificate;
}

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const configuration = `
[req]
distinguished_name = name
prompt = no
[name]
CN = test
[here]
subjectAltName = DNS:localhost,IP:127.0.0.1
[elsewhere]
subjectAltName = DNS:elsewhere.test
[authority]
basicConstraints = critical,CA:true
[ca]
default_ca = test
[test]
database = index
unique_subject = no
new_certs_dir = .
rand_serial = yes
policy = any
default_md = sha256
[any]
commonName = supplied
`;

/** Makes an authority and certificates in a folder that is gone afterwards. */
export const makeCertificates = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), 'rxvox-tls-'));
  const openssl = (line: string): void => {
    const { status, stderr } = spawnSync('openssl', line.split(' '), { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${line.split(' ')[0]}: ${stderr}`);
  };
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  const read = (name: string): Certificate => ({
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
  });
  writeFileSync(join(folder, 'config'), configuration);
  writeFileSync(join(folder, 'index'), '');
  openssl(`req -x509 ${key} -config config -extensions authority -days 30 -keyout authority.key -out authority.pem`);
  openssl(`req -x509 ${key} -config config -extensions here -days 30 -keyout self.key -out self.pem`);
  const sign = (name: string, extensions: string, dates: string): Certificate => {
    openssl(`req ${key} -config config -keyout ${name}.key -out ${name}.csr`);
    const authority = '-cert authority.pem -keyfile authority.key';
    openssl(`ca -batch -notext -config config ${authority} -extensions ${extensions} ${dates} -in ${name}.csr -out ${name}.pem`);
    return read(name);
  };
  return {
    authority: join(folder, 'authority.pem'),
    good: sign('good', 'here', '-days 30'),
    expired: sign('expired', 'here', '-startdate 20200101000000Z -enddate 20200201000000Z'),
    elsewhere: sign('elsewhere', 'elsewhere', '-days 30'),
    selfSigned: read('self'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
};
