import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '../components/skeleton.tsx';

/** Around the code, in modules, so that cameras find it (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/** A text as a QR code, dark on light in both themes; what does not fit into one is said. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [code, setCode] = useState<
    { readonly path: string; readonly size: number } | 'too-long' | 'failed'
  >();
  useEffect(() => {
    let isWanted = true;
    // Rarely needed, so it is no part of the page that everybody loads.
    void import('qrcode').then(
      ({ create }) => isWanted && setCode(draw(create, text)),
      () => isWanted && setCode('failed'),
    );
    return () => {
      isWanted = false;
    };
  }, [text]);
  if (code === undefined) return <Skeleton className="aspect-square w-full max-w-80 self-center" />;
  if (code === 'too-long' || code === 'failed')
    return (
      <p role="status" className="text-sm text-muted">
        {t(code === 'failed' ? 'wallet.elsewhere.qrFailed' : 'wallet.elsewhere.qrTooLong')}
      </p>
    );
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
      className="w-full max-w-80 self-center rounded-control"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}

function draw(create: typeof import('qrcode').create, text: string) {
  try {
    const { modules } = create(text, { errorCorrectionLevel: 'L' });
    let path = '';
    for (let row = 0; row < modules.size; row++) {
      for (let column = 0; column < modules.size; column++) {
        if (modules.get(row, column)) path += `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`;
      }
    }
    return { path, size: modules.size + 2 * QUIET_ZONE };
  } catch (error) {
    // Its only complaint about a text is that the text is too long.
    if (error instanceof Error) return 'too-long' as const;
    throw error;
  }
}
