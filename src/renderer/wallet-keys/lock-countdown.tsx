import { useTranslation } from 'react-i18next';
import { useNow } from '../components/use-now.ts';
import { lockTime } from './lock-time.ts';

/** "Locks in 4 min" */
export function LockCountdown({ autoLockAt }: { autoLockAt: string }) {
  const { t } = useTranslation();
  const remainingMs = Date.parse(autoLockAt) - useNow(true);
  const { unit, value } = lockTime(remainingMs);
  return (
    <span className="whitespace-nowrap tabular-nums">
      {remainingMs <= 0 ? t('walletKeys.lock.locking') : t(`walletKeys.lock.${unit}s`, { count: value })}
    </span>
  );
}
