import { useTranslation } from 'react-i18next';
import { useNow } from '../components/use-now.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { lockTime } from './lock-time.ts';

/** "Locks in 4 min" */
export function LockCountdown({ autoLockAt }: { autoLockAt: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const remainingMs = Date.parse(autoLockAt) - useNow(true);
  const { unit, value } = lockTime(remainingMs);
  const time = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  return (
    <span className="whitespace-nowrap tabular-nums">
      {remainingMs <= 0 ? t('walletKeys.lock.locking') : t('walletKeys.lock.in', { time })}
    </span>
  );
}
