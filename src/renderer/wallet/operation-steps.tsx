import { useTranslation } from 'react-i18next';
import { Icon } from '../components/icon.tsx';
import type { OperationPhase } from './operation-phase.ts';

const STEPS = ['prepared', 'sent', 'mined', 'done'] as const;
/** How many steps are behind an operation. */
const REACHED: Record<Exclude<OperationPhase, 'failed' | 'cancelled'>, number> = {
  waiting: 0,
  signature: 1,
  relaying: 1,
  sent: 2,
  mined: 3,
  done: 4,
};

/** The way from the click to what nothing undoes. */
export function OperationSteps({ phase }: { phase: keyof typeof REACHED }) {
  const { t } = useTranslation();
  const reached = REACHED[phase];
  return (
    <ol aria-label={t('wallet.steps.title')} className="grid grid-cols-4 gap-2 text-sm">
      {STEPS.map((step, index) => (
        <li
          key={step}
          aria-current={index === reached ? 'step' : undefined}
          className={`flex flex-col gap-1 border-t-2 pt-1.5 ${
            index < reached ? 'border-jade' : index === reached ? 'border-edge' : 'border-line text-muted'
          }`}
        >
          <span className="flex items-center gap-1 leading-tight">
            {index < reached && <Icon name="check" className="size-3.5 text-jade" />}
            {t(`wallet.steps.${step}`)}
            {index < reached && <span className="sr-only">{t('wallet.steps.reached')}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
