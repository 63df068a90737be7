import { useTranslation } from 'react-i18next';
import { useErrorText } from '../api/use-error-text.ts';
import type { SaveState } from '../api/use-save-settings.ts';
import { Icon } from '../components/icon.tsx';

/** How saving goes, beside the control. Its room is kept when it is empty. */
export function SaveStateNote({ state }: { state: SaveState }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <span role="status" className="inline-flex min-h-6 items-center gap-1 text-sm">
      {state.phase === 'saving' && <span className="text-muted">{t('settings.saving')}</span>}
      {state.phase === 'saved' && (
        <span className="inline-flex items-center gap-1 font-semibold text-jade">
          <Icon name="check" className="size-4" />
          {t('settings.saved')}
        </span>
      )}
      {state.phase === 'failed' && (
        <span className="font-semibold text-ember">
          {t('settings.notSaved', { message: errorText(state.error) })}
        </span>
      )}
    </span>
  );
}
