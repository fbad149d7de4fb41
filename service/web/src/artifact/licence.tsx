// What a licence is called: "Llama 2 Community License Agreement", not "LicenseRef-llama-2".
import { useAnswer } from '../query';
import { href } from '../route';
import type { License } from '../wire';
import { Name, licenseLabel, LicenseLinks } from '../ui/parts';

const simple = /^[\w.+-]{1,120}$/;

export function useLicense(id: string | undefined): License | undefined {
  const known = id && simple.test(id) && id !== 'undeclared' && id !== 'unresolved';
  return useAnswer<{ license?: License }>('LineageService/GetLicense', known ? { license: id } : undefined).data?.license;
}

export function useLicenseName(id: string | undefined): string {
  const license = useLicense(id);
  const name = license?.id === id ? license?.displayName : undefined;
  return name && name.length < 90 ? name : licenseLabel(id);
}

export function LicenseTitle({ id }: { id: string | undefined }) {
  const name = useLicenseName(id);
  if (!id || !simple.test(id) || id === 'undeclared' || id === 'unresolved') return <LicenseLinks expression={id} />;
  return (
    <a href={href.license(id)} title={id}>
      <Name text={name} />
    </a>
  );
}
